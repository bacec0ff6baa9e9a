"""R10: from the start of purchasing until goods can be sold (L302–319).

Purchase + domestic warehouse + logistics + customs + FBA appointment, in calendar days. Every lane
has a range and an expectation (the midpoints); 混合 is the SOP's mix of lanes. 直航 and 空运 have no
planning figure in the SOP: R20's norm from dispatch, customs included, stands in and is marked.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from rules.answer import Fault, Ledger, rule
from rules.appointments import delivery_day
from rules.arrivals import contradicts_arrival
from rules.calendars import days_later
from rules.contradictions import FAST_LANE, SAME_ORDER, SEA_LANES
from rules.errors import Code
from rules.plain_text import bare
from rules.policy.kinds import Channel
from rules.policy.models import Rules

F_WHICH = Code(
    "F-202",
    "不认识“{found}”",
    "unknown choice “{found}”",
    "可用:expected(预计)、min(最短)、max(最长)",
    "use expected, min or max",
)


class Which(StrEnum):
    """Which end of a range is asked for."""

    EXPECTED = "expected"
    MIN = "min"
    MAX = "max"


SPELLED = {
    Which.EXPECTED: ("预计", "期望", "预期", "平均", "中间"),
    Which.MIN: ("最短", "最小", "最早", "最快"),
    Which.MAX: ("最长", "最大", "最晚", "最慢"),
}


def which_named(written: str) -> Which:
    """The end of the range that a text means. Raises F-202 (#VALUE!)."""
    folded = written.strip().casefold()
    for which, words in SPELLED.items():
        if folded == which or folded in words:
            return which
    raise Fault("#VALUE!", F_WHICH, found=written)


@dataclass(frozen=True)
class Days:
    """A range of days with its expectation."""

    low: float
    expected: float
    high: float

    def __add__(self, other: Days) -> Days:
        return Days(self.low + other.low, self.expected + other.expected, self.high + other.high)

    def pick(self, which: Which) -> float:
        """One end, or the expectation."""
        return {Which.MIN: self.low, Which.EXPECTED: self.expected, Which.MAX: self.high}[which]

    def __str__(self) -> str:
        if self.low == self.high:
            return f"{self.low:g}"
        return f"{self.low:g}–{self.high:g}({self.expected:g})"


def _between(span: tuple[float, float]) -> Days:
    return Days(span[0], sum(span) / 2, span[1])


def _exactly(days: float) -> Days:
    return Days(days, days, days)


@dataclass(frozen=True)
class Stage:
    """One stretch of the way, named by where it ends."""

    zh: str
    en: str
    days: Days


def _category(written: str) -> str:
    folded = bare(written)
    return folded.removesuffix("类") or folded


def purchase_days(book: Ledger, policy: Rules, category: str) -> float:
    """Purchase days of a category; one that the policy does not list takes the general figure."""
    special, name = policy.lead_time.purchase_days_by_category, _category(category)
    if name not in special:
        book.missing(f"rules.lead_time.purchase_days_by_category.{name}")
    return book.take(special.get(name, policy.lead_time.purchase_days))


def _freight(book: Ledger, policy: Rules, channel: Channel) -> list[Stage]:
    """From dispatch until cleared, on one lane or the mix."""
    numbers = policy.lead_time
    if book.holds(numbers.by_transit_norm, channel):
        norm = book.take(policy.turnover.lanes[channel].norm_days)
        return [Stage("到达并清关", "arrived and cleared", _exactly(norm))]
    mix = book.take(numbers.mix) if channel == "混合" else {channel: 1.0}
    lanes = {name: _transport(book, policy, name) for name, share in mix.items() if share}
    transport = Days(
        min(days.low for days in lanes.values()),
        sum(mix[name] * days.expected for name, days in lanes.items()),
        max(days.high for days in lanes.values()),
    )
    return [
        Stage("到达", "arrived", transport),
        Stage("清关完成", "cleared", _between(book.take(numbers.customs_days))),
    ]


def _transport(book: Ledger, policy: Rules, channel: Channel) -> Days:
    days = _between(book.take(policy.lead_time.transport_days))
    return days + _exactly(book.take(policy.lead_time.full_container_extra_days)) if channel == "整柜" else days


def stages(book: Ledger, policy: Rules, category: str, channel: Channel) -> list[Stage]:
    """The whole way, one stage after the other, before the step to a delivery day."""
    numbers = policy.lead_time
    return [
        Stage("供应商交货", "delivered by the supplier", _exactly(purchase_days(book, policy, category))),
        Stage("国内仓发出", "left the domestic warehouse", _exactly(book.take(numbers.domestic_days))),
        *_freight(book, policy, channel),
        Stage("FBA约仓", "FBA appointment", _between(book.take(numbers.appointment_days))),
    ]


def _contradictions(book: Ledger, policy: Rules, channel: Channel) -> None:
    """Marks what other lines of the SOP say of the same way."""
    book.contradict(SAME_ORDER)
    if channel in ("快线", "混合"):
        book.contradict(FAST_LANE)
    if channel in ("直航", "整柜", "混合"):
        book.contradict(SEA_LANES)
    contradicts_arrival(book, policy, channel)


def _total(book: Ledger, policy: Rules, category: str, channel: Channel) -> Days:
    total = _exactly(0)
    _contradictions(book, policy, channel)
    for stage in stages(book, policy, category, channel):
        book.part(stage.zh, stage.en, str(stage.days))
        total += stage.days
    book.part("合计", "total", str(total))
    return Days(*(round(days, 9) for days in (total.low, total.expected, total.high)))


@rule("R10")
def lead_time(
    book: Ledger, policy: Rules, category: str, channel: Channel = "混合", which: Which = Which.EXPECTED
) -> float:
    """Days from the start of purchasing until the goods can be sold (L302–319).

    >>> from rules.policy.loader import packaged
    >>> policy, day = packaged().rules, date(2025, 4, 3)
    >>> [lead_time(day, policy, "车灯", "快线", which).value for which in (Which.MIN, Which.EXPECTED, Which.MAX)]
    [84.0, 94.0, 104.0]
    >>> lead_time(day, policy, "车机", "快线").value, lead_time(day, policy, "车灯").value
    (71.0, 102.5)
    """
    return _total(book, policy, category, channel).pick(which)


def _half_up(days: float) -> int:
    return math.floor(days + 0.5)


@rule("R10")
def lead_time_plan(
    book: Ledger, policy: Rules, ordered: date, category: str, channel: Channel = "混合"
) -> tuple[tuple[str, float, date, date, date], ...]:
    """The way as a plan: stage, its expected days, and its earliest, expected and latest day.

    Half days round up. The appointment's days are counted before the step to the next delivery day
    (Thursday or Sunday, R32); goods can be sold on the slot's day.

    >>> from rules.policy.loader import packaged
    >>> plan = lead_time_plan(date(2025, 4, 3), packaged().rules, date(2025, 4, 3), "车机", "快线").value
    >>> plan[0], plan[-1][0], str(plan[-1][3])
    (('下单', 0.0, datetime.date(2025, 4, 3), datetime.date(2025, 4, 3), datetime.date(2025, 4, 3)), '可售', '2025-06-15')
    """
    way = stages(book, policy, category, channel)
    _contradictions(book, policy, channel)
    rows: list[tuple[str, float, date, date, date]] = [("下单", 0.0, ordered, ordered, ordered)]
    total = _exactly(0)
    for stage in way:
        total += stage.days
        low, expected, high = (
            days_later(ordered, _half_up(round(days, 9))) for days in (total.low, total.expected, total.high)
        )
        if stage is way[-1]:
            low, expected, high = (delivery_day(book, day, policy) for day in (low, expected, high))
        rows.append((stage.zh, round(stage.days.expected, 9), low, expected, high))
        book.part(stage.zh, stage.en, str(stage.days))
    return (*rows, ("可售", 0.0, *rows[-1][2:]))


@rule("R10")
def order_by(
    book: Ledger, policy: Rules, needed: date, category: str, channel: Channel = "混合", which: Which = Which.MAX
) -> date:
    """The last day to order goods that must be sellable on `needed`.

    Days are rounded up to whole ones; no step to a delivery day. By default the longest case
    counts: the safe end.

    >>> from rules.policy.loader import packaged
    >>> order_by(date(2025, 4, 3), packaged().rules, date(2025, 11, 1), "车灯", "快线").value
    datetime.date(2025, 7, 20)
    """
    return days_later(needed, -math.ceil(_total(book, policy, category, channel).pick(which)))
