"""What reading a tab gives."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sheets_schema.cells import from_serial
from sheets_schema.grid.address import Range

_LAST_SERIAL = 2958466 - 1 / 86400
"""The last second of the year 9999."""


@dataclass(frozen=True)
class TableInfo:
    """A table object: its whole range, column titles, and the formulas of calculated columns by title."""

    name: str
    ref: Range
    columns: tuple[str, ...]
    formulas: dict[str, str] = field(default_factory=dict)
    has_header: bool = True
    has_totals: bool = False


@dataclass(frozen=True)
class Grid:
    """The rows of a tab that hold anything.

    `numbers` are the sheet's row numbers (1 = first), ascending; each of `rows` holds cells from column A
    on, without trailing blanks. A formula's cell is its cached value, None when there is none. `formulas`
    maps (sheet row number, 0-based column) to the text without ``=``; `arrays` gives the range of those that
    are array formulas or data tables. `autofilter` is the tab's own, not a table's; a `hidden` tab is one that its
    program does not show. With `awaits_calculation` the file asks for its formulas to be computed when it is
    opened: what they show may be from before the last change.
    """

    name: str
    numbers: list[int]
    rows: list[list[Any]]
    formulas: dict[tuple[int, int], str] = field(default_factory=dict)
    arrays: dict[tuple[int, int], str] = field(default_factory=dict)
    merged: tuple[Range, ...] = ()
    tables: tuple[TableInfo, ...] = ()
    autofilter: Range | None = None
    hidden: bool = False
    awaits_calculation: bool = False

    def value(self, row: int, column: int) -> Any:
        """What a cell holds by sheet row (1 = first) and column (0 = A); None where nothing stands."""
        at = bisect_left(self.numbers, row)
        if at == len(self.numbers) or self.numbers[at] != row:
            return None
        cells = self.rows[at]
        return cells[column] if column < len(cells) else None


def dated(serial: float, date1904: bool) -> float | date | datetime:
    """A date-styled number as a date; outside the calendar it stays a number.

    >>> dated(45750.0, False), dated(-1.0, False), dated(0.0, False)
    (datetime.date(2025, 4, 3), -1.0, 0.0)
    """
    if not 0 < serial < _LAST_SERIAL - (1462 if date1904 else 0):
        return serial
    return from_serial(serial, date1904=date1904)
