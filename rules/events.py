"""R50: the calendar of events that lift or lower daily sales by category and time of year.

The SOP names no factor: the list in config is the team's own. Events come back every year; of two
that fit, the one that stands first counts. Outside of them the factor is 1.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from rules.plain_text import bare
from rules.policy.families.replenishment import Event

_DAY = timedelta(days=1)


def event_on(events: Sequence[Event], category: str, day: date) -> Event | None:
    """The event that counts for a category on a day: the first one that fits."""
    return next((event for event in events if _fits(event, category) and _covers(event, day)), None)


def factor(events: Sequence[Event], category: str, day: date) -> float:
    """What daily sales of a category are multiplied with on a day.

    >>> peak = Event(name="黑五", categories=("灯带",), first="11-20", last="11-30", factor=2)
    >>> [factor([peak], "灯带", date(2025, 11, day)) for day in (19, 20, 30)], factor([peak], "车机", date(2025, 11, 20))
    ([1.0, 2.0, 2.0], 1.0)
    """
    event = event_on(events, category, day)
    return event.factor if event else 1.0


def paces(events: Sequence[Event], category: str, daily: float, start: date) -> Iterator[tuple[date, float]]:
    """Daily sales by the day from which they count: from `start` on, to the end of the calendar."""
    mine = [event for event in events if _fits(event, category)]
    yield start, daily * factor(mine, category, start)
    if not mine:
        return
    for year in range(start.year, date.max.year):
        turns = {_day(year, event.first) for event in mine} | {_day(year, event.last) + _DAY for event in mine}
        for day in sorted(turns):
            if day > start:
                yield day, daily * factor(mine, category, day)


def sold_within(events: Sequence[Event], category: str, daily: float, start: date, days: float) -> float:
    """Units sold in `days` days from `start` on; a part of a day sells its share.

    >>> peak = Event(name="黑五", first="11-20", last="11-30", factor=2)
    >>> sold_within([peak], "灯带", 10, date(2025, 11, 18), 4.5)
    70.0
    """
    total, since, pace = 0.0, 0.0, 0.0
    for day, following in paces(events, category, daily, start):
        until = min(float((day - start).days), days)
        total, since, pace = total + pace * (until - since), until, following
        if until >= days:
            break
    return total + pace * (days - since)


def _fits(event: Event, category: str) -> bool:
    return not event.categories or bare(category) in map(bare, event.categories)


def _covers(event: Event, day: date) -> bool:
    written = f"{day:%m-%d}"
    if event.first <= event.last:
        return event.first <= written <= event.last
    return written >= event.first or written <= event.last


def _day(year: int, written: str) -> date:
    return date.fromisoformat(f"{year:04d}-{written}")
