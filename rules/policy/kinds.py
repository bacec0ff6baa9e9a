"""The kinds of values that stand under `rules:`."""

from __future__ import annotations

from datetime import time
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, Field, StringConstraints

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


NotNegative = Annotated[float, Field(ge=0)]
Number = Dated[NotNegative]
Span = Dated[Annotated[tuple[NotNegative, NotNegative], AfterValidator(rising)]]
Months = Dated[tuple[Annotated[int, Field(ge=1, le=12)], ...]]
Weekdays = Dated[Annotated[tuple[Annotated[int, Field(ge=1, le=7)], ...], Field(min_length=1)]]
Shares = Dated[Annotated[dict[str, NotNegative], AfterValidator(whole)]]
Words = Dated[tuple[str, ...]]
Letters = Annotated[str, StringConstraints(pattern=r"^[A-Z0-9]+$")]
Spelled = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9.]+$")]
Channel = str


Count = Dated[Annotated[int, Field(ge=0)]]
Share = Dated[Annotated[float, Field(ge=0, le=1)]]
Weekday = Dated[Annotated[int, Field(ge=1, le=7)]]
"""ISO weekday, Monday = 1."""
Clock = Annotated[time, BeforeValidator(_written)]
Time = Dated[Clock]
"""A time of day, in the zone that the rule names."""
