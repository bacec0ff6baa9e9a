"""Moving a formula: its relative references follow, everything else stays as written."""

from __future__ import annotations

import re

from sheets_schema.grid.address import COLUMN, LAST_COLUMN, LAST_ROW, letters

_TOKEN = re.compile(
    r"""
    "(?:[^"]|"")*"                                           # text
    | '(?:[^']|'')*'!?                                       # quoted sheet name
    | \[(?:[^\[\]']|'.|\[(?:[^\[\]']|'.)*\])*\]              # structured reference or other workbook
    | (?<![\w.$\\?])(?P<c1>\$?[A-Za-z]{1,3}):(?P<c2>\$?[A-Za-z]{1,3})(?![\w.(!$])
    | (?<![\w.$\\?:])(?P<r1>\$?[0-9]{1,7}):(?P<r2>\$?[0-9]{1,7})(?![\w.(!$])
    | (?<![\w.$\\?])(?P<col>\$?[A-Za-z]{1,3})(?P<row>\$?[0-9]{1,7})(?![\w.(!\[?\\])
    """,
    re.X,
)


def shift(formula: str, rows: int, columns: int) -> str:
    """The formula as it reads `rows` further down and `columns` further right; off the sheet: #REF!.

    >>> shift('SUM(A1:$B$2)+Sheet1!C3&"A1"+LOG10(D4)', 1, 1)
    'SUM(B2:$B$2)+Sheet1!D4&"A1"+LOG10(E5)'
    >>> shift("A1+'A1'!A1+T1[[#This Row],[B2]]+$C:D+2:$3", 1, 0)
    "A2+'A1'!A2+T1[[#This Row],[B2]]+$C:D+3:$3"
    >>> shift("A1", -1, 0)
    '#REF!'
    """
    if not rows and not columns:
        return formula

    def moved(match: re.Match[str]) -> str:
        if match["col"]:
            if COLUMN[match["col"].lstrip("$").upper()] > LAST_COLUMN:
                return match[0]
            column, row = _column(match["col"], columns), _row(match["row"], rows)
            return f"{column}{row}" if column and row else "#REF!"
        if match["c1"]:
            first, last = _column(match["c1"], columns), _column(match["c2"], columns)
        elif match["r1"]:
            first, last = _row(match["r1"], rows), _row(match["r2"], rows)
        else:
            return match[0]
        return f"{first}:{last}" if first and last else "#REF!"

    return _TOKEN.sub(moved, formula)


def _column(text: str, by: int) -> str | None:
    if text.startswith("$"):
        return text
    column = COLUMN[text.upper()] + by
    return letters(column) if 0 <= column <= LAST_COLUMN else None


def _row(text: str, by: int) -> str | None:
    if text.startswith("$"):
        return text
    row = int(text) + by
    return str(row) if 1 <= row <= LAST_ROW else None
