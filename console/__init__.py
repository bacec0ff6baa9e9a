"""The `qlc` command line: the composition root."""
