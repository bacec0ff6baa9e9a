"""R32 as far as lead times need it: the days on which the warehouse is delivered to."""

from __future__ import annotations

from datetime import date, timedelta

from rules.answer import Ledger, Word
from rules.calendars import rest_day
from rules.policy.models import Rules


def delivery_day(book: Ledger, day: date, policy: Rules) -> date:
    """The first delivery day (Thursday or Sunday) at or after `day`.

    One that is a holiday of the warehouse is skipped, and the answer is marked.

    >>> from rules.policy.loader import packaged
    >>> book = Ledger("R10", date(2025, 4, 3))
    >>> delivery_day(book, date(2025, 4, 3), packaged().rules)
    datetime.date(2025, 4, 3)
    >>> delivery_day(book, date(2025, 4, 14), packaged().rules)  # the 17th is Maundy Thursday
    datetime.date(2025, 4, 20)
    """
    weekdays = book.take(policy.appointments.weekdays)
    skip = book.take(policy.appointments.skip_holidays)
    while True:
        day += timedelta(days=(min((weekday - day.isoweekday()) % 7 for weekday in weekdays)))
        name = rest_day(book, day, policy) if skip else ""
        if not name:
            return day
        book.mark(Word.READING, f"{day} 海外仓休息({name}),顺延", f"{day} is a holiday ({name}): the slot is skipped")
        day += timedelta(days=1)
