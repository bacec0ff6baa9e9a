"""R32: the days on which the overseas warehouse is delivered to."""

from __future__ import annotations

from datetime import date

from rules.answer import Ledger, Word
from rules.calendars import days_later, rest_day
from rules.policy.models import Rules


def holiday_of_slot(book: Ledger, day: date, policy: Rules) -> str:
    """The holiday for which a slot on `day` is skipped, empty when there is none; Sunday is none.

    Nothing is noted in the ledger for an ordinary day: its slot rests on no reading.
    """
    aside = Ledger(book.rule, book.day)
    name = rest_day(aside, day, policy)
    if not name or not book.take(policy.appointments.skip_holidays):
        return ""
    book.merged(aside.answer(name))
    return name


def delivery_day(book: Ledger, day: date, policy: Rules) -> date:
    """The first delivery day (Thursday or Sunday) at or after `day`.

    One that is a holiday of the warehouse is skipped, and the answer is marked. Raises F-441
    (#NUM!) at the end of the calendar.

    >>> from rules.policy.loader import packaged
    >>> book = Ledger("R10", date(2025, 4, 3))
    >>> delivery_day(book, date(2025, 4, 3), packaged().rules)
    datetime.date(2025, 4, 3)
    >>> delivery_day(book, date(2025, 4, 14), packaged().rules)  # the 17th is Maundy Thursday
    datetime.date(2025, 4, 20)
    """
    weekdays = book.take(policy.appointments.weekdays)
    while True:
        if day.isoweekday() in weekdays:
            name = holiday_of_slot(book, day, policy)
            if not name:
                return day
            book.mark(
                Word.READING, f"{day} 海外仓休息({name}),顺延", f"{day} is a holiday ({name}): the slot is skipped"
            )
        day = days_later(day, 1)
