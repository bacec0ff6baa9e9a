"""Workbook files: reading, lossless patching, safe replacing."""
