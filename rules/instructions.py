"""R30, R31 and R37: what must be told before a delivery slot, and until when (L398–481).

Every moment is one of Shanghai's clock, every slot's day the warehouse's own: days are counted
without conversion. Deadlines never fall on a Chinese holiday: they move back to the last working day.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from rules.answer import Ledger, rule
from rules.calendars import Calendar, back_to_workday, counted, days_later, status_of, weekday_of_week
from rules.contradictions import PEAK_DAYS
from rules.errors import Code
from rules.findings import Finding, told
from rules.policy.models import Rules
from rules.seasons import applies_in_season, contradicts_season

F_MISSED = Code(
    "F-442",
    "操作指令 {found} 才给,截止是 {expected} 之前",
    "the instruction came at {found}; it was due before {expected}",
    "和物流部沟通紧急安排(销量激增面临断货时也一样,L481)",
    "ask logistics for an urgent arrangement, as in a surge of sales (L481)",
)


@dataclass(frozen=True)
class Deadline:
    """One deadline of a slot: its rule, what is due, and the moment on whose clock."""

    rule: str
    what: str
    moment: datetime
    clock: str


@dataclass(frozen=True)
class Confirmation:
    """How a weekend's slot is confirmed: logistics asks, sales confirms, clashes go to a colleague."""

    asked: date
    confirmed_by: datetime
    clash_contact: str


def _working_day(book: Ledger, policy: Rules, day: date) -> date:
    return back_to_workday(book, policy, day, Calendar(book.take(policy.instructions.moved_back_on)))


def _instruction(book: Ledger, policy: Rules, slot: date, relabel: bool) -> datetime:
    numbers = policy.instructions
    applies_in_season(book, policy, slot)
    days = book.take(numbers.relabel_workdays if relabel else numbers.plain_workdays)
    back = counted(book, policy, slot, -days, Calendar(book.take(numbers.counted_on)))
    book.part("提前工作日", "working days ahead", days)
    book.part("倒数到", "counted back to", back)
    return datetime.combine(_working_day(book, policy, back), book.take(numbers.before))


def _information(book: Ledger, policy: Rules, slot: date) -> date:
    applies_in_season(book, policy, slot)
    high = slot.month in book.take(policy.routes.high_months)
    book.contradict(PEAK_DAYS)
    contradicts_season(book, policy, slot)
    days = book.take(policy.instructions.info_high_days if high else policy.instructions.info_days)
    book.part("提前天数(旺季)" if high else "提前天数", "days ahead (high season)" if high else "days ahead", days)
    return _working_day(book, policy, days_later(slot, -days))


def _confirmation(book: Ledger, policy: Rules, slot: date) -> Confirmation | None:
    numbers = policy.instructions
    if slot.isoweekday() not in book.take(numbers.confirmed_weekdays):
        return None
    day = _working_day(book, policy, weekday_of_week(slot, book.take(numbers.confirm_weekday)))
    return Confirmation(
        _working_day(book, policy, weekday_of_week(slot, book.take(numbers.ask_weekday))),
        datetime.combine(day, book.take(numbers.end_of_work)),
        book.take(policy.directory.duties[numbers.clash_duty]),
    )


@rule("R30")
def instruct_by(book: Ledger, policy: Rules, slot: date, relabel: bool) -> datetime:
    """The moment *before* which the operating instruction of a slot must be given.

    Counted back on the warehouse's working days (Monday to Saturday, holidays out), the slot's day
    excluded: 4 with relabelling, 3 without. The result, not the count, then moves back to the last
    Chinese working day. 14:00:00 sharp is late. Raises F-302 (#NUM!) before the calendar begins.

    >>> from rules.policy.loader import packaged
    >>> slot = date(2025, 4, 13)
    >>> str(instruct_by(slot, packaged().rules, slot, True).value)
    '2025-04-09 14:00:00'
    >>> str(instruct_by(slot, packaged().rules, slot, False).value)
    '2025-04-10 14:00:00'
    """
    moment = _instruction(book, policy, slot, relabel)
    clock, late = book.take(policy.instructions.clock), book.take(policy.instructions.sharp_is_late)
    book.remark(
        f"{moment:%H:%M} 之前({clock}),正好 {moment:%H:%M} {'算迟' if late else '还不算迟'}",
        f"before {moment:%H:%M} ({clock}); sharp is {'late' if late else 'in time'}",
    )
    hours = _handling(book, policy, slot)
    open_zh = f"{hours[0]:%H:%M}–{hours[1]:%H:%M} 操作" if hours else "不操作"
    open_en = f"handles goods {hours[0]:%H:%M}–{hours[1]:%H:%M}" if hours else "handles no goods"
    book.remark(
        f"{slot} 海外仓{open_zh};不影响亚马逊的预约时间",
        f"on {slot} the warehouse {open_en}; no slot is refused for it",
    )
    book.remark("来不及或销量激增:和物流部沟通紧急安排(L481)", "too late, or a surge of sales: ask logistics (L481)")
    return moment


def _handling(book: Ledger, policy: Rules, day: date) -> tuple[datetime, datetime] | None:
    if not status_of(book, Calendar.WAREHOUSE, policy)(day).works:
        return None
    first, last = book.take(policy.instructions.handling_hours)
    return datetime.combine(day, first), datetime.combine(day, last)


@rule("R30")
def handling_time(book: Ledger, policy: Rules, day: date) -> tuple[datetime, datetime] | None:
    """From when until when the overseas warehouse labels and handles goods on a day, by its own clock.

    None on its Sundays and holidays. It says when work is done; it refuses no slot of Amazon's.

    >>> from rules.policy.loader import packaged
    >>> handling_time(date(2025, 4, 12), packaged().rules, date(2025, 4, 12)).value[0].hour
    9
    >>> handling_time(date(2025, 4, 13), packaged().rules, date(2025, 4, 13)).value is None
    True
    """
    return _handling(book, policy, day)


