"""Operators between cells: arithmetic, dates and days, text, comparison."""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from addin.registry.convert import is_blank
from rules.answer import Fault
from rules.errors import Code
from sheets_schema.cells import clean, parse_date, parse_number, plain

F_OPERAND = Code(
    "F-021",
    "“{found}”不能用于 {expected}",
    "“{found}” does not go with {expected}",
    "检查两边是不是数字或日期",
    "check that both sides are numbers or dates",
)
F_IMPOSSIBLE = Code(
    "F-022", "{expected} 算不出来:{found}", "{expected} has no answer: {found}", "检查数字", "check the numbers"
)

_ARITHMETIC: dict[str, Callable[[float, float], float]] = {
    "+": lambda one, two: one + two,
    "-": lambda one, two: one - two,
    "*": lambda one, two: one * two,
    "/": lambda one, two: one / two,
    "^": lambda one, two: one**two,
}
_COMPARISON: dict[str, Callable[[Any, Any], bool]] = {
    "=": lambda one, two: bool(one == two),
    "<>": lambda one, two: bool(one != two),
    "<": lambda one, two: bool(one < two),
    ">": lambda one, two: bool(one > two),
    "<=": lambda one, two: bool(one <= two),
    ">=": lambda one, two: bool(one >= two),
}
_RANK = {float: 0, str: 1, bool: 2}


def operation(operator: str) -> Callable[..., Any]:
    """What an operator does to cells; a fault in one of them is the answer."""

    def apply(*operands: Any) -> Any:
        if fault := next((operand for operand in operands if isinstance(operand, Fault)), None):
            return fault
        try:
            return _apply(operator, *operands)
        except Fault as wrong:
            return wrong

    return apply


def _apply(operator: str, one: Any, *rest: Any) -> Any:
    if not rest:
        number = _number(one, operator)
        return number / 100 if operator == "%" else -number
    (two,) = rest
    if operator == "&":
        return _text(one) + _text(two)
    if operator in _COMPARISON:
        return _compare(operator, one, two)
    left, right = _operand(one, operator), _operand(two, operator)
    try:
        if isinstance(left, date) or isinstance(right, date):
            return _with_dates(operator, left, right)
        value = _ARITHMETIC[operator](left, right)
    except (ArithmeticError, ValueError) as error:
        raise Fault("#NUM!", F_IMPOSSIBLE, expected=operator, found=f"{_text(one)}, {_text(two)}") from error
    if isinstance(value, complex) or not math.isfinite(value):
        raise Fault("#NUM!", F_IMPOSSIBLE, expected=operator, found=f"{_text(one)}, {_text(two)}")
    return value


def _with_dates(operator: str, left: float | date, right: float | date) -> Any:
    """A day ± days is a day; the difference of two days is a number."""
    if isinstance(left, date) and isinstance(right, date) and operator == "-":
        return (left - right) / timedelta(days=1)
    if isinstance(left, date) and not isinstance(right, date) and operator in "+-":
        return left + timedelta(days=right if operator == "+" else -right)
    if isinstance(right, date) and not isinstance(left, date) and operator == "+":
        return right + timedelta(days=left)
    raise Fault("#VALUE!", F_OPERAND, found=_text(left if isinstance(left, date) else right), expected=operator)


def _operand(value: Any, operator: str) -> float | date:
    if isinstance(value, date):
        return value
    if isinstance(value, str) and (moment := parse_date(value)) is not None:
        return moment
    return _number(value, operator)


def _number(value: Any, operator: str) -> float:
    if is_blank(value):
        return 0.0
    if isinstance(value, (bool, int, float)):
        return float(value)
    number = parse_number(value) if isinstance(value, str) else None
    if number is None:
        raise Fault("#VALUE!", F_OPERAND, found=_text(value), expected=operator)
    return number


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).upper()
    return value if isinstance(value, str) else str(plain(float(value) if isinstance(value, int) else value))


def _compare(operator: str, one: Any, two: Any) -> bool:
    """Numbers before texts before truth values, as spreadsheets order them; texts without letter case."""
    left, right = _comparable(one, two), _comparable(two, one)
    if type(left) is not type(right):
        left, right = _RANK.get(type(left), 0), _RANK.get(type(right), 0)
    return _COMPARISON[operator](left, right)


def _comparable(value: Any, other: Any) -> Any:
    if is_blank(value):
        return "" if isinstance(other, str) else False if isinstance(other, bool) else 0.0
    if isinstance(value, str):
        if isinstance(other, date) and (moment := parse_date(value)) is not None:
            return moment.isoformat()
        return clean(value).casefold()
    if isinstance(value, date):
        return value.isoformat()
    return value if isinstance(value, bool) else float(value)
