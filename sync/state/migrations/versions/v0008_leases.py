"""Who may write a workbook's journal: leases with an epoch, the runners that hold them, what workers are asked for."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Adds three tables, and to rounds who runs them."""
    op.create_table(
        "leases",
        sa.Column("workbook", sa.String(200), primary_key=True),
        sa.Column("epoch", sa.Integer, nullable=False),
        sa.Column("runner", sa.String(16)),
    )
    op.create_table(
        "runners",
        sa.Column("id", sa.String(16), primary_key=True),
        sa.Column("host", sa.String(200), nullable=False),
        sa.Column("pid", sa.Integer, nullable=False),
        sa.Column("until", sa.Float, nullable=False),
    )
    op.create_table(
        "asks",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("workbook", sa.String(200), nullable=False),
        sa.Column("made", sa.String(32), nullable=False),
        sa.Column("taken", sa.String(32)),
        sa.Column("said", sa.Text),
    )
    op.add_column("rounds", sa.Column("runner", sa.String(16)))
    op.add_column("round_books", sa.Column("epoch", sa.Integer))
