"""A store in memory: the reference of the contract suite, and quick tests of whole rounds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Self

from rules.errors import Busy, Code, Error, Refused
from sheets_schema.grid.address import LAST_COLUMN, LAST_ROW, cell_name, parse_range
from sheets_schema.grid.agrees import agrees
from sheets_schema.grid.codes import X_ADDRESS, X_ARRAY, X_CHANGED, X_MOVED, X_NO_TAB, X_ROW_TAKEN, X_TAB_NAME
from sheets_schema.grid.contents import Grid
from sheets_schema.grid.edits import (
    UNSET,
    ArrayFormula,
    CellEdit,
    CellRefusal,
    Formula,
    NewTab,
    Receipt,
    RowAppend,
)
from sheets_schema.grid.shift import shift
from sheets_schema.grid.writable import Unwritable, check_value
from sync.backends.port import Landing
from sync.backends.whole import broken

Cells = dict[tuple[int, int], Any]


class ShownFormula(Formula):
    """A formula with the value that it shows."""

    shown: Any

    def __new__(cls, text: str, shown: Any) -> Self:
        """A formula without ``=``, and its value."""
        answer = super().__new__(cls, text)
        answer.shown = shown
        return answer


class MemoryStore:
    """Tabs as ``{(row, column): value}``; a formula shows nothing unless it is a `ShownFormula`."""

    durable = True

    def __init__(self, tabs: Mapping[str, Sequence[Sequence[Any]]], where: str = "memory") -> None:
        self.where = where
        self._tabs: dict[str, Cells] = {name: _cells(rows) for name, rows in tabs.items()}
        self._version = 0
        self._owner = ""

    def tabs(self) -> list[str]:
        """The names of the tabs, in order."""
        return list(self._tabs)

    def version(self) -> str:
        """A counter of writes."""
        return str(self._version)

    def read(self, tab: str) -> Grid:
        """A tab's contents."""
        cells = self._tab(tab, Error)
        by_row: dict[int, dict[int, Any]] = {}
        for (number, column), value in cells.items():
            by_row.setdefault(number, {})[column] = _shown(value) if isinstance(value, Formula) else value
        numbers = sorted(by_row)
        rows = []
        for number in numbers:
            row = [by_row[number].get(column) for column in range(max(by_row[number]) + 1)]
            while row and row[-1] is None:
                row.pop()
            rows.append(row)
        formulas = {place: str(value) for place, value in cells.items() if isinstance(value, Formula)}
        arrays = {place: value.ref for place, value in cells.items() if isinstance(value, ArrayFormula)}
        return Grid(tab, numbers, rows, formulas, arrays)

    def apply(
        self,
        *,
        edits: Sequence[CellEdit] = (),
        appends: Sequence[RowAppend] = (),
        new_tabs: Sequence[NewTab] = (),
        expected: str,
        whole: Sequence[Sequence[CellEdit]] = (),
        owner: str | None = None,
    ) -> Receipt:
        """Writes what can be written."""
        if expected != self.version():
            raise Busy(X_MOVED)
        before = {name: dict(cells) for name, cells in self._tabs.items()} if whole else {}
        receipt = self._applied(edits, appends, new_tabs)
        left = {edit.place for edit in broken(whole, receipt)}
        if left:
            self._tabs = before
            rest = [edit for edit in edits if edit.place not in left]
            receipt = replace(receipt, changed=self._applied(rest, appends, new_tabs).changed)
        if owner is not None and (receipt.changed or not (edits or appends or new_tabs)):
            self._owner = owner
            receipt = receipt if receipt.changed else Receipt([owner])
        self._version += bool(receipt.changed)
        return replace(receipt, version=self.version())

    def owner(self) -> str:
        """As it was written."""
        return self._owner

    def tidy(self) -> list[Error]:
        """Nothing is left behind in memory."""
        return []

    def settle(self, sent: str) -> Landing:
        """By the count of writes."""
        return Landing.NOTHING if self.version() == sent else Landing.UNKNOWN

    def restore(self, backup: str, former: str, expected: str) -> Receipt | None:  # noqa: ARG002 - it keeps none
        """No backups are kept in memory."""
        return None

    def _applied(self, edits: Sequence[CellEdit], appends: Sequence[RowAppend], new_tabs: Sequence[NewTab]) -> Receipt:
        for name in [*(edit.tab for edit in edits), *(append.tab for append in appends)]:
            self._tab(name, Refused)
        report = Receipt()
        last = {(edit.tab, edit.row, edit.col): edit for edit in edits}
        arrays = self._arrays_kept(last)
        for edit in last.values():
            self._write(edit, report, arrays)
        for append in appends:
            self._append(append, report)
        for tab in new_tabs:
            if tab.name.lower() in map(str.lower, self._tabs):
                report.refused.append(CellRefusal(tab.name, None, None, X_TAB_NAME, {"found": tab.name}))
            else:
                self._tabs[tab.name] = _cells(tab.rows)
                report.changed.append(tab.name)
        return report

    def _tab(self, name: str, error: type[Error]) -> Cells:
        if name not in self._tabs:
            raise error(X_NO_TAB, found=name, expected="、".join(self._tabs))
        return self._tabs[name]

    def _arrays_kept(self, edits: Mapping[tuple[str, int, int], CellEdit]) -> dict[tuple[str, int, int], str]:
        """The cells of array formulas that are not replaced as a whole, with their ranges."""
        kept = {}
        for tab, cells in self._tabs.items():
            for value in cells.values():
                area = parse_range(value.ref) if isinstance(value, ArrayFormula) else None
                places = [(tab, *place) for place in area.cells()] if area else []
                if not all(place in edits for place in places):
                    kept.update(dict.fromkeys(places, str(area)))
        return kept

    def _write(self, edit: CellEdit, report: Receipt, arrays: Mapping[tuple[str, int, int], str]) -> None:
        cells = self._tabs[edit.tab]
        now = cells.get((edit.row, edit.col))
        refusal: tuple[Code, Mapping[str, Any]] | None = None
        try:
            check_value(edit.value)
        except Unwritable as no:
            refusal = (no.code, no.facts)
        if not (1 <= edit.row <= LAST_ROW and 0 <= edit.col <= LAST_COLUMN):
            refusal = (X_ADDRESS, {"found": edit.name.rpartition("!")[2]})
        elif ref := arrays.get((edit.tab, edit.row, edit.col)):
            refusal = (X_ARRAY, {"found": ref})
        elif edit.expect is not UNSET and not agrees(now, edit.expect):
            refusal = (X_CHANGED, {"found": now, "expected": edit.expect})
        if refusal:
            report.refused.append(edit.refused(*refusal))
            return
        _put(cells, edit.row, edit.col, edit.value)
        report.changed.append(edit.name)

    def _append(self, append: RowAppend, report: Receipt) -> None:
        cells = self._tabs[append.tab]
        values = dict(append.values)
        for column in append.formula_cols:
            model = cells.get((append.like or 0, column))
            if column not in values and isinstance(model, Formula):
                values[column] = Formula(shift(model, append.row - (append.like or 0), 0))
        names = {column: f"{append.tab}!{cell_name(append.row, column)}" for column in sorted(values)}
        if any(row == append.row for row, _ in cells):
            facts = {"found": append.row}
            report.refused.extend(CellRefusal(append.tab, append.row, column, X_ROW_TAKEN, facts) for column in names)
            return
        for column, name in names.items():
            _put(cells, append.row, column, values[column])
            if values[column] is not None:
                report.changed.append(name)


def _shown(formula: Formula) -> Any:
    return formula.shown if isinstance(formula, ShownFormula) else None


def _put(cells: Cells, row: int, column: int, value: Any) -> None:
    cells.pop((row, column), None)
    if value is not None and value != "":
        number = isinstance(value, int) and not isinstance(value, bool)
        cells[row, column] = float(value) if number else value


def _cells(rows: Sequence[Sequence[Any]]) -> Cells:
    cells: Cells = {}
    for number, row in enumerate(rows, 1):
        for column, value in enumerate(row):
            _put(cells, number, column, value)
    return cells
