"""The models of config.yaml, dated values, and the loader."""
