"""How a computed column is filled: what a filler sees of a tab, and what it answers of one row.

A filler sees the tab's columns as they will be after the round and answers one cell. The arithmetic is the rule
book's; the filler only says which cells it reads. A row that lacks what it needs gets a blank.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol

from rules.answer import Answer
from rules.errors import Code, Text
from rules.policy.meanings import Meanings
from rules.policy.models import Rules


class Facts(Protocol):
    """The cells of a tab by title and row; None for a cell of another kind, and without the column."""

    def number(self, title: str, row: int, /) -> float | None:
        """A number."""

    def day(self, title: str, row: int, /) -> date | None:
        """A day."""

    def text(self, title: str, row: int, /) -> str | None:
        """A text."""


class Day(Protocol):
    """What a filler may know beside the tab: the numbers in force, the day of the data, what the ERP's words mean."""

    @property
    def rules(self) -> Rules:
        """The numbers."""

    @property
    def as_of(self) -> date:
        """The day of the data, not the clock's: an unchanged round computes the same."""

    @property
    def meanings(self) -> Meanings:
        """The words."""


@dataclass(frozen=True)
class Unknown:
    """Rows that were not computed because nobody knows what a word in them means: the code that tells of them.

    `word` answers a row's word, None where it is known.
    """

    code: Code
    word: Callable[[Facts, int, Day], str | None]


@dataclass(frozen=True)
class Filling:
    """One computed column: its cell, the rule's own answer (None where it was not asked), and why it was not."""

    cell: Callable[[Facts, int, Day], Any]
    why: Callable[[Facts, int, Day], Answer | None]
    blank: Callable[[Facts, int, Day], Text | None] | None = None
    unknown: Unknown | None = None
