"""A file that lies where it lay, as it was, is not hashed again: its place keeps what it is known by."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Adds the column; what is there already is hashed once more."""
    op.add_column("places", sa.Column("mark", sa.String(120), nullable=False, server_default=""))
