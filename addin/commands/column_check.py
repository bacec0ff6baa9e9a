"""What stands in the columns of a tab, each by itself and against its row: types, words, what must be filled, limits.

The columns are those of the tab's sheet and of its outline; what a column says in its row is written in the notation
of `sheets_schema.conditions`. A check whose column is missing is not passed over: it becomes a gap.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

from addin.commands.columns import Columns, Gaps, says_something, yes_or_no
from addin.commands.tables import is_blank
from addin.commands.word_lists import words_of
from rules.errors import Code, Text
from sheets_schema.cells import CellError, Value, clean, meaning
from sheets_schema.conditions import TODAY, Limit, limit, meets, number_of, terms
from sheets_schema.model import Column, Owner, Type
from sheets_schema.problems import Problem

K_NEEDED = Code("K-032", "{column} 没有填", "{column} is blank", "补上", "fill it in")
K_TYPE = Code("K-034", "“{value}”不是{expected}", "“{value}” is no {expected}", "改正", "correct it")
K_CHOICE = Code("K-037", "“{value}”不在选项里", "“{value}” is none of the choices", "可选:{expected}", "{expected}")
K_NEEDED_WHEN = Code(
    "K-090",
    "{when} 时 {column} 要填{lines}",
    "{column} is needed where {when}{lines}",
    "补上",
    "fill it in",
)
K_NEVER = Code(
    "K-091", "{when} 时 {column} 不填{lines}", "{column} stays blank where {when}{lines}", "清空", "clear it"
)
K_LIMIT = Code("K-092", "“{value}”应{expected}{lines}", "“{value}” should be {expected}{lines}", "改正", "correct it")

_NUMBER, _WHOLE = Text("数字", "number"), Text("整数", "whole number")
_DAY, _YES_NO = Text("日期", "date"), Text("是/否", "yes or no")
_KINDS: dict[Type, tuple[Text, Callable[[Value], bool]]] = {
    Type.NUMBER: (_NUMBER, lambda value: isinstance(value, float)),
    Type.MONEY: (_NUMBER, lambda value: isinstance(value, float)),
    Type.PERCENT: (_NUMBER, lambda value: isinstance(value, float)),
    Type.INTEGER: (_WHOLE, lambda value: isinstance(value, float) and value.is_integer()),
    Type.DATE: (_DAY, lambda value: not isinstance(value, str)),
    Type.DATETIME: (_DAY, lambda value: not isinstance(value, str)),
    Type.BOOL: (_YES_NO, lambda value: isinstance(value, bool)),
}
_SIGNS = {
    ">": ("大于 ", "above "),
    ">=": ("不小于 ", "at least "),
    "<": ("小于 ", "below "),
    "<=": ("不大于 ", "at most "),
    "!=": ("不同于 ", "other than "),
    "=": ("是 ", ""),
    "含": ("写有 ", "a text with "),
    "同日": ("和这一列同一天:", "on the day of "),
    "数字": ("只有数字", "digits alone"),
    "月": ("写成 2025-06 这样的月份", "a month like 2025-06"),
    "月起": ("不早于这一列的月份:", "a month not before that of "),
}


def column_problems(columns: Columns, gaps: Gaps) -> Iterator[Problem]:
    """Everything that is wrong in the columns that the tab's schema or outline knows; computed ones are ours."""
    table = columns.table
    for column in columns.table.known.columns:
        at = table.place(column.title)
        if at is None:
            _note_missing(columns, column, gaps)
        elif column.owner is not Owner.COMPUTED:
            yield from _values(columns, column, at)
            yield from _filled(columns, column, at, gaps)
            for text in column.limits:
                yield from _limit(columns, column, at, text, gaps)


def _note_missing(columns: Columns, column: Column, gaps: Gaps) -> None:
    """A missing column is a gap where a row would need it; a sheet's own one is a problem already."""
    table = columns.table
    if table.sheet is not None and column.title in table.sheet.by_title:
        return
    if column.required and table.known.name:
        gaps.note(column.title, Text("是否填了", "whether it is filled in"))
    if column.needed and any(columns.rows_where(column.needed)[0]):
        gaps.note(column.title, Text(f"{column.needed} 时是否填了", f"whether it is filled in where {column.needed}"))


def _values(columns: Columns, column: Column, at: int) -> Iterator[Problem]:
    """Types and words; equal cells are judged once."""
    table = columns.table
    judged: dict[tuple[type, Any], tuple[Code, dict[str, Any]] | None] = {}
    for line in table.lines:
        value = line.at(at)
        if is_blank(value) or isinstance(value, CellError):
            continue
        key = (type(value), value)
        if key not in judged:
            judged[key] = _wrong(columns, column, value)
        if verdict := judged[key]:
            yield table.problem(verdict[0], line.number, at, value, **verdict[1])


