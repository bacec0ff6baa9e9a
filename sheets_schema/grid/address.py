"""Cell addresses and ranges. Rows count from 1, as on screen; columns from 0, as in lists."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

LAST_ROW = 1_048_576
LAST_COLUMN = 16_383

_CELL = re.compile(r"\$?([A-Za-z]{1,3})\$?([0-9]{1,7})")
_COLUMNS = re.compile(r"\$?([A-Za-z]{1,3})")
_CORNER = re.compile(r"(\$?)([A-Za-z]{0,3})(\$?)([0-9]{0,7})")
_ROWS = re.compile(r"\$?([0-9]{1,7})")


class _Columns(dict[str, int]):
    def __missing__(self, letters: str) -> int:
        index = 0
        for letter in letters:
            index = index * 26 + ord(letter) - 64
        self[letters] = index - 1
        return index - 1


COLUMN = _Columns()
"""0-based column of upper-case letters, each worked out once."""


@lru_cache(LAST_COLUMN + 1)
def letters(column: int) -> str:
    """The letters of a 0-based column.

    >>> letters(0), letters(25), letters(26), letters(LAST_COLUMN)
    ('A', 'Z', 'AA', 'XFD')
    """
    text = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        text = chr(65 + rest) + text
    return text


def cell_name(row: int, column: int) -> str:
    """The address of a cell.

    >>> cell_name(5, 2)
    'C5'
    """
    return f"{letters(column)}{row}"


def parse_cell(text: str) -> tuple[int, int] | None:
    """(row, column) of an address; None outside A1:XFD1048576.

    >>> parse_cell("c5"), parse_cell("$AA$10"), parse_cell("A0"), parse_cell("XFE1")
    ((5, 2), (10, 26), None, None)
    """
    match = _CELL.fullmatch(text)
    if not match:
        return None
    row, column = int(match[2]), COLUMN[match[1].upper()]
    return (row, column) if 1 <= row <= LAST_ROW and column <= LAST_COLUMN else None


class Range(NamedTuple):
    """A rectangle of cells, both corners included."""

    top: int
    left: int
    bottom: int
    right: int

    @property
    def size(self) -> int:
        """How many cells it has."""
        return (self.bottom - self.top + 1) * (self.right - self.left + 1)

    def cells(self) -> Iterator[tuple[int, int]]:
        """Every cell, row by row."""
        columns = range(self.left, self.right + 1)
        return ((row, column) for row in range(self.top, self.bottom + 1) for column in columns)

    def __str__(self) -> str:
        first, last = cell_name(self.top, self.left), cell_name(self.bottom, self.right)
        return first if first == last else f"{first}:{last}"


class Corner(NamedTuple):
    """A corner of an area as a formula writes it; whole columns have no row, whole rows no column."""

    column: int | None
    row: int | None
    column_is_fixed: bool
    row_is_fixed: bool

    @property
    def is_on_sheet(self) -> bool:
        """Whether a sheet is that large."""
        return (self.column or 0) <= LAST_COLUMN and (self.row is None or 1 <= self.row <= LAST_ROW)


def parse_corner(text: str) -> Corner:
    """A corner, which may lie beyond the sheet. Raises ValueError for anything else.

    >>> parse_corner("$b7"), parse_corner("$3").column
    (Corner(column=1, row=7, column_is_fixed=True, row_is_fixed=False), None)
    """
    match = _CORNER.fullmatch(text)
    if not match or not (match[2] or match[4]):
        raise ValueError(text)
    first, letters, second, digits = match.groups()
    return Corner(
        COLUMN[letters.upper()] if letters else None,
        int(digits) if digits else None,
        bool(letters and first),
        bool(second if letters else first),
    )


def parse_range(text: str) -> Range | None:
    """A range of cells, whole columns or whole rows; None when it is none.

    >>> parse_range("B2:D9"), parse_range("A:A")
    (Range(top=2, left=1, bottom=9, right=3), Range(top=1, left=0, bottom=1048576, right=0))
    """
    first, _, last = text.partition(":")
    last = last or first
    one, two = parse_cell(first), parse_cell(last)
    if one and two:
        return Range(min(one[0], two[0]), min(one[1], two[1]), max(one[0], two[0]), max(one[1], two[1]))
    left, right = _COLUMNS.fullmatch(first), _COLUMNS.fullmatch(last)
    if left and right and ":" in text:
        return Range(1, COLUMN[left[1].upper()], LAST_ROW, COLUMN[right[1].upper()])
    top, bottom = _ROWS.fullmatch(first), _ROWS.fullmatch(last)
    if top and bottom and ":" in text:
        return Range(int(top[1]), 0, int(bottom[1]), LAST_COLUMN)
    return None
