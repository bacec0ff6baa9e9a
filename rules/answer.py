"""What a rule answers: a value, the numbers it rests on, its parts, and the marks it carries.

A rule is written as a function of a :class:`Ledger` and plain facts, and published through `rule`,
which turns the ledger into a day: ``lead_time(day, policy, …) -> Answer``. The day is the one whose
numbers count; before a number's first day the whole answer is the text ``SOP未规定``. Wrong facts
raise :class:`Fault`, which knows the error value a cell shows.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from functools import wraps
from typing import Any, Concatenate, Literal, NamedTuple, ParamSpec, TypeVar

from rules.errors import Code, Error
from rules.errors import Text as Text
from rules.policy.dated import Dated

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
    OLD_RULE = "旧规则"


class Mark(NamedTuple):
    """A mark and why the answer carries it."""

    word: Word
    reason: Text


class Part(NamedTuple):
    """One piece that the value is made of, named in both languages."""

    zh: str
    en: str
    value: Any

    def name(self, lang: str) -> str:
        """What the piece is, in one language."""
        return self.zh if lang == "zh" else self.en


class Used(NamedTuple):
    """A number of the policy as an answer used it; `since` is None for one without a first day."""

    number: Dated[Any]
    value: Any
    since: date | None


class Answer(NamedTuple):
    """The value of a rule with everything that `qlc explain` shows of it."""

    value: Any
    rule: str
    parts: tuple[Part, ...] = ()
    used: tuple[Used, ...] = ()
    marks: tuple[Mark, ...] = ()
    remarks: tuple[Text, ...] = ()


class Fault(Error):
    """Facts that no rule can answer: the cell shows `kind`, the message says what to do."""

    def __init__(self, kind: CellErrorName, code: Code, **facts: Any) -> None:
        self.kind = kind
        super().__init__(code, **facts)


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

    def require(self, number: Dated[T]) -> T:
        """The number in force, without counting it as used; raises `Silent` before its first day."""
        value = number.on(self.day)
        if value is None:
            raise Silent(
                f"{number.key} 从 {number.first_day} 起才有规定",
                f"{number.key} is regulated from {number.first_day} on",
            )
        return value

    def take(self, number: Dated[T]) -> T:
        """The number in force on the ledger's day; raises `Silent` before its first day.

        A number that is a reading of ours marks the answer 解读.
        """
        value = self.require(number)
        if number.key not in self.used:
            self.used[number.key] = Used(number, value, number.since(self.day))
            if number.reading:
                self.mark(Word.READING, number.reading, f"our reading of the SOP: {number.key}")
        return value

    def mark(self, word: Word, zh: str, en: str) -> None:
        """Adds a mark with its reason; the same one counts once."""
        self.marks[word, zh] = Mark(word, Text(zh, en))

    def part(self, zh: str, en: str, value: Any) -> None:
        """Names one piece of the value."""
        self.parts.append(Part(zh, en, value))

    def remark(self, zh: str, en: str) -> None:
        """A sentence for whoever asks why."""
        self.remarks.append(Text(zh, en))

    def merged(self, answer: Answer) -> Answer:
        """Another rule's answer, with what this ledger collected before it."""
        self.parts.extend(answer.parts)
        self.used.update({item.number.key: item for item in answer.used})
        self.marks.update({(mark.word, mark.reason.zh): mark for mark in answer.marks})
        self.remarks.extend(answer.remarks)
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
