"""Changes the product a little, many times, and asks whether a test notices: ``python -m tests.mutations``."""
