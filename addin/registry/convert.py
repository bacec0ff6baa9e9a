"""From what a cell holds to what an argument means; a cell that can't mean it is a coded fault."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime, time, tzinfo
from typing import Any

from addin.registry.entry import Arg, Kind, default_zone
from rules.answer import Fault
from rules.errors import Code
from sheets_schema.cells import clean, meaning
from sheets_schema.model import Type
from sheets_schema.zoned import on_clock

F_NUMBER = Code(
    "F-011",
    "{expected} 要数字,写的是“{found}”",
    "{expected} must be a number, not “{found}”",
    "改成数字",
    "give a number",
)
F_DATE = Code(
    "F-012",
    "{expected} 要日期,写的是“{found}”",
    "{expected} must be a date, not “{found}”",
    "写成 2025-04-03、2025/4/3 或 2025年4月3日",
    "write it as 2025-04-03",
)
F_WHOLE = Code(
    "F-013",
    "{expected} 要整数,写的是 {found}",
    "{expected} must be a whole number, not {found}",
    "改成整数",
    "give one",
)

F_YES_NO = Code(
    "F-014",
    "{expected} 要是或否,写的是“{found}”",
    "{expected} must be yes or no, not “{found}”",
    "写 是/否、YES/NO、换/不换 或 TRUE/FALSE",
    "write YES or NO",
)
F_TIME = Code(
    "F-015",
    "{expected} 要时间,写的是“{found}”",
    "{expected} must be a time of day, not “{found}”",
    "写成 14:00",
    "write it as 14:00",
)

F_NO_FORMULA = Code(
    "F-604",
    "{expected} 要公式,这里是“{found}”,没有可解释的",
    "{expected} must be a formula; “{found}” is none, so there is nothing to explain",
    "写公式的文字、直接写公式,或指向有公式的格子",
    "give a formula as text, write it in place, or point to a cell with one",
)

_CLOCK = re.compile(r"([01]?\d|2[0-3])[:时]([0-5]\d)(?:分|:[0-5]\d)?")


def is_blank(value: Any) -> bool:
    """Whether a cell holds nothing: None, or text of blanks."""
    return value is None or (isinstance(value, str) and not clean(value))


def argument(value: Any, arg: Arg, zone: tzinfo | None = None) -> Any:
    """One cell as the argument means it; None for a blank.

    A moment that names its zone is told by the clock of `zone`, the team's.

    Raises F-011, F-012, F-014, F-015, F-604 (#VALUE!), F-013 or, for a number that is no day, F-012 (#NUM!).
    """
    if value is None:
        return None
    if arg.kind in _ON_A_CLOCK and type(value) is str:
        try:
            value = on_clock(value, zone or default_zone()) or value
        except OverflowError:
            raise Fault("#NUM!", F_DATE, expected=arg.name, found=value) from None
    return _READERS[arg.kind](value, arg)


def _text(value: Any, _arg: Arg) -> Any:
    return (clean(value) or None) if type(value) is str else meaning(value, Type.TEXT)


def _number(value: Any, arg: Arg) -> float | None:
    if type(value) is float and value.is_integer():
        return value
    typed = meaning(value, Type.NUMBER)
    if isinstance(typed, float) or (typed is None and is_blank(value)):
        return typed
    raise Fault("#VALUE!", F_NUMBER, expected=arg.name, found=_written(value))


def _integer(value: Any, arg: Arg) -> int | None:
    typed = _number(value, arg)
    if typed is not None and not typed.is_integer():
        raise Fault("#NUM!", F_WHOLE, expected=arg.name, found=f"{typed:g}")
    return None if typed is None else int(typed)


def _moment(value: Any, arg: Arg) -> date | None:
    typed = meaning(value, Type.DATE)
    if isinstance(typed, date) or (typed is None and is_blank(value)):
        return typed
    is_number = isinstance(meaning(value, Type.NUMBER), float)
    raise Fault("#NUM!" if is_number else "#VALUE!", F_DATE, expected=arg.name, found=_written(value))


def _written(value: Any) -> Any:
    """A cell as its sheet shows it: ``-1`` and ``TRUE``, not ``-1.0`` and ``True``."""
    return meaning(value, Type.TEXT) if isinstance(value, (bool, float)) else value


def _day(value: Any, arg: Arg) -> date | None:
    typed = _moment(value, arg)
    return typed.date() if isinstance(typed, datetime) else typed


def _yes_no(value: Any, arg: Arg) -> bool | None:
    typed = meaning(value, Type.BOOL)
    if isinstance(typed, bool) or typed is None:
        return typed
    raise Fault("#VALUE!", F_YES_NO, expected=arg.name, found=_written(value))


def _time(value: Any, arg: Arg) -> time | None:
    """``14:00``, 14:00 as a fraction of a day, or the time of a moment."""
    if is_blank(value):
        return None
    if isinstance(value, time):
        return value.replace(microsecond=0)
    if isinstance(value, str) and (written := _CLOCK.fullmatch(clean(value))):
        return time(int(written[1]), int(written[2]))
    typed = meaning(value, Type.NUMBER)
    if isinstance(typed, float) and 0 <= typed < 1:
        minutes = round(typed * 24 * 60)
        return time(minutes // 60 % 24, minutes % 60)
    typed = meaning(value, Type.DATE)
    if isinstance(typed, datetime):
        return typed.time()
    raise Fault("#VALUE!", F_TIME, expected=arg.name, found=_written(value))


def _formula(value: Any, arg: Arg) -> str | None:
    """The text of a formula; a cell that holds a number, a day or a truth value holds none."""
    if is_blank(value):
        return None
    if isinstance(value, str):
        return value
    raise Fault("#VALUE!", F_NO_FORMULA, expected=arg.name, found=_written(value))


_ON_A_CLOCK = frozenset({Kind.DATE, Kind.MOMENT, Kind.TIME})
_READERS: dict[Kind, Callable[[Any, Arg], Any]] = {
    Kind.TEXT: _text,
    Kind.NUMBER: _number,
    Kind.INTEGER: _integer,
    Kind.DATE: _day,
    Kind.MOMENT: _moment,
    Kind.TIME: _time,
    Kind.YES_NO: _yes_no,
    Kind.FORMULA: _formula,
}


def numbers(rows: list[list[Any]], name: str) -> list[float | None]:
    """A range as a list of numbers, row by row; None for blanks.

    Raises F-011 (#VALUE!) for a cell that is neither.
    """
    arg = Arg(name, Kind.NUMBER, "", "")
    return [None if cell is None else _number(cell, arg) for row in rows for cell in row]
