"""Moving a formula: its relative references follow, everything else stays as written."""

from __future__ import annotations

from functools import lru_cache

from sheets_schema.formula_tokens import tokens
from sheets_schema.grid.address import LAST_COLUMN, LAST_ROW, Corner, letters, parse_corner

_Area = tuple[Corner, ...]
"""One corner of a cell, two of a range."""


def shift(formula: str, rows: int, columns: int) -> str:
    """The formula as it reads `rows` further down and `columns` further right; off the sheet: #REF!.

    >>> shift('SUM(A1:$B$2)+Sheet1!C3&"A1"+LOG10(D4)', 1, 1)
    'SUM(B2:$B$2)+Sheet1!D4&"A1"+LOG10(E5)'
    >>> shift("A1+'A1'!A1+T1[[#This Row],[B2]]+$C:D+2:$3", 1, 0)
    "A2+'A1'!A2+T1[[#This Row],[B2]]+$C:D+3:$3"
    >>> shift("A1", -1, 0), shift("XFE1+A1048577", 1, 1)
    ('#REF!', 'XFE1+A1048577')
    """
    if not rows and not columns:
        return formula
    pieces = _pieces(formula)
    return "".join([piece if isinstance(piece, str) else _moved(piece, rows, columns) for piece in pieces])


@lru_cache(1024)
def _pieces(formula: str) -> tuple[str | _Area, ...]:
    """What stays, and the areas that may move; what is larger than a sheet is a name. One formula goes to many places."""
    pieces: list[str | _Area] = []
    start = 0
    for kind, text, at in tokens(formula):
        if kind == "area":
            area = tuple(map(parse_corner, text.split(":")))
            if all(corner.is_on_sheet for corner in area):
                pieces += (formula[start:at], area)
                start = at + len(text)
    return (*pieces, formula[start:])


def _moved(area: _Area, rows: int, columns: int) -> str:
    written = []
    for column, row, column_is_fixed, row_is_fixed in area:
        text = ""
        if column is not None:
            column += 0 if column_is_fixed else columns
            if not 0 <= column <= LAST_COLUMN:
                return "#REF!"
            text = f"${letters(column)}" if column_is_fixed else letters(column)
        if row is not None:
            row += 0 if row_is_fixed else rows
            if not 1 <= row <= LAST_ROW:
                return "#REF!"
            text += f"${row}" if row_is_fixed else str(row)
        written.append(text)
    return ":".join(written)
