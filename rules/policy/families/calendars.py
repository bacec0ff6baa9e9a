"""The working calendars: a year's official schedule and the company's own days, as config states them."""

from __future__ import annotations

from datetime import date, timedelta
from functools import cached_property
from typing import Annotated, Any, Self

from pydantic import BeforeValidator, Field, StringConstraints, model_validator

from rules.policy.dated import Dated, Frozen
from rules.policy.kinds import Weekdays

_SATURDAY = 6
_LONGEST = 15
"""Days of one holiday; a longer span is a slip of the pen."""

Reason = Annotated[str, StringConstraints(min_length=1)]


def _spelled_out(written: Any) -> Any:
    """Days and spans ``2027-02-05~2027-02-13`` as every single day."""
    every = written if isinstance(written, (list, tuple)) else (written,)
    return tuple(day for item in every for day in _span(item))


def _span(written: Any) -> list[date]:
    if isinstance(written, date):
        return [written]
    first, _, last = str(written).partition("~")
    try:
        begin, end = date.fromisoformat(first.strip()), date.fromisoformat((last or first).strip())
    except ValueError as error:
        raise ValueError(
            f"{written} 不是日期,写 2027-01-01 或 2027-01-01~2027-01-03 / no day and no span of days"
        ) from error
    if not timedelta(0) <= end - begin < timedelta(days=_LONGEST):
        raise ValueError(f"{written} 要从早到晚,最多 {_LONGEST} 天 / from early to late, {_LONGEST} days at most")
    return [begin + timedelta(days=step) for step in range((end - begin).days + 1)]


Days = Annotated[tuple[date, ...], BeforeValidator(_spelled_out)]


class Schedule(Frozen):
    """One year's days off and make-up days as the State Council publishes them, and where."""

    source: Reason
    rest: Annotated[dict[Reason, Days], Field(min_length=1)]
    """Holiday -> its days off, those on a weekend too."""
    work: Days = ()
    """Saturdays and Sundays that are worked."""

    @model_validator(mode="after")
    def _possible(self) -> Self:
        seen: dict[date, str] = {}
        for name, days in self.rest.items():
            for day in days:
                if seen.setdefault(day, name) != name:
                    raise ValueError(f"{day} 既是{seen[day]}又是{name} / one day in two holidays")
        for day in self.work:
            if day in seen:
                raise ValueError(f"{day} 又放假({seen[day]})又上班 / a day off that is worked")
            if day.isoweekday() < _SATURDAY:
                raise ValueError(f"{day} 不是周末,本来就上班 / no weekend: worked anyway")
        return self


class Company(Frozen):
    """The company's own days, each with its reason."""

    rest: dict[date, Reason] = Field(default_factory=dict)
    work: dict[date, Reason] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _possible(self) -> Self:
        if both := sorted(self.rest.keys() & self.work.keys()):
            raise ValueError(f"{both[0]} 又休息又上班 / both off and worked")
        return self


class Calendars(Frozen):
    """The working calendars CN, MX and WAREHOUSE."""

    spellings: dict[str, tuple[str, ...]]
    official: dict[Annotated[int, Field(ge=2004, le=2100)], Schedule] = Field(default_factory=dict)
    """Year -> its schedule, in place of the library's; a year that the library does not know is then no estimate."""
    company: Company = Company()
    """Over everything, in the Chinese calendar."""
    mx_workdays: Weekdays
    warehouse_easter_offsets: Dated[tuple[int, ...]]
    """Days from Easter Sunday on which the warehouse rests."""
    warehouse_dates: Dated[tuple[Annotated[str, StringConstraints(pattern=r"^\d\d-\d\d$")], ...]]
    """MM-DD on which the warehouse rests."""

    @model_validator(mode="after")
    def _of_their_year(self) -> Self:
        seen: dict[date, int] = {}
        for year, schedule in self.official.items():
            for day in (*schedule.work, *(day for days in schedule.rest.values() for day in days)):
                if not date(year - 1, 12, 20) <= day <= date(year, 12, 31):
                    raise ValueError(f"official {year}: {day} 不在这一年 / not of that year")
                if seen.setdefault(day, year) != year:
                    raise ValueError(f"official: {day} 在 {seen[day]} 和 {year} 都写了 / written in two years")
        return self

    @cached_property
    def holidays(self) -> dict[date, str]:
        """Day off of an official schedule -> its holiday."""
        return {
            day: name for schedule in self.official.values() for name, days in schedule.rest.items() for day in days
        }

    @cached_property
    def made_up(self) -> frozenset[date]:
        """Weekend days that an official schedule has worked."""
        return frozenset(day for schedule in self.official.values() for day in schedule.work)
