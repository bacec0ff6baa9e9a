"""A file before anybody knows what it is: tabs of raw cells, with the limits every reader keeps."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from rules.errors import Error
from sync.ingest.codes import I_LARGE

MAX_BYTES = 256 * 1024 * 1024
MAX_CELLS = 20_000_000
MAX_COLUMNS = 2_000
MAX_ROWS = 1_048_576
MAX_SPAN = 100_000
"""Cells that all merged ranges of a hostile table may cover together, per thousand real cells and in all."""

Range = tuple[int, int, int, int]
"""First row, first column, last row, last column; rows are line numbers (from 1), columns from 0."""


@dataclass
class RawTab:
    """One table as it lies in the file. `numbers` are the line numbers of `rows`."""

    name: str
    numbers: list[int] = field(default_factory=list)
    rows: list[list[Any]] = field(default_factory=list)
    merged: list[Range] = field(default_factory=list)
    hidden: bool = False


@dataclass
class RawFile:
    """The container, the encoding of its text (None when the format fixes it), its tabs."""

    container: str
    encoding: str | None
    tabs: list[RawTab]


class Budget:
    """Counts cells while a file is read. Raises I-005 before memory is gone."""

    def __init__(self, file: str) -> None:
        self._file = file
        self._cells = 0

    def row(self, number: int, width: int) -> None:
        """Counts a row of `width` cells at line `number`."""
        self._cells += width
        if width > MAX_COLUMNS:
            raise Error(I_LARGE, file=self._file, found=f"{width} columns", expected=MAX_COLUMNS)
        if number > MAX_ROWS:
            raise Error(I_LARGE, file=self._file, found=f"{number} rows", expected=MAX_ROWS)
        if self._cells > MAX_CELLS:
            raise Error(I_LARGE, file=self._file, found=f"> {MAX_CELLS} cells", expected=MAX_CELLS)
