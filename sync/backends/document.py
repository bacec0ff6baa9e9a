"""A workbook that is open in a spreadsheet program as a store: nothing that is written there stays before somebody saves."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import Any

from rules.errors import Code
from sheets_schema.grid.agrees import agrees
from sheets_schema.grid.contents import Grid
from sheets_schema.grid.edits import CellEdit, CellRefusal, Formula, NewTab, Receipt, RowAppend
from sync.backends.port import Tabs
from sync.backends.unsaved import Unsaved
from sync.backends.whole import broken

X_NOT_KEPT = Code(
    "X-206",
    "写进打开着的工作簿后读回来不是 {expected},而是 {found}",
    "read back from the open workbook, the cell holds {found} instead of {expected}",
    "检查单元格的格式和数据验证,再同步一次",
    "check the cell's format and validation, then sync again",
)


class DocumentStore(Unsaved):
    """The document of a workbook, as its program shows it; `where` is what messages call it."""

    def __init__(self, sheets: Tabs, where: str) -> None:
        self._sheets = sheets
        self.where = where

    def tabs(self) -> list[str]:
        """The names of the tabs, in order."""
        return self._sheets.tabs()

    def version(self) -> str:
        """The program's own."""
        return self._sheets.version()

    def read(self, tab: str) -> Grid:
        """A tab as it shows now."""
        return self._sheets.read(tab)

    def apply(
        self,
        *,
        edits: Sequence[CellEdit] = (),
        appends: Sequence[RowAppend] = (),
        new_tabs: Sequence[NewTab] = (),
        expected: str,
        whole: Sequence[Sequence[CellEdit]] = (),
        owner: str | None = None,  # noqa: ARG002 - its file keeps it
    ) -> Receipt:
        """Writes, reads back, and puts back what stood in the cells of a group that is broken."""
        before = {tab: self.read(tab) for tab in {edit.tab for group in whole for edit in group}}
        receipt = self._sheets.apply(edits=edits, appends=appends, new_tabs=new_tabs, expected=expected)
        receipt = dataclasses.replace(receipt, refused=[*receipt.refused, *self._not_kept(edits, appends, receipt)])
        refused = receipt.places
        back = [
            CellEdit(edit.tab, edit.row, edit.col, _stood(before[edit.tab], edit))
            for edit in broken(whole, receipt)
            if edit.place not in refused
        ]
        if back:
            self._sheets.apply(edits=back, expected=self.version())
        return receipt

    def _not_kept(self, edits: Sequence[CellEdit], appends: Sequence[RowAppend], receipt: Receipt) -> list[CellRefusal]:
        """The cells that do not hold what was written."""
        refused = receipt.places
        wanted = [(edit.place, edit.value) for edit in edits]
        wanted += [((row.tab, row.row, column), value) for row in appends for column, value in row.values.items()]
        grids = {tab: self.read(tab) for tab in {at[0] for at, _ in wanted}}
        return [
            CellRefusal(*at, X_NOT_KEPT, {"found": found, "expected": value})
            for at, value in wanted
            if at not in refused and not agrees(found := grids[at[0]].value(*at[1:]), value)
        ]


def _stood(grid: Grid, edit: CellEdit) -> Any:
    """What a cell held: its formula before its value."""
    formula = grid.formulas.get((edit.row, edit.col))
    return Formula(formula) if formula else grid.value(edit.row, edit.col)
