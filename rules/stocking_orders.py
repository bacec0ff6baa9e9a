"""R33: when overseas stocking orders are submitted, and when they are shipped (L368–381)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time

from rules.answer import Ledger, Word, rule
from rules.calendars import Calendar, days_later, status_of, tell_origin, weekday_from, weekday_of_week
from rules.contradictions import SHIPPED_BEFORE_SORTED
from rules.policy.families.deadlines import Cutoff
from rules.policy.models import Rules


@dataclass(frozen=True)
class OrderStep:
    """One step of an order, with its day (and time where the SOP has one)."""

    what: str
    en: str
    when: date | datetime


def _next(book: Ledger, policy: Rules, weekday: int, clock: time, after: datetime) -> datetime:
    """The first such weekday and time that a moment still meets; at the moment itself it has passed (a reading)."""
    found = datetime.combine(weekday_from(after.date(), weekday), clock)
    late = book.take(policy.stocking_orders.sharp_is_late)
    if after < found or (after == found and not late):
        return found
    return datetime.combine(weekday_from(days_later(found.date(), 1), weekday), clock)


def _as_moment(moment: date | datetime) -> datetime:
    return moment if isinstance(moment, datetime) else datetime.combine(moment, time.min)


def _cutoff(book: Ledger, policy: Rules, moment: datetime) -> tuple[datetime, date]:
    """The cut-off that an order of this moment can still meet, and its shipping day."""

    def of(cutoff: Cutoff) -> tuple[datetime, date]:
        at = _next(book, policy, book.take(cutoff.weekday), book.take(cutoff.before), moment)
        return at, weekday_from(days_later(at.date(), 1), book.take(cutoff.ships_on))

    return min(of(cutoff) for cutoff in policy.stocking_orders.cutoffs.values())


def _creation_stop(book: Ledger, policy: Rules, moment: datetime) -> datetime:
    numbers = policy.stocking_orders
    return _next(book, policy, book.take(numbers.creation_stops_on), book.take(numbers.creation_stops_at), moment)


def _steps(book: Ledger, policy: Rules, cutoff: datetime, shipping: date) -> tuple[OrderStep, ...]:
    numbers = policy.stocking_orders
    approved = days_later(cutoff.date(), book.take(numbers.approval_days))
    handled = weekday_from(approved, book.take(numbers.handling_weekday))
    return (
        OrderStep("提交截止", "cut-off", cutoff),
        OrderStep("ERP审批", "approved", approved),
        OrderStep("物流操作订单", "handled by logistics", handled),
        OrderStep("仓储分拣", "sorted", weekday_from(handled, book.take(numbers.sorting_weekday))),
        OrderStep("发货", "shipped", shipping),
    )


def _in_order(steps: tuple[OrderStep, ...]) -> bool:
    days = [_as_moment(step.when).date() for step in steps]
    return days == sorted(days)


def _holidays(book: Ledger, policy: Rules, first: date, last: date) -> None:
    """Marks an order with a Chinese holiday between two days: somebody has to confirm it."""
    status = status_of(book, Calendar.CN, policy)
    day = first
    while day <= last:
        found = status(day)
        tell_origin(book, policy, day, found)
        if found.is_holiday:
            book.mark(
                Word.TO_CONFIRM,
                f"{day} 放假({found.name}),截止和发货请和物流确认",
                f"{day} is a Chinese holiday: confirm cut-off and shipping with logistics",
            )
        day = days_later(day, 1)


@rule("R33")
def ship_cutoff(book: Ledger, policy: Rules, moment: date | datetime) -> tuple[tuple[datetime, date]]:
    """The cut-off that counts for an order submitted at a moment: one row of it and the shipping day.

    Before Wednesday 14:00 → Saturday of the week; before Friday 14:00 → next Wednesday; 14:00:00 is
    late, and Monday 14:00, when order creation stops, is no cut-off (both readings). What ships before
    the SOP has it handled is marked SOP自相矛盾. A day without a time counts from its start, marked 需确认 where it has a cut-off itself. A
    Chinese holiday in the cut-off's week, Monday to Sunday, or on the way to the shipping day is
    marked 需确认, an unpublished year 估算.
    Raises F-441 (#NUM!) at the end of the calendar.

    >>> from rules.policy.loader import packaged
    >>> def row(at): return [str(item) for item in ship_cutoff(at.date(), packaged().rules, at).value[0]]
    >>> row(datetime(2025, 4, 9, 13, 59)), row(datetime(2025, 4, 9, 14, 0))
    (['2025-04-09 14:00:00', '2025-04-12'], ['2025-04-11 14:00:00', '2025-04-16'])
    """
    at = _as_moment(moment)
    cutoff, shipping = _cutoff(book, policy, at)
    if not isinstance(moment, datetime) and cutoff.date() == moment:
        book.mark(
            Word.TO_CONFIRM,
            f"没写时间,按当天 {cutoff:%H:%M} 之前提交算",
            f"no time is written: taken as submitted before {cutoff:%H:%M}",
        )
    monday = weekday_of_week(cutoff.date(), 1)
    sunday = days_later(weekday_from(days_later(monday, 1), 1), -1)
    _holidays(book, policy, min(at.date(), monday), max(shipping, sunday))
    steps = _steps(book, policy, cutoff, shipping)
    for step in steps if _in_order(steps) else (steps[0], steps[-1]):
        book.part(step.what, step.en, step.when)
    if not _in_order(steps):
        book.contradict(SHIPPED_BEFORE_SORTED)
    stop = _creation_stop(book, policy, at)
    book.remark(
        f"下次停止建单是 {stop:%Y-%m-%d %H:%M}(L370),不是提交截止",
        f"order creation stops next on {stop:%Y-%m-%d %H:%M} (L370)",
    )
    book.remark(
        "部分渠道货件有外箱标会便宜几百元(L381)",
        "a label on the outer box saves some hundred yuan on some lanes (L381)",
    )
    return ((cutoff, shipping),)


@rule("R33")
def creation_stop(book: Ledger, policy: Rules, moment: date | datetime) -> datetime:
    """When order creation stops next: Monday 14:00; at 14:00:00 sharp it has stopped, the next week's counts.

    >>> from rules.policy.loader import packaged
    >>> str(creation_stop(date(2025, 4, 9), packaged().rules, date(2025, 4, 9)).value)
    '2025-04-14 14:00:00'
    """
    return _creation_stop(book, policy, _as_moment(moment))


@rule("R33")
def order_steps(book: Ledger, policy: Rules, moment: date | datetime) -> tuple[OrderStep, ...]:
    """An order's way from its cut-off to shipping: approval, handling by logistics, sorting.

    Marked SOP自相矛盾 where the SOP's days for handling and sorting lie after its own shipping day:
    what is submitted on Wednesday ships on Saturday, but is handled on Monday (L372–375).

    >>> from rules.policy.loader import packaged
    >>> answer = order_steps(date(2025, 4, 10), packaged().rules, date(2025, 4, 10))
    >>> [str(step.when) for step in answer.value]
    ['2025-04-11 14:00:00', '2025-04-12', '2025-04-14', '2025-04-15', '2025-04-16']
    """
    cutoff, shipping = _cutoff(book, policy, _as_moment(moment))
    steps = _steps(book, policy, cutoff, shipping)
    if not _in_order(steps):
        book.contradict(SHIPPED_BEFORE_SORTED)
    return steps
