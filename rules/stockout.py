"""R50: the first day without stock, from stock, daily sales and what arrives when.

Stock is what is there when the first day begins; a day without stock is the first one whose sales
it can't cover in full. What arrives counts on its day. The way from one change (an arrival, another
pace of sales) to the next is one division, so that a far horizon costs no more than a near one.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from heapq import merge

from rules.answer import Fault, Ledger, Word, not_negative, rule
from rules.cover import NO_SALES
from rules.errors import Code

F_ENDLESS = Code(
    "F-543",
    "断货日期超出日历:{found}",
    "the day without stock lies beyond the calendar: {found}",
    "检查日均和库存",
    "check daily sales and stock",
)


@dataclass(frozen=True)
class Arrival:
    """Units that can be sold from `day` on."""

    day: date
    units: float


def tidy(number: float) -> float:
    """A number without the noise of binary fractions, which lies beyond nine decimal places.

    >>> 10.1 * 3, tidy(10.1 * 3)
    (30.299999999999997, 30.3)
    """
    return round(number, 9)


def whole_days(stock: float, daily: float) -> int:
    """Days whose sales `stock` covers in full. Raises F-543 (#NUM!) when they can't be counted.

    >>> whole_days(100, 8), whole_days(30.3, 10.1)
    (12, 3)
    """
    try:
        return math.floor(tidy(stock / daily))
    except (OverflowError, ValueError) as error:
        raise Fault("#NUM!", F_ENDLESS, found=f"{stock:g} ÷ {daily:g}") from error


def _after(day: date, days: int) -> date:
    try:
        return day + timedelta(days=days)
    except OverflowError as error:
        raise Fault("#NUM!", F_ENDLESS, found=f"{day} + {days}") from error


def runs_out(
    first: date, stock: float, paces: Iterable[tuple[date, float]], arrivals: Iterable[Arrival]
) -> date | None:
    """The first day from `first` on whose sales are not covered; None when nothing is sold at the end.

    `paces` are daily sales by the day from which they count, the first one on `first`, in order of
    days, and may be endless; arrivals before `first` have no place here.
    """
    known = sorted(arrivals, key=lambda arrival: arrival.day)
    changes = merge(
        ((day, pace, 0.0) for day, pace in paces),
        ((arrival.day, None, arrival.units) for arrival in known),
        key=lambda change: change[0],
    )
    today, level, daily = first, stock, 0.0
    for day, pace, units in changes:
        ahead = (day - today).days
        if daily and (lasting := whole_days(level, daily)) < ahead:
            return _after(today, lasting)
        today, level = day, tidy(level - daily * ahead) + units
        daily = daily if pace is None else pace
    return _after(today, whole_days(level, daily)) if daily else None


def still_to_come(book: Ledger, arrivals: Iterable[Arrival]) -> list[Arrival]:
    """Arrivals on the ledger's day or later; earlier ones are left out and marked 需确认.

    What was due before is in the stock already, or late: neither may be counted on.
    """
    coming: list[Arrival] = []
    past: list[Arrival] = []
    for arrival in arrivals:
        not_negative("到货数量", arrival.units)
        (coming if arrival.day >= book.day else past).append(arrival)
    if past:
        units = sum(arrival.units for arrival in past)
        book.mark(
            Word.TO_CONFIRM,
            f"{len(past)} 批({units:g} 件)的到货日早于 {book.day},不再计入:已在库存里,或者晚到了",
            f"{len(past)} lots ({units:g} units) were due before {book.day} and are left out: in stock already, or late",
        )
    return coming


@rule("R50")
def stock_out(book: Ledger, daily: float, on_hand: float, arrivals: Sequence[Arrival] = ()) -> date | str:
    """The first day without stock, seen from the ledger's day; without sales ``无销量``.

    Without arrivals it is the day + floor(on_hand ÷ daily): stock for 12.5 days fails on the 13th
    day, 12 days later. Arrivals stand in any order; one on its day helps that day. Raises F-201
    (#NUM!) for negative numbers, F-543 (#NUM!) for a day beyond the calendar.

    >>> today = date(2025, 4, 3)
    >>> stock_out(today, 8, 100).value, stock_out(today, 8, 100, [Arrival(date(2025, 4, 15), 60)]).value
    (datetime.date(2025, 4, 15), datetime.date(2025, 4, 23))
    >>> stock_out(today, 0, 100).value
    '无销量'
    """
    not_negative("日均", daily)
    not_negative("库存", on_hand)
    coming = still_to_come(book, arrivals)
    if not daily:
        return NO_SALES
    book.part("现有库存可售天数", "days that the stock on hand lasts", tidy(on_hand / daily))
    book.part("计入的到货", "arrivals counted", sum(arrival.units for arrival in coming))
    day = runs_out(book.day, on_hand, [(book.day, daily)], coming)
    return NO_SALES if day is None else day
