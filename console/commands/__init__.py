"""One module per command of `qlc`."""
