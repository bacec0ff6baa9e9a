"""The families of numbers under `rules:`, one module per part of the rule book."""
