"""Values as cell XML: inline text that every program reads back exactly, numbers, truth values, errors, dates."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from rules.errors import Code
from sheets_schema.cells import CellError, to_serial
from sync.backends.workbook.codes import X_DATE, X_LONG, X_NUMBER, X_VALUE
from sync.backends.workbook.edits import ArrayFormula, Formula

LONGEST = 32_767
LONGEST_FORMULA = 8_192

_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]|_(?=x[0-9A-Fa-f]{4}_)")
_MARKUP = re.compile("[&<>\r]")
_REFERENCES = {"&": "&amp;", "<": "&lt;", ">": "&gt;", "\r": "&#13;"}
_SURROGATE = re.compile("[\ud800-\udfff]")
_ERROR = re.compile(r"#[A-Z0-9/_]+[!?]?")


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


class Unwritable(Exception):
    """A value that no cell can hold."""

    def __init__(self, code: Code, **facts: Any) -> None:
        super().__init__(code.id)
        self.code = code
        self.facts = facts


BLANK = Content("", b"")


def content(value: Any, date1904: bool = False) -> Content:
    """How a value is written.

    Control characters and text that looks like an escape are written as ``_xHHHH_``, as spreadsheet
    programs do. A date is written as its serial.

    Raises:
        Unwritable: X-106 text too long, X-107 no finite number or more digits than a cell keeps, X-110 not a cell's value, X-111 date
            before the calendar.
    """
    if value is None:
        return BLANK
    if isinstance(value, bool):
        return Content("b", b"<v>1</v>" if value else b"<v>0</v>")
    if isinstance(value, (int, float)):
        return Content("", f"<v>{_number(value)}</v>".encode())
    if isinstance(value, str):
        return _text_content(value)
    if isinstance(value, date):
        return _date_content(value, date1904)
    raise Unwritable(X_VALUE, found=_short(value))


def shown(value: Any, date1904: bool = False) -> Content:
    """How the value that a formula shows is written; a blank is the empty text. Raises as `content` does.

    >>> shown("是").inner, shown(None).kind, shown(71.0).inner
    (b'<v>\xe6\x98\xaf</v>', 'str', b'<v>71</v>')
    """
    if isinstance(value, Formula):
        raise Unwritable(X_VALUE, found=_short(value))
    found = content(value, date1904)
    if value is None or (isinstance(value, str) and not isinstance(value, CellError)):
        text = value or ""
        space = ' xml:space="preserve"' if text != text.strip() or "\n" in text or "  " in text else ""
        return Content("str", f"<v{space}>{escaped(encoded(text))}</v>".encode(), keeps_formula=True)
    return Content(found.kind, found.inner, found.dated, keeps_formula=True)


def _number(value: float) -> str:
    try:
        number = float(value)
    except OverflowError:
        number = math.inf
    if not math.isfinite(number):
        raise Unwritable(X_NUMBER, found=_short(value))
    if isinstance(value, int):
        if int(number) != value:
            raise Unwritable(X_NUMBER, found=_short(value))
        return str(value)
    if number.is_integer() and abs(number) < 1e15:
        return str(int(number))
    return repr(number)


def _text_content(value: str) -> Content:
    if _SURROGATE.search(value):
        raise Unwritable(X_VALUE, found=_short(value))
    if isinstance(value, CellError):
        if not _ERROR.fullmatch(value):
            raise Unwritable(X_VALUE, found=_short(value))
        return Content("e", f"<v>{value}</v>".encode())
    longest = LONGEST_FORMULA if isinstance(value, Formula) else LONGEST
    length = len(value) if value.isascii() else len(value.encode("utf-16-le")) // 2
    if length > longest:
        raise Unwritable(X_LONG, found=f"{length:,}", expected=f"{longest:,}")
    if isinstance(value, Formula):
        if not value.strip() or _CONTROL.search(value):
            raise Unwritable(X_VALUE, found=_short(value))
        array = f' t="array" ref="{value.ref}"' if isinstance(value, ArrayFormula) else ""
        return Content("", f"<f{array}>{escaped(value)}</f>".encode(), value.dated, is_formula=True)
    if value == "":
        return BLANK
    space = ' xml:space="preserve"' if value != value.strip() or "\n" in value or "  " in value else ""
    return Content("inlineStr", f"<is><t{space}>{escaped(encoded(value))}</t></is>".encode())


def _date_content(value: date, date1904: bool) -> Content:
    serial = to_serial(value, date1904=date1904)
    if serial < (0 if date1904 else 1):
        raise Unwritable(X_DATE, found=value.isoformat(), expected="1904-01-01" if date1904 else "1900-01-01")
    if not isinstance(value, datetime):
        return Content("", f"<v>{int(serial)}</v>".encode(), 1)
    return Content("", f"<v>{_number(serial)}</v>".encode(), 1 if serial.is_integer() else 2)


def encoded(text: str) -> str:
    """Text with the characters that XML can't hold, and what looks like an escape, as ``_xHHHH_``.

    >>> encoded("a\\x0b_x0041_")
    'a_x000B__x005F_x0041_'
    """
    return _CONTROL.sub(lambda match: f"_x{ord(match[0]):04X}_", text)


def escaped(text: str) -> str:
    """Character data for XML; a carriage return survives as a reference."""
    return _MARKUP.sub(lambda match: _REFERENCES[match[0]], text)


def _short(value: Any) -> str:
    try:
        text = repr(value)
    except ValueError:  # an integer of too many digits to print
        text = f"{type(value).__name__}"
    return text if len(text) <= 40 else f"{text[:37]}..."
