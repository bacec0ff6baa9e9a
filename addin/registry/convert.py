"""From what a cell holds to what an argument means; a cell that can't mean it is a coded fault."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from addin.registry.entry import Arg, Kind
from rules.answer import Fault
from rules.errors import Code
from sheets_schema.cells import clean, meaning
from sheets_schema.model import Type

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

_TYPES = {
    Kind.TEXT: Type.TEXT,
    Kind.NUMBER: Type.NUMBER,
    Kind.INTEGER: Type.NUMBER,
    Kind.DATE: Type.DATE,
    Kind.FORMULA: Type.TEXT,
}


def is_blank(value: Any) -> bool:
    """Whether a cell holds nothing: None, or text of blanks."""
    return value is None or (isinstance(value, str) and not clean(value))


def argument(value: Any, arg: Arg) -> Any:
    """One cell as the argument means it; None for a blank.

    Raises F-011, F-012 (#VALUE!) or F-013 (#NUM!).
    """
    if is_blank(value):
        return None
    if arg.kind is Kind.FORMULA:
        return value
    typed = meaning(value, _TYPES[arg.kind])
    if arg.kind in (Kind.NUMBER, Kind.INTEGER):
        if not isinstance(typed, float):
            raise Fault("#VALUE!", F_NUMBER, expected=arg.name, found=value)
        if arg.kind is Kind.INTEGER:
            if not typed.is_integer():
                raise Fault("#NUM!", F_WHOLE, expected=arg.name, found=f"{typed:g}")
            return int(typed)
    elif arg.kind is Kind.DATE:
        if not isinstance(typed, date):
            raise Fault("#VALUE!", F_DATE, expected=arg.name, found=value)
        return typed.date() if isinstance(typed, datetime) else typed
    return typed


def numbers(rows: list[list[Any]], name: str) -> list[float | None]:
    """A range as a list of numbers, row by row; None for blanks.

    Raises F-011 (#VALUE!) for a cell that is neither.
    """
    arg = Arg(name, Kind.NUMBER, "", "")
    return [argument(cell, arg) for row in rows for cell in row]
