"""A workbook that is open in Excel as a store: read and written through xlwings' ranges, a block at a time."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from typing import Any

from addin.hosts.excel.reading import read_sheet
from addin.hosts.excel.writing import H_NOT_WRITTEN, write_cells
from addin.hosts.write_checks import appended, arrays, may_write
from rules.errors import Busy, Error, Refused
from sheets_schema.grid.address import Range
from sheets_schema.grid.codes import X_MOVED, X_NO_TAB, X_TAB_NAME
from sheets_schema.grid.contents import Grid
from sheets_schema.grid.edits import CellEdit, CellRefusal, NewTab, Receipt, RowAppend


class ExcelStore:
    """An open workbook; `book` is xlwings' Book. Its version is a hash of all cells."""

    def __init__(self, book: Any) -> None:
        self._book = book

    def tabs(self) -> list[str]:
        """The names of the tabs, in order."""
        return [sheet.name for sheet in self._book.sheets]

    def version(self) -> str:
        """Changes with any value or formula of any tab, saved or not."""
        seen = hashlib.sha256()
        for sheet in self._book.sheets:
            used = sheet.used_range
            seen.update(repr((sheet.name, used.row, used.column, used.raw_value, used.formula)).encode())
        return seen.hexdigest()

    def read(self, tab: str) -> Grid:
        """A tab as the person sees it. Raises X-012."""
        return read_sheet(self._sheet(tab, Error))

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
        self._write(list(last.values()), report)
        for append in appends:
            self._append(append, report)
        for tab in new_tabs:
            self._add(tab, report)
        return report

    def _sheet(self, tab: str, error: type[Error]) -> Any:
        for sheet in self._book.sheets:
            if sheet.name == tab:
                return sheet
        raise error(X_NO_TAB, found=tab, expected="、".join(self.tabs()))

    def _write(self, edits: Sequence[CellEdit], report: Receipt) -> None:
        """Checks each edit against what stands there now, then writes; told in the order of the edits."""
        written: set[str] = set()
        for tab in dict.fromkeys(edit.tab for edit in edits):
            sheet = self._sheet(tab, Refused)
            grid = read_sheet(sheet)
            here = [edit for edit in edits if edit.tab == tab]
            kept, replaced = arrays(grid, {(edit.row, edit.col) for edit in here})
            locked = _locked(sheet)
            ready = [edit for edit in here if may_write(grid, edit, kept, locked, report)]
            for area in replaced:
                sheet.range((area.top, area.left + 1), (area.bottom, area.right + 1)).clear_contents()
            done, refused = write_cells(sheet, ready, bool(self._book.api.Date1904))
            written |= done
            report.refused.extend(refused)
        report.changed.extend(edit.name for edit in edits if edit.name in written)

    def _append(self, append: RowAppend, report: Receipt) -> None:
        sheet = self._sheet(append.tab, Refused)
        edits = appended(read_sheet(sheet), append, report)
        if edits and append.like:
            sheet.range(f"{append.like}:{append.like}").copy()
            sheet.range(f"{append.row}:{append.row}").paste("formats")
        self._write(edits, report)

    def _add(self, tab: NewTab, report: Receipt) -> None:
        if tab.name.lower() in map(str.lower, self.tabs()):
            report.refused.append(CellRefusal(tab.name, None, None, X_TAB_NAME, {"found": tab.name}))
            return
        before = self._book.sheets.active
        try:
            sheet = self._book.sheets.add(name=tab.name, after=self._book.sheets[-1])
        except Exception as error:  # pywintypes.com_error: the workbook's structure is protected
            report.refused.append(CellRefusal(tab.name, None, None, H_NOT_WRITTEN, {"found": error}))
            return
        cells = [
            CellEdit(tab.name, row, column, value)
            for row, values in enumerate(tab.rows, 1)
            for column, value in enumerate(values)
            if value is not None
        ]
        inside = Receipt()
        self._write(cells, inside)
        report.refused.extend(inside.refused)
        if tab.rows:
            sheet.range("1:1").font.bold = True
            window = self._book.app.api.ActiveWindow
            window.SplitRow, window.FreezePanes = 1, True
        for column, width in enumerate(tab.widths, 1):
            sheet.range((1, column)).column_width = width
        if tab.hidden_name:
            self._book.names.add(tab.hidden_name, f"='{tab.name}'!$A$1").api.Visible = False
        sheet.visible = not tab.hidden
        before.activate()
        report.changed.append(tab.name)


def _locked(sheet: Any) -> Callable[[CellEdit], bool]:
    protected = sheet.api.ProtectContents
    return lambda edit: bool(protected and sheet.range((edit.row, edit.col + 1)).api.Locked)


def full_name(book: Any) -> str:
    """Path and name of an open workbook; the address of one in the cloud that no folder of this computer holds."""
    try:
        return str(book.fullname)
    except Exception:  # xlwings finds no folder for the address
        return str(book.api.FullName)


def selected(book: Any) -> tuple[str, Range]:
    """The active tab and the selected cells, rows from 1 and columns from 0."""
    area = book.selection
    sheet = book.sheets.active
    if area is None:
        return sheet.name, Range(1, 0, 1, 0)
    rows, columns = area.shape
    return sheet.name, Range(area.row, area.column - 1, area.row + rows - 1, area.column + columns - 2)
