"""A workbook that is open in Excel as a store: read and written through xlwings' ranges, a block at a time."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

from addin.hosts.excel.reading import read_sheet
from addin.hosts.excel.writing import H_NOT_WRITTEN, write_cells
from rules.errors import Busy, Code, Error, Refused
from sync.backends.workbook.address import LAST_COLUMN, LAST_ROW, Range, parse_range
from sync.backends.workbook.cellxml import Unwritable, content
from sync.backends.workbook.codes import (
    X_ADDRESS,
    X_ARRAY,
    X_CHANGED,
    X_LOCKED,
    X_MERGED,
    X_MOVED,
    X_NO_TAB,
    X_ROW_TAKEN,
    X_TAB_NAME,
)
from sync.backends.workbook.edits import (
    UNSET,
    ArrayFormula,
    CellEdit,
    CellRefusal,
    Formula,
    NewTab,
    PatchReport,
    RowAppend,
)
from sync.backends.workbook.formula import shift
from sync.backends.workbook.grid import Grid
from sync.backends.workbook.sheet_patch import agrees


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
    ) -> PatchReport:
        """Writes what can be written; refused cells are told with their reason."""
        if expected != self.version():
            raise Busy(X_MOVED)
        for name in [*(edit.tab for edit in edits), *(append.tab for append in appends)]:
            self._sheet(name, Refused)
        report = PatchReport()
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

    def _write(self, edits: Sequence[CellEdit], report: PatchReport) -> None:
        """Checks each edit against what stands there now, then writes; told in the order of the edits."""
        written: set[str] = set()
        for tab in dict.fromkeys(edit.tab for edit in edits):
            sheet = self._sheet(tab, Refused)
            grid = read_sheet(sheet)
            here = [edit for edit in edits if edit.tab == tab]
            kept, replaced = _arrays(grid, {(edit.row, edit.col) for edit in here})
            ready = [edit for edit in here if _may(sheet, grid, edit, kept, report)]
            for area in replaced:
                sheet.range((area.top, area.left + 1), (area.bottom, area.right + 1)).clear_contents()
            done, refused = write_cells(sheet, ready, bool(self._book.api.Date1904))
            written |= done
            report.refused.extend(refused)
        report.changed.extend(edit.name for edit in edits if edit.name in written)

    def _append(self, append: RowAppend, report: PatchReport) -> None:
        sheet = self._sheet(append.tab, Refused)
        grid = read_sheet(sheet)
        values = dict(append.values)
        for column in append.formula_cols:
            model = grid.formulas.get((append.like or 0, column))
            if column not in values and model is not None:
                values[column] = Formula(shift(model, append.row - (append.like or 0), 0))
        edits = [CellEdit(append.tab, append.row, column, values[column]) for column in sorted(values)]
        if append.row in grid.numbers:
            facts = {"found": append.row}
            report.refused.extend(CellRefusal(edit.name, X_ROW_TAKEN, facts) for edit in edits)
            return
        if append.like:
            sheet.range(f"{append.like}:{append.like}").copy()
            sheet.range(f"{append.row}:{append.row}").paste("formats")
        self._write([edit for edit in edits if edit.value is not None], report)

    def _add(self, tab: NewTab, report: PatchReport) -> None:
        if tab.name.lower() in map(str.lower, self.tabs()):
            report.refused.append(CellRefusal(tab.name, X_TAB_NAME, {"found": tab.name}))
            return
        before = self._book.sheets.active
        try:
            sheet = self._book.sheets.add(name=tab.name, after=self._book.sheets[-1])
        except Exception as error:  # pywintypes.com_error: the workbook's structure is protected
            report.refused.append(CellRefusal(tab.name, H_NOT_WRITTEN, {"found": error}))
            return
        cells = [
            CellEdit(tab.name, row, column, value)
            for row, values in enumerate(tab.rows, 1)
            for column, value in enumerate(values)
            if value is not None
        ]
        inside = PatchReport()
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


def _arrays(grid: Grid, places: set[tuple[int, int]]) -> tuple[dict[tuple[int, int], str], list[Range]]:
    """The cells of array formulas that are only partly written, with their ranges; and the others as ranges."""
    kept: dict[tuple[int, int], str] = {}
    replaced = []
    for ref in grid.arrays.values():
        area = parse_range(ref)
        if area is None or places.isdisjoint(area.cells()):
            continue
        if places.issuperset(area.cells()):
            replaced.append(area)
        else:
            kept.update(dict.fromkeys(area.cells(), ref))
    return kept, replaced


def _may(sheet: Any, grid: Grid, edit: CellEdit, kept: dict[tuple[int, int], str], report: PatchReport) -> bool:
    """Whether an edit may be written; tells the reason where it may not."""
    now = grid.value(edit.row, edit.col)
    refusal: tuple[Code, Mapping[str, Any]] | None = None
    if not (1 <= edit.row <= LAST_ROW and 0 <= edit.col <= LAST_COLUMN):
        refusal = (X_ADDRESS, {"found": edit.name.rpartition("!")[2]})
    elif ref := kept.get((edit.row, edit.col)):
        refusal = (X_ARRAY, {"found": ref})
    elif edit.expect is not UNSET and not agrees(now, edit.expect):
        refusal = (X_CHANGED, {"found": now, "expected": edit.expect})
    elif merged := next((area for area in grid.merged if _inside(edit, area)), None):
        refusal = (X_MERGED, {"found": merged})
    elif sheet.api.ProtectContents and sheet.range((edit.row, edit.col + 1)).api.Locked:
        refusal = (X_LOCKED, {})
    elif isinstance(edit.value, ArrayFormula) and (taken := _taken(grid, edit, edit.value)):
        refusal = (X_CHANGED, {"found": taken, "expected": ""})
    else:
        try:
            content(edit.value)
        except Unwritable as no:
            refusal = (no.code, no.facts)
    if refusal:
        report.refused.append(CellRefusal(edit.name, *refusal))
    return refusal is None


def _taken(grid: Grid, edit: CellEdit, array: ArrayFormula) -> Any:
    """What stands in the way of an array formula, beside its own first cell."""
    area = parse_range(array.ref)
    places = area.cells() if area else ()
    values = (grid.value(*place) for place in places if place != (edit.row, edit.col))
    return next((value for value in values if value is not None), None)


def _inside(edit: CellEdit, area: Range) -> bool:
    """Whether a cell lies in a merged range without being its first."""
    within = area.top <= edit.row <= area.bottom and area.left <= edit.col <= area.right
    return within and (edit.row, edit.col) != (area.top, area.left)


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
