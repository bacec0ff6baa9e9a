"""Who asked for a round, and who chose on a conflict."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    """Adds two columns; of what is older nobody knows."""
    op.add_column("rounds", sa.Column("who", sa.String(100)))
    op.add_column("conflicts", sa.Column("chosen_by", sa.String(100)))
