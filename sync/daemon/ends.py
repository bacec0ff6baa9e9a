"""What follows a round, for one workbook: when it is looked at next, and whether somebody has to know."""

from __future__ import annotations

from datetime import datetime, timedelta, tzinfo

from rules.policy.site import Cadence
from sync.daemon.hours import next_look, next_try
from sync.daemon.world import BookEnd, RoundEnd
from sync.state.due import Due

ALERT = 2
"""Failures in a row that somebody is told of."""
LONG_OPEN = timedelta(hours=1)
"""How long a workbook may stay open elsewhere before somebody is told that it waits."""


def end_of(end: RoundEnd, name: str) -> BookEnd:
    """How a round ended for a workbook, also where the round as a whole came to nothing."""
    if name in end.books:
        return end.books[name]
    code = str((end.error or {}).get("code", ""))
    return BookEnd("HELD", held=(code,) if code else (), busy=end.busy, failed=not end.busy)


def after(before: Due, end: BookEnd, now: datetime, cadence: Cadence, zone: tzinfo, spread: float) -> Due:
    """What is to be remembered: the next look, soon where it was busy or failed, and whether that is told."""
    failures = before.failures + 1 if end.busy or end.failed else 0
    if not failures:
        return Due(before.name, next_look(now, cadence, zone, spread), now, 0, vars(end))
    since = before.since or now
    alarming = failures >= ALERT if end.failed else now - since >= LONG_OPEN
    due = next_try(now, failures, cadence, zone)
    return Due(before.name, due, now, failures, vars(end), since, alerted=before.alerted or alarming)
