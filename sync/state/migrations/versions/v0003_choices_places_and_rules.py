"""What a choice did stands with the cell that it wrote; pins hold several values; numbers that changed are kept.

A conflict's place and owner are no longer remembered: they are found when it is shown. Conflicts whose
settling 0.2.0 took back, and then hid, are open again.
"""

import json

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

HIDDEN = """
    SELECT 1 FROM pins WHERE pins.reason = 'undo' AND pins.workbook = conflicts.workbook AND pins.tab = conflicts.tab
    AND pins.key = conflicts.key AND pins."column" = conflicts."column" AND pins.value = conflicts.theirs
"""
"""The pin that keeps a settled conflict of the same cell out of sight."""


def upgrade() -> None:
    """Adds columns and one table, reopens what was hidden, and makes lists of the pinned values."""
    op.add_column("rounds", sa.Column("closed_by", sa.Integer))
    op.add_column("round_books", sa.Column("went_back", sa.Integer))
    op.add_column("writes", sa.Column("conflict", sa.String(16)))
    op.add_column("pins", sa.Column("round", sa.Integer))
    op.create_table(
        "rule_changes",
        sa.Column("round", sa.Integer, primary_key=True),
        sa.Column("key", sa.String(200), primary_key=True),
        sa.Column("before", sa.Text),
        sa.Column("after", sa.Text),
    )
    with op.batch_alter_table("bases") as bases:
        bases.alter_column("mapping", type_=sa.Text, existing_nullable=False)
    _reopen()
    with op.batch_alter_table("conflicts") as conflicts:
        conflicts.drop_column("cell")
        conflicts.drop_column("owner")
        conflicts.add_column(sa.Column("shown", sa.String(32)))
    _list_values()


def _reopen() -> None:
    settled = "closed IS NOT NULL AND choice IS NOT NULL"
    reopened = "SELECT id FROM conflicts WHERE " + settled + f" AND EXISTS ({HIDDEN})"  # noqa: S608 - our own words
    ids = [{"id": row.id} for row in op.get_bind().execute(sa.text(reopened))]
    for one in ids:
        cell = 'workbook, tab, key, "column"'
        of_conflict = f"SELECT {cell} FROM conflicts WHERE id = :id"  # noqa: S608
        op.get_bind().execute(sa.text(f"DELETE FROM pins WHERE ({cell}) IN ({of_conflict})"), one)  # noqa: S608
        op.get_bind().execute(
            sa.text("UPDATE conflicts SET closed = NULL, choice = NULL, manual = NULL WHERE id = :id"), one
        )


def _list_values() -> None:
    op.execute("""UPDATE pins SET value = '[' || value || ']' WHERE "column" <> ''""")
    bind, cell = op.get_bind(), "workbook = :workbook AND tab = :tab AND key = :key AND \"column\" = ''"
    found = bind.execute(sa.text("""SELECT workbook, tab, key, value FROM pins WHERE "column" = ''""")).mappings().all()
    for row in found:
        lists = {title: [value] for title, value in json.loads(row["value"]).items()}
        text = json.dumps(lists, ensure_ascii=False, separators=(",", ":"))
        bind.execute(sa.text(f"UPDATE pins SET value = :text WHERE {cell}"), {**row, "text": text})  # noqa: S608
