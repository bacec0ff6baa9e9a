"""What a cell is to an operator, exactly as Excel takes it: as a number, as a text, in a comparison.

Where Excel's answer hangs on the computer's regional settings, or is not known for certain, `F_UNSURE` is
raised: such a formula is left to a spreadsheet program, never guessed.
"""

from __future__ import annotations

import math
import re
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from rules.answer import Fault
from rules.errors import Code
from sheets_schema.cells import parse_date, to_serial

F_OPERAND = Code(
    "F-021",
    "“{found}”不能用于 {expected}",
    "“{found}” does not go with {expected}",
    "检查两边是不是数字或日期",
    "check that both sides are numbers or dates",
)
F_UNSURE = Code(
    "F-602",
    "{expected} 和“{found}”算出什么,要看表格软件和它的地区设置,这里不猜",
    "what {expected} makes of “{found}” depends on the spreadsheet program and its region; it is not guessed here",
    "改写成数字、2025-04-03 这样的日期,或在表格软件里算",
    "write a number or a date like 2025-04-03, or let the spreadsheet program compute it",
)

TINIEST = 2.2250738585072014e-308
"""Anything nearer to zero is 0 in Excel."""
LONGEST = 32_767
"""Characters (UTF-16) that a text can have."""

_NUMBER = re.compile(r" *([+-]?(?:\d+\.?\d*|\.\d+|\d{1,3}(?:,\d{3})+(?:\.\d*)?)(?:[eE][+-]?\d{1,3})?)(%?) *", re.ASCII)
_DAY = re.compile(r" *(\d{4}[-/]\d{1,2}[-/]\d{1,2})(?: +(\d{1,2}:\d{2}(?::\d{2})?))? *", re.ASCII)
_TIME = re.compile(r" *([01]?\d|2[0-3]):([0-5]\d)(?::([0-5]\d))? *", re.ASCII)
_FIRST_DAY = date(1900, 1, 1)
_PLAIN_DIGITS = 20
"""Characters of the longest number that is written without an exponent."""
_LONG_EXPONENT = 98
"""Beyond it a number has 14 digits, not 15."""


class Serial(float):
    """The serial of a day: what a day and a number of days make. For operators it is a number like any other."""

    __slots__ = ()


def unsure(found: Any, operator: str) -> Fault:
    """F-602: no exact answer is known."""
    return Fault("#VALUE!", F_UNSURE, found=short(found), expected=operator)


def short(value: Any) -> str:
    """A cell for a message, cut where it is long."""
    text = str(value)
    return text if len(text) <= 60 else f"{text[:57]}..."


def number(value: Any, operator: str) -> float:
    """What arithmetic takes a cell for: blank 0, TRUE 1, a day its serial, a text the number that it spells.

    Raises F-021 for a text that is none, F-602 for one that may be one somewhere, or for a day before 1900.

    >>> number("5", "+"), number(" 1,234.5 ", "+"), number("50%", "+"), number("2025-04-13 14:00", "-")
    (5.0, 1234.5, 0.5, 45760.583333333336)
    """
    if value is None:
        return 0.0
    if isinstance(value, (bool, int, float)):
        return float(value) if abs(value) >= TINIEST else 0.0
    if isinstance(value, date):
        if (value.date() if isinstance(value, datetime) else value) < _FIRST_DAY:
            raise unsure(value, operator)
        return to_serial(value)
    if isinstance(value, str):
        return _spelled(value, operator)
    raise unsure(value, operator)


def _spelled(text: str, operator: str) -> float:
    if not any(map(str.isnumeric, text)):
        raise Fault("#VALUE!", F_OPERAND, found=short(text), expected=operator)
    if len(text) <= 255:
        if written := _NUMBER.fullmatch(text):
            spelled = float(written[1].replace(",", ""))
            if math.isfinite(spelled):
                return spelled / 100 if written[2] else spelled
        elif clock := _TIME.fullmatch(text):
            return (int(clock[1]) * 3600 + int(clock[2]) * 60 + int(clock[3] or 0)) / 86400
        elif (day := _DAY.fullmatch(text)) and (moment := parse_date(f"{day[1]} {day[2] or ''}")) is not None:
            return number(moment, operator)
    raise unsure(text, operator)


