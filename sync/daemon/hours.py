"""When the next look at a workbook is due, and when a job is."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta, tzinfo

from rules.policy.site import Cadence

FIRST_WAIT, LONGEST_WAIT = 15, 15 * 60
"""Seconds until a workbook that was busy or failed is tried again: the first time, and at most."""


def next_look(now: datetime, cadence: Cadence, zone: tzinfo, spread: float) -> datetime:
    """The next look when nothing changes: an interval from `now`, a tenth of it later by `spread` (0 … 1), never in quiet hours.

    The spread keeps many installations from asking a file server all at once.
    """
    interval = timedelta(minutes=cadence.every_minutes)
    return after_quiet(now + interval + interval * 0.1 * spread, cadence.quiet, zone)


def next_try(now: datetime, failures: int, cadence: Cadence, zone: tzinfo) -> datetime:
    """The next try after so many failures in a row: each waits twice as long, up to a quarter of an hour."""
    return after_quiet(now + wait_after(failures), cadence.quiet, zone)


def wait_after(failures: int) -> timedelta:
    """How long so many failures in a row wait: each twice as long, up to a quarter of an hour."""
    return timedelta(seconds=min(FIRST_WAIT * 2.0 ** min(failures - 1, 10), LONGEST_WAIT))


def next_time(now: datetime, times: Sequence[str], zone: tzinfo) -> datetime:
    """The first of some times of day after `now`, in UTC; the times are those of `zone`'s wall clock.

    A time that the clocks leave out on a day comes as much later, one that they show twice counts the first time.

    >>> from zoneinfo import ZoneInfo
    >>> noon = datetime.fromisoformat("2026-03-07T17:00+00:00")
    >>> next_time(noon, ["02:30", "12:00"], ZoneInfo("America/New_York")).isoformat()
    '2026-03-08T07:30:00+00:00'
    """
    today = now.astimezone(zone).date()
    days = (today + timedelta(days=days) for days in range(-1, 3))
    moments = (datetime.combine(day, time.fromisoformat(text), zone).astimezone(UTC) for day in days for text in times)
    return min(moment for moment in moments if moment > now)


def after_quiet(moment: datetime, quiet: Sequence[str], zone: tzinfo) -> datetime:
    """The moment itself, or the end of the quiet hours that it falls into. In UTC; hours are those of `zone`'s wall clock.

    >>> from zoneinfo import ZoneInfo
    >>> from datetime import UTC
    >>> after_quiet(datetime(2026, 4, 27, 15, tzinfo=UTC), ["22:00-07:00"], ZoneInfo("Asia/Shanghai")).isoformat()
    '2026-04-27T23:00:00+00:00'
    """
    for _ in range(len(quiet) + 1):
        local = moment.astimezone(zone)
        ends = [end for span in quiet if (end := _end(span, local)) is not None]
        if not ends:
            return moment
        moment = max(ends).astimezone(moment.tzinfo)
    return moment


def _end(span: str, local: datetime) -> datetime | None:
    """When a span that holds a local moment ends; None where it does not hold it."""
    first, last = (time.fromisoformat(part) for part in span.split("-"))
    clock = local.time()
    if first < last:
        days = 0 if first <= clock < last else None
    else:
        days = 1 if clock >= first else 0 if clock < last else None
    if days is None:
        return None
    return (local + timedelta(days=days)).replace(hour=last.hour, minute=last.minute, second=0, microsecond=0)
