"""The notation of `Column.needed`, `never` and `limits`, as a planner writes it in a table of columns.

A condition on the row: ``更换标签=YES`` · ``货件指令=海外仓送仓/移至海外仓`` one of several · ``状态=开发中~已完成``
from one choice to a later one · ``审批`` filled · several joined by ``&``. A limit of the cell: ``>0`` ·
``<=100%`` · ``>=开始`` another column of the row · ``!=原FNSKU`` · ``<=今天`` · ``=YES`` · ``含 战略`` the text
says so · ``同日 开始`` the same day · ``数字`` digits alone · ``月`` a month with its year · ``月起 申请日期`` a month,
that of the other column or a later one; with `` if `` it holds only where a condition does.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any

from sheets_schema.cells import Value, parse_number

TODAY = "今天"
_LIMIT = re.compile(r"(>=|<=|!=|>|<|=|含|同日|数字|月起|月)\s*(?![=<>!])(.*)")

_MONTH = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})(?:\s*月|[-/.]\d{1,2}.*)?")


@dataclass(frozen=True)
class Term:
    """One column's part of a condition: its words, or merely filled where there are none."""

    title: str
    words: tuple[str, ...] = ()
    until: str = ""
    """With one word: any choice from it to this one."""


@dataclass(frozen=True)
class Limit:
    """What a cell must be: a sign, what it is compared with, and the condition under which it counts."""

    sign: str
    than: str
    when: str = ""


@cache
def terms(condition: str) -> tuple[Term, ...]:
    """A condition's terms; all of them must hold.

    >>> terms("类型=换标/调货 & 数量")
    (Term(title='类型', words=('换标', '调货'), until=''), Term(title='数量', words=(), until=''))
    """
    found = []
    for part in filter(None, (part.strip() for part in condition.split("&"))):
        title, _, words = part.partition("=")
        first, _, last = words.partition("~")
        found.append(Term(title.strip(), tuple(first.split("/")) if first else (), last))
    return tuple(found)


@cache
def limit(text: str) -> Limit:
    """A limit; `ValueError` for what is none.

    >>> limit("=YES if 备货类型=战略性")
    Limit(sign='=', than='YES', when='备货类型=战略性')
    """
    rule, _, when = text.partition(" if ")
    match = _LIMIT.fullmatch(rule.strip())
    if match is None:
        raise ValueError(f"no limit: {text}")
    return Limit(match[1], match[2].strip(), when.strip())


def holds(condition: str, word: Callable[[str], str], choices: Mapping[str, tuple[str, ...]]) -> bool:
    """Whether a row meets a condition. `word` answers a column's cell as text, blank for one that says nothing.

    A word that is none of the column's choices is in no range: what can't be told does not hold.

    >>> holds("状态=二~三", {"状态": "三"}.get, {"状态": ("一", "二", "三")})
    True
    """
    return all(_holds(term, word(term.title), choices.get(term.title, ())) for term in terms(condition))


def _holds(term: Term, written: str, choices: tuple[str, ...]) -> bool:
    if not term.words:
        return bool(written)
    if not term.until:
        return written in term.words
    if written not in choices:
        return False
    return choices.index(term.words[0]) <= choices.index(written) <= choices.index(term.until)


def meets(value: Value, rule: Limit, other: Value) -> bool:
    """Whether a typed cell is within a limit; `other` is what it is compared with, typed alike.

    What can't be compared (a text with a number, a blank) is another check's business: it passes.

    >>> meets(0.0, limit(">0"), 0.0), meets("战略备货", limit("含 战略"), "战略"), meets(None, limit(">0"), 0.0)
    (False, True, True)
    """
    if value is None or other is None:
        return True
    if rule.sign == "数字":
        return str(value).isdigit()
    if rule.sign == "月":
        return _month(value) is not None
    if rule.sign == "月起":
        month, first = _month(value), _month(other)
        return month is None or first is None or month >= first
    if rule.sign == "含":
        return str(other) in str(value)
    if isinstance(value, date) and isinstance(other, date):
        if rule.sign == "同日":
            return _day(value) == _day(other)
        if isinstance(value, datetime) is not isinstance(other, datetime):  # a day alone says nothing of the hour
            loose = {">": ">=", "<": "<="}.get(rule.sign, rule.sign)
            return _compared(_day(value), loose, _day(other))
        return _compared(value, rule.sign, other)
    if type(value) is not type(other):
        return True
    return _compared(value, rule.sign, other)


def _compared(value: Any, sign: str, other: Any) -> bool:
    if isinstance(value, str):
        value, other = value.casefold(), other.casefold()
    if sign == "!=":
        return bool(value != other)
    if sign == "=":
        return bool(value == other)
    if isinstance(value, str):
        return True
    return bool({">": value > other, ">=": value >= other, "<": value < other, "<=": value <= other}[sign])


def _month(value: Value) -> tuple[int, int] | None:
    """Year and month of a day, or of a text that names both."""
    if isinstance(value, date):
        return value.year, value.month
    match = _MONTH.fullmatch(str(value))
    return (int(match[1]), int(match[2])) if match and 1 <= int(match[2]) <= 12 else None


def _day(value: date) -> date:
    return value.date() if isinstance(value, datetime) else value


def number_of(than: str) -> float | None:
    """The number that a limit names; None for a column, a word, or `TODAY`."""
    return parse_number(than) if than else None
