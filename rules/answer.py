"""What a rule answers: a value, the numbers it rests on, its parts, and the marks it carries.

A rule is written as a function of a :class:`Ledger` and plain facts, and published through `rule`,
which turns the ledger into a day: ``lead_time(day, policy, …) -> Answer``. The day is the one whose
numbers count; before a number's first day the whole answer is the text ``SOP未规定``. Wrong facts
raise :class:`Fault`, which knows the error value a cell shows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from functools import wraps
from typing import Any, Concatenate, Literal, NamedTuple, ParamSpec, TypeVar

from rules.contradictions import Contradiction
from rules.errors import Code, Error, Text
from rules.plain_text import shortened
from rules.policy.dated import Dated
from rules.policy.original import SAME, Own, own_of, own_of_missing, reading_of
from rules.policy.shown import in_a_line

SILENT = "SOP未规定"
"""The answer where the SOP says nothing: a text, never an error and never an invented number."""

F_NEGATIVE = Code("F-201", "{found} 不能是负数", "{found} can't be negative", "检查数字", "check the number")

CellErrorName = Literal["#VALUE!", "#N/A", "#NUM!", "#NAME?", "#DIV/0!"]

P = ParamSpec("P")
T = TypeVar("T")


class Word(StrEnum):
    """The marks an answer can carry; they never change its value."""

    READING = "解读"
    ESTIMATE = "估算"
    UNCONFIRMED = "未确认"
    TO_CONFIRM = "需确认"
    CONTRADICTION = "SOP自相矛盾"
    DEPARTURE = "偏离SOP"
    OLD_RULE = "旧规则"


class Mark(NamedTuple):
    """A mark and why the answer carries it; `lines` are those of the SOP that can't both be followed."""

    word: Word
    reason: Text
    lines: tuple[int, ...] = ()


class Part(NamedTuple):
    """One piece that the value is made of, named in both languages."""

    zh: str
    en: str
    value: Any

    def name(self, lang: str) -> str:
        """What the piece is, in one language."""
        return self.zh if lang == "zh" else self.en


class Used(NamedTuple):
    """A number of the policy as an answer used it; `since` is None for one without a first day.

    `own` is the SOP's number where this one differs from it, `reading` how the SOP is read.
    """

    number: Dated[Any]
    value: Any
    since: date | None
    own: Own = SAME
    reading: str = ""


class Answer(NamedTuple):
    """The value of a rule with everything that `qlc explain` shows of it.

    `lines` are those of the SOP that it rests on beside the lines of the numbers used.
    """

    value: Any
    rule: str
    parts: tuple[Part, ...] = ()
    used: tuple[Used, ...] = ()
    marks: tuple[Mark, ...] = ()
    remarks: tuple[Text, ...] = ()
    lines: tuple[int, ...] = ()


class Fault(Error):
    """Facts that no rule can answer: the cell shows `kind`, the message says what to do.

    A long text that was found is quoted by its beginning.
    """

    def __init__(self, kind: CellErrorName, code: Code, **facts: Any) -> None:
        self.kind = kind
        super().__init__(
            code,
            **{
                name: shortened(fact) if name == "found" and isinstance(fact, str) else fact
                for name, fact in facts.items()
            },
        )


def not_negative(name: str, number: float | None) -> None:
    """Raises F-201 (#NUM!) for a negative number; a blank passes."""
    if number is not None and number < 0:
        raise Fault("#NUM!", F_NEGATIVE, found=f"{name} {number:g}")


class Silent(Exception):
    """The SOP says nothing here; becomes the text ``SOP未规定``, with the reason as a remark."""

    def __init__(self, zh: str, en: str) -> None:
        self.why = Text(zh, en)
        super().__init__(en)


