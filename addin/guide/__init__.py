"""The guide to the functions, generated from the registry and the rule book: as Markdown and as a page."""