@rule("R30")
def instruction_check(book: Ledger, policy: Rules, slot: date, relabel: bool, given: datetime) -> str:
    """What is wrong with an instruction given at a moment: empty in time, F-442 with advice when late.

    >>> from rules.policy.loader import packaged
    >>> def told_at(hour, minute):
    ...     given = datetime(2025, 4, 9, hour, minute)
    ...     return instruction_check(date(2025, 4, 13), packaged().rules, date(2025, 4, 13), True, given).value
    >>> told_at(13, 59), told_at(14, 0)[:26]
    ('', '操作指令 2025-04-09 14:00 才给,截')
    """
    moment = _instruction(book, policy, slot, relabel)
    late = given > moment or (given == moment and book.take(policy.instructions.sharp_is_late))
    facts = {"found": f"{given:%Y-%m-%d %H:%M}", "expected": f"{moment:%Y-%m-%d %H:%M}"}
    return told(book, [Finding(F_MISSED, facts, "货件指令")] if late else [])


@rule("R31")
def info_by(book: Ledger, policy: Rules, slot: date) -> date:
    """The last day to bring a slot's shipping information up to date.

    Calendar days before the slot: 3, or 7 where the slot lies in July, November or December; then
    back to the last Chinese working day. Raises F-441 (#NUM!) before the calendar begins.

    >>> from rules.policy.loader import packaged
    >>> def day(slot): return str(info_by(slot, packaged().rules, slot).value)
    >>> day(date(2025, 4, 10)), day(date(2025, 7, 3)), day(date(2025, 5, 8))
    ('2025-04-07', '2025-06-26', '2025-04-30')
    """
    return _information(book, policy, slot)


@rule("R37")
def weekend_confirmation(book: Ledger, policy: Rules, slot: date) -> Confirmation | None:
    """How a Sunday's slot is confirmed with the overseas warehouse; None for a slot on another day.

    Logistics asks on Monday of the same week (Monday to Sunday); sales confirms by Wednesday's end
    of work; either moves back where it is a Chinese holiday. A clash with the seller centre's times
    goes to the colleague whom the directory names for it. Raises F-441 (#NUM!) before the calendar begins.

    >>> from rules.policy.loader import packaged
    >>> sunday = weekend_confirmation(date(2025, 4, 13), packaged().rules, date(2025, 4, 13)).value
    >>> str(sunday.asked), str(sunday.confirmed_by)
    ('2025-04-07', '2025-04-09 18:00:00')
    >>> weekend_confirmation(date(2025, 4, 10), packaged().rules, date(2025, 4, 10)).value is None
    True
    """
    return _confirmation(book, policy, slot)


def _deadlines(book: Ledger, policy: Rules, slot: date, relabel: bool) -> tuple[Deadline, ...]:
    clock = book.take(policy.instructions.clock)
    information = datetime.combine(_information(book, policy, slot), book.take(policy.instructions.end_of_work))
    found = [
        Deadline("R30", "操作指令", _instruction(book, policy, slot, relabel), clock),
        Deadline("R31", "发货信息", information, clock),
    ]
    if confirmation := _confirmation(book, policy, slot):
        found.append(Deadline("R37", "周末送货确认", confirmation.confirmed_by, clock))
        book.remark(
            f"{confirmation.asked} 物流和海外仓确认周末送货时间;和后台冲突找 {confirmation.clash_contact}",
            f"logistics asks the warehouse on {confirmation.asked}; clashes go to {confirmation.clash_contact}",
        )
    return tuple(sorted(found, key=lambda deadline: deadline.moment))


@rule("R37")
def slot_deadlines(book: Ledger, policy: Rules, slot: date, relabel: bool) -> tuple[Deadline, ...]:
    """Every deadline of a slot, the earliest first: R30, R31 and, for a Sunday's slot, R37.

    >>> from rules.policy.loader import packaged
    >>> every = slot_deadlines(date(2025, 4, 13), packaged().rules, date(2025, 4, 13), False).value
    >>> [(deadline.rule, str(deadline.moment)) for deadline in every]
    [('R37', '2025-04-09 18:00:00'), ('R30', '2025-04-10 14:00:00'), ('R31', '2025-04-10 18:00:00')]
    """
    return _deadlines(book, policy, slot, relabel)


@rule("R37")
def slot_deadline(book: Ledger, policy: Rules, slot: date, relabel: bool) -> datetime:
    """The binding deadline of a slot: the earliest of R30, R31 and R37; a remark says which it is.

    >>> from rules.policy.loader import packaged
    >>> answer = slot_deadline(date(2025, 4, 13), packaged().rules, date(2025, 4, 13), True)
    >>> str(answer.value), answer.remarks[-1].zh
    ('2025-04-09 14:00:00', '以 R30 操作指令 为准(上海时间)')
    """
    every = _deadlines(book, policy, slot, relabel)
    for deadline in every:
        book.part(f"{deadline.rule} {deadline.what}", f"{deadline.rule} due", deadline.moment)
    first = [deadline for deadline in every if deadline.moment == every[0].moment]
    book.remark(
        f"以 {'、'.join(f'{deadline.rule} {deadline.what}' for deadline in first)} 为准({every[0].clock})",
        f"{' and '.join(deadline.rule for deadline in first)} counts ({every[0].clock})",
    )
    return every[0].moment
