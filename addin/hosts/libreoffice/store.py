"""A document that is open in LibreOffice as a store; what `apply` writes is one step of its undo."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from typing import Any

from addin.hosts.libreoffice import uno_types
from addin.hosts.libreoffice.reading import cells, read_sheet, used
from addin.hosts.libreoffice.writing import add_sheet, write_cell
from addin.hosts.write_checks import appended, arrays, may_write
from rules.errors import Busy, Error, Refused
from sheets_schema.grid.address import Range
from sheets_schema.grid.codes import X_MOVED, X_NO_TAB, X_TAB_NAME
from sheets_schema.grid.contents import Grid
from sheets_schema.grid.edits import CellEdit, CellRefusal, NewTab, Receipt, RowAppend

STEP = "全流程"
"""What the step is called in the menu of undo."""


class OpenDocument:
    """A spreadsheet in a window; `document` is LibreOffice's object. Its version is a hash of all cells."""

    def __init__(self, document: Any) -> None:
        self.document = document

    def tabs(self) -> list[str]:
        """The names of the tabs, in order."""
        return list(self.document.Sheets.ElementNames)

    def version(self) -> str:
        """Changes with any value or formula of any tab, saved or not."""
        seen = hashlib.sha256()
        for sheet in self.document.Sheets:
            whole = cells(sheet, used(sheet))
            seen.update(repr((sheet.Name, whole.getDataArray(), whole.getFormulaArray())).encode("utf-8", "replace"))
        return seen.hexdigest()

    def read(self, tab: str) -> Grid:
        """A tab as the person sees it. Raises X-012."""
        return read_sheet(self.document, self._sheet(tab, Error))

    def apply(
        self,
        *,
        edits: Sequence[CellEdit] = (),
        appends: Sequence[RowAppend] = (),
        new_tabs: Sequence[NewTab] = (),
        expected: str,
    ) -> Receipt:
        """Writes what can be written; refused cells are told with their reason."""
        if expected != self.version():
            raise Busy(X_MOVED)
        for name in [*(edit.tab for edit in edits), *(append.tab for append in appends)]:
            self._sheet(name, Refused)
        report = Receipt()
        last = {(edit.tab, edit.row, edit.col): edit for edit in edits}
        with uno_types.one_step(self.document, STEP):
            self._write(list(last.values()), report)
            for append in appends:
                self._append(append, report)
            for tab in new_tabs:
                if tab.name.lower() in map(str.lower, self.tabs()):
                    report.refused.append(CellRefusal(tab.name, None, None, X_TAB_NAME, {"found": tab.name}))
                else:
                    add_sheet(self.document, tab)
                    report.changed.append(tab.name)
        return report

    def _sheet(self, tab: str, error: type[Error]) -> Any:
        if not self.document.Sheets.hasByName(tab):
            raise error(X_NO_TAB, found=tab, expected="、".join(self.tabs()))
        return self.document.Sheets.getByName(tab)

    def _write(self, edits: Sequence[CellEdit], report: Receipt) -> None:
        """Checks each edit against what stands there now, then writes."""
        for tab in dict.fromkeys(edit.tab for edit in edits):
            sheet = self._sheet(tab, Refused)
            grid = read_sheet(self.document, sheet)
            here = [edit for edit in edits if edit.tab == tab]
            kept, replaced = arrays(grid, {(edit.row, edit.col) for edit in here})
            locked = _locked(sheet)
            ready = [edit for edit in here if may_write(grid, edit, kept, locked, report)]
            for area in replaced:
                cells(sheet, area).clearContents(_CONTENTS)
            for edit in ready:
                write_cell(self.document, sheet, edit)
                report.changed.append(edit.name)

    def _append(self, append: RowAppend, report: Receipt) -> None:
        sheet = self._sheet(append.tab, Refused)
        edits = appended(read_sheet(self.document, sheet), append, report)
        if edits and append.like:
            _copy_look(sheet, append.like, append.row)
        self._write(edits, report)


_CONTENTS = 1 | 2 | 4 | 16
"""Values, days, texts and formulas, as Calc counts kinds of contents."""


def _copy_look(sheet: Any, source: int, target: int) -> None:
    """A row's styles and height for another row, without its contents."""
    last = used(sheet).right
    model = cells(sheet, Range(source, 0, source, last))
    place = sheet.getCellByPosition(0, target - 1).CellAddress
    sheet.copyRange(place, model.RangeAddress)
    cells(sheet, Range(target, 0, target, last)).clearContents(_CONTENTS)
    sheet.Rows.getByIndex(target - 1).Height = sheet.Rows.getByIndex(source - 1).Height


def _locked(sheet: Any) -> Callable[[CellEdit], bool]:
    protected = sheet.isProtected()
    return lambda edit: bool(protected and sheet.getCellByPosition(edit.col, edit.row - 1).CellProtection.IsLocked)
