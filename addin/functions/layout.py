"""Where the formulas of some tabs stand, what each of them reads, and what the file shows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from addin.functions.places import Area, Cells, Place
from addin.functions.shapes import Shape, Shapes
from sheets_schema.grid.address import Range, parse_range
from sheets_schema.grid.contents import Grid

KEPT_RANGES = 64
"""Ranges whose cells are kept at a time; sums that grow row by row would fill the memory."""


class Layout:
    """The formulas of some tabs. An array formula stands in the first of its cells."""

    def __init__(self, grids: Mapping[str, Grid]) -> None:
        self.grids = grids
        self.shapes: dict[Place, Shape] = {}
        self.spans: dict[Place, Range] = {}
        """The ranges of array formulas."""
        self.rows = {name: dict(zip(grid.numbers, grid.rows, strict=True)) for name, grid in grids.items()}
        self.widths = {name: max(map(len, grid.rows), default=0) for name, grid in grids.items()}
        self._first: dict[Place, Place] = {}
        self._tabs = {name.casefold(): name for name in grids}
        self._inside: dict[Area, list[Place]] = {}
        self._collect()
        self._cells = Cells({*self.shapes, *self._first})

    def _collect(self) -> None:
        shapes = Shapes()
        for tab, grid in self.grids.items():
            for (row, column), formula in grid.formulas.items():
                place = Place(tab, row, column)
                self.shapes[place] = shapes.shape(formula, row, column)
                span = parse_range(grid.arrays[row, column]) if (row, column) in grid.arrays else None
                if span:
                    self.spans[place] = span
                    cells = ((r, c) for r in range(span.top, span.bottom + 1) for c in range(span.left, span.right + 1))
                    self._first.update((Place(tab, r, c), place) for r, c in cells)

    def tab(self, name: str) -> str | None:
        """A tab by its name in any letter case."""
        return self._tabs.get(name.casefold())

    def areas(self, place: Place) -> Iterator[Area | None]:
        """What a formula reads; None for what lies outside."""
        for reference in self.shapes[place].references:
            area = reference.area(*place)
            if area and reference.tab is not None:
                tab = self.tab(area.tab)
                area = area._replace(tab=tab) if tab else None
            yield area

    def formulas_in(self, area: Area) -> list[Place]:
        """The formulas whose answers show in an area."""
        tab, top, left, bottom, right = area
        if (top, left) == (bottom, right):
            cell = Place(tab, top, left)
            first = self.first(cell)
            return [first] if first in self.shapes else []
        if area not in self._inside:
            if len(self._inside) >= KEPT_RANGES:
                self._inside.pop(next(iter(self._inside)))
            self._inside[area] = list(dict.fromkeys(map(self.first, self._cells.within(area))))
        return self._inside[area]

    def first(self, cell: Place) -> Place:
        """The cell whose formula a cell shows: its own, or the array's that it lies in."""
        return self._first.get(cell, cell)

    def cells(self, first: Place) -> Iterable[Place]:
        """The cells that show a formula's answer."""
        span = self.spans.get(first)
        if span is None:
            return (first,)
        rows, columns = range(span.top, span.bottom + 1), range(span.left, span.right + 1)
        return [Place(first.tab, row, column) for row in rows for column in columns]

    def in_file(self, cell: Place) -> Any:
        """What stands in the file, the value that a formula showed last included."""
        row = self.rows[cell.tab].get(cell.row)
        return row[cell.column] if row and cell.column < len(row) else None

    def stored(self, cell: Place) -> Any:
        """What a formula's cell shows in the file; None for nothing and for the empty text."""
        found = self.in_file(cell)
        return None if found == "" else found
