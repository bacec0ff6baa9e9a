"""Cells as Excel hands them over a COM call, and answers as it takes them back."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any, cast

from addin.functions.recalculation import H_ERROR_CELL
from rules.answer import CellErrorName, Fault
from sheets_schema.cells import CellError

LONGEST_TEXT = 32_767
"""Characters that a cell holds."""

_ERRORS = {2000: "#NULL!", 2007: "#DIV/0!", 2015: "#VALUE!", 2023: "#REF!", 2029: "#NAME?", 2036: "#NUM!", 2042: "#N/A"}
_ERROR_BASE = -2146828288
"""COM hands a cell error over as this number plus its code."""
_LAST_ERROR = 2099

Cell = None | bool | float | str | date
Rows = list[list[Cell]]


def from_excel(value: Any) -> Cell | Rows:
    """One argument: a cell, or rows for a range or an array; a row without rows is one row.

    >>> from_excel(((1.0, None), ("a", -2146826246))), from_excel((1.0, 2.0)), from_excel(7)
    ([[1.0, None], ['a', '#N/A']], [[1.0, 2.0]], 7.0)
    """
    if not isinstance(value, (list, tuple)):
        return _cell(value)
    rows = value if value and isinstance(value[0], (list, tuple)) else [value]
    return [[_cell(item) for item in row] for row in rows]


def _cell(value: Any) -> Cell:
    """Blank, truth value, number, text, or a moment without a zone; errors keep their text."""
    if value is None or isinstance(value, (bool, str)):
        return value
    if isinstance(value, int) and 0 <= value - _ERROR_BASE <= _LAST_ERROR:
        return CellError(_ERRORS.get(value - _ERROR_BASE, "#VALUE!"))
    if isinstance(value, (int, float, Decimal)):
        return float(value)
    if isinstance(value, datetime):
        moment = datetime(value.year, value.month, value.day, value.hour, value.minute, value.second)
        return moment.date() if (moment.hour, moment.minute, moment.second) == (0, 0, 0) else moment
    return value if isinstance(value, date) else str(value)


def with_faults(value: Cell | Rows) -> Any:
    """Rows in which an error is the answer of its own cell, whatever the other arguments are."""
    if not isinstance(value, list):
        return value
    return [
        [
            Fault(cast(CellErrorName, str(cell)), H_ERROR_CELL, found=cell) if isinstance(cell, CellError) else cell
            for cell in row
        ]
        for row in value
    ]


def to_excel(value: Any) -> Any:
    """An answer: faults as the error's text, which VBA turns into the error; blanks as empty text.

    >>> to_excel([[None, 71.0], ["x", date(2025, 4, 3)]])
    [['', 71.0], ['x', datetime.date(2025, 4, 3)]]
    """
    if isinstance(value, (list, tuple)):
        return [[to_excel(cell) for cell in row] for row in value]
    if isinstance(value, Fault):
        return value.kind
    if isinstance(value, str):
        return value if len(value) <= LONGEST_TEXT else value[: LONGEST_TEXT - 1] + "…"
    return "" if value is None else value
