"""Spreadsheet programs: each host a thin adapter between its cells and the registry."""
