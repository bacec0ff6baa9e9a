"""Jobs beside rounds have due times, and the service says what is the matter with folders."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Adds a table and a column."""
    op.create_table(
        "jobs",
        sa.Column("name", sa.String(200), primary_key=True),
        sa.Column("next", sa.String(32), nullable=False),
        sa.Column("last", sa.String(32)),
        sa.Column("failures", sa.Integer, nullable=False),
        sa.Column("said", sa.Text, nullable=False),
        sa.Column("since", sa.String(32)),
        sa.Column("alerted", sa.Boolean, nullable=False),
    )
    op.add_column("daemon", sa.Column("sees", sa.Text, nullable=False, server_default="{}"))
