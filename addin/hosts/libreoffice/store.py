"""A document that is open in LibreOffice as a store; what `apply` writes is one step of its undo."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

from addin.hosts.libreoffice import uno_types
from addin.hosts.libreoffice.reading import cells, read_sheet, used
from addin.hosts.libreoffice.writing import add_sheet, write_cell
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
    ) -> PatchReport:
        """Writes what can be written; refused cells are told with their reason."""
        if expected != self.version():
            raise Busy(X_MOVED)
        for name in [*(edit.tab for edit in edits), *(append.tab for append in appends)]:
            self._sheet(name, Refused)
        report = PatchReport()
        last = {(edit.tab, edit.row, edit.col): edit for edit in edits}
        with uno_types.one_step(self.document, STEP):
            self._write(list(last.values()), report)
            for append in appends:
                self._append(append, report)
            for tab in new_tabs:
                if tab.name.lower() in map(str.lower, self.tabs()):
                    report.refused.append(CellRefusal(tab.name, X_TAB_NAME, {"found": tab.name}))
                else:
                    add_sheet(self.document, tab)
                    report.changed.append(tab.name)
        return report

    def _sheet(self, tab: str, error: type[Error]) -> Any:
        if not self.document.Sheets.hasByName(tab):
            raise error(X_NO_TAB, found=tab, expected="、".join(self.tabs()))
        return self.document.Sheets.getByName(tab)

    def _write(self, edits: Sequence[CellEdit], report: PatchReport) -> None:
        """Checks each edit against what stands there now, then writes."""
        for tab in dict.fromkeys(edit.tab for edit in edits):
            sheet = self._sheet(tab, Refused)
            grid = read_sheet(self.document, sheet)
            here = [edit for edit in edits if edit.tab == tab]
            kept, replaced = _arrays(grid, {(edit.row, edit.col) for edit in here})
            ready = [edit for edit in here if _may(sheet, grid, edit, kept, report)]
            for area in replaced:
                cells(sheet, area).clearContents(_CONTENTS)
            for edit in ready:
                write_cell(self.document, sheet, edit)
                report.changed.append(edit.name)

    def _append(self, append: RowAppend, report: PatchReport) -> None:
        sheet = self._sheet(append.tab, Refused)
        grid = read_sheet(self.document, sheet)
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
            _copy_look(sheet, append.like, append.row)
        self._write([edit for edit in edits if edit.value is not None], report)


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


def _may(sheet: Any, grid: Grid, edit: CellEdit, kept: Mapping[tuple[int, int], str], report: PatchReport) -> bool:
    """Whether an edit may be written; tells the reason where it may not."""
    refusal = _refusal(sheet, grid, edit, kept)
    if refusal:
        report.refused.append(CellRefusal(edit.name, *refusal))
    return refusal is None


def _refusal(
    sheet: Any, grid: Grid, edit: CellEdit, kept: Mapping[tuple[int, int], str]
) -> tuple[Code, Mapping[str, Any]] | None:
    if not (1 <= edit.row <= LAST_ROW and 0 <= edit.col <= LAST_COLUMN):
        return X_ADDRESS, {"found": edit.name.rpartition("!")[2]}
    if ref := kept.get((edit.row, edit.col)):
        return X_ARRAY, {"found": ref}
    now = grid.value(edit.row, edit.col)
    if edit.expect is not UNSET and not agrees(now, edit.expect):
        return X_CHANGED, {"found": now, "expected": edit.expect}
    if merged := next((area for area in grid.merged if _inside(edit, area)), None):
        return X_MERGED, {"found": merged}
    if sheet.isProtected() and sheet.getCellByPosition(edit.col, edit.row - 1).CellProtection.IsLocked:
        return X_LOCKED, {}
    if isinstance(edit.value, ArrayFormula) and (taken := _taken(grid, edit, edit.value)) is not None:
        return X_CHANGED, {"found": taken, "expected": ""}
    try:
        content(edit.value)
    except Unwritable as no:
        return no.code, no.facts
    return None


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
