"""Cells and sheets of an open document, written so that nothing is read as more than it is."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from addin.hosts.libreoffice import uno_types
from addin.hosts.libreoffice.spelling import to_calc
from sheets_schema.cells import CellError, to_serial
from sheets_schema.grid.address import parse_range
from sheets_schema.grid.edits import ArrayFormula, CellEdit, Formula, NewTab

_CONTENTS = 1 | 2 | 4 | 16
_DATE, _DATE_TIME, _LOGICAL = 2, 6, 1024
_DAY, _MOMENT = "YYYY/M/D", "YYYY/M/D H:MM"
"""How dates look in cells that have no format of their own."""

_HUNDREDTHS_OF_MM = 190
"""Width of a character."""
_BOLD = 150.0
_HIDDEN_NAME = 16


def write_cell(document: Any, sheet: Any, edit: CellEdit) -> None:
    """Writes one cell that may be written."""
    cell = sheet.getCellByPosition(edit.col, edit.row - 1)
    value = edit.value
    if isinstance(value, ArrayFormula):
        area = parse_range(value.ref)
        if area is not None:
            sheet.getCellRangeByPosition(area.left, area.top - 1, area.right, area.bottom - 1).setArrayFormula(
                f"={to_calc(value)}"
            )
    elif isinstance(value, Formula):
        cell.setFormula(f"={to_calc(value)}")
        if value.dated:
            _show_as(document, cell, _DATE, _DAY if value.dated == 1 else _MOMENT)
    elif isinstance(value, CellError):
        cell.setFormula("=NA()" if value == "#N/A" else f"={value}")
    elif value is None or value == "":
        cell.clearContents(_CONTENTS)
    elif isinstance(value, str):
        cell.setString(value)
    elif isinstance(value, bool):
        cell.setValue(float(value))
        _show_as(document, cell, _LOGICAL, "BOOLEAN")
    elif isinstance(value, date):
        cell.setValue(to_serial(value, date1904=document.NullDate.Year == 1904))
        _show_as(document, cell, _DATE, _MOMENT if isinstance(value, datetime) else _DAY)
    else:
        cell.setValue(float(value))


def _show_as(document: Any, cell: Any, kind: int, code: str) -> None:
    """Gives a cell a format, unless it has one of that kind already."""
    formats = document.NumberFormats
    if formats.getByKey(cell.NumberFormat).Type & kind:
        return
    locale = uno_types.struct("lang.Locale")
    key = formats.queryKey(code, locale, False)
    cell.NumberFormat = key if key >= 0 else formats.addNew(code, locale)


def add_sheet(document: Any, tab: NewTab) -> None:
    """Adds a sheet behind the others: its rows, a bold frozen header, widths, a name to know it by."""
    sheets = document.Sheets
    sheets.insertNewByName(tab.name, sheets.Count)
    sheet = sheets.getByName(tab.name)
    for row, values in enumerate(tab.rows, 1):
        for column, value in enumerate(values):
            if value is not None:
                write_cell(document, sheet, CellEdit(tab.name, row, column, value))
    for column, width in enumerate(tab.widths):
        sheet.Columns.getByIndex(column).Width = int(width * _HUNDREDTHS_OF_MM)
    if tab.rows:
        sheet.Rows.getByIndex(0).CharWeight = _BOLD
        _freeze(document, sheet)
    if tab.hidden_name:
        place = uno_types.struct("table.CellAddress", Sheet=sheets.Count - 1)
        content = f"$'{tab.name.replace(chr(39), chr(39) * 2)}'.$A$1"
        document.NamedRanges.addNewByName(tab.hidden_name, content, place, _HIDDEN_NAME)
    sheet.IsVisible = not tab.hidden


def _freeze(document: Any, sheet: Any) -> None:
    """Keeps the header in sight; the sheet that is looked at stays the same."""
    window = document.CurrentController
    if window is None:
        return
    before = window.ActiveSheet
    window.setActiveSheet(sheet)
    window.freezeAtPosition(0, 1)
    window.setActiveSheet(before)