def spells_day(text: str) -> bool:
    """Whether a text is a day for arithmetic, with or without a time."""
    return bool(_DAY.fullmatch(text[:255]))


def digits15(value: float) -> float:
    """The number as Excel compares it: 15 significant digits.

    >>> digits15(0.1 + 0.2) == digits15(0.3)
    True
    """
    return float(f"{value:.15g}")


def general(value: float) -> str:
    """A number as ``&`` writes it: 15 significant digits, an exponent where it would need more than 20 characters.

    >>> general(1 / 3), general(0.1 + 0.2), general(1e20), general(2.0**64), general(1.2345678901234568e-5)
    ('0.333333333333333', '0.3', '1E+20', '18446744073709600000', '1.23456789012346E-05')
    """
    if abs(value) < TINIEST:
        return "0"
    sign, written = "-" if value < 0 else "", Decimal(f"{abs(value):.14e}")
    if abs(written.adjusted()) > _LONG_EXPONENT:
        written = written.quantize(Decimal((0, (1,), written.adjusted() - 13)), ROUND_HALF_UP)
    exponent = written.adjusted()
    digits = "".join(map(str, written.as_tuple().digits)).rstrip("0")
    if exponent < 0 and 1 - exponent + len(digits) <= _PLAIN_DIGITS:
        return f"{sign}0.{'0' * (-exponent - 1)}{digits}"
    if 0 <= exponent < _PLAIN_DIGITS:
        whole, rest = digits[: exponent + 1].ljust(exponent + 1, "0"), digits[exponent + 1 :]
        return sign + whole + (f".{rest}" if rest else "")
    return f"{sign}{digits[0]}{'.' if digits[1:] else ''}{digits[1:]}E{exponent:+03d}"


def text(value: Any, operator: str) -> str:
    """What ``&`` takes a cell for: blank nothing, a day the digits of its serial.

    >>> text(date(2025, 4, 13), "&"), text(True, "&"), text(None, "&")
    ('45760', 'TRUE', '')
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).upper()
    return value if isinstance(value, str) else general(number(value, operator))


def compared(one: Any, two: Any, operator: str) -> int:
    """-1, 0 or 1: numbers before texts before truth values; a blank is 0, "" or FALSE, as the other side wants it.

    Texts are compared without letter case, character by character: a blank at the end counts, and full width
    is not half width. Which of two texts comes first is F-602 unless they are plain letters and digits.

    >>> compared(None, "", "="), compared("a ", "A", "="), compared(9, "1", "<"), compared("ab", "B", "<")
    (0, 1, -1, -1)
    """
    left, right = _comparable(one, two, operator), _comparable(two, one, operator)
    if (rank := _rank(left)) != (other := _rank(right)):
        return -1 if rank < other else 1
    if left == right:
        return 0
    if isinstance(left, str) and operator not in ("=", "<>") and not _sorts(left, right):
        raise unsure(f"{short(one)} {operator} {short(two)}", operator)
    return -1 if left < right else 1


def _sorts(one: str, two: str) -> bool:
    """Whether the order of two texts is the same everywhere."""
    return all(not part or (part.isascii() and part.isalnum()) for part in (one, two)) or "" in (one, two)


def _rank(value: Any) -> int:
    return 2 if isinstance(value, bool) else 1 if isinstance(value, str) else 0


def _comparable(value: Any, other: Any, operator: str) -> Any:
    if value is None:
        return "" if isinstance(other, str) else False if isinstance(other, bool) else 0.0
    if isinstance(value, bool):
        return value
    return value.lower() if isinstance(value, str) else digits15(number(value, operator))
