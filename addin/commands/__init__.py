"""What the buttons do: one module per command, the same for every host."""
