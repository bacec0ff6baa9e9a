"""R24: free storage of unlabelled goods in the warehouses abroad (L426, L459, L480)."""

from __future__ import annotations

from datetime import date

from rules.answer import Fault, Ledger, rule
from rules.calendars import days_later
from rules.policy.models import Rules
from rules.turnover import F_ORDER


def _last_free(book: Ledger, policy: Rules, arrived: date) -> date:
    days = book.take(policy.storage.free_days)
    book.remark("请及时安排贴标,或提货至海外仓", "have them labelled, or moved to the overseas warehouse, in time")
    return days_later(arrived, days)


@rule("R24")
def free_until(book: Ledger, policy: Rules, arrived: date) -> date:
    """The last day on which unlabelled goods are stored for free: arrival + 7 calendar days.

    Holidays and weekends count like every other day. Raises F-441 (#NUM!) beyond the calendar.

    >>> from rules.policy.loader import packaged
    >>> free_until(date(2025, 4, 3), packaged().rules, date(2025, 4, 3)).value
    datetime.date(2025, 4, 10)
    """
    return _last_free(book, policy, arrived)


@rule("R24")
def free_days_left(book: Ledger, policy: Rules, arrived: date, as_of: date) -> int:
    """Days until the last free day, `as_of` itself not counted: 0 on that day, negative when over.

    Raises F-213 (#NUM!) when `as_of` lies before the arrival.

    >>> from rules.policy.loader import packaged
    >>> def left(day): return free_days_left(date(2025, 4, 3), packaged().rules, date(2025, 4, 3), day).value
    >>> left(date(2025, 4, 3)), left(date(2025, 4, 10)), left(date(2025, 4, 11))
    (7, 0, -1)
    """
    if as_of < arrived:
        raise Fault("#NUM!", F_ORDER, found=as_of, expected=f"到仓 {arrived}")
    last = _last_free(book, policy, arrived)
    book.part("最后免仓日", "last free day", last)
    return (last - as_of).days
