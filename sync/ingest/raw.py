"""A file before anybody knows what it is: tabs of raw cells, with the limits every reader keeps."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from rules.errors import Error
from sync.ingest.codes import I_LARGE

MAX_BYTES = 160 << 20
MAX_CELLS = 4_000_000
"""Filled cells of a file; `_BLANKS` blank ones weigh as much as one of them."""
MAX_COLUMNS = 2_000
MAX_ROWS = 1_048_576
MAX_TABS = 250
MAX_SPAN = 1_000_000
"""Cells that all merged ranges of a table may cover together."""

MAX_WEIGHT = 9_000_000
"""Cells of a file when each row counts as `_ROW` more: a row of two cells takes half the memory of one of eleven."""
_BLANKS = 8
_ROW = 12

Range = tuple[int, int, int, int]
"""First row, first column, last row, last column; rows are line numbers (from 1), columns from 0."""


@dataclass
class RawTab:
    """One table as it lies in the file. `numbers` are the line numbers of `rows`.

    Of a text file, `records` says which record of it each row is (from 0, blank ones counted): there every row
    has as many cells as the header, or is damaged; `blanks` are the cells of each record that holds nothing,
    `separator` is what parts them. `swallowed` are lines that a stray quote runs into the next ones; `cut` says
    that the file ends without ending its last line.
    """

    name: str
    numbers: list[int] = field(default_factory=list)
    rows: list[list[Any]] = field(default_factory=list)
    merged: list[Range] = field(default_factory=list)
    hidden: bool = False
    records: list[int] = field(default_factory=list)
    blanks: dict[int, int] = field(default_factory=dict)
    separator: str = ""
    swallowed: list[int] = field(default_factory=list)
    cut: bool = False


@dataclass
class RawFile:
    """The container, the encoding of its text (None when the format fixes it), its tabs."""

    container: str
    encoding: str | None
    tabs: list[RawTab]


class Budget:
    """Counts cells and merged ranges while a file is read. Raises I-005 before memory is gone."""

    def __init__(self, file: str) -> None:
        self._file = file
        self._cells = 0
        self._rows = 0
        self._spanned = 0

    def row(self, number: int, width: int, blanks: int = 0) -> None:
        """Counts a row of `width` cells at line `number`, `blanks` of them blank."""
        self._cells += width - blanks + blanks // _BLANKS
        self._rows += 1
        heavy = self._cells > MAX_CELLS or self._cells + _ROW * self._rows > MAX_WEIGHT
        if heavy or width > MAX_COLUMNS or number > MAX_ROWS:
            self._refuse(number, width)

    def cells(self, count: int) -> None:
        """Refuses a file whose cells, counted beforehand, are too many."""
        if count > MAX_CELLS:
            raise Error(I_LARGE, file=self._file, found=f"> {MAX_CELLS:,} cells", expected=f"{MAX_CELLS:,}")

    def span(self, down: int, across: int) -> None:
        """Counts a merged range."""
        self._spanned += down * across
        if self._spanned > MAX_SPAN:
            raise Error(I_LARGE, file=self._file, found=f"merged {down:,} × {across:,}", expected=f"{MAX_SPAN:,}")

    def tabs(self, count: int) -> None:
        """Refuses a file of more tabs than any export has."""
        if count > MAX_TABS:
            raise Error(I_LARGE, file=self._file, found=f"{count:,} tabs", expected=MAX_TABS)

    def _refuse(self, number: int, width: int) -> None:
        if width > MAX_COLUMNS:
            raise Error(I_LARGE, file=self._file, found=f"{width:,} columns", expected=f"{MAX_COLUMNS:,}")
        if number > MAX_ROWS:
            raise Error(I_LARGE, file=self._file, found=f"row {number:,}", expected=f"{MAX_ROWS:,}")
        if self._cells <= MAX_CELLS:
            most = (MAX_WEIGHT - self._cells) // _ROW
            raise Error(I_LARGE, file=self._file, found=f"{self._rows:,} rows of so many cells", expected=f"{most:,}")
        self.cells(self._cells)
