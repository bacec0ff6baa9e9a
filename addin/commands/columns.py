"""A table's columns as their schema sees them: typed, as words for conditions, and what is missing of them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any

from addin.commands.tables import TabTable, is_blank
from rules.errors import Text
from rules.policy.kinds import named
from rules.policy.models import Rules
from sheets_schema.cells import CellError, clean, meaning
from sheets_schema.conditions import holds, terms
from sheets_schema.model import Column, Owner, Type

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
        """The rule book's name for a word, where the outline says in which list it stands; any other as it is."""
        outline = self.table.known.outline
        spellings = outline.spellings.get(title) if outline else None
        return written if spellings is None else named(written, spellings(self.policy)) or written

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
