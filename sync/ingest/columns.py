"""One column of an export in its type: what can't be is named with its row, and never taken.

A count has no decimals and is below a billion; a share is no hundred thousand percent; a day lies in this
century; a truth value is yes or no; text holds no control characters and none that were lost on the way.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from typing import Any

from rules.errors import Code, Text
from sheets_schema.cells import CellError, Value, meanings
from sheets_schema.model import Field, Type
from sheets_schema.zoned import on_clock
from sync.ingest.codes import I_BAD_VALUE, I_CONTROL, I_LOST_TEXT
from sync.ingest.encodings import LOST
from sync.ingest.notation import Notation, notation_of, with_point

EARLIEST, LATEST = 2000, 2099
_MOST_PIECES = 1e9
_MOST_MONEY = 1e12
_MOST_SHARE = 1e3

_COUNT = Text("整数", "a whole number")
_POSITIVE = Text("不小于 0 的整数", "a whole number, 0 or more")
_SMALLER = Text("10 亿以内的整数", "a whole number below a billion")
_NUMBER = Text("数字", "a number")
_MONEY = Text("金额", "an amount of money")
_SHARE = Text("百分比", "a percentage")
_DATE = Text("日期", "a date")
_MOMENT = Text("时间", "a date with time")
_YEAR = Text(f"{EARLIEST}–{LATEST} 年的日期", f"a date of the years {EARLIEST} to {LATEST}")
_TRUTH = Text("是/否", "yes or no")
_TEXT = Text("文字", "text")
_EXPECTED = {
    Type.TEXT: _TEXT,
    Type.ID: _TEXT,
    Type.INTEGER: _COUNT,
    Type.NUMBER: _NUMBER,
    Type.MONEY: _MONEY,
    Type.PERCENT: _SHARE,
    Type.DATE: _DATE,
    Type.DATETIME: _MOMENT,
    Type.BOOL: _TRUTH,
}
_NUMERIC = frozenset({Type.INTEGER, Type.NUMBER, Type.MONEY, Type.PERCENT})
_DAYS = frozenset({Type.DATE, Type.DATETIME})
_TEXTUAL = frozenset({Type.TEXT, Type.ID})
_ZONE = re.compile(r"[Zz]$|UTC|GMT|[+-]\d{1,2}(?::?\d{2})?$", re.IGNORECASE)
_PRIVATE = re.compile("[\ue000-\uf8ff]")
"""What an encoding has for bytes that nobody gave a meaning."""
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")
_HALF_PAIR = re.compile("[\ud800-\udfff]")
_ASKED = re.compile(r"[^\W\d_]\?+[^\W\d_]|\?{3,}")


class Unreadable(str):
    """A text that can't be what its maker wrote: `code` says why."""

    __slots__ = ("code",)
    code: Code


def readable(text: str) -> str:
    """The text, as `Unreadable` when it holds control characters or a character that was lost.

    Half of a surrogate pair, which nothing can store, becomes U+FFFD.
    """
    code = I_LOST_TEXT if LOST in text or _PRIVATE.search(text) else I_CONTROL if _CONTROL.search(text) else None
    if code is None:
        return text
    answer = Unreadable(_HALF_PAIR.sub(LOST, text))
    answer.code = code
    return answer


def asked(text: str) -> bool:
    """Whether question marks stand where letters were: inside a word, or nothing but them.

    >>> asked("L?mpara"), asked("????"), asked("Really?"), asked("https://a.cn/b?c=d")
    (True, True, False, False)
    """
    return "?" in text and "://" not in text and bool(_ASKED.search(text))


@dataclass(frozen=True)
class Wrong:
    """A cell that is not taken: its row, why, what it holds, what was expected."""

    row: int
    code: Code
    value: Any
    expected: Text


