"""Answers functions and formulas: one call, a batch, a workbook recalculated, and what an answer rests on."""
