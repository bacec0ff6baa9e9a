"""What a cell's element says, read through an XML parser: the careful half of the proof after a patch."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any
from xml.etree.ElementTree import Element

from sheets_schema.cells import CellError, from_serial
from sheets_schema.grid.edits import ArrayFormula, Formula
from sync.backends.workbook import xml


def is_blank(value: Any) -> bool:
    """Whether a value to be written is none."""
    return value is None or value == ""


def holds(cell: Element, value: Any, date1904: bool) -> bool:
    """Whether a cell holds exactly a value."""
    formula = cell.find("f")
    if isinstance(value, Formula):
        ref = value.ref if isinstance(value, ArrayFormula) else None
        return formula is not None and (formula.text, formula.get("ref")) == (str(value), ref)
    if formula is not None:
        return False
    if is_blank(value):
        return cell.find("v") is None and cell.find("is") is None
    if isinstance(value, str) and not isinstance(value, CellError):
        inline = cell.find("is")
        found = inline is not None and xml.unescape("".join(inline.itertext()))
        return cell.get("t") == "inlineStr" and found == value
    return _says(cell, value, date1904)


def formula_of(cell: Element) -> list[Any]:
    """The formula of a cell with all its attributes."""
    formula = cell.find("f")
    return [] if formula is None else [sorted(formula.items()), formula.text or ""]


def shows(cell: Element, value: Any, date1904: bool) -> bool:
    """Whether a formula's cell shows exactly a value."""
    if cell.find("is") is not None:
        return False
    if value is None or (isinstance(value, str) and not isinstance(value, CellError)):
        text = cell.findtext("v")
        return cell.get("t") == "str" and text is not None and xml.unescape(text) == (value or "")
    return _says(cell, value, date1904)


def _says(cell: Element, value: Any, date1904: bool) -> bool:
    """Whether the value element says a number, a date, a truth value or an error."""
    kind, text = cell.get("t", "n"), cell.findtext("v")
    if isinstance(value, bool):
        return kind == "b" and text == ("1" if value else "0")
    if isinstance(value, CellError):
        return kind == "e" and text == str(value)
    if kind != "n" or text is None:
        return False
    if isinstance(value, date):
        found = from_serial(float(text), date1904=date1904)
        return _moment(found) == _moment(value)
    return float(text) == float(value)


def _moment(value: date) -> datetime:
    """To the second, as `from_serial` answers."""
    if not isinstance(value, datetime):
        return datetime(value.year, value.month, value.day)
    whole = value.replace(tzinfo=None)
    return whole.replace(microsecond=0) + timedelta(seconds=round(whole.microsecond / 1_000_000))
