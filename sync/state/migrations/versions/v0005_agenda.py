"""What the service is to do next, and that it is alive."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Adds two tables."""
    op.create_table(
        "due",
        sa.Column("name", sa.String(200), primary_key=True),
        sa.Column("next", sa.String(32), nullable=False),
        sa.Column("last", sa.String(32)),
        sa.Column("failures", sa.Integer, nullable=False),
        sa.Column("said", sa.Text, nullable=False),
        sa.Column("since", sa.String(32)),
        sa.Column("alerted", sa.Boolean, nullable=False),
    )
    op.create_table(
        "daemon",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("pid", sa.Integer, nullable=False),
        sa.Column("host", sa.String(200), nullable=False),
        sa.Column("version", sa.String(32), nullable=False),
        sa.Column("since", sa.String(32), nullable=False),
        sa.Column("heartbeat", sa.String(32), nullable=False),
    )
