"""R32: delivery slots at MEX1–MEX6, by the warehouse's own clock (L400–409, L438–442).

Thursday and Sunday, at hours that depend on the number of boxes. The hours are those in force on
the slot's own day: small deliveries have none before 2025-01-12.
"""

from __future__ import annotations

from datetime import date, datetime, time

from rules.answer import Fault, Ledger, Silent, rule
from rules.appointments import delivery_day, holiday_of_slot
from rules.calendars import days_later
from rules.errors import Code
from rules.findings import Finding, told
from rules.policy.models import Rules
from rules.seasons import applies_in_season

F_BOXES = Code("F-443", "箱数不能是 {found}", "{found} boxes are impossible", "至少 1 箱", "give at least 1")
F_WEEKDAY = Code(
    "F-444",
    "{found} 不是送仓日",
    "nothing is delivered on {found}",
    "约在{expected}",
    "book {expected}",
)
F_REST = Code(
    "F-445",
    "{found} 海外仓休息({expected})",
    "{found} is a holiday of the warehouse ({expected})",
    "换一天",
    "take another day",
)
F_HOURS = Code(
    "F-446",
    "{boxes} 箱在 {found} 送不了",
    "{boxes} boxes are not delivered at {found}",
    "约 {expected}",
    "book {expected}",
)


def _hours(book: Ledger, policy: Rules, day: date, boxes: int) -> tuple[time, time]:
    """The window for so many boxes as it is in force on the slot's day; raises `Silent` where there is none."""
    numbers = policy.appointments
    with book.beside(day) as on_the_day:
        applies_in_season(on_the_day, policy, day)
        limit = on_the_day.take(numbers.large_limit)
        large = boxes > limit or (boxes == limit and on_the_day.take(numbers.limit_is_large))
        hours = numbers.large_hours.get(day.isoweekday()) if large else numbers.small_hours
        if hours is None:
            on_the_day.missing(f"rules.appointments.large_hours.{day.isoweekday()}")
            raise Silent(f"SOP 没有规定 {day} 大批送货的时间", f"the SOP has no hours for large deliveries on {day}")
        on_the_day.part("送货", "delivery", f"大批(>{limit}箱)" if large else f"小批(<{limit}箱)")
        return on_the_day.take(hours)


def _counted(boxes: int) -> None:
    if boxes < 1:
        raise Fault("#NUM!", F_BOXES, found=boxes)


@rule("R32")
def next_slot(book: Ledger, policy: Rules, day: date, boxes: int) -> tuple[tuple[datetime, datetime]]:
    """The next window after a day, never on that day itself: one row of its start and its end.

    A Thursday or Sunday that is a statutory holiday or a rest day of the warehouse is skipped, and
    marked. Exactly 30 boxes are a reading, marked. ``SOP未规定`` where the slot's day has no hours
    for so many boxes. Raises F-443 (#NUM!) for less than one box.

    >>> from rules.policy.loader import packaged
    >>> ((start, end),) = next_slot(date(2025, 4, 3), packaged().rules, date(2025, 4, 3), 31).value
    >>> str(start), str(end)
    ('2025-04-06 13:30:00', '2025-04-06 14:30:00')
    >>> next_slot(date(2025, 1, 8), packaged().rules, date(2025, 1, 8), 29).value
    'SOP未规定'
    """
    _counted(boxes)
    slot = delivery_day(book, days_later(day, 1), policy)
    start, end = _hours(book, policy, slot, boxes)
    return ((datetime.combine(slot, start), datetime.combine(slot, end)),)


def _named(weekday: int) -> str:
    return "周" + "一二三四五六日"[weekday - 1]


def slot_findings(book: Ledger, policy: Rules, slot: date | datetime, boxes: int) -> list[Finding]:
    """Everything that is wrong with a slot; its time is checked where one is written."""
    _counted(boxes)
    day = slot.date() if isinstance(slot, datetime) else slot
    weekdays = book.take(policy.appointments.weekdays)
    findings = []
    if day.isoweekday() not in weekdays:
        facts = {"found": f"{day}({_named(day.isoweekday())})", "expected": "/".join(map(_named, weekdays))}
        findings.append(Finding(F_WEEKDAY, facts, "预约时间"))
    if name := holiday_of_slot(book, day, policy):
        findings.append(Finding(F_REST, {"found": day, "expected": name}, "预约时间"))
    if not isinstance(slot, datetime):
        book.remark("没写时间,只检查了日子", "no time is written: only the day is checked")
        return findings
    try:
        start, end = _hours(book, policy, day, boxes)
    except Silent:
        if findings:
            return findings
        raise
    inside = start <= slot.time() < end or (slot.time() == end and book.take(policy.appointments.end_counts))
    if not inside:
        facts = {"found": f"{slot:%H:%M}", "expected": f"{start:%H:%M}–{end:%H:%M}"}
        findings.append(Finding(F_HOURS, {"boxes": boxes, **facts}, "预约时间"))
    return findings


@rule("R32")
def slot_check(book: Ledger, policy: Rules, slot: date | datetime, boxes: int) -> str:
    """What is wrong with a booked slot, joined by ``；``; empty when it is good.

    No Thursday or Sunday (F-444), a holiday of the warehouse (F-445), outside the hours for so many
    boxes (F-446). Without a time only the day is checked. ``SOP未规定`` where nothing else is wrong
    and the SOP has no hours. Raises F-443 (#NUM!) for less than one box.

    >>> from rules.policy.loader import packaged
    >>> def told_of(slot, boxes): return slot_check(slot.date(), packaged().rules, slot, boxes).value
    >>> told_of(datetime(2025, 4, 10, 8, 0), 31)
    ''
    >>> told_of(datetime(2025, 4, 10, 9, 0), 31)
    '31 箱在 09:00 送不了。约 08:00–08:30'
    """
    return told(book, slot_findings(book, policy, slot, boxes))