def typed_column(column: Sequence[Any], item: Field, zone: tzinfo) -> tuple[list[Value], list[Wrong]]:
    """The typed values of a column of cleaned texts and other cells, and its cells that can't be.

    Such a cell keeps its text, which nobody takes for a number, day or truth value; in a column of text it is
    None. A moment that names its zone is shown by the clock of `zone`. A day of our century among numbers is no
    number; one before it is a small number that somebody formatted as a date.
    """
    wrong: dict[int, Wrong] = {}
    original = column
    kinds = set(map(type, column))
    if not kinds.isdisjoint((Unreadable, CellError)):
        codes = {row: getattr(cell, "code", I_BAD_VALUE) for row, cell in enumerate(column) if isinstance(cell, _ASIDE)}
        column = _aside(column, codes, item, wrong)
    if item.type in _NUMERIC and not kinds.isdisjoint((date, datetime)):
        days = [row for row, cell in enumerate(column) if isinstance(cell, date) and cell.year >= EARLIEST]
        column = _aside(column, dict.fromkeys(days, I_BAD_VALUE), item, wrong)
    if str in kinds and item.type not in _TEXTUAL:
        column = _read(column, item, zone, wrong)
    if item.type in _TEXTUAL:
        if float in kinds:
            rows = [row for row, cell in enumerate(column) if type(cell) is float and not math.isfinite(cell)]
            column = _aside(column, dict.fromkeys(rows, I_BAD_VALUE), item, wrong)
        cleaned = item.type is Type.TEXT and kinds <= _PLAIN
        return list(column if cleaned else meanings(column, item.type)), list(wrong.values())
    typed = list(meanings(column, item.type))
    doubtful = {value: expected for value in set(typed) if (expected := _doubt(value, item)) is not None}
    if doubtful:
        for row, value in enumerate(typed):
            if value in doubtful:
                wrong[row] = Wrong(row, I_BAD_VALUE, _written(original[row]), doubtful[value])
    for row, finding in wrong.items():
        typed[row] = finding.value
    return typed, sorted(wrong.values(), key=lambda finding: finding.row)


_ASIDE = (Unreadable, CellError)
_PLAIN = {str, type(None)}


def _aside(column: Sequence[Any], codes: dict[int, Code], item: Field, wrong: dict[int, Wrong]) -> list[Any]:
    """The column without the cells of some rows, which are wrong."""
    answer = list(column)
    for row, code in codes.items():
        wrong[row] = Wrong(row, code, str(column[row]), _EXPECTED[item.type])
        answer[row] = None
    return answer


def _read(column: Sequence[Any], item: Field, zone: tzinfo, wrong: dict[int, Wrong]) -> Sequence[Any]:
    """The column with its texts as `meaning` reads them: points and commas, moments of other zones."""
    read: dict[Any, Any] = {}
    if item.type in _NUMERIC:
        notation = notation_of(column, whole=item.type is Type.INTEGER)
        if notation is Notation.POINT:
            return column
        read = {cell: with_point(cell, notation) for cell in set(column) if type(cell) is str}
    elif item.type in _DAYS:
        zoned = {cell for cell in set(column) if type(cell) is str and _ZONE.search(cell)}
        read = {cell: _on_clock(cell, zone) or cell for cell in zoned}
    if not read:
        return column
    open_rows = [row for row, cell in enumerate(column) if type(cell) is str and read.get(cell, cell) is None]
    aside = _aside(column, dict.fromkeys(open_rows, I_BAD_VALUE), item, wrong)
    return [read.get(cell, cell) if type(cell) is str else cell for cell in aside]


def _on_clock(text: str, zone: tzinfo) -> Value:
    try:
        return on_clock(text, zone)
    except OverflowError:  # at the ends of the calendar; no day of an export lies there
        return None


def _doubt(value: Value, item: Field) -> Text | None:
    """What a value should have been; None for a good one."""
    if value is None:
        return None
    if isinstance(value, bool):
        return None if item.type is Type.BOOL else _EXPECTED[item.type]
    if isinstance(value, float):
        return _doubt_of_number(value, item)
    if isinstance(value, date):
        return None if EARLIEST <= value.year <= LATEST else _YEAR
    return _EXPECTED[item.type]


def _doubt_of_number(value: float, item: Field) -> Text | None:
    if item.type is Type.INTEGER:
        if abs(value) >= _MOST_PIECES:
            return _SMALLER
        if not value.is_integer():
            return _COUNT
        return None if value >= 0 or item.signed else _POSITIVE
    most = _MOST_SHARE if item.type is Type.PERCENT else _MOST_MONEY
    return None if abs(value) <= most else _EXPECTED[item.type]


def _written(cell: Any) -> str:
    """A cell as a person would find it."""
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15:
        return str(int(cell))
    return cell.isoformat() if isinstance(cell, date) else str(cell)
