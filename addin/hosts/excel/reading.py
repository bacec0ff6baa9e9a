"""A tab of an open workbook as a grid: values as the person sees them, formulas, arrays, merged cells."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from addin.hosts.excel.values import from_excel
from sheets_schema.grid.address import Range, parse_range
from sheets_schema.grid.contents import Grid

SHOWN = -1
"""How Excel says that a sheet is visible."""


def read_sheet(sheet: Any) -> Grid:
    """What xlwings' Sheet holds, in two calls for its values and formulas.

    A text that begins with ``=`` is no formula. An array's formula stands in its first cell alone.
    """
    used = sheet.used_range
    top, left = used.row, used.column
    numbers: list[int] = []
    rows: list[list[Any]] = []
    formulas: dict[tuple[int, int], str] = {}
    blank = [None] * (left - 1)
    for number, (values, texts) in enumerate(zip(_rows(used.raw_value), _rows(used.formula), strict=True), top):
        row = [*blank, *(from_excel(value) if value != "" else None for value in values)]
        found = {
            (number, column): text[1:]
            for column, (text, value) in enumerate(zip(texts, values, strict=True), left - 1)
            if isinstance(text, str) and text.startswith("=") and text != value
        }
        while row and row[-1] is None:
            row.pop()
        if row or found:
            numbers.append(number)
            rows.append(row)
            formulas.update(found)
    arrays = _arrays(sheet, used, formulas)
    for ref in arrays.values():
        area = parse_range(ref)
        for place in area.cells() if area else ():
            if place not in arrays:
                formulas.pop(place, None)
    return Grid(
        sheet.name,
        numbers,
        rows,
        formulas,
        arrays,
        merged=tuple(_merged(sheet, used)),
        hidden=sheet.visible not in (True, SHOWN),
    )


def _rows(value: Any) -> list[list[Any]]:
    """What a range answers as rows: COM gives one cell alone, else rows of tuples."""
    if not isinstance(value, (list, tuple)):
        return [[value]]
    return [list(row) for row in value]


def _arrays(sheet: Any, used: Any, formulas: dict[tuple[int, int], str]) -> dict[tuple[int, int], str]:
    """The range of each array formula by its first cell."""
    if used.has_array is False:
        return {}
    found: dict[tuple[int, int], str] = {}
    inside: set[tuple[int, int]] = set()
    for row, column in formulas:
        cell = sheet.range((row, column + 1))
        if (row, column) not in inside and cell.has_array:
            whole = cell.api.CurrentArray
            last = (whole.Row + whole.Rows.Count - 1, whole.Column + whole.Columns.Count - 2)
            area = Range(whole.Row, whole.Column - 1, *last)
            found[area.top, area.left] = str(area)
            inside.update(area.cells())
    return found


def _merged(sheet: Any, used: Any) -> Iterator[Range]:
    """The merged ranges, looked for only in rows that hold some; Excel answers None for some and some not."""
    if used.merge_cells is False:
        return
    height, width = used.shape
    for row in range(used.row, used.row + height):
        first, last = (row, used.column), (row, used.column + width - 1)
        if sheet.range(first, last).merge_cells is False:
            continue
        for column in range(used.column, used.column + width):
            cell = sheet.range((row, column))
            if cell.merge_cells:
                area = cell.merge_area
                if (area.row, area.column) == (row, column):
                    rows, columns = area.shape
                    yield Range(row, column - 1, row + rows - 1, column + columns - 2)
