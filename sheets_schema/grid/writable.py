"""What a cell can hold, wherever it stands."""

from __future__ import annotations

import math
import re
from datetime import date, datetime
from typing import Any

from rules.errors import Code
from sheets_schema.cells import CellError, to_serial
from sheets_schema.grid.codes import X_DATE, X_LONG, X_NUMBER, X_VALUE
from sheets_schema.grid.edits import Formula

LONGEST = 32_767
"""Characters of a cell's text, as UTF-16 counts them."""
LONGEST_FORMULA = 8_192

CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]|_(?=x[0-9A-Fa-f]{4}_)")
"""Characters that XML can't hold, and what looks like the escape for one."""
_SURROGATE = re.compile("[\ud800-\udfff]")
_ERROR = re.compile(r"#[A-Z0-9/_]+[!?]?")


class Unwritable(Exception):
    """A value that no cell can hold."""

    def __init__(self, code: Code, **facts: Any) -> None:
        super().__init__(code.id)
        self.code = code
        self.facts = facts


def check_value(value: Any, date1904: bool = False) -> None:
    """Lets pass what a cell can hold: None, text, a truth value, a number, a date, an error value, a formula.

    Raises:
        Unwritable: X-106 text too long, X-107 no finite number or more digits than a cell keeps, X-110 not a cell's
            value, X-111 date before the calendar.
    """
    if value is None or isinstance(value, bool):
        return
    if isinstance(value, (int, float)):
        _check_number(value)
    elif isinstance(value, str):
        _check_text(value)
    elif isinstance(value, date):
        _check_date(value, date1904)
    else:
        raise unwritable(value)


def unwritable(value: Any) -> Unwritable:
    """X-110 for a value."""
    return Unwritable(X_VALUE, found=_short(value))


def _check_number(value: float) -> None:
    try:
        number = float(value)
    except OverflowError:
        number = math.inf
    if not math.isfinite(number) or (isinstance(value, int) and int(number) != value):
        raise Unwritable(X_NUMBER, found=_short(value))


def _check_text(value: str) -> None:
    if _SURROGATE.search(value):
        raise unwritable(value)
    if isinstance(value, CellError):
        if not _ERROR.fullmatch(value):
            raise unwritable(value)
        return
    longest = LONGEST_FORMULA if isinstance(value, Formula) else LONGEST
    length = len(value) if value.isascii() else len(value.encode("utf-16-le")) // 2
    if length > longest:
        raise Unwritable(X_LONG, found=f"{length:,}", expected=f"{longest:,}")
    if isinstance(value, Formula) and (not value.strip() or CONTROL.search(value)):
        raise unwritable(value)


def _check_date(value: date, date1904: bool) -> None:
    serial = to_serial(value, date1904=date1904)
    if serial < (0 if date1904 else 1):
        raise Unwritable(X_DATE, found=value.isoformat(), expected="1904-01-01" if date1904 else "1900-01-01")
    if isinstance(value, datetime):
        _check_number(serial)


def _short(value: Any) -> str:
    try:
        text = repr(value)
    except ValueError:  # an integer of too many digits to print
        text = f"{type(value).__name__}"
    return text if len(text) <= 40 else f"{text[:37]}..."
