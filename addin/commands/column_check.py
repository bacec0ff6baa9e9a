"""What stands in the columns of a tab, each by itself and against its row: types, words, what must be filled, limits.

The columns are those of the tab's sheet and of its outline; what a column says in its row is written in the notation
of `sheets_schema.conditions`. A check whose column is missing is not passed over: it becomes a gap.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any

from addin.commands.tables import TabTable, is_blank
from addin.commands.word_lists import words_of
from rules.answer import Text
from rules.checklists import ADJUSTMENTS
from rules.errors import Code
from rules.policy.kinds import named
from rules.policy.models import Rules
from sheets_schema.cells import CellError, Value, clean, meaning
from sheets_schema.conditions import TODAY, Limit, holds, limit, meets, number_of, terms
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
_YES = frozenset({"需要", "要", "有"})
_NO = frozenset({"不需要", "不要", "无", "没有", "-", "/", "—"})
_NOTHING = frozenset(
    {"-", "--", "—", "——", "/", "\\", "?", "？", "无", "没有", "暂无", "待定", "待补", "n/a", "na", "none"}
)
"""Words that fill a cell and say nothing."""


@dataclass
class Gaps:
    """Checks that did not run because a column is missing: by its title, what was not checked."""

    missing: dict[str, dict[str, Text]] = field(default_factory=dict)

    def note(self, title: str, what: Text) -> None:
        """One more check that this column's absence left out."""
        self.missing.setdefault(title, {})[what.zh] = what


@dataclass
class Columns:
    """A table's columns as their schema sees them: typed once, and as words for conditions."""

    table: TabTable
    policy: Rules
    today: date

    def __post_init__(self) -> None:
        self._words: dict[str, list[str] | None] = {}

    @cached_property
    def by_title(self) -> dict[str, Column]:
        """Every column that is known of the tab."""
        return {column.title: column for column in reversed(self.table.known.columns)}

    @property
    def checked_titles(self) -> frozenset[str]:
        """The columns that a schema, an outline or a checklist knows; on an unknown tab those that it can judge."""
        if not self.table.known.name:
            return frozenset(title for title, column in self.by_title.items() if self._can_judge(column))
        listed = self.policy.checklists.sheets.get(self.table.known.name)
        return frozenset(self.by_title).union(listed.columns if listed else ())

    def _can_judge(self, column: Column) -> bool:
        if column.type is not Type.TEXT or column.choices or column.words or column.limits:
            return True
        asked = [condition for condition in (column.needed, column.never) if condition]
        return any(not self.rows_where(condition)[1] for condition in asked)

    def owner(self, at: int) -> Owner | None:
        """Whose a column of the table is; None for one that nobody registered."""
        title = next((title for title in self.by_title if self.table.place(title) == at), "")
        return self.by_title[title].owner if title else None

    @cached_property
    def choices(self) -> dict[str, tuple[str, ...]]:
        """The choices of each column, the rule book's before the outline's."""
        own = {title: column.choices for title, column in self.by_title.items()}
        listed = self.policy.checklists.sheets.get(self.table.known.name)
        return own | {title: words.on(self.today) or () for title, words in (listed.allowed if listed else {}).items()}

    def words(self, title: str) -> list[str] | None:
        """A column's cells as words, row by row; None where the table lacks it."""
        if title not in self._words:
            at = self.table.place(title)
            kind = self.by_title[title].type if title in self.by_title else Type.TEXT
            lines = self.table.lines
            self._words[title] = None if at is None else [self._own(title, word(line.at(at), kind)) for line in lines]
        return self._words[title]

    def _own(self, title: str, written: str) -> str:
        """The rule book's name for a kind of adjustment; any other word as it is."""
        if self.table.known.name != ADJUSTMENTS or title != "类型":
            return written
        return named(written, self.policy.checklists.adjustment_spellings) or written

    def rows_where(self, condition: str) -> tuple[list[bool], tuple[str, ...]]:
        """For each row whether a condition holds, and the columns that it lacks (then nowhere)."""
        titles = tuple(term.title for term in terms(condition))
        columns = {title: self.words(title) for title in titles}
        lacking = tuple(title for title, words in columns.items() if words is None)
        if lacking:
            return [], lacking
        known: dict[tuple[str, ...], bool] = {}
        answer = []
        for cells in zip(*(words for words in columns.values() if words is not None), strict=True):
            if cells not in known:
                known[cells] = holds(condition, dict(zip(titles, cells, strict=True)).__getitem__, self.choices)
            answer.append(known[cells])
        return answer, ()


def word(value: Any, kind: Type) -> str:
    """A cell as a condition compares it: YES or NO, or its text; empty for one that says nothing."""
    if isinstance(value, CellError) or not says_something(value):
        return ""
    if kind is Type.BOOL:
        known = yes_or_no(value)
        return "" if known is None else "YES" if known else "NO"
    return str(meaning(value, Type.TEXT) or "")


def says_something(value: Any) -> bool:
    """Whether a cell is filled with more than a dash or 待定."""
    return not is_blank(value) and not (isinstance(value, str) and clean(value).casefold() in _NOTHING)


def yes_or_no(value: Any) -> bool | None:
    """A cell as YES or NO, in every spelling in use; None for any other word."""
    typed = meaning(value, Type.BOOL)
    if isinstance(typed, bool):
        return typed
    text = clean(str(value))
    return True if text in _YES else False if text in _NO else None


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
