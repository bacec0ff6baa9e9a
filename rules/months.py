"""Calendar months: their ends, and so many months later."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta

from rules.answer import Fault
from rules.errors import Code

F_LATE_MONTH = Code(
    "F-501",
    "{found} 之后 {expected} 个月超出日历",
    "{expected} months after {found} lie beyond the calendar",
    "检查日期",
    "check the date",
)


def last_day(day: date) -> date:
    """The last day of a day's month.

    >>> last_day(date(2024, 2, 1)), last_day(date(2025, 12, 31))
    (datetime.date(2024, 2, 29), datetime.date(2025, 12, 31))
    """
    return day.replace(day=_length(day))


def months_later(day: date, count: int) -> date:
    """The same day `count` calendar months later, or the last one of a month that is shorter.

    Raises F-501 (#NUM!) beyond the year 9999.

    >>> months_later(date(2024, 11, 30), 3), months_later(date(2025, 1, 15), 3)
    (datetime.date(2025, 2, 28), datetime.date(2025, 4, 15))
    """
    first = day.replace(day=1)
    try:
        for _ in range(count):
            first += timedelta(days=_length(first))
    except OverflowError as error:
        raise Fault("#NUM!", F_LATE_MONTH, found=day, expected=count) from error
    return first.replace(day=min(day.day, _length(first)))


def _length(day: date) -> int:
    return monthrange(day.year, day.month)[1]
