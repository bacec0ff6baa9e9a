"""The state as 0.2.0 wrote it: where every migration starts."""

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Nothing: a state of 0.2.0 has these tables, a new one is made whole."""
