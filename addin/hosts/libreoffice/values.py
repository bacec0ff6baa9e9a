"""Arguments as Calc hands them over, and answers as it takes them back.

Calc knows neither blanks nor dates in a call: a reference to a blank cell arrives as 0 where the
function is called by its service's name, and an argument left out arrives as 0 where it is called by
its bare name. For every argument to which 0 means nothing, 0 is therefore a blank. In ranges blanks
arrive as blanks or as empty text, and 0 is 0.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from datetime import date
from typing import Any

from addin.registry.entry import Arg, Entry, Kind
from rules.answer import Fault
from sheets_schema.cells import CellError, to_serial

LONGEST_TEXT = 65_535
"""Characters of one answer; a cell holds more, but nobody reads it."""

_ERRORS = {"#NULL!": 521, "#DIV/0!": 532, "#VALUE!": 519, "#REF!": 524, "#NAME?": 525, "#NUM!": 503, "#N/A": 32767}
_NAN = 0x7FF8_0000_0000_0000


def _error(code: int) -> float:
    (number,) = struct.unpack("<d", struct.pack("<Q", _NAN | code))
    return float(number)


ERRORS = {name: _error(code) for name, code in _ERRORS.items()}
"""Calc's error values: numbers that are none, with the error's code inside."""

_ZERO_IS_BLANK = frozenset({Kind.TEXT, Kind.DATE, Kind.MOMENT, Kind.FORMULA})


def zero_is_blank(arg: Arg) -> int:
    """When 0 means that nothing was given: 0 never, 1 by the service's name (a blank cell), 2 always (left out).

    >>> from addin.registry.catalogue import find
    >>> [(arg.name, zero_is_blank(arg)) for arg in find("STOCKOUT").args]
    [('daily', 0), ('on_hand', 0), ('arrivals', 2), ('as_of', 2)]
    >>> [zero_is_blank(arg) for arg in find("LEADTIME").args]
    [1, 2, 2]
    """
    if arg.kind in _ZERO_IS_BLANK:
        return 2 if arg.optional else 1
    return 2 if arg.is_range and arg.optional else 0


class Reader:
    """Reads one function's arguments."""

    def __init__(self, entry: Entry) -> None:
        meanings = [zero_is_blank(arg) for arg in entry.args]
        self._left_out = tuple(meaning == 2 for meaning in meanings)
        self._blank = tuple(meaning > 0 for meaning in meanings)

    def cells(self, given: Sequence[Any], *, by_service: bool = False) -> list[Any]:
        """The arguments as cells and lists of rows; those left out at the end are not there.

        `by_service` says that the function was called by the name of its service.
        """
        blanks = self._blank if by_service else self._left_out
        cells = [
            [[_cell(cell, False) for cell in row] for row in value] if isinstance(value, tuple) else _cell(value, blank)
            for value, blank in zip(given, blanks, strict=False)
        ]
        while cells and cells[-1] is None:
            cells.pop()
        return cells


def _cell(value: Any, blank_zero: bool) -> Any:
    if type(value) is str:
        return value or None
    if value is None or (blank_zero and value == 0):
        return None
    return float(value)


def to_calc(value: Any) -> Any:
    """An answer: dates as serials, faults as Calc's errors, blanks as empty text, rows as tuples.

    >>> to_calc([[None, 71.0], ["x", date(2025, 4, 3)]])
    (('', 71.0), ('x', 45750.0))
    """
    if isinstance(value, (list, tuple)):
        return tuple(tuple(_to_cell(cell) for cell in row) for row in value)
    return _to_cell(value)


def _to_cell(value: Any) -> str | float:
    if value is None:
        return ""
    if isinstance(value, Fault):
        return ERRORS[value.kind]
    if isinstance(value, CellError):
        return ERRORS.get(value, ERRORS["#VALUE!"])
    if isinstance(value, str):
        return value if len(value) <= LONGEST_TEXT else value[: LONGEST_TEXT - 1] + "…"
    return to_serial(value) if isinstance(value, date) else float(value)
