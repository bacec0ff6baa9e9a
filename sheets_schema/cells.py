"""What a cell means: every accepted spelling becomes one typed value, and equality is by meaning.

Typed values: ``None`` (blank), ``str``, ``float`` (every number), ``bool``, ``date`` (whole days),
``datetime``, and :class:`CellError`. A cell that can't be read as its column's type keeps its text:
what a person typed is never lost and still compares equal to itself.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from sheets_schema.keys import all_plain, clean_key
from sheets_schema.model import Type

Value = None | str | float | bool | date | datetime

_WIDE = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
_WIDE |= {0x3000: " ", 0x00A0: " ", 0x2007: " ", 0x202F: " ", 0x200B: None, 0xFEFF: None, 0x0D: None, 0xFFE5: "¥"}  # type: ignore[dict-item]
_MARKED = re.compile(f"[{''.join(map(chr, _WIDE))}]")
"""What `clean` changes inside a text."""

_NUMBER = re.compile(r"[+-]?(?:\d+(?:\.\d*)?|\.\d+|\d{1,3}(?:,\d{3})+(?:\.\d+)?)(?:[eE][+-]?\d{1,3})?")
_MONEY = re.compile(r"^([+-]?)\s*(?:[A-Z]{0,3}\s?[$€£¥]|[A-Z]{3}(?=[\s\d]))\s*")
_DATE = re.compile(
    r"(\d{4})\s*(?:[-/.]|年)\s*(\d{1,2})\s*(?:[-/.]|月)\s*(\d{1,2})\s*日?"
    r"(?:[T\s]*(\d{1,2})[:时](\d{1,2})分?(?::(\d{1,2})(?:\.\d+)?)?)?",
    re.ASCII,
)
_CLOCK = re.compile(r"(\d{1,2})[:时]([0-5]\d)分?(?::([0-5]\d)(?:\.0+)?)?(?:\s*([AaPp])\.?[Mm]\.?)?", re.ASCII)
_TRUE = {"true", "yes", "y", "是", "换", "1"}
_FALSE = {"false", "no", "n", "否", "不换", "0"}
_NUMERIC = {Type.NUMBER, Type.INTEGER, Type.MONEY, Type.PERCENT}
_EPOCH = datetime(1899, 12, 30)
_LAST_SERIAL = 2958466 - 1 / 86400
"""The last second of the year 9999."""
_NO_DAY = date(1899, 12, 31)
"""The last day before a spreadsheet's calendar: a moment of it is a time of day (`from_serial` of a fraction)."""


class CellError(str):
    """A spreadsheet error value, ``#DIV/0!``; equal to the same error only."""

    __slots__ = ()


def clean(text: str) -> str:
    """Text without surrounding blanks, NBSP, zero-width marks and full-width ASCII.

    >>> clean("\\u3000ＡＢＣ－１２\\u00a0")
    'ABC-12'
    """
    return text.strip() if text.isascii() and "\r" not in text else text.translate(_WIDE).strip()


def cleaned(texts: Sequence[str]) -> list[str]:
    """`clean` of many texts, with one look for marks at all of them.

    >>> cleaned([" a", "b\u00a0"])
    ['a', 'b']
    """
    return list(map(clean if _MARKED.search("\n".join(texts)) else str.strip, texts))


def from_serial(serial: float, *, date1904: bool = False) -> date | datetime:
    """The day (or moment, to the second) of a spreadsheet serial.

    Serial 60, Excel's 29 February 1900, does not exist and answers 1 March. A fraction of a day is a time of
    day: a moment of the day before the calendar, whichever calendar that is.

    >>> from_serial(45750), from_serial(45750.5)
    (datetime.date(2025, 4, 3), datetime.datetime(2025, 4, 3, 12, 0))
    """
    days = serial + 1462 if date1904 and serial >= 1 else serial + (1 if 0 < serial < 61 else 0)
    moment = _EPOCH + timedelta(seconds=round(days * 86400))
    return moment.date() if (moment.hour, moment.minute, moment.second) == (0, 0, 0) else moment