def _wrong(columns: Columns, column: Column, value: Any) -> tuple[Code, dict[str, Any]] | None:
    if column.choices and clean(str(value)) not in column.choices:
        return K_CHOICE, {"expected": "、".join(column.choices)}
    if column.words:
        offered, knows = words_of(column.words, columns.policy)
        if not knows(clean(str(value))):
            return K_CHOICE, {"expected": "、".join(offered)}
    kind = _KINDS.get(column.type)
    if kind is not None and not kind[1](_typed(value, column.type)):
        return K_TYPE, {"expected": kind[0]}
    return None


def _typed(value: Any, kind: Type) -> Value:
    if kind is Type.BOOL and (known := yes_or_no(value)) is not None:
        return known
    return meaning(value, kind)


def _filled(columns: Columns, column: Column, at: int, gaps: Gaps) -> Iterator[Problem]:
    """Blanks that must be filled, and cells that must stay blank."""
    table = columns.table
    lines = _lines_of(column)
    sheet_key = table.sheet.key if table.sheet else ()
    if column.required and column.title not in sheet_key:
        for line in table.lines:
            if not says_something(line.at(at)) and not table.has_formula(line.number, at):
                yield table.problem(K_NEEDED, line.number, at, line.at(at))
    for condition, code in ((column.needed, K_NEEDED_WHEN), (column.never, K_NEVER)):
        if not condition:
            continue
        wanted, lacking = columns.rows_where(condition)
        for title in lacking if table.known.name else ():
            gaps.note(title, Text(f"{column.title} 该不该填", f"whether {column.title} must be filled in"))
        for line, is_wanted in zip(table.lines, wanted, strict=False):
            if not is_wanted:
                continue
            value = line.at(at)
            filled = says_something(value) or table.has_formula(line.number, at)
            if filled is (code is K_NEVER):
                yield table.problem(code, line.number, at, value, when=condition, lines=lines)


def _limit(columns: Columns, column: Column, at: int, text: str, gaps: Gaps) -> Iterator[Problem]:
    """Cells beyond a limit, in the rows where it counts."""
    table, rule = columns.table, limit(text)
    beside = _other_column(rule)
    for title in (*([beside] if beside else ()), *(term.title for term in terms(rule.when))):
        if table.place(title) is None and not table.known.name:
            return
        if table.place(title) is None:
            gaps.note(title, Text(f"{column.title} 应{_expected(rule).zh}", f"{column.title}: {_expected(rule).en}"))
            return
    counts = columns.rows_where(rule.when)[0] if rule.when else None
    than = table.place(beside) if beside else None
    for number, line in enumerate(table.lines):
        value = line.at(at)
        if is_blank(value) or isinstance(value, CellError) or (counts is not None and not counts[number]):
            continue
        other = line.at(than) if than is not None else _fixed(rule, column.type, columns.today)
        kind = Type.DATE if rule.sign == "月起" else column.type
        typed = meaning(other, kind) if than is not None else other
        if isinstance(typed, CellError) or meets(_typed(value, column.type), rule, typed):
            continue
        shown = _expected(rule, other if than is not None else None)
        yield table.problem(K_LIMIT, line.number, at, value, expected=shown, lines=_lines_of(column))


def _other_column(rule: Limit) -> str | None:
    """The other column that a limit speaks of; None for a number, a word or today."""
    is_fixed = rule.sign in ("含", "数字", "=", "月") or rule.than == TODAY or number_of(rule.than) is not None
    return None if is_fixed else rule.than


def _fixed(rule: Limit, kind: Type, today: date) -> Value:
    if rule.than == TODAY:
        return today
    number = number_of(rule.than)
    if number is not None:
        return number
    return meaning(rule.than, kind) if rule.than else rule.sign


def _expected(rule: Limit, other: Any = None) -> Text:
    zh, en = _SIGNS[rule.sign]
    beside = "" if other is None else f"({meaning(other, Type.TEXT)})"
    when = (f"({rule.when} 时)", f" (where {rule.when})") if rule.when else ("", "")
    return Text(f"{zh}{rule.than}{beside}{when[0]}", f"{en}{rule.than}{beside}{when[1]}")


def _lines_of(column: Column) -> str:
    """The SOP's lines that ask for it, as a message ends."""
    return f"({'、'.join(f'L{line}' for line in column.sop)})" if column.sop else ""
