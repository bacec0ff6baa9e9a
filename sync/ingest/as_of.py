"""The moment that an export's data is of: a date column, else the window in its name, else its time."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, datetime, time, tzinfo
from pathlib import Path

from sheets_schema.cells import Value

_DAY = r"(\d{4})[-./_年]?(\d{1,2})[-./_月]?(\d{1,2})日?"
_WINDOW = re.compile(rf"(?<!\d){_DAY}\s*(?:~|～|至|到|—|–|--|_to_| to )\s*{_DAY}(?!\d)")


def window_of(name: str) -> tuple[date, date] | None:
    """The window in a file name, first and last day; None when there is none.

    >>> window_of("产品表现父ASIN（2026-03-30~2026-04-19，全部广告）.xlsx")
    (datetime.date(2026, 3, 30), datetime.date(2026, 4, 19))
    """
    for match in _WINDOW.finditer(name):
        parts = [int(part) for part in match.groups()]
        try:
            first, last = date(*parts[:3]), date(*parts[3:])
        except ValueError:
            continue
        if first <= last:
            return first, last
    return None


def as_of(column: Iterable[Value], path: Path, zone: tzinfo | None) -> tuple[datetime, str]:
    """The moment, without zone, and where it comes from: ``column``, ``filename`` or ``mtime``.

    A whole day is its midnight. The latest day of a column counts. `zone` is the site's, for `mtime`.
    """
    latest = max((_moment(value) for value in column if isinstance(value, date)), default=None)
    if latest is not None:
        return latest, "column"
    window = window_of(path.name)
    if window is not None:
        return datetime.combine(window[1], time()), "filename"
    moment = datetime.fromtimestamp(path.stat().st_mtime, zone)
    return moment.replace(tzinfo=None, microsecond=0), "mtime"


def _moment(value: date) -> datetime:
    return value if isinstance(value, datetime) else datetime.combine(value, time())
