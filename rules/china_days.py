"""China's working days: the company's own, the schedules in config, the published ones, or an estimate.

The library knows the published days from 2004 until `horizon`. Other years, and a schedule in config that
lacks a day of the law, are estimated from the law's holidays alone, without make-up days. The holiday
libraries are imported on first use only.
"""

from __future__ import annotations

from calendar import SATURDAY
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date
from functools import cache, lru_cache

from rules.policy.families.calendars import Calendars
from rules.policy.models import Rules

WEEKEND = "周末"
_MADE_UP = "调休上班"


@dataclass(frozen=True)
class Status:
    """Whether a day is worked, why not, whether that is only an estimate, and the source where config has it."""

    works: bool
    name: str = ""
    estimated: bool = False
    source: str = ""

    @property
    def is_holiday(self) -> bool:
        """Whether it is a holiday, not just the weekend."""
        return not self.works and self.name not in ("", WEEKEND)


def horizon(policy: Rules) -> date:
    """The last day whose Chinese working days are published; later ones are an estimate, marked 估算.

    Years that follow the library's last one count as far as config has their official schedule.

    >>> from rules.policy.loader import packaged
    >>> horizon(packaged().rules) >= date(2026, 12, 31)
    True
    """
    from chinese_calendar.constants import holidays

    last = max(holidays).year
    while last + 1 in policy.calendars.official and not schedule_gaps(policy, last + 1):
        last += 1
    return date(last, 12, 31)


def schedule_gaps(policy: Rules, year: int) -> tuple[date, ...]:
    """The days of the law that a year's schedule in config leaves out: it is not taken for complete then."""
    return tuple(sorted(day for day in law("CN", year, observed=False) if day not in policy.calendars.holidays))


@lru_cache(maxsize=16384)
def _chinese(day: date) -> Status:
    import chinese_calendar

    weekend = day.weekday() >= SATURDAY
    try:
        works = chinese_calendar.is_workday(day)
    except NotImplementedError:
        name = law("CN", day.year).get(day, "")
        return Status(not weekend and not name, name or (WEEKEND if weekend else ""), estimated=True)
    if works:
        return Status(True, _MADE_UP if weekend else "")
    _, name = chinese_calendar.get_holiday_detail(day)
    return Status(False, "法定节假日" if name else WEEKEND)


@cache
def law(country: str, year: int, *, observed: bool = True) -> dict[date, str]:
    """The holidays of a country's law in a year; `observed` ones among them are moved to a weekday.

    >>> law("MX", 2025)[date(2025, 12, 25)]
    'Christmas Day'
    """
    import holidays

    # Named in one language: without it the names would follow the environment that asks.
    return dict(holidays.country_holidays(country, years=year, observed=observed, language="en_US").items())


def _in_china(day: date, calendars: Calendars, incomplete: Collection[int]) -> Status:
    if why := calendars.company.rest.get(day):
        return Status(False, f"公司休息:{why}", source="rules.calendars.company")
    if why := calendars.company.work.get(day):
        return Status(True, f"公司上班:{why}", source="rules.calendars.company")
    scheduled = day.year in calendars.official
    source = calendars.official[day.year].source if scheduled else ""
    estimated = day.year in incomplete
    if name := calendars.holidays.get(day):
        return Status(False, name, estimated, source)
    if day in calendars.made_up:
        return Status(True, _MADE_UP, estimated, source)
    if not scheduled:
        return _chinese(day)
    weekend = day.weekday() >= SATURDAY
    return Status(not weekend, WEEKEND if weekend else "", estimated, source)


def chinese_status(policy: Rules) -> Callable[[date], Status]:
    """The question “is this day worked in China?”."""
    calendars = policy.calendars
    if not calendars.official and not calendars.company.rest and not calendars.company.work:
        return _chinese
    incomplete = {year for year in calendars.official if schedule_gaps(policy, year)}
    return lambda day: _in_china(day, calendars, incomplete)
