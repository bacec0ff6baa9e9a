"""Operators between cells, as Excel's: numbers, days as serials, texts, comparison."""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import date
from typing import Any

from addin.functions.as_excel import (
    F_OPERAND,
    LONGEST,
    TINIEST,
    Serial,
    compared,
    digits15,
    number,
    short,
    spells_day,
    text,
    unsure,
)
from rules.answer import CellErrorName, Fault
from rules.errors import Code

F_IMPOSSIBLE = Code(
    "F-022", "{expected} 算不出来:{found}", "{expected} has no answer: {found}", "检查数字", "check the numbers"
)

COMPARISONS: dict[str, Callable[[int], bool]] = {
    "=": lambda order: order == 0,
    "<>": lambda order: order != 0,
    "<": lambda order: order < 0,
    ">": lambda order: order > 0,
    "<=": lambda order: order <= 0,
    ">=": lambda order: order >= 0,
}
_ARITHMETIC: dict[str, Callable[[float, float], float]] = {
    "+": lambda one, two: one + two,
    "-": lambda one, two: one - two,
    "*": lambda one, two: one * two,
    "/": lambda one, two: one / two,
    "^": lambda one, two: one**two,
}


def operation(operator: str, *, last: bool = False) -> Callable[..., Any]:
    """What an operator does to cells; a fault in one of them is the answer, the left one's first.

    As the `last` one of a formula, ``+`` and ``-`` answer 0 where their operands differ in nothing that
    15 digits show.
    """

    def apply(*operands: Any) -> Any:
        try:
            return _apply(operator, operands, last)
        except Fault as wrong:
            return wrong

    return apply


def _apply(operator: str, operands: tuple[Any, ...], last: bool) -> Any:
    if isinstance(operands[0], Fault):
        return operands[0]
    if operator in COMPARISONS or operator == "&":
        if isinstance(operands[1], Fault):
            return operands[1]
        one, two = operands
        return _joined(one, two) if operator == "&" else COMPARISONS[operator](compared(one, two, operator))
    if isinstance(operands[-1], Fault):
        return _second_fault(operands[0], operands[-1], operator)
    if operator == "+" and len(operands) == 1:
        return operands[0]
    left = number(operands[0], operator)
    if len(operands) == 1:
        return left / 100 if operator == "%" else 0.0 - left
    value = _calculated(operator, left, number(operands[1], operator), last)
    return Serial(value) if _makes_a_day(operator, *operands) else value


def _joined(one: Any, two: Any) -> str:
    joined = text(one, "&") + text(two, "&")
    if len(joined) > LONGEST // 2 and len(joined.encode("utf-16-le", "surrogatepass")) // 2 > LONGEST:
        raise Fault("#VALUE!", F_OPERAND, found=short(joined), expected="&")
    return joined


def _second_fault(one: Any, two: Fault, operator: str) -> Fault:
    """The right operand's error, unless the left one is an error in the making: which of them wins is not known."""
    try:
        number(one, operator)
    except Fault:
        return unsure(f"{short(one)} {operator} {two.kind}", operator)
    return two


def _calculated(operator: str, one: float, two: float, last: bool) -> float:
    def impossible(kind: CellErrorName) -> Fault:
        return Fault(kind, F_IMPOSSIBLE, expected=operator, found=f"{one:.15g} {operator} {two:.15g}")

    if operator == "/" and two == 0:
        raise impossible("#DIV/0!")
    if operator == "^":
        if one == 0 and two <= 0:
            raise impossible("#NUM!" if two == 0 else "#DIV/0!")
        if one < 0 and not two.is_integer():
            raise unsure(f"{one:.15g} ^ {two:.15g}", operator) if _is_odd_root(two) else impossible("#NUM!")
    try:
        value = _ARITHMETIC[operator](one, two)
    except OverflowError:
        value = math.inf
    if not math.isfinite(value):
        raise impossible("#NUM!")
    if last and operator in "+-" and one and digits15(one) == digits15(two if operator == "-" else -two):
        return 0.0
    return value if abs(value) >= TINIEST else 0.0


def _is_odd_root(power: float) -> bool:
    """Whether a power is one over an odd number: some versions take such a root of a negative number."""
    root = round(1 / power)
    return root % 2 == 1 and math.isclose(1 / root, power, rel_tol=1e-12)


def _makes_a_day(operator: str, one: Any, two: Any) -> bool:
    """A day and a number of days make a day; of two days the difference is a number."""
    left, right = _is_day(one), _is_day(two)
    return left != right if operator == "+" else operator == "-" and left and not right


def _is_day(value: Any) -> bool:
    return isinstance(value, (date, Serial)) or (isinstance(value, str) and spells_day(value))