def to_serial(moment: date | datetime, *, date1904: bool = False) -> float:
    """The spreadsheet serial of a day or moment.

    >>> to_serial(date(2025, 4, 3))
    45750.0
    """
    whole = moment if isinstance(moment, datetime) else datetime(moment.year, moment.month, moment.day)
    days = (whole.replace(tzinfo=None) - _EPOCH) / timedelta(days=1)
    if 0 <= days < 2:
        return days % 1
    if date1904:
        return days - 1462
    return days - 1 if days < 61 else days


def parse_date(text: str) -> date | datetime | None:
    """A day or moment written as ISO, ``2025/4/3``, ``2025年4月3日`` …; None when it is none.

    A moment that names its zone is none: its zone would be lost (`zoned.on_clock` reads it).

    >>> parse_date("2025年4月3日 14:00"), parse_date("2025.4.3"), parse_date("4/3")
    (datetime.datetime(2025, 4, 3, 14, 0), datetime.date(2025, 4, 3), None)
    """
    match = _DATE.fullmatch(clean(text))
    if not match:
        return None
    year, month, day, hour, minute, second = (int(part) if part else 0 for part in match.groups())
    try:
        moment = datetime(year, month, day, hour, minute, second)
    except ValueError:
        return None
    return moment.date() if not (hour or minute or second) else moment


def clock_text(written: str | datetime) -> str | None:
    """A time of day in its one spelling, ``14:00`` or ``14:00:30``; None for anything else.

    >>> clock_text("2:00 PM"), clock_text("9:05:00"), clock_text(datetime(1899, 12, 31, 14)), clock_text("25:00")
    ('14:00', '09:05', '14:00', None)
    """
    if isinstance(written, datetime):
        hour, minute, second = written.hour, written.minute, written.second
        if not _EPOCH.date() <= written.date() <= _NO_DAY:
            return None
    else:
        match = _CLOCK.fullmatch(written.strip())
        if not match:
            return None
        hour, minute, second = int(match[1]), int(match[2]), int(match[3] or 0)
        if match[4]:
            if not 1 <= hour <= 12:
                return None
            hour = hour % 12 + (12 if match[4] in "Pp" else 0)
    if hour > 23:
        return None
    return f"{hour:02}:{minute:02}:{second:02}" if second else f"{hour:02}:{minute:02}"


def parse_number(text: str) -> float | None:
    """A number as people and ERPs write it; None when it is none.

    Thousands separators, currency signs and a trailing ``%`` are understood; ``1_000``, ``nan``
    and a comma as decimal point are not.

    >>> parse_number("MX$1,234.50"), parse_number("50.00%"), parse_number("１２"), parse_number("1,2")
    (1234.5, 0.5, 12.0, None)
    """
    body = clean(text)
    percent = body.endswith("%")
    if percent:
        body = body[:-1].rstrip()
    if not _NUMBER.fullmatch(body):
        body = _MONEY.sub(r"\1", body)
        if not _NUMBER.fullmatch(body):
            return None
    number = float(body.replace(",", ""))
    if not math.isfinite(number):
        return None
    return _digits15(number / 100) if percent else _digits15(number)


def _digits15(number: float) -> float:
    """The number at a spreadsheet's precision, so that 0.1+0.2 equals 0.3."""
    return number if number.is_integer() else float(f"{number:.15g}")


def _number_text(number: float) -> str:
    return str(int(number)) if number.is_integer() and abs(number) < 1e21 else repr(number)


