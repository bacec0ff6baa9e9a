"""Codes, and the one exception of this product.

Every message a user sees has a stable :class:`Code` (``I-014``), declared once, in Chinese and
English, with what to do. Bad data becomes problem rows (`sheets_schema.problems`); only a run
that can't go on raises::

    Error                 2  wrong usage, unreadable input or configuration
    +-- Refused           3  a guard refused: nothing was written
    +-- Busy              4  locked, or open elsewhere
    +-- Remote            5  another machine failed

The number is the exit code of `qlc`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, ClassVar, NamedTuple

_FORM = re.compile(r"[A-Z]{1,4}-\d{2,}")

CODES: dict[str, Code] = {}
"""Every code that the loaded modules declare, by id."""


@dataclass(frozen=True)
class Code:
    """A stable message: id, text and advice in both languages.

    Texts are `str.format` templates over the facts of the instance (``{found}``, ``{expected}``, …).
    Declaring an id twice is a programming mistake.
    """

    id: str
    zh: str
    en: str
    todo_zh: str = ""
    todo_en: str = ""

    def __post_init__(self) -> None:
        if not _FORM.fullmatch(self.id):
            raise ValueError(f"not a code: {self.id}")
        if CODES.setdefault(self.id, self) != self:
            raise ValueError(f"code declared twice: {self.id}")

    def text(self, facts: dict[str, Any], lang: str = "zh") -> str:
        """The message with its facts filled in, and what to do."""
        body, todo = self.parts(facts, lang)
        stop, gap = ("。", "") if lang == "zh" else (".", " ")
        return f"{body}{stop}{gap}{todo}" if todo else body

    def parts(self, facts: dict[str, Any], lang: str = "zh") -> tuple[str, str]:
        """What is wrong, and what to do (empty where there is no advice).

        A fact that is itself a sentence in both languages is said in this one.
        """
        said = _Facts({name: fact.say(lang) if hasattr(fact, "say") else bounded(fact) for name, fact in facts.items()})
        body, todo = (self.zh, self.todo_zh) if lang == "zh" else (self.en, self.todo_en)
        return body.format_map(said), todo.format_map(said)


class Text(NamedTuple):
    """One sentence in both languages."""

    zh: str
    en: str

    def say(self, lang: str) -> str:
        """The sentence in one language."""
        return self.zh if lang == "zh" else self.en


LONGEST_FACT = 400
"""Characters of a fact that a message shows."""


def bounded(fact: Any) -> Any:
    """A fact as a message can show it: a cell of 30,000 letters or a number of 5,000 digits is cut.

    >>> bounded("x" * 1000)[-2:], bounded(12), bounded(10**5000)
    ('x…', 12, '~10^5000')
    """
    if isinstance(fact, (bool, float)) or fact is None:
        return fact
    if isinstance(fact, int):
        digits = int(fact.bit_length() * 0.30103) + 1
        return fact if digits <= LONGEST_FACT else f"~10^{digits - 1}"
    text = str(fact)
    return text if len(text) <= LONGEST_FACT else f"{text[: LONGEST_FACT - 1]}…"


class _Facts(dict[str, Any]):
    def __missing__(self, key: str) -> str:
        return "?"


def place(file: object, tab: str | None, cell: str | None) -> str:
    """Where something is, as people write it.

    >>> place("备货.xlsx", "库存数据", "C5")
    '备货.xlsx 库存数据!C5'
    """
    spot = f"{tab}!{cell}" if tab and cell else (tab or cell or "")
    return " ".join(str(part) for part in (file, spot) if part)


class Error(Exception):
    """A run that can't go on: a code, a place, and facts for its text."""

    exit_code: ClassVar[int] = 2

    def __init__(
        self,
        code: Code,
        *,
        file: object = None,
        tab: str | None = None,
        cell: str | None = None,
        **facts: Any,
    ) -> None:
        self.code = code
        self.file = None if file is None else str(file)
        self.tab = tab
        self.cell = cell
        self.facts = facts
        super().__init__(self.text("en"))

    def text(self, lang: str = "zh") -> str:
        """One line: code, place, message, advice."""
        where = place(self.file, self.tab, self.cell)
        return f"{self.code.id} {where}{': ' if where else ''}{self.message(lang)}"

    def message(self, lang: str = "zh") -> str:
        """The message alone, without code and place."""
        return self.code.text({"file": self.file, "tab": self.tab, "cell": self.cell, **self.facts}, lang)

    def as_json(self, lang: str = "zh") -> dict[str, Any]:
        """What `--json` shows of it."""
        return {
            "code": self.code.id,
            "file": self.file,
            "tab": self.tab,
            "cell": self.cell,
            "message": self.message(lang),
        }


class Refused(Error):
    """A guard refused; nothing was written."""

    exit_code = 3


class Busy(Error):
    """Locked, or open elsewhere: try again."""

    exit_code = 4


class Remote(Error):
    """Another machine failed."""

    exit_code = 5
