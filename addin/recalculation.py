"""Answers the formulas of whole sheets: each after those that it reads, equal ones once.

A formula is answered when it consists of our functions, operators, constants, and references to cells
that hold constants or answered formulas. Any other is left as it is, with the reason.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple, cast

from addin.calls import F_TOO_MANY, MOST_CELLS
from addin.evaluate import Run
from addin.literals import literal
from addin.operators import F_IMPOSSIBLE
from addin.registry.entry import Context
from addin.shapes import Area, Shape, Shapes
from rules.answer import CellErrorName, Fault
from rules.errors import Code
from sheets_schema.cells import CellError
from sync.backends.workbook.address import Range, cell_name, parse_range
from sync.backends.workbook.grid import Grid

H_CYCLE = Code(
    "H-082",
    "公式绕回到自己:{found}",
    "the formula leads back to itself: {found}",
    "改掉循环引用",
    "break the circle",
)
H_NOT_ANSWERED = Code(
    "H-083",
    "公式用到的 {found} 没有算",
    "the formula reads {found}, which was not computed",
    "在表格软件里打开后重算",
    "let a spreadsheet program compute it",
)
H_ERROR_CELL = Code(
    "H-084",
    "用到的单元格是错误值 {found}",
    "a cell that it reads shows the error {found}",
    "先改好那个单元格",
    "correct that cell first",
)
H_OUTSIDE = Code(
    "H-085",
    "引用超出了表格或没有这个工作表:{found}",
    "a reference leads out of the sheet, or to no tab: {found}",
    "改正引用",
    "correct the reference",
)

_KEPT_RANGES = 64
"""Ranges whose cells are kept at a time; sums that grow row by row would fill the memory."""
_LARGE = 1_000_000
"""Cells; a whole column has more."""


class Place(NamedTuple):
    """A cell: row from 1, column from 0."""

    tab: str
    row: int
    column: int

    @property
    def name(self) -> str:
        """``Tab!B2``."""
        return f"{self.tab}!{cell_name(self.row, self.column)}"


class Left(NamedTuple):
    """A formula that is left to a spreadsheet program."""

    why: Fault


class Cells:
    """Some cells of some tabs, found by area."""

    def __init__(self, cells: Iterable[Place]) -> None:
        self._rows: dict[str, dict[int, list[int]]] = {}
        for tab, row, column in cells:
            self._rows.setdefault(tab, {}).setdefault(column, []).append(row)
        for columns in self._rows.values():
            for rows in columns.values():
                rows.sort()

    def within(self, area: Area) -> Iterator[Place]:
        """Those that lie in an area, column by column."""
        for column, rows in self._rows.get(area.tab, {}).items():
            if area.left <= column <= area.right:
                for row in rows[bisect_left(rows, area.top) : bisect_right(rows, area.bottom)]:
                    yield Place(area.tab, row, column)


class Sheets:
    """The formulas of some tabs and what they answer; `solve` fills `answers`."""

    def __init__(self, grids: Mapping[str, Grid], here: Context) -> None:
        self.grids = grids
        self.here = here
        self.shapes: dict[Place, Shape] = {}
        self.spans: dict[Place, Range] = {}
        """The ranges of array formulas."""
        self.answers: dict[Place, Any] = {}
        """Value, rows, `Fault` or `Left` of each formula, by its (first) cell."""
        self._first: dict[Place, Place] = {}
        self._tabs = {name.casefold(): name for name in grids}
        self._rows = {name: dict(zip(grid.numbers, grid.rows, strict=True)) for name, grid in grids.items()}
        self._widths = {name: max(map(len, grid.rows), default=0) for name, grid in grids.items()}
        self._known: dict[Any, Any] = {}
        self._errors: dict[str, Fault] = {}
        self._inside: dict[Area, list[Place]] = {}
        self._ranges: dict[Area, list[list[Any]]] = {}
        self._collect()
        self._cells = Cells({*self.shapes, *self._first})

    def _collect(self) -> None:
        shapes = Shapes()
        for tab, grid in self.grids.items():
            for (row, column), formula in grid.formulas.items():
                place = Place(tab, row, column)
                shape = self.shapes[place] = shapes.shape(formula, row, column)
                if shape.why:
                    self.answers[place] = Left(shape.why)
                span = parse_range(grid.arrays[row, column]) if (row, column) in grid.arrays else None
                if span:
                    self.spans[place] = span
                    cells = ((r, c) for r in range(span.top, span.bottom + 1) for c in range(span.left, span.right + 1))
                    self._first.update((Place(tab, r, c), place) for r, c in cells)

    def solve(self) -> None:
        """Answers every formula that can be answered."""
        for place in self.shapes:
            if place not in self.answers:
                self._answer_with_needs(place)

    def _answer_with_needs(self, place: Place) -> None:
        stack, path = [place], dict[Place, list[Area | None]]()
        while stack:
            at = stack[-1]
            if at in self.answers:
                stack.pop()
                path.pop(at, None)
                continue
            if at in path:
                self.answers[at] = self._answered(at, path[at])
                continue
            areas = path[at] = list(self.areas(at))
            needs = [need for area in areas if area for need in self.formulas_in(area) if need not in self.answers]
            if not needs:
                self.answers[at] = self._answered(at, areas)
                continue
            for need in needs:
                if need in path:
                    self._close_circle([*path][[*path].index(need) :])
            stack += needs

    def _close_circle(self, circle: list[Place]) -> None:
        found = " → ".join(place.name for place in (*circle[:6], circle[0]))
        for place in circle:
            self.answers[place] = Left(Fault("#VALUE!", H_CYCLE, found=found))

    def areas(self, place: Place) -> Iterator[Area | None]:
        """What a formula reads; None for what lies outside."""
        for reference in self.shapes[place].references:
            area = reference.area(*place)
            if area and reference.tab is not None:
                tab = self._tabs.get(area.tab.casefold())
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
            if len(self._inside) >= _KEPT_RANGES:
                self._inside.pop(next(iter(self._inside)))
            self._inside[area] = list(dict.fromkeys(map(self.first, self._cells.within(area))))
        return self._inside[area]

    def _answered(self, place: Place, areas: list[Area | None]) -> Any:
        """A formula's answer; `Left` where it reads more cells than can be looked at."""
        try:
            return self._answer(place, areas)
        except Fault as fault:
            return Left(fault)

    def _answer(self, place: Place, areas: list[Area | None]) -> Any:
        shape = self.shapes[place]
        values: dict[str, Any] = {}
        key: list[Any] = [shape]
        for name, area, reference in zip(shape.names, areas, shape.references, strict=True):
            if area is None:
                return Left(Fault("#VALUE!", H_OUTSIDE, found=reference.tab or "#REF!"))
            if not reference.is_cell:
                blocked = next((need for need in self.formulas_in(area) if self._is_left(need)), None)
                values[name] = None if blocked else self._range(area)
                key.append(area)
            else:
                cell = Place(*area[:3])
                first = self.first(cell)
                blocked = first if self._is_left(first) else None
                if name in shape.asks_formula and first in self.shapes:
                    values[name], blocked = self.explained(first), None
                elif not blocked:
                    values[name] = self.value(cell)
                key.append((type(values.get(name)), values.get(name)))
            if blocked:
                return Left(Fault("#VALUE!", H_NOT_ANSWERED, found=blocked.name))
        memo = tuple(key)
        if memo not in self._known:
            self._known[memo] = self._computed(shape, values)
        return self._known[memo]

    def _is_left(self, place: Place) -> bool:
        return type(self.answers.get(place)) is Left

    def _computed(self, shape: Shape, values: Mapping[str, Any]) -> Any:
        if shape.tree is None:
            raise AssertionError(shape.text)
        try:
            answer = Run(self.here, values).value(shape.tree)
        except Fault as fault:
            answer = fault
        if isinstance(answer, Fault) and answer.code is F_IMPOSSIBLE and answer.facts.get("expected") == "/":
            answer = Fault(cast(CellErrorName, "#DIV/0!"), F_IMPOSSIBLE, **answer.facts)
        if isinstance(answer, Fault) and not shape.calls_ours and not any(answer is known for known in values.values()):
            return Left(answer)  # operators alone fail as the spreadsheet program says
        return answer

    def explained(self, place: Place) -> str:
        """The formula of a cell, with values in place of its references; F-008 (`Fault`) for too many."""
        shape = self.shapes[place]
        known = {
            name: literal(self.value(Place(*area[:3])) if reference.is_cell else self._range(area))
            for name, area, reference in zip(shape.names, self.areas(place), shape.references, strict=True)
            if area is not None
        }
        return "=" + re.sub(r'"(?:[^"]|"")*"|_ref\d+', lambda match: known.get(match[0], match[0]), shape.text)

    def first(self, cell: Place) -> Place:
        """The cell whose formula a cell shows: its own, or the array's that it lies in."""
        return self._first.get(cell, cell)

    def value(self, cell: Place) -> Any:
        """What a cell shows: its formula's answer, else what stands there; errors as a `Fault`."""
        first = self.first(cell)
        if first in self.answers:
            return self.shown(first, cell)
        row = self._rows[cell.tab].get(cell.row)
        found = row[cell.column] if row and cell.column < len(row) else None
        return self._error(found) if isinstance(found, CellError) else found

    def shown(self, first: Place, cell: Place) -> Any:
        """The part of a formula's answer that a cell shows; what a left one showed before."""
        answer = self.answers[first]
        if isinstance(answer, Left):
            row = self._rows[cell.tab].get(cell.row, [])
            return row[cell.column] if cell.column < len(row) else None
        if not isinstance(answer, list):
            return answer
        down, right = cell.row - first.row, cell.column - first.column
        down, right = (0 if len(answer) == 1 else down), (0 if len(answer[0]) == 1 else right)
        return answer[down][right] if down < len(answer) and right < len(answer[0]) else self._error("#N/A")

    def _range(self, area: Area) -> list[list[Any]]:
        """The cells of an area as rows; a very large one without what lies behind the last used row and column.

        Raises `Fault` F-008 for one that is too large even so.
        """
        if area not in self._ranges:
            tab, top, left, bottom, right = area
            if (bottom - top + 1) * (right - left + 1) > _LARGE:
                bottom = min(bottom, max(top, *self._rows[tab]))
                right = min(right, max(left, self._widths[tab] - 1))
            if (size := (bottom - top + 1) * (right - left + 1)) > MOST_CELLS:
                raise Fault("#VALUE!", F_TOO_MANY, found=f"{size:,}", expected=f"{MOST_CELLS:,}")
            if len(self._ranges) >= _KEPT_RANGES:
                self._ranges.pop(next(iter(self._ranges)))
            self._ranges[area] = [
                [self.value(Place(tab, row, column)) for column in range(left, right + 1)]
                for row in range(top, bottom + 1)
            ]
        return self._ranges[area]

    def _error(self, text: str) -> Fault:
        if text not in self._errors:
            self._errors[text] = Fault(cast(CellErrorName, str(text)), H_ERROR_CELL, found=text)
        return self._errors[text]

    def cells(self, first: Place) -> Iterable[Place]:
        """The cells that show a formula's answer."""
        span = self.spans.get(first)
        if span is None:
            return (first,)
        rows, columns = range(span.top, span.bottom + 1), range(span.left, span.right + 1)
        return [Place(first.tab, row, column) for row in rows for column in columns]
