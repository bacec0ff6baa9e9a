"""Cells of an open workbook, written as blocks, so that Excel is asked once for a column and not for each cell."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from typing import Any

from rules.errors import Code
from sheets_schema.cells import CellError, to_serial
from sheets_schema.grid.address import parse_range
from sheets_schema.grid.edits import ArrayFormula, CellEdit, CellRefusal, DatedFormula, Formula

H_NOT_WRITTEN = Code(
    "H-004",
    "Excel 没有让写:{found}",
    "Excel did not let it be written: {found}",
    "先结束正在编辑的单元格,再试",
    "finish editing the cell and try again",
)

_READ_AS_MORE = re.compile(r"\d|^\s*[=+\-@'#＝＋－＠]|^\s*(?:true|false)\s*$", re.IGNORECASE)
"""Text that Excel might take for a number, a date, a formula, an error or a truth value."""

_DAY, _MOMENT = "yyyy/m/d", "yyyy/m/d h:mm"
"""How dates look in cells that have no format of their own."""


@dataclass(frozen=True)
class _Write:
    """One cell on its way: what Excel is given, as a value, a formula or an array, and a date's look."""

    edit: CellEdit
    kind: str
    given: Any
    look: str = ""


def write_cells(sheet: Any, edits: Sequence[CellEdit], date1904: bool) -> tuple[set[str], list[CellRefusal]]:
    """Writes cells of one tab; answers the names of those written, and those that Excel refused."""
    written: set[str] = set()
    refused: list[CellRefusal] = []
    for block in _blocks([_given(edit, date1904) for edit in edits]):
        _put(sheet, block, written, refused)
    return written, refused


def _given(edit: CellEdit, date1904: bool) -> _Write:
    """A value as Excel is to be given it: text that it would read as more is marked as text."""
    value = edit.value
    if isinstance(value, ArrayFormula):
        return _Write(edit, f"array {value.ref}", f"={value}")
    if isinstance(value, Formula | CellError):
        look = (_DAY if value.dated == 1 else _MOMENT) if isinstance(value, DatedFormula) else ""
        return _Write(edit, "formula", f"={value}", look)
    if isinstance(value, date):
        look = _MOMENT if isinstance(value, datetime) else _DAY
        return _Write(edit, "value", to_serial(value, date1904=date1904), look)
    if isinstance(value, str):
        value = f"'{value}" if _READ_AS_MORE.search(value) else value
    elif isinstance(value, int) and not isinstance(value, bool):
        value = float(value)
    return _Write(edit, "value", value)


def _blocks(writes: list[_Write]) -> Iterator[list[_Write]]:
    """Cells of one kind that stand below each other; an array formula alone."""
    ordered = sorted(writes, key=lambda write: (write.kind, write.look, write.edit.col, write.edit.row))

    def run(item: tuple[int, _Write]) -> tuple[str, str, int, int]:
        place, write = item
        return write.kind, write.look, write.edit.col, write.edit.row - place

    for _, block in groupby(enumerate(ordered), key=run):
        yield [write for _, write in block]


def _put(sheet: Any, block: list[_Write], written: set[str], refused: list[CellRefusal]) -> None:
    """Writes a block at once, or cell by cell where Excel refuses some of it."""
    first, last = block[0].edit, block[-1].edit
    kind, look = block[0].kind, block[0].look
    given = tuple((write.given,) for write in block)
    target = sheet.range((first.row, first.col + 1), (last.row, last.col + 1))
    try:
        if kind.startswith("array "):
            _put_array(sheet, kind.removeprefix("array "), block[0].given)
        elif kind == "formula":
            _not_as_text(target)
            _put_formulas(target, given)
        else:
            target.raw_value = given
        if look and target.number_format == "General":
            target.number_format = look
    except Exception as error:  # pywintypes.com_error, which exists on Windows only
        if len(block) == 1:
            refused.append(first.refused(H_NOT_WRITTEN, {"found": error}))
            return
        for write in block:
            _put(sheet, [write], written, refused)
        return
    written.update(write.edit.name for write in block)


def _put_array(sheet: Any, ref: str, formula: str) -> None:
    area = parse_range(ref)
    if area is not None:
        target = sheet.range((area.top, area.left + 1), (area.bottom, area.right + 1))
        _not_as_text(target)
        target.formula_array = formula


def _not_as_text(target: Any) -> None:
    """Takes the format of text away: Excel would keep a formula as its text."""
    if target.number_format == "@":
        target.number_format = "General"
    elif target.number_format is None:  # cells of several formats
        for cell in target:
            if cell.number_format == "@":
                cell.number_format = "General"


def _put_formulas(target: Any, given: tuple[tuple[str], ...]) -> None:
    """As formulas that may spill, where this Excel knows them."""
    try:
        target.formula2 = given
    except Exception:  # an Excel before 2021: pywintypes.com_error or AttributeError
        target.formula = given