def meaning(value: Any, kind: Type) -> Value:
    """The typed value that a cell means in a column of type `kind`.

    Blank text is blank. Dates without time are `date`. What can't be read as `kind` stays text.

    >>> meaning(" 1,200 ", Type.NUMBER), meaning(1200, Type.NUMBER), meaning("约30", Type.NUMBER)
    (1200.0, 1200.0, '约30')
    >>> meaning("00123", Type.ID), meaning(123.0, Type.ID), meaning(45750, Type.DATE)
    ('00123', '123', datetime.date(2025, 4, 3))
    >>> meaning('="00123"', Type.ID)
    '00123'

    A time of day is text in its one spelling: there is no day to it.

    >>> meaning(0.5, Type.DATETIME), meaning("9:05:00", Type.DATETIME), meaning(from_serial(0.5), Type.NUMBER)
    ('12:00', '09:05', 0.5)
    """
    if value is None:
        return None
    if isinstance(value, str):
        if isinstance(value, CellError):
            return value
        text = clean_key(value) if kind is Type.ID else clean(value)
        return _meaning_of_text(text, kind) if text else None
    if isinstance(value, bool):
        return value if kind is Type.BOOL else ("TRUE" if value else "FALSE")
    if isinstance(value, (int, float)):
        return _meaning_of_number(float(value), kind)
    if isinstance(value, datetime):
        moment = value.replace(tzinfo=None, microsecond=0)
        if kind not in _NUMERIC and (clock := clock_text(moment)):
            return clock
        value = moment.date() if (moment.hour, moment.minute, moment.second) == (0, 0, 0) else moment
    if isinstance(value, date):
        if kind in _NUMERIC:
            return to_serial(value)
        return value if kind in (Type.DATE, Type.DATETIME) else value.isoformat()
    return _meaning_of_text(clean(str(value)), kind)


def _meaning_of_text(text: str, kind: Type) -> Value:
    if kind is Type.TEXT or kind is Type.ID:
        return text
    if kind in _NUMERIC:
        number = parse_number(text)
        return text if number is None else number
    if kind is Type.BOOL:
        word = text.lower()
        return True if word in _TRUE else False if word in _FALSE else text
    moment = parse_date(text)
    if moment is not None:
        return clock_text(moment) or moment if isinstance(moment, datetime) else moment
    number = parse_number(text)
    return clock_text(text) or text if number is None else _meaning_of_number(number, kind)


def _meaning_of_number(number: float, kind: Type) -> Value:
    if not math.isfinite(number):
        return repr(number)
    if kind in _NUMERIC:
        return _digits15(number)
    if kind is Type.DATE or kind is Type.DATETIME:
        moment = from_serial(number) if 0 < number < _LAST_SERIAL else _number_text(number)
        return clock_text(moment) or moment if isinstance(moment, datetime) else moment
    if kind is Type.BOOL and number in (0, 1):
        return bool(number)
    return _number_text(number)


_TOLD_APART = {type(None), str, float, date}
"""Types of which no two values are equal that mean different things."""


def meanings(column: Sequence[Any], kind: Type) -> Sequence[Value]:
    """`meaning` of a whole column, itself where it holds nothing else; each distinct value is read once."""
    if _are_meanings(column, kind):
        return column
    if not set(map(type, column)) <= _TOLD_APART:
        return [meaning(value, kind) for value in column]
    read = {value: meaning(value, kind) for value in set(column)}
    return list(map(read.__getitem__, column))


def _are_meanings(column: Sequence[Any], kind: Type) -> bool:
    """Whether a column holds nothing but plain texts, or whole numbers, of its type, and blanks: nothing is to be read."""
    kinds = set(map(type, column)) - {type(None)}
    if not kinds:
        return True
    if kinds == {float} and kind in _NUMERIC:
        numbers = [value for value in column if value is not None]
        return all(map(float.is_integer, numbers)) and min(numbers) > -1e15 and max(numbers) < 1e15
    return kinds == {str} and kind in (Type.TEXT, Type.ID) and all_plain(set(column) - {None})


def same(one: Any, other: Any, kind: Type) -> bool:
    """Whether two cells of a column mean the same.

    >>> same("1.0", 1, Type.NUMBER), same("01", "1", Type.ID), same("", None, Type.TEXT)
    (True, False, True)
    """
    return equal(meaning(one, kind), meaning(other, kind))


def equal(one: Value, other: Value) -> bool:
    """Equality of typed values; unlike ``==``, TRUE is not 1, and an error value is not its text."""
    return one is other or (type(one) is type(other) and one == other)


def plain(value: Value) -> Any:
    """A typed value as JSON takes it: whole numbers as int, dates as ISO text.

    >>> plain(12.0), plain(date(2025, 4, 3)), plain(None)
    (12, '2025-04-03', None)
    """
    if isinstance(value, date):
        return (clock_text(value) if isinstance(value, datetime) else None) or value.isoformat()
    return cell_value(value)


def cell_value(value: Value) -> Any:
    """A typed value as a cell takes it: whole numbers without a fraction."""
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return int(value)
    return value
