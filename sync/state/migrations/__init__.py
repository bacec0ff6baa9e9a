"""The steps from each released state to the next, run by Alembic (`sync.state.schema`)."""