@dataclass
class Ledger:
    """Collects, while a rule computes, what its answer rests on."""

    rule: str
    day: date
    parts: list[Part] = field(default_factory=list)
    used: dict[str, Used] = field(default_factory=dict)
    marks: dict[tuple[Word, str], Mark] = field(default_factory=dict)
    remarks: list[Text] = field(default_factory=list)
    lines: list[int] = field(default_factory=list)

    def require(self, number: Dated[T]) -> T:
        """The number in force, without counting it as used; raises `Silent` before its first day."""
        value = number.on(self.day)
        if value is None:
            self.depart(number)
            raise Silent(
                f"{number.key} 从 {number.first_day} 起才有规定",
                f"{number.key} is regulated from {number.first_day} on",
            )
        return value

    def take(self, number: Dated[T]) -> T:
        """The number in force on the ledger's day; raises `Silent` before its first day.

        A number that is a reading of ours marks the answer 解读, one that is not the SOP's own 偏离SOP.
        """
        value = self.require(number)
        if number.key not in self.used:
            own = own_of(number, self.day)
            self._use(number, value, own)
            self._depart(number, value, own)
        return value

    def _use(self, number: Dated[Any], value: Any, own: Own) -> None:
        reading = reading_of(number, own)
        self.used[number.key] = Used(number, value, number.since(self.day), own, reading)
        if reading:
            self.mark(Word.READING, reading, f"our reading of the SOP: {number.key}")

    def holds(self, number: Dated[tuple[T, ...]], item: T) -> bool:
        """Whether an item stands in a list of the policy.

        The list counts as used only where the item stands in it or in the SOP's own, and departs from
        the SOP only where the two don't agree on the item.
        """
        value = self.require(number)
        own = own_of(number, self.day)
        found = item in value
        found_there = item in (own.value or ()) if own.differs else found
        if found or found_there:
            self._use(number, value, own)
        if found != found_there:
            self._depart(number, value, own)
        return found

    def mark(self, word: Word, zh: str, en: str, lines: tuple[int, ...] = ()) -> None:
        """Adds a mark with its reason; the same one counts once."""
        self.marks[word, zh] = Mark(word, Text(zh, en), lines)

    def contradict(self, found: Contradiction) -> None:
        """Marks an answer on which two sentences of the SOP can't both be followed."""
        self.mark(Word.CONTRADICTION, found.zh, found.en, found.lines)

    def asks(self, number: Dated[bool]) -> bool:
        """Whether something is asked for on the ledger's day; before its first day it is not."""
        if asked := bool(number.on(self.day)):
            self.take(number)
        else:
            self.depart(number)
        return asked

    def depart(self, number: Dated[Any], day: date | None = None) -> None:
        """Marks an answer that rests on a number that is not the SOP's own on a day, with both."""
        day = day or self.day
        self._depart(number, number.on(day), own_of(number, day))

    def _depart(self, number: Dated[Any], value: Any, own: Own) -> None:
        if own.departs:
            self._departure(number.key, in_a_line(value, number.unit), own)

    def missing(self, key: str) -> None:
        """Marks an answer for want of a number that the SOP has and config lacks."""
        own = own_of_missing(key, self.day)
        if own.departs:
            self._departure(key, in_a_line(None), own)

    def _departure(self, key: str, value: str, own: Own) -> None:
        self.mark(
            Word.DEPARTURE,
            f"{key} 现在是 {value},SOP 是 {own.say()}",
            f"{key} is {value}, the SOP's own is {own.say('en')}",
        )

    def part(self, zh: str, en: str, value: Any) -> None:
        """Names one piece of the value."""
        self.parts.append(Part(zh, en, value))

    def remark(self, zh: str, en: str) -> None:
        """A sentence for whoever asks why."""
        self.remarks.append(Text(zh, en))

    @contextmanager
    def beside(self, day: date) -> Iterator[Ledger]:
        """A ledger of another day; what it collects is this one's too, also where it finds the SOP silent."""
        other = Ledger(self.rule, day)
        try:
            yield other
        finally:
            self.merged(other.answer(None))

    def merged(self, answer: Answer) -> Answer:
        """Another rule's answer, with what this ledger collected before it."""
        self.parts.extend(answer.parts)
        self.used.update({item.number.key: item for item in answer.used})
        self.marks.update({(mark.word, mark.reason.zh): mark for mark in answer.marks})
        self.remarks.extend(answer.remarks)
        self.lines.extend(answer.lines)
        return self.answer(answer.value)

    def answer(self, value: Any) -> Answer:
        """The finished answer."""
        return Answer(
            value,
            self.rule,
            tuple(self.parts),
            tuple(self.used.values()),
            tuple(self.marks.values()),
            tuple(self.remarks),
            tuple(self.lines),
        )


PUBLISHED: dict[str, list[Callable[..., Answer]]] = {}
"""Every published function of the loaded modules, by rule."""


def rule(
    name: str, *others: str
) -> Callable[[Callable[Concatenate[Ledger, P], Any]], Callable[Concatenate[date, P], Answer]]:
    """Publishes a function of a ledger as the rule `name`: its first argument becomes the day.

    A function that serves several rules names the one that answers in `book.rule`.
    """

    def publish(compute: Callable[Concatenate[Ledger, P], Any]) -> Callable[Concatenate[date, P], Answer]:
        @wraps(compute)
        def answered(day: date, /, *args: P.args, **kwargs: P.kwargs) -> Answer:
            book = Ledger(name, day)
            try:
                return book.answer(compute(book, *args, **kwargs))
            except Silent as silent:
                book.remark(silent.why.zh, silent.why.en)
                return book.answer(SILENT)

        for served in (name, *others):
            PUBLISHED.setdefault(served, []).append(answered)
        return answered

    return publish
