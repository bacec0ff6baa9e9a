"""A sheet of an open document as a grid: values as the person sees them, formulas, arrays, merged cells."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from addin.hosts.libreoffice.spelling import to_excel
from sheets_schema.cells import CellError
from sheets_schema.grid.address import Range
from sheets_schema.grid.contents import Grid, dated

_FORMULA = 16
_DATE, _TIME, _LOGICAL = 2, 4, 1024
"""Kinds of contents and of number formats, as Calc counts them."""

_ERRORS = {
    32767: "#N/A",
    519: "#VALUE!",
    502: "#VALUE!",
    504: "#VALUE!",
    503: "#NUM!",
    523: "#NUM!",
    524: "#REF!",
    525: "#NAME?",
    532: "#DIV/0!",
    521: "#NULL!",
}
CONSTANT_ERRORS = frozenset(f"={name}" for name in _ERRORS.values())
"""An error typed as a value is a formula to Calc."""


def used(sheet: Any) -> Range:
    """The area from A1 to the last cell with contents, rows from 1 and columns from 0."""
    cursor = sheet.createCursor()
    cursor.gotoEndOfUsedArea(False)
    at = cursor.RangeAddress
    return Range(1, 0, at.EndRow + 1, at.EndColumn)


def cells(sheet: Any, area: Range) -> Any:
    """Calc's object for a range."""
    return sheet.getCellRangeByPosition(area.left, area.top - 1, area.right, area.bottom - 1)


def read_sheet(document: Any, sheet: Any) -> Grid:
    """What a sheet holds. An array's formula stands in its first cell alone."""
    area = used(sheet)
    whole = cells(sheet, area)
    values = [list(row) for row in whole.getDataArray()]
    _typed(document, whole, values)
    formulas, arrays = _formulas(sheet, whole)
    numbers, rows = [], []
    with_formula = {row for row, _ in formulas}
    for number, row in enumerate(values, 1):
        while row and row[-1] is None:
            row.pop()
        if row or number in with_formula:
            numbers.append(number)
            rows.append(row)
    return Grid(
        sheet.Name,
        numbers,
        rows,
        formulas,
        arrays,
        merged=tuple(_merged(sheet, whole, area)),
        hidden=not sheet.IsVisible,
    )


def _typed(document: Any, whole: Any, values: list[list[Any]]) -> None:
    """Dates and truth values by the format of their cells, errors by their code, empty text as blank."""
    date1904 = document.NullDate.Year == 1904
    for at, kind in _formatted(document, whole):
        for row in range(at.StartRow, at.EndRow + 1):
            cells_of_row = values[row]
            for column in range(at.StartColumn, at.EndColumn + 1):
                value = cells_of_row[column]
                if type(value) is float:
                    cells_of_row[column] = bool(value) if kind & _LOGICAL else dated(value, date1904)
    for row, cells_of_row in enumerate(values):
        for column, value in enumerate(cells_of_row):
            if value is None:
                code = whole.getCellByPosition(column, row).getError()
                cells_of_row[column] = CellError(_ERRORS.get(code, "#VALUE!"))
            elif value == "" and type(value) is str:
                cells_of_row[column] = None


def _formatted(document: Any, whole: Any) -> Iterator[tuple[Any, int]]:
    """The ranges whose cells show days, times or truth values, with the kind of their format."""
    groups = whole.getUniqueCellFormatRanges()
    formats = document.NumberFormats
    for place in range(groups.Count):
        group = groups.getByIndex(place)
        kind = formats.getByKey(group.NumberFormat).Type if group.NumberFormat else 0
        if kind & (_DATE | _TIME | _LOGICAL):
            for at in group.getRangeAddresses():
                yield at, kind


def _formulas(sheet: Any, whole: Any) -> tuple[dict[tuple[int, int], str], dict[tuple[int, int], str]]:
    """Formulas by cell, and the ranges of those that are arrays."""
    formulas: dict[tuple[int, int], str] = {}
    arrays: dict[tuple[int, int], str] = {}
    inside: set[tuple[int, int]] = set()
    for area in whole.queryContentCells(_FORMULA):
        at = area.RangeAddress
        for row, texts in enumerate(area.getFormulaArray(), at.StartRow):
            for column, text in enumerate(texts, at.StartColumn):
                place = (row + 1, column)
                if place in inside or text in CONSTANT_ERRORS:
                    continue
                if text.startswith("{"):
                    array = current_array(sheet, *place)
                    arrays[place] = str(array)
                    inside.update(array.cells())
                    text = text[1:-1]
                formulas[place] = to_excel(text[1:])
    return formulas, arrays


def current_array(sheet: Any, row: int, column: int) -> Range:
    """The range of the array formula that a cell belongs to."""
    cursor = sheet.createCursorByRange(sheet.getCellByPosition(column, row - 1))
    cursor.collapseToCurrentArray()
    at = cursor.RangeAddress
    return Range(at.StartRow + 1, at.StartColumn, at.EndRow + 1, at.EndColumn)


def _merged(sheet: Any, whole: Any, area: Range) -> Iterator[Range]:
    """The merged ranges, looked for only in rows that hold some."""
    if not whole.IsMerged:
        return
    for row in range(area.top, area.bottom + 1):
        if not cells(sheet, Range(row, area.left, row, area.right)).IsMerged:
            continue
        for column in range(area.left, area.right + 1):
            cell = sheet.getCellByPosition(column, row - 1)
            if cell.IsMerged:
                cursor = sheet.createCursorByRange(cell)
                cursor.collapseToMergedArea()
                at = cursor.RangeAddress
                yield Range(row, column, at.EndRow + 1, at.EndColumn)
