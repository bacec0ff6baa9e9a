"""R34: reports and moments."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from rules.policy.dated import Dated, Frozen
from rules.policy.kinds import Clock, Weekday


def _some_day(number: int) -> int:
    if number == 0:
        raise ValueError("每月从 1 数起,倒数从 -1 数起 / count from 1, or backwards from -1")
    return number


MonthDay = Dated[Annotated[int, Field(ge=-28, le=28), AfterValidator(_some_day)]]
"""Day of the month; -1 is its last day."""
Times = Dated[Annotated[tuple[Clock, ...], Field(min_length=1)]]
"""Times of day; several where the SOP contradicts itself: the earliest counts."""


class DueReport(Frozen):
    """A report or a moment: who owes what to whom, and when.

    With neither weekday nor day of the month it is due every day; without times at any time of its day.
    One that is `undated` is named by the SOP without any day.
    """

    aliases: tuple[str, ...] = ()
    by: str
    to: str = ""
    what: str
    weekday: Weekday | None = None
    month_day: MonthDay | None = None
    times: Times | None = None
    undated: Dated[Literal[True]] | None = None
    indicative: str = ""
    """Why the time is only an indication; empty when it is firm."""

    @model_validator(mode="after")
    def _one_recurrence(self) -> Self:
        if sum(rhythm is not None for rhythm in (self.weekday, self.month_day, self.undated)) > 1:
            raise ValueError("weekday、month_day、undated 只写一个 / only one of weekday, month_day, undated")
        return self


class Moments(Frozen):
    """R34, and which of its reports is the design request of R13."""

    reports: dict[str, DueReport]
    design: str

    @model_validator(mode="after")
    def _named_once(self) -> Self:
        if self.design not in self.reports:
            raise ValueError(f"reports 里没有 {self.design} / no such report")
        seen: dict[str, str] = {}
        for name, report in self.reports.items():
            for word in (name, *report.aliases):
                if seen.setdefault(word.casefold(), name) != name:
                    raise ValueError(f"{word} 同时是 {seen[word.casefold()]} 和 {name} / one name, two reports")
        return self
