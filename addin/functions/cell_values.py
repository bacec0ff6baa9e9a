"""An answer as a cell shows it, and whether two cells show the same."""

from __future__ import annotations

import math
from datetime import date, datetime, timedelta
from typing import Any

from rules.answer import Fault
from sheets_schema.cells import CellError, equal
from sheets_schema.grid.contents import dated
from sheets_schema.grid.writable import LONGEST

_SECOND = timedelta(seconds=1)


def as_cell(value: Any) -> Any:
    """An answer as a cell shows it; a blank is None."""
    if isinstance(value, Fault):
        return CellError(value.kind)
    if isinstance(value, str):
        return (value if len(value) <= LONGEST else value[: LONGEST - 1] + "…") or None
    return float(value) if isinstance(value, (int, float)) and not isinstance(value, bool) else value


def agree(one: Any, other: Any, *, loosely: bool = False) -> bool:
    """Whether two cells show the same: a day is its serial, numbers count to 15 digits, `loosely` to nine.

    >>> agree(45760.25, datetime(2025, 4, 13, 6)), agree(0.1 + 0.2, 0.3), agree(1.0, True), agree(None, 0.0)
    (True, True, False, False)
    >>> agree(35.5833333333358, 35.583333333336), agree(35.5833333333358, 35.583333333336, loosely=True)
    (False, True)
    >>> agree(date(2025, 4, 13), "x", loosely=True)
    False
    """
    if isinstance(one, date) and isinstance(other, float):
        other = dated(other, date1904=False)
    elif isinstance(other, date) and isinstance(one, float):
        one = dated(one, date1904=False)
    if isinstance(one, float) and isinstance(other, float):
        return math.isclose(one, other, rel_tol=1e-9 if loosely else 1e-15, abs_tol=1e-9 if loosely else 0)
    if loosely and isinstance(one, date) and isinstance(other, date):
        return abs(_moment(one) - _moment(other)) <= _SECOND
    return equal(one, other)


def _moment(day: date) -> datetime:
    return day if isinstance(day, datetime) else datetime(day.year, day.month, day.day)
