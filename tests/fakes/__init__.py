"""Stand-ins with a name: small, honest copies of what can't run here."""
