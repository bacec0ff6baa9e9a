"""Cells of several tabs, and areas of them."""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from sheets_schema.grid.address import cell_name


class Area(NamedTuple):
    """Cells of a tab, both corners included: rows from 1, columns from 0."""

    tab: str
    top: int
    left: int
    bottom: int
    right: int

    @property
    def name(self) -> str:
        """``Tab!B2:C9``."""
        return f"{self.tab}!{cell_name(self.top, self.left)}:{cell_name(self.bottom, self.right)}"


class Place(NamedTuple):
    """A cell: row from 1, column from 0."""

    tab: str
    row: int
    column: int

    @property
    def name(self) -> str:
        """``Tab!B2``."""
        return f"{self.tab}!{cell_name(self.row, self.column)}"


class Cells:
    """Some cells of some tabs, found by area."""

    def __init__(self, cells: Iterable[Place]) -> None:
        self._rows: dict[str, dict[int, list[int]]] = {}
        for tab, row, column in cells:
            self._rows.setdefault(tab, {}).setdefault(column, []).append(row)
        for columns in self._rows.values():
            for rows in columns.values():
                rows.sort()

    def add(self, cell: Place) -> None:
        """One more cell."""
        insort(self._rows.setdefault(cell.tab, {}).setdefault(cell.column, []), cell.row)

    def within(self, area: Area) -> Iterator[Place]:
        """Those that lie in an area, column by column."""
        for column, rows in self._rows.get(area.tab, {}).items():
            if area.left <= column <= area.right:
                for row in rows[bisect_left(rows, area.top) : bisect_right(rows, area.bottom)]:
                    yield Place(area.tab, row, column)

    def touch(self, area: Area) -> bool:
        """Whether one of them lies in an area."""
        return any(
            bisect_left(rows, area.top) < bisect_right(rows, area.bottom)
            for column, rows in self._rows.get(area.tab, {}).items()
            if area.left <= column <= area.right
        )
