"""Writes a VBA project from the text of its modules: `vbaProject.bin`, and nothing precompiled in it."""
