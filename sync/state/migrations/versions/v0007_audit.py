"""The record of what is done, and what is held; a state from before begins it with its agreed values."""

import hashlib
from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

from rules.errors import Error
from sheets_schema.blob import unpack
from sync.state.audit import BASE, BEGIN, Head, Line, canonical, link
from sync.state.base_patch import patch

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Adds two tables and a column; the first lines are what was agreed on when they were added."""
    made = op.create_table(
        "audit",
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("moment", sa.String(32), nullable=False),
        sa.Column("kind", sa.String(12), nullable=False),
        sa.Column("round", sa.Integer),
        sa.Column("workbook", sa.String(200), nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("data", sa.LargeBinary, nullable=False),
        sa.Column("previous", sa.String(64), nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
    )
    op.create_table(
        "held",
        sa.Column("workbook", sa.String(200), primary_key=True),
        sa.Column("tab", sa.String(200), primary_key=True),
        sa.Column("code", sa.String(12), primary_key=True),
        sa.Column("round", sa.Integer, nullable=False),
        sa.Column("moment", sa.String(32), nullable=False),
        sa.Column("error", sa.Text, nullable=False),
        sa.Column("plan", sa.String(64)),
        sa.Column("approved", sa.String(32)),
        sa.Column("approved_by", sa.String(200)),
    )
    op.add_column("bases", sa.Column("doubtful", sa.Boolean, nullable=False, server_default=sa.false()))
    _begin(made)


def _begin(made: sa.Table) -> None:
    bind, head = op.get_bind(), Head()
    moment = datetime.now(UTC).isoformat(timespec="microseconds")
    rounds = bind.scalar(sa.text("SELECT max(id) FROM rounds")) or 0
    lines = [(BEGIN, None, "", {"schema": revision, "rounds": rounds}, b"")]
    for row in bind.execute(sa.text("SELECT workbook, tab, round, mapping, blob FROM bases ORDER BY workbook, tab")):
        body = {
            "tab": row.tab,
            "blob": hashlib.sha256(row.blob).hexdigest(),
            "mapping": _short(row.mapping),
            "whole": "yes",
        }
        try:
            data = patch(None, unpack(row.blob)[0], ())
        except Error:  # damaged: its round says so, and begins anew
            continue
        lines.append((BASE, row.round, row.workbook, body, data))
    for kind, number, workbook, body, data in lines:
        line = Line(head.number + 1, moment, kind, number, workbook, canonical(body), data, head.hash, "")
        head = Head(line.number, link(line.number, line))
        bind.execute(made.insert().values(**line._replace(hash=head.hash)._asdict()))
    values = {"value": canonical(list(head))}
    bind.execute(sa.text("INSERT INTO meta (name, value) VALUES ('audit', :value)"), values)


def _short(mapping: str) -> str:
    return hashlib.sha256(mapping.encode()).hexdigest()[:16]
