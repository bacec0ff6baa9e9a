"""R12, R13: the timeline of a new product, the steps of its listing, its design request (L65, L246–292)."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date, datetime

from rules.answer import Fault, Ledger, Word, rule
from rules.calendars import Calendar, counted, days_later
from rules.errors import Code
from rules.moments import due_on, falls_on
from rules.policy.dated import Dated
from rules.policy.models import Rules

F_LISTED = Code(
    "F-486",
    "上架完成日 {found} 早于提出需求的 {expected}",
    "listed on {found}, before the start on {expected}",
    "检查两个日期",
    "check the two dates",
)

LISTING = "上架新品"
"""The stage that has steps, but no days in the SOP."""


@dataclass(frozen=True)
class Stage:
    """One stage with its working days and its earliest and latest end; None where the SOP gives none."""

    name: str
    low: float | None
    high: float | None
    earliest: date
    latest: date | None


def _stages(
    book: Ledger, policy: Rules, spans: dict[str, Dated[tuple[float, float]]], start: date, latest: date | None
) -> list[Stage]:
    """Stages one after the other: half days add up, and a sum is rounded up to whole working days."""
    low = high = 0.0
    found = []
    for name, span in spans.items():
        short, long = book.take(span)
        low, high = low + short, high + long
        earliest, last = (
            counted(book, policy, first, math.ceil(days), Calendar.CN) if first else None
            for first, days in ((start, low), (latest, high))
        )
        found.append(Stage(name, short, long, earliest or start, last))
    return found


@rule("R12")
def development_plan(book: Ledger, policy: Rules, start: date, listed: date | None = None) -> tuple[Stage, ...]:
    """The stages of a new product from the day of its request, in working days of China.

    The day of the request is not counted. The SOP gives listing no days: until it is done (`listed`)
    the later stages have an earliest end, with listing on the day of the final review, and no latest;
    marked 需确认. Raises F-486 (#NUM!) for a listing before the start.

    >>> from rules.policy.loader import packaged
    >>> plan = development_plan(date(2025, 4, 7), packaged().rules, date(2025, 4, 7)).value
    >>> [(stage.name, str(stage.earliest), str(stage.latest)) for stage in plan][2:5]
    [('样品测试', '2025-04-14', '2025-04-17'), ('终审', '2025-04-15', '2025-04-18'), ('上架新品', '2025-04-15', 'None')]
    """
    if listed and listed < start:
        raise Fault("#NUM!", F_LISTED, found=listed, expected=start)
    numbers = policy.new_products
    before = _stages(book, policy, numbers.before_listing, start, start)
    done = listed or (before[-1].earliest if before else start)
    if not listed:
        book.mark(
            Word.TO_CONFIRM,
            "SOP 没有规定上架要几天(L263–275),之后各阶段只有最早日期",
            "the SOP gives listing no days (L263–275): later stages have an earliest day only",
        )
    after = _stages(book, policy, numbers.after_listing, done, listed)
    return (*before, Stage(LISTING, None, None, done, listed), *after)


@rule("R12")
def listing_steps(book: Ledger, policy: Rules, has_spu: bool = False) -> tuple[tuple[str, str], ...]:
    """The steps of listing and who does each, in order; a product that has its SPU starts with the SKU.

    >>> from rules.policy.loader import packaged
    >>> steps = listing_steps(date(2025, 3, 19), packaged().rules, has_spu=True).value
    >>> steps[0], listing_steps(date(2025, 3, 18), packaged().rules).value
    (('生成领星系统SKU', '运营'), 'SOP未规定')
    """
    steps = book.take(policy.new_products.listing_steps)
    return tuple((step.step, step.who) for step in steps if not (has_spu and step.without_spu))


def months_before(day: date, months: int) -> date:
    """The same day some calendar months earlier; the last day of a month that is too short for it.

    >>> str(months_before(date(2025, 3, 31), 1)), str(months_before(date(2024, 3, 29), 1))
    ('2025-02-28', '2024-02-29')
    """
    end = None
    first = day.replace(day=1)
    for _ in range(months):
        end = days_later(first, -1)
        first = end.replace(day=1)
    return first.replace(day=min(day.day, end.day)) if end else day


@rule("R13")
def design_request_by(book: Ledger, policy: Rules, listing: date) -> datetime | date:
    """The last moment to send and list the design request of a product that is listed on a day.

    The last weekly moment for design requests at or before the day one calendar month earlier. It
    keeps its Monday on a holiday, marked 需确认; the SOP names two times, the earlier counts.

    >>> from rules.policy.loader import packaged
    >>> str(design_request_by(date(2025, 5, 15), packaged().rules, date(2025, 5, 15)).value)
    '2025-04-14 10:30:00'
    """
    latest = months_before(listing, book.take(policy.new_products.design_months))
    book.part("最晚发起日", "latest day of the request", latest)
    report = policy.moments.reports[policy.moments.design]
    day = latest
    while not falls_on(book, report, day):
        day = days_later(day, -1)
    book.part("交给", "to", report.to)
    return due_on(book, policy, report, day)
