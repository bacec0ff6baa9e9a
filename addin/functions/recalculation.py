"""Answers the formulas of whole sheets: each after those that it reads, equal ones once.

A formula is answered when it consists of our functions, operators, constants, and references to cells
that hold constants or answered formulas. Any other is left as it is, with the reason. One that calls none
of ours is the spreadsheet program's: it is answered only for those that read it, and only where that is
what the program itself stored.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, NamedTuple, cast

from addin.functions.as_excel import F_UNSURE, short
from addin.functions.calls import F_TOO_MANY, MOST_CELLS, broken
from addin.functions.cell_values import agree, as_cell
from addin.functions.evaluate import Run
from addin.functions.layout import KEPT_RANGES, Layout
from addin.functions.literals import literal
from addin.functions.places import Area, Place
from addin.functions.shapes import Shape
from addin.registry.entry import Context
from rules.answer import CellErrorName, Fault
from rules.errors import Code
from sheets_schema.cells import CellError
from sheets_schema.grid.contents import Grid

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

F_ONE_CELL = Code(
    "F-607",
    "这里要一格,写的是区域 {found},取哪一格由表格软件定",
    "one cell is meant where the range {found} stands; which one, the spreadsheet program knows",
    "写成一格,或在表格软件里算",
    "write one cell, or let a spreadsheet program compute it",
)
F_DISAGREES = Code(
    "F-606",
    "文件里存的是“{found}”,按现在的数算是“{expected}”:没有重算过",
    "the file shows “{found}”, today's cells make “{expected}”: it was not computed again",
    "在表格软件里打开、重算、保存",
    "open, recalculate and save it in a spreadsheet program",
)

_LARGE = 1_000_000
"""Cells; a whole column has more."""


class Left(NamedTuple):
    """A formula that is left to a spreadsheet program."""

    why: Fault


class Sheets(Layout):
    """The formulas of some tabs and what they answer; `solve` fills `answers`."""

    def __init__(self, grids: Mapping[str, Grid], here: Context, *, date1904: bool = False) -> None:
        super().__init__(grids)
        self.here = here
        self.date1904 = date1904
        self.answers: dict[Place, Any] = {place: Left(shape.why) for place, shape in self.shapes.items() if shape.why}
        """Value, rows, `Fault` or `Left` of each formula, by its (first) cell."""
        self.moved: set[Place] = set()
        """The formulas, by their (first) cell, that answer something else than the file shows."""
        self._settled: set[Area] = set()
        """Ranges whose formulas are all answered."""
        self._blocked: dict[Area, Place | None] = {}
        self._known: dict[Any, Any] = {}
        self._errors: dict[str, Fault] = {}
        self._ranges: dict[Area, list[list[Any]]] = {}

    def solve(self) -> None:
        """Answers every formula that can be answered."""
        for place in self.shapes:
            if place not in self.answers:
                self.answer(place)

    def answer(self, place: Place) -> None:
        """Answers one formula, and those that it reads."""
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
            needs = [need for area in areas if area for need in self._open(area)]
            if not needs:
                self.answers[at] = self._answered(at, areas)
                continue
            for need in needs:
                if need in path:
                    self._close_circle([*path][[*path].index(need) :])
            stack += needs

    def _open(self, area: Area) -> list[Place]:
        """The formulas of an area that have no answer yet."""
        if area in self._settled:
            return []
        waiting = [place for place in self.formulas_in(area) if place not in self.answers]
        if not waiting:
            self._settled.add(area)
        return waiting

    def _close_circle(self, circle: list[Place]) -> None:
        found = " → ".join(place.name for place in (*circle[:6], circle[0]))
        for place in circle:
            self.answers[place] = Left(Fault("#VALUE!", H_CYCLE, found=found))

    def _answered(self, place: Place, areas: list[Area | None]) -> Any:
        """A formula's answer; `Left` where it has none that is certain."""
        try:
            answer = self._answer(place, areas)
        except Fault as fault:
            answer = Left(fault)
        except Exception as error:
            answer = broken(f"={self.shapes[place].text}", error)
        if isinstance(answer, Left):
            return answer
        if not self.shapes[place].calls_ours:
            if any(need in self.moved for area in areas if area for need in self.formulas_in(area)):
                self.moved.add(place)
                return answer
            return self._as_stored(place, answer)
        if any(not agree(as_cell(self._part(place, answer, cell)), self.stored(cell)) for cell in self.cells(place)):
            self.moved.add(place)
        return answer

    def _as_stored(self, place: Place, answer: Any) -> Any:
        """The answer of the program's own formula, if it is what the file shows for it, or if that shows nothing."""
        for cell in self.cells(place):
            stored, found = self.stored(cell), as_cell(self._part(place, answer, cell))
            if stored is not None and not agree(found, stored, loosely=True):
                return Left(Fault("#VALUE!", F_DISAGREES, found=short(stored), expected=short(found)))
        return answer

    def _answer(self, place: Place, areas: list[Area | None]) -> Any:
        shape = self.shapes[place]
        if shape.crossed and place not in self.spans:
            area = areas[shape.names.index(shape.crossed)]
            return Left(Fault("#VALUE!", F_ONE_CELL, found=area.name if area else "#REF!"))
        values: dict[str, Any] = {}
        key: list[Any] = [shape]
        for name, area, reference in zip(shape.names, areas, shape.references, strict=True):
            if area is None:
                return Left(Fault("#VALUE!", H_OUTSIDE, found=reference.tab or "#REF!"))
            if not reference.is_cell:
                blocked = self._left_in(area)
                values[name] = None if blocked else self._range(area)
                key.append(area)
            else:
                cell = Place(*area[:3])
                first = self.first(cell)
                blocked = first if self._is_left(first) else None
                if name in shape.asks_formula and first in self.shapes and (not blocked or self.shapes[first].why):
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

    def _left_in(self, area: Area) -> Place | None:
        """A formula of an area, all of whose are answered, that was left."""
        if area not in self._blocked:
            self._blocked[area] = next((need for need in self.formulas_in(area) if self._is_left(need)), None)
        return self._blocked[area]

    def _is_left(self, place: Place) -> bool:
        return type(self.answers.get(place)) is Left

    def _computed(self, shape: Shape, values: Mapping[str, Any]) -> Any:
        if shape.tree is None:
            raise AssertionError(shape.text)
        answer = Run(self.here, values, date1904=self.date1904).answer(shape.tree)
        for cell in (cell for row in answer for cell in row) if isinstance(answer, list) else (answer,):
            if isinstance(cell, Fault) and cell.code is F_UNSURE:
                return Left(cell)
        return 0.0 if answer is None and not shape.calls_ours else answer

    def explained(self, place: Place) -> str:
        """The formula of a cell, with values in place of its references; F-008 (`Fault`) for too many."""
        shape = self.shapes[place]
        known = {
            name: literal(self.value(Place(*area[:3])) if reference.is_cell else self._range(area))
            for name, area, reference in zip(shape.names, self.areas(place), shape.references, strict=True)
            if area is not None
        }
        return "=" + re.sub(r'"(?:[^"]|"")*"|_ref\d+', lambda match: known.get(match[0], match[0]), shape.text)

    def value(self, cell: Place) -> Any:
        """What a cell holds for a formula that reads it: errors as a `Fault`, a blank answer as the empty text.

        A cell that holds the empty text (a formula's blank, pasted as a value) is not blank either.
        """
        first = self.first(cell)
        if first in self.answers:
            shown = self.shown(first, cell)
            return "" if shown is None else shown
        found = self.in_file(cell)
        return self._error(found) if isinstance(found, CellError) else found

    def shown(self, first: Place, cell: Place) -> Any:
        """The part of a formula's answer that a cell shows; what a left one showed before."""
        answer = self.answers[first]
        return self.stored(cell) if isinstance(answer, Left) else self._part(first, answer, cell)

    def _part(self, first: Place, answer: Any, cell: Place) -> Any:
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
                bottom = min(bottom, max(top, *self.rows[tab]))
                right = min(right, max(left, self.widths[tab] - 1))
            if (size := (bottom - top + 1) * (right - left + 1)) > MOST_CELLS:
                raise Fault("#VALUE!", F_TOO_MANY, found=f"{size:,}", expected=f"{MOST_CELLS:,}")
            if len(self._ranges) >= KEPT_RANGES:
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
