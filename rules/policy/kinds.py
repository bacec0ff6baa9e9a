"""The kinds of values that stand under `rules:`."""

from __future__ import annotations

from datetime import time
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, Field, StringConstraints

from rules.plain_text import bare
from rules.policy.dated import Dated


def rising(span: tuple[float, float]) -> tuple[float, float]:
    """A span whose lower end comes first."""
    if span[0] > span[1]:
        raise ValueError("下限大于上限 / the lower end is above the upper end")
    return span


def whole(shares: dict[str, float]) -> dict[str, float]:
    """Shares that add up to 1."""
    if abs(sum(shares.values()) - 1) > 1e-9:
        raise ValueError("各份之和必须是 1 / the shares must add up to 1")
    return shares


def _written(value: object) -> object:
    """A time of day must be quoted: YAML reads a bare 14:00 as the number 840."""
    if not isinstance(value, (str, time)):
        raise ValueError('时间要加引号,如 "14:00" / quote a time: "14:00"')
    return value


def _spelled_once(spellings: dict[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
    seen: dict[str, str] = {}
    for name, words in spellings.items():
        for word in (name, *words):
            if seen.setdefault(folded(word), name) != name:
                raise ValueError(f"{word} 同时是 {seen[folded(word)]} 和 {name} / one spelling, two meanings")
    return spellings


def folded(word: str) -> str:
    """A word without letter case and blanks, as spellings are compared."""
    return bare(word).casefold()


def named(written: str, spellings: dict[str, tuple[str, ...]]) -> str | None:
    """The own name that a spelling means; None for an unknown one.

    >>> named(" Promo Code ", {"折扣码": ("code", "promo code")})
    '折扣码'
    """
    wanted = folded(written)
    return next((name for name, words in spellings.items() if wanted in map(folded, (name, *words))), None)


NotNegative = Annotated[float, Field(ge=0)]
Number = Dated[NotNegative]
Span = Dated[Annotated[tuple[NotNegative, NotNegative], AfterValidator(rising)]]
Months = Dated[tuple[Annotated[int, Field(ge=1, le=12)], ...]]
Weekdays = Dated[Annotated[tuple[Annotated[int, Field(ge=1, le=7)], ...], Field(min_length=1)]]
Shares = Dated[Annotated[dict[str, NotNegative], AfterValidator(whole)]]
Words = Dated[tuple[str, ...]]
Letter = Annotated[str, StringConstraints(pattern=r"^[A-Z]$")]
Letters = Annotated[str, StringConstraints(pattern=r"^[A-Z0-9]+$")]
Spelled = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9.]+$")]
Channel = str
Spellings = Annotated[dict[str, tuple[str, ...]], AfterValidator(_spelled_once)]
"""Own name -> every other way of writing it."""


Count = Dated[Annotated[int, Field(ge=0)]]
Share = Dated[Annotated[float, Field(ge=0, le=1)]]
Weekday = Dated[Annotated[int, Field(ge=1, le=7)]]
"""ISO weekday, Monday = 1."""
Clock = Annotated[time, BeforeValidator(_written)]
Time = Dated[Clock]
"""A time of day, in the zone that the rule names."""
