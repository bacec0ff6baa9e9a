"""The service that nobody has to watch: it notices what changed, and runs the rounds that are due."""
