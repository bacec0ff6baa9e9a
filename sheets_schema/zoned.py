"""Moments that name their own zone, as a clock in another one shows them."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo

from sheets_schema.cells import clean, parse_date

_ZONED = re.compile(
    r"(?P<moment>\d{4}\D.*\d[:时]\d.*?)\s*"
    r"(?:Z|UTC|GMT|(?:UTC|GMT)?\s*(?P<sign>[+-])(?P<hours>\d{1,2})(?::?(?P<minutes>[0-5]\d))?)",
    re.IGNORECASE | re.ASCII,
)
_LONGEST = 60
_MIDNIGHT = time()


def on_clock(text: str, zone: tzinfo) -> date | datetime | None:
    """The day or moment on a clock in `zone` that a text with a zone means; None for any other text.

    Seconds count, their fractions do not. At midnight it is the day. A zone by its letters alone (PST, CST) is
    several zones, and none here. Raises `OverflowError` outside the calendar.

    >>> from zoneinfo import ZoneInfo
    >>> on_clock("2025-04-02T06:30:00Z", ZoneInfo("Asia/Shanghai")), on_clock("2025-04-02 06:30", UTC)
    (datetime.datetime(2025, 4, 2, 14, 30), None)
    """
    written = clean(text)
    if len(written) > _LONGEST or not (match := _ZONED.fullmatch(written)):
        return None
    moment = parse_date(match["moment"])
    offset = timedelta(hours=int(match["hours"] or 0), minutes=int(match["minutes"] or 0))
    if moment is None or offset >= timedelta(days=1):
        return None
    own = timezone(-offset if match["sign"] == "-" else offset) if match["sign"] else UTC
    whole = moment if isinstance(moment, datetime) else datetime.combine(moment, _MIDNIGHT)
    there = whole.replace(tzinfo=own).astimezone(zone).replace(tzinfo=None)
    return there.date() if there.time() == _MIDNIGHT else there
