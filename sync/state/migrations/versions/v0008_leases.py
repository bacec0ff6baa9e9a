"""Who may write a workbook's journal: leases with an epoch, and the runners that hold them."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0006"


def upgrade() -> None:
    """Adds two tables, and to rounds who runs them."""
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
    op.add_column("rounds", sa.Column("runner", sa.String(16)))
    op.add_column("round_books", sa.Column("epoch", sa.Integer))
