"""Values as cell XML: inline text that every program reads back exactly, numbers, truth values, errors, dates."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sheets_schema.cells import CellError, to_serial
from sheets_schema.grid.edits import ArrayFormula, Formula
from sheets_schema.grid.writable import CONTROL, check_value, unwritable

_MARKUP = re.compile("[&<>\r]")
_REFERENCES = {"&": "&amp;", "<": "&lt;", ">": "&gt;", "\r": "&#13;"}


@dataclass(frozen=True, slots=True)
class Content:
    """A cell's type attribute and what stands inside its element; `dated` is 1 for a day, 2 for a moment.

    With `keeps_formula` it stands behind the formula that the cell has.
    """

    kind: str
    inner: bytes
    dated: int = 0
    is_formula: bool = False
    keeps_formula: bool = False


BLANK = Content("", b"")


def content(value: Any, date1904: bool = False) -> Content:
    """How a value is written.

    Control characters and text that looks like an escape are written as ``_xHHHH_``, as spreadsheet
    programs do. A date is written as its serial.

    Raises:
        Unwritable: as `check_value`.
    """
    check_value(value, date1904)
    if value is None:
        return BLANK
    if isinstance(value, bool):
        return Content("b", b"<v>1</v>" if value else b"<v>0</v>")
    if isinstance(value, (int, float)):
        return Content("", f"<v>{_number(value)}</v>".encode())
    return _text_content(value) if isinstance(value, str) else _date_content(value, date1904)


def shown(value: Any, date1904: bool = False) -> Content:
    """How the value that a formula shows is written; a blank is the empty text. Raises as `content` does.

    >>> shown("是").inner, shown(None).kind, shown(71.0).inner
    (b'<v>\xe6\x98\xaf</v>', 'str', b'<v>71</v>')
    """
    if isinstance(value, Formula):
        raise unwritable(value)
    found = content(value, date1904)
    if value is None or (isinstance(value, str) and not isinstance(value, CellError)):
        text = value or ""
        space = ' xml:space="preserve"' if text != text.strip() or "\n" in text or "  " in text else ""
        return Content("str", f"<v{space}>{escaped(encoded(text))}</v>".encode(), keeps_formula=True)
    return Content(found.kind, found.inner, found.dated, keeps_formula=True)


def _number(value: float) -> str:
    if isinstance(value, int):
        return str(value)
    if value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return repr(float(value))


def _text_content(value: str) -> Content:
    if isinstance(value, CellError):
        return Content("e", f"<v>{value}</v>".encode())
    if isinstance(value, Formula):
        array = f' t="array" ref="{value.ref}"' if isinstance(value, ArrayFormula) else ""
        return Content("", f"<f{array}>{escaped(value)}</f>".encode(), value.dated, is_formula=True)
    if value == "":
        return BLANK
    space = ' xml:space="preserve"' if value != value.strip() or "\n" in value or "  " in value else ""
    return Content("inlineStr", f"<is><t{space}>{escaped(encoded(value))}</t></is>".encode())


def _date_content(value: date, date1904: bool) -> Content:
    serial = to_serial(value, date1904=date1904)
    if not isinstance(value, datetime):
        return Content("", f"<v>{int(serial)}</v>".encode(), 1)
    return Content("", f"<v>{_number(serial)}</v>".encode(), 1 if serial.is_integer() else 2)


def encoded(text: str) -> str:
    """Text with the characters that XML can't hold, and what looks like an escape, as ``_xHHHH_``.

    >>> encoded("a\\x0b_x0041_")
    'a_x000B__x005F_x0041_'
    """
    return CONTROL.sub(lambda match: f"_x{ord(match[0]):04X}_", text)


def escaped(text: str) -> str:
    """Character data for XML; a carriage return survives as a reference."""
    return _MARKUP.sub(lambda match: _REFERENCES[match[0]], text)
