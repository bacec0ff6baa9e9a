"""One tab of a round, pure: what was read and remembered, and what would be written."""
