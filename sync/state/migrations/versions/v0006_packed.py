"""Cells that older rounds wrote are packed by later rounds."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Adds the table; what is to be packed is packed by the next rounds."""
    op.create_table(
        "packed",
        sa.Column("round", sa.Integer, primary_key=True),
        sa.Column("workbook", sa.String(200), primary_key=True),
        sa.Column("count", sa.Integer, nullable=False),
        sa.Column("row_keys", sa.LargeBinary, nullable=False),
        sa.Column("cells", sa.LargeBinary, nullable=False),
    )
