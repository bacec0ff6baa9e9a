"""Numbers that the business may change, each with the day from which it counts."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from functools import cached_property
from typing import Any, Generic, Self, TypeVar

from pydantic import BaseModel, ConfigDict, model_validator

T = TypeVar("T")


class Frozen(BaseModel):
    """A part of the policy: read once, never changed; a key it does not know is an error."""

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True, allow_inf_nan=False)


class Dated(Frozen, Generic[T]):
    """A value with its history, unit and origin.

    Written with `value` when the SOP names no first day, else with `values` by first day. The older
    value stays in force for older days; before the first one there is none, unless a plain `value`
    stands beside the dated ones.

    >>> days = Dated[int](values={date(2025, 1, 1): 7, date(2025, 6, 1): 5})
    >>> days.on(date(2024, 12, 31)), days.on(date(2025, 5, 31)), days.on(date(2025, 6, 1))
    (None, 7, 5)
    >>> Dated[int](value=30).on(date.min)
    30
    >>> later = Dated[int](value=30, values={date(2026, 11, 1): 25})
    >>> later.on(date(2026, 10, 31)), later.on(date(2026, 11, 1)), later.first_day
    (30, 25, None)
    """

    value: T | None = None
    values: dict[date, T] = {}
    unit: str = ""
    sop: tuple[int, ...] = ()
    """Lines of the SOP that say it."""
    why: str = ""
    reading: str = ""
    """Our interpretation where the SOP leaves room; every answer that uses it is marked 解读."""

    @model_validator(mode="after")
    def _one_history(self) -> Self:
        if self.value is None and not self.values:
            raise ValueError("写 value(一直有效)或 values(按生效日) / write value, or values by first day")
        return self

    @cached_property
    def key(self) -> str:
        """Where it stands in config.yaml: ``rules.turnover.domestic_days``."""
        return "?"

    def on(self, day: date) -> T | None:
        """The value in force on `day`; None before the first day."""
        since = self.since(day)
        return self.value if since is None else self.values[since]

    def since(self, day: date) -> date | None:
        """The day from which the value of `day` is in force; None for one without a first day."""
        return max((first for first in self.values if first <= day), default=None) if self.values else None

    @property
    def first_day(self) -> date | None:
        """The earliest day with a value; None when it has always been in force."""
        return min(self.values, default=None) if self.value is None else None

    @property
    def every(self) -> tuple[T, ...]:
        """Each value of the history, the oldest first."""
        always = () if self.value is None else (self.value,)
        return (*always, *(self.values[first] for first in sorted(self.values)))


def dated_below(node: Any, key: str) -> Iterator[tuple[str, Dated[Any]]]:
    """Every number below a part of the policy, with its place."""
    if isinstance(node, Dated):
        yield key, node
    elif isinstance(node, BaseModel):
        for name in type(node).model_fields:
            yield from dated_below(getattr(node, name), f"{key}.{name}")
    elif isinstance(node, dict):
        for name, item in node.items():
            yield from dated_below(item, f"{key}.{name}")


def name_keys(node: Any, key: str) -> None:
    """Tells every number below `node` its place, so that answers can name what they used."""
    for place, number in dated_below(node, key):
        vars(number)["key"] = place
