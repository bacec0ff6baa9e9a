"""The tabs that native formulas read: 规则表 (numbers and words), 日历 and 拼音表.

Rows are laid down as formulas ask for them, so that the tabs hold exactly what the workbook uses.
A number is a block of rows (first day, value); one with a first day starts with the row ``SOP未规定``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, time, timedelta
from typing import Any

from addin.native.expression import E, call, same_text, when
from rules.answer import SILENT
from rules.china_days import horizon
from rules.policy.dated import Dated
from rules.policy.models import Rules

RULES_TAB, DAYS_TAB, PINYIN_TAB = "规则表", "日历", "拼音表"
FIRST_DAY, LAST_DAY = date(2023, 1, 1), date(2030, 12, 31)
"""The span of the working days on the tab 日历."""

RULES_TITLES = ("配置项", "说明", "生效日/写法", "数值/意思", "单位", "SOP行", "解读")
_EARLIEST = date(1900, 3, 1)
"""Formulas know no earlier day."""

_HEAD = 3
"""Rows above the first block: a sentence, and the titles."""


@dataclass(frozen=True)
class NoNative(Exception):
    """Why a function has no native formula."""

    zh: str
    en: str


@dataclass
class Column:
    """A sorted list on a tab of its own column."""

    title: str
    items: Sequence[Any]


@dataclass
class RuleBook:
    """Lays down numbers, words and lists, and answers where they stand."""

    policy: Rules
    today: date | None = None
    rows: list[tuple[Any, ...]] = field(default_factory=list)
    lists: dict[str, list[Column]] = field(default_factory=lambda: {DAYS_TAB: [], PINYIN_TAB: []})
    _places: dict[Any, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._lines: dict[str, int] = {}
        for key, about, value in (
            ("今天", "没写日期的公式按这一天;可以改成固定的日期", self.today or "=TODAY()"),
            ("#VALUE!", "写的不是要的东西(这一格就是错误值)", '=VALUE("x")'),
            ("#N/A", "没有这个站点、渠道、人、报表(这一格就是错误值)", "=NA()"),
            ("#NUM!", "不可能的数字或日期(这一格就是错误值)", "=10^400"),
            ("日历从", "工作日列表的第一天;更早的日子是 #NUM!", FIRST_DAY),
            ("日历到", f"工作日列表的最后一天;更晚的日子是 #NUM!;{horizon(self.policy)} 以后是估算", LAST_DAY),
        ):
            label = f"错误值 {key}" if key.startswith("#") else key
            self._lines[key] = self._lay(label, about, "", value)

    @property
    def titles(self) -> tuple[str, ...]:
        """The heads of 规则表."""
        return RULES_TITLES

    def _lay(self, *cells: Any) -> int:
        self.rows.append(cells)
        return len(self.rows) + _HEAD

    def _cell(self, column: str, row: int) -> E:
        return E(f"{RULES_TAB}!${column}${row}")

    def named(self, key: str) -> E:
        """A cell of the first rows: 今天, an error value, an end of the calendar."""
        return self._cell("D", self._lines[key])

    @property
    def day(self) -> E:
        """Today, as the workbook knows it."""
        return self.named("今天")

    def number(self, number: Dated[Any], day: E, pick: Callable[[Any], Any] | None = None, piece: str = "") -> E:
        """A number in force on a day, or ``SOP未规定`` before its first one; a plain value holds before the dated ones.

        `pick` takes a piece (of a pair, of shares) out of the value; `piece` names it. Lists stand as a
        text between commas.
        """
        key = number.key.removeprefix("rules.") + (f".{piece}" if piece else "")
        if key not in self._places:

            def told(value: Any) -> Any:
                return _shown(pick(value) if pick and value is not None else value)

            begins: list[tuple[Any, Any]] = [
                (max(first, _EARLIEST), told(value)) for first, value in sorted(number.values.items())
            ]
            if not begins or begins[0][0] > _EARLIEST:
                begins.insert(0, (0 if number.values else "", told(number.value)))
            rows = [self._lay(key, number.why, first, shown, *_origin(number)) for first, shown in begins]
            self._places[key] = (rows[0], rows[-1])
        first_row, last = self._places[key]
        if not number.values:
            return self._cell("D", last)
        days, values = (f"{RULES_TAB}!${column}${first_row}:${column}${last}" for column in "CD")
        return call("LOOKUP", day, E(days), E(values))

    def low(self, span: Dated[Any], day: E) -> E:
        """The lower end of a span."""
        return self.number(span, day, lambda pair: pair[0], "下限")

    def high(self, span: Dated[Any], day: E) -> E:
        """The upper end of a span."""
        return self.number(span, day, lambda pair: pair[1], "上限")

    def words(self, key: str, meanings: Mapping[str, Any], about: str = "") -> E:
        """A table of words as a range of two columns."""
        if key not in self._places:
            places = [self._lay(key, about, word, _shown(meaning)) for word, meaning in meanings.items()]
            self._places[key] = (places[0], places[-1])
        first, last = self._places[key]
        return E(f"{RULES_TAB}!$C${first}:$D${last}")

    def meaning(self, word: E, key: str, meanings: Mapping[str, Any], about: str = "") -> E:
        """What a word means in a table, letter by letter; #N/A for an unknown one."""
        if not meanings:
            return self.named("#N/A")
        table = self.words(key, meanings, about)
        known = same_text(call("VLOOKUP", word, table, 1, 0), word)
        return when((known, call("VLOOKUP", word, table, 2, 0)), otherwise=self.named("#N/A"))

    def list_of(self, tab: str, title: str, items: Sequence[Any]) -> E:
        """A list as a column of a tab; the range that it fills."""
        columns = self.lists[tab]
        place = next((i for i, column in enumerate(columns) if column.title == title), None)
        if place is None:
            place = len(columns)
            columns.append(Column(title, items))
        letter = chr(ord("A") + place)
        return E(f"{tab}!${letter}$2:${letter}${len(columns[place].items) + 1}")

    def days(self, title: str, counts: Callable[[date], bool]) -> E:
        """The days of the calendar's span that count, in order."""
        if title not in self._places:
            span = (LAST_DAY - FIRST_DAY).days + 1
            every_day = (FIRST_DAY + timedelta(days=i) for i in range(span))
            self._places[title] = [day for day in every_day if counts(day)]
        return self.list_of(DAYS_TAB, title, self._places[title])

    def listed_days(self, title: str) -> list[date]:
        """The days of a list that was laid down."""
        days: list[date] = self._places[title]
        return days


def _origin(number: Dated[Any]) -> tuple[str, str, str]:
    return number.unit, ", ".join(f"L{line}" for line in number.sop), number.reading


def _shown(value: Any) -> Any:
    if value is None:
        return SILENT
    if isinstance(value, (list, tuple)):
        return ",".join(str(item) for item in value)
    if isinstance(value, time):
        return (value.hour * 3600 + value.minute * 60 + value.second) / 86400
    return value
