"""A formula written in Python: operators, IF and functions put together with the brackets they need.

Only functions that every spreadsheet of the last fifteen years knows are used. `ROW` in a text
stands for the row that a formula is written to.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Union

from rules.answer import SILENT
from sheets_schema.cells import to_serial

ROW = "§"
"""Stands for the row number in a column's reference: ``$C§``."""

_ATOM, _SIGN, _TIMES, _PLUS, _JOIN, _COMPARE = 6, 5, 4, 3, 2, 1

Value = Union["E", str, float, int, bool, date]


class E:
    """One expression; `rank` says how tightly it binds."""

    __slots__ = ("rank", "text")

    def __init__(self, text: str, rank: int = _ATOM) -> None:
        self.text = text
        self.rank = rank

    def __str__(self) -> str:
        return self.text

    def __repr__(self) -> str:
        return f"E({self.text})"

    def __add__(self, other: Value) -> E:
        return _join(self, "+", other, _PLUS)

    def __radd__(self, other: Value) -> E:
        return _join(lift(other), "+", self, _PLUS)

    def __sub__(self, other: Value) -> E:
        return _join(self, "-", other, _PLUS)

    def __rsub__(self, other: Value) -> E:
        return _join(lift(other), "-", self, _PLUS)

    def __mul__(self, other: Value) -> E:
        return _join(self, "*", other, _TIMES)

    def __rmul__(self, other: Value) -> E:
        return _join(lift(other), "*", self, _TIMES)

    def __truediv__(self, other: Value) -> E:
        return _join(self, "/", other, _TIMES)

    def __rtruediv__(self, other: Value) -> E:
        return _join(lift(other), "/", self, _TIMES)

    def __neg__(self) -> E:
        return E(f"-{_bracketed(self, _SIGN)}", _SIGN)

    def __and__(self, other: Value) -> E:
        """Texts, one after the other."""
        return _join(self, "&", other, _JOIN)

    def __rand__(self, other: Value) -> E:
        return _join(lift(other), "&", self, _JOIN)

    def __lt__(self, other: Value) -> E:
        return _join(self, "<", other, _COMPARE)

    def __le__(self, other: Value) -> E:
        return _join(self, "<=", other, _COMPARE)

    def __gt__(self, other: Value) -> E:
        return _join(self, ">", other, _COMPARE)

    def __ge__(self, other: Value) -> E:
        return _join(self, ">=", other, _COMPARE)

    def is_(self, other: Value) -> E:
        """Equal; texts without letter case, as spreadsheets compare them."""
        return _join(self, "=", other, _COMPARE)

    def isnt(self, other: Value) -> E:
        """Not equal."""
        return _join(self, "<>", other, _COMPARE)


def _bracketed(value: E, rank: int) -> str:
    return value.text if value.rank >= rank else f"({value.text})"


def _join(left: Value, mark: str, right: Value, rank: int) -> E:
    return E(f"{_bracketed(lift(left), rank)}{mark}{_bracketed(lift(right), rank + 1)}", rank)


def lift(value: Value) -> E:
    """A Python value as a formula writes it; texts in quotes, days as serials.

    >>> str(lift('a "b" c')), str(lift(7.0)), str(lift(date(2025, 4, 3)))
    ('"a ""b"" c"', '7', '45750')
    """
    if isinstance(value, E):
        return value
    if isinstance(value, bool):
        return E("TRUE" if value else "FALSE")
    if isinstance(value, str):
        return E('"' + value.replace('"', '""') + '"')
    number = to_serial(value) if isinstance(value, (date, datetime)) else float(value)
    text = str(int(number)) if number.is_integer() else repr(number)
    return E(text, _SIGN if number < 0 else _ATOM)


def call(name: str, *arguments: Value) -> E:
    """A spreadsheet function."""
    return E(f"{name}({','.join(str(lift(argument)) for argument in arguments)})")


def when(*pairs: tuple[E, Value], otherwise: Value) -> E:
    """The value of the first condition that holds.

    >>> one = E("A1")
    >>> str(when((one > 3, "big"), (one > 1, one + 2), otherwise=0))
    'IF(A1>3,"big",IF(A1>1,A1+2,0))'
    """
    answer = lift(otherwise)
    for condition, value in reversed(pairs):
        answer = call("IF", condition, value, answer)
    return answer


def every(*conditions: E) -> E:
    """All conditions hold."""
    return conditions[0] if len(conditions) == 1 else call("AND", *conditions)


def some(*conditions: E) -> E:
    """One condition holds."""
    return conditions[0] if len(conditions) == 1 else call("OR", *conditions)


def no(condition: E) -> E:
    """The condition does not hold."""
    return call("NOT", condition)


def failed(value: E) -> E:
    """Whether a value is an error."""
    return call("ISERROR", value)


def is_number(value: E) -> E:
    """Whether a value is a number."""
    return call("ISNUMBER", value)


def same_text(one: E, other: Value) -> E:
    """Equal letter by letter."""
    return call("EXACT", one, other)


def blank(value: E) -> E:
    """Whether a value is blank."""
    return value.is_("")


def if_failed(value: E, otherwise: Value) -> E:
    """The value, or another one where it is an error."""
    return call("IFERROR", value, otherwise)


def whole(value: E) -> E:
    """The whole number at or below a value."""
    return call("INT", value)


def up(value: E) -> E:
    """The whole number at or above a value of at least 0."""
    return call("ROUNDUP", value, 0)


def rounded(value: E, digits: Value) -> E:
    """A value with so many decimals."""
    return call("ROUND", value, digits)


def length(text: E) -> E:
    """How many characters a text has."""
    return call("LEN", text)


def part(text: E, start: Value, count: Value) -> E:
    """Characters of a text from `start` (1 is the first)."""
    return call("MID", text, start, count)


def replaced(text: E, *pairs: tuple[str, str]) -> E:
    """A text in which every old piece is another one, in turn."""
    for old, new in pairs:
        text = call("SUBSTITUTE", text, old, new)
    return text


def found(piece: Value, text: E, start: int = 1) -> E:
    """Where a text holds a piece, an error where it does not; letter case counts."""
    return call("FIND", piece, text) if start == 1 else call("FIND", piece, text, start)


def holds(text: E, piece: Value) -> E:
    """Whether a text holds a piece."""
    return is_number(found(piece, text))


def listed(item: Value, text: E) -> E:
    """Whether an item stands in a text of items between commas, ``2,3,4``."""
    return holds(E('","') & text & ",", E('","') & item & ",")


def is_text(value: E) -> E:
    """Whether a value is a text."""
    return call("ISTEXT", value)


def unless_silent(values: list[E], answer: Value) -> E:
    """The answer; ``SOP未规定`` when one of the numbers that it rests on is not in force yet."""
    each = {value.text: value for value in values}.values()
    return when((some(*map(is_text, each)), SILENT), otherwise=answer)
