"""Writes compiled functions as a workbook."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.comments import Comment
from openpyxl.formatting.rule import Rule
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.styles.differential import DifferentialStyle
from openpyxl.worksheet._write_only import WriteOnlyWorksheet

from addin.native.compiler import Compiled, rows_of
from addin.native.rulebook import RULES_TAB, RuleBook
from addin.native.tab import Form, Tab
from sheets_schema.grid.address import letters

BLANK_ROWS = 100
"""Rows with formulas that wait for input."""

_BOLD = Font(name="Calibri", bold=True)
_PALE = DifferentialStyle(font=Font(color="D9D9D9"))
"""A step that has nothing to work on shows an error: pale, as it means nothing."""
_FILLS = {
    "input": PatternFill("solid", fgColor="FFF2CC"),
    "answer": PatternFill("solid", fgColor="C6E0B4"),
    "step": PatternFill("solid", fgColor="E7E6E6"),
}
_ABOUT = (
    "公式都用这里的数字和词;改这里,公式跟着变。由 config.yaml 生成。 · "
    "Every formula reads these numbers and words. Made from config.yaml."
)
_SINCE = '[=0]"更早";yyyy-mm-dd'


def write_workbook(
    path: Path,
    book: RuleBook,
    functions: Sequence[Compiled],
    given: Mapping[str, Sequence[Sequence[Any]]],
    blank_rows: int = BLANK_ROWS,
) -> None:
    """The workbook with one tab per compiled function, with `given` as its first rows."""
    workbook = Workbook(write_only=True)
    _rule_table(workbook.create_sheet(RULES_TAB), book)
    for function in functions:
        if function.tab is not None:
            rows = rows_of(function, given.get(function.entry.name, ()), blank_rows)
            _function(workbook.create_sheet(function.entry.name), function.tab, rows)
    for name, columns in book.lists.items():
        if not columns:
            continue
        sheet = workbook.create_sheet(name)
        for place in range(len(columns)):
            sheet.column_dimensions[letters(place)].width = 14
        sheet.append([_cell(sheet, column.title, font=_BOLD) for column in columns])
        for row in range(max(len(column.items) for column in columns)):
            items = (column.items[row] if row < len(column.items) else None for column in columns)
            sheet.append([_plain(sheet, item) for item in items])
    workbook.save(path)


def _rule_table(sheet: WriteOnlyWorksheet, book: RuleBook) -> None:
    for letter, width in zip("ABCDEFG", (34, 36, 14, 20, 8, 14, 30), strict=True):
        sheet.column_dimensions[letter].width = width
    sheet.freeze_panes = "A4"
    sheet.append([_ABOUT])
    sheet.append([])
    sheet.append([_cell(sheet, title, font=_BOLD) for title in book.titles])
    for row in book.rows:
        cells = [_plain(sheet, cell) for cell in row]
        if isinstance(row[2], (int, date)):
            cells[2].number_format = _SINCE
        if row[0] in ("今天", "日历从", "日历到"):
            cells[3].number_format = Form.DAY
        sheet.append(cells)


def _function(sheet: WriteOnlyWorksheet, tab: Tab, rows: Sequence[Sequence[Any]]) -> None:
    sheet.freeze_panes = "A2"
    sheet.row_dimensions[1].height = 32
    steps = [letters(place) for place, column in enumerate(tab.columns) if column.formula and not column.is_answer]
    if steps:
        first, last = steps[0], steps[-1]
        pale = Rule(type="expression", dxf=_PALE, formula=[f"ISERROR({first}2)"])
        sheet.conditional_formatting.add(f"{first}2:{last}{len(rows) + 1}", pale)
    heads = []
    for place, column in enumerate(tab.columns):
        kind = "answer" if column.is_answer else "step" if column.formula else "input"
        head = _cell(sheet, column.title, font=_BOLD, fill=_FILLS[kind])
        head.alignment = Alignment(wrap_text=True, vertical="top")
        if column.note:
            head.comment = Comment(column.note, "qlc")
        heads.append(head)
        shape = sheet.column_dimensions[letters(place)]
        shape.width = 18 if kind != "step" else 12
        shape.outlineLevel = 1 if kind == "step" else 0
    sheet.append(heads)
    forms = [column.form for column in tab.columns]
    for row in rows:
        cells = []
        for value, form in zip(row, forms, strict=True):
            if form is Form.PLAIN:
                cells.append(_plain(sheet, value))
            else:
                cell = WriteOnlyCell(sheet, value)
                cell.number_format = form.value
                cells.append(cell)
        sheet.append(cells)


def _cell(sheet: WriteOnlyWorksheet, value: Any, *, font: Font | None = None, fill: PatternFill | None = None) -> Any:
    cell = WriteOnlyCell(sheet, value)
    if font:
        cell.font = font
    if fill:
        cell.fill = fill
    return cell


def _plain(sheet: WriteOnlyWorksheet, value: Any) -> Any:
    cell = WriteOnlyCell(sheet, value)
    if isinstance(value, date):
        cell.number_format = Form.DAY.value
    return cell
