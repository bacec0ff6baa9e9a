"""R50: how much to order, when at the latest, and which way it should come.

What is needed until the order after this one is sold from (daily sales x lead time, review interval
and safety days), less everything bought and not yet sold; rounded up to whole cartons, at least the
smallest order. The proposal of a whole MSKU adds the day without stock, the last day to order and
the lane, all on R10's lead times.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import cast

from rules.answer import Fault, Ledger, Word, not_negative, rule
from rules.counted_once import Lot, inbound_once
from rules.cover import daily_sales
from rules.errors import Code, Text
from rules.events import event_on, paces, sold_within
from rules.lead_time import Which, stages
from rules.policy.families.replenishment import Event
from rules.policy.kinds import Channel
from rules.policy.models import Rules
from rules.stockout import Arrival, runs_out, still_to_come, tidy
from rules.turnover import ENGLISH, Segment

F_CARTON = Code(
    "F-541",
    "箱规要大于 0,写的是 {found}",
    "units per carton must be above 0, not {found}",
    "改成每箱的件数",
    "give the units per carton",
)
F_TOO_MUCH = Code("F-542", "数字太大,算不了", "the numbers are too large", "检查日均和天数", "check sales and days")


def order_quantity(gap: float, carton: int | None, moq: int | None) -> int:
    """What to order for a gap: nothing without one, else whole cartons and at least the smallest order.

    Without units per carton it is whole units. Raises F-541 (#NUM!), F-542 (#NUM!).

    >>> order_quantity(101, 20, None), order_quantity(101, 20, 130), order_quantity(0, 20, 130)
    (120, 140, 0)
    """
    if carton is not None and carton <= 0:
        raise Fault("#NUM!", F_CARTON, found=carton)
    not_negative("起订量", moq)
    if not math.isfinite(gap):
        raise Fault("#NUM!", F_TOO_MUCH)
    if tidy(gap) <= 0:
        return 0
    size = carton or 1
    return math.ceil(tidy(max(gap, moq or 0) / size)) * size


@rule("R50")
def restock(
    book: Ledger,
    policy: Rules,
    daily: float,
    on_hand: float,
    inbound: float,
    lead_days: float,
    review: float | None = None,
    safety: float | None = None,
    carton: int | None = None,
    moq: int | None = None,
) -> int:
    """Units to order: daily x (lead + review + safety) - (on_hand + inbound), never below 0.

    Rounded up to whole cartons (L326), at least `moq` once anything is ordered. Review and safety
    days that are not given are the policy's, which are readings. Stock that just covers the need
    orders nothing, and neither does an MSKU without sales. Raises F-201 (#NUM!) for negative
    numbers, F-541 (#NUM!) for a carton of 0 or less.

    >>> from rules.policy.loader import packaged
    >>> restock(date(2025, 4, 3), packaged().rules, 10, 300, 200, 94, carton=24).value
    672
    """
    for name, number in (("日均", daily), ("库存", on_hand), ("在途", inbound), ("备货天数", lead_days)):
        not_negative(name, number)
    not_negative("复核间隔", review)
    not_negative("安全天数", safety)
    review = book.take(policy.replenishment.review_days) if review is None else review
    safety = book.take(policy.replenishment.safety_days) if safety is None else safety
    need = daily * (lead_days + review + safety)
    gap = need - (on_hand + inbound)
    book.part("需要", "needed", tidy(need))
    book.part("已有", "there already", on_hand + inbound)
    return order_quantity(gap, carton, moq)


@dataclass(frozen=True)
class StockFacts:
    """What is known of one MSKU in one store.

    `platform` is stock that can be sold now. `lots` are all goods on the way or waiting, FBA
    shipments among them; `orders` are those of overseas stocking orders, which count only where no
    FBA shipment of the same number is among the lots.
    """

    store: str
    msku: str
    category: str
    avg7: float | None
    avg14: float | None
    avg30: float | None
    platform: float
    lots: tuple[Lot, ...] = ()
    orders: tuple[Lot, ...] = ()
    carton: int | None = None
    moq: int | None = None


@dataclass(frozen=True)
class Proposal:
    """What to do about one MSKU; its reasons are the answer's remarks.

    No day without stock when nothing is sold; no lane when nothing is to be ordered.
    """

    store: str
    msku: str
    quantity: int
    stock_out: date | None
    order_by: date | None
    channel: Channel | None


@rule("R50")
def propose(book: Ledger, policy: Rules, facts: StockFacts) -> Proposal | None:
    """The proposal for one MSKU and store on the ledger's day; blank when its sales are unknown.

    The quantity counts on the usual lane's lead time. The lane is the first one (usual, faster, air)
    whose goods are there on the day without stock at the latest, else the fastest. The last day to
    order is that lane's longest lead time before the day without stock. Lots without a day are
    estimated by what is left of R10's way, marked 估算.

    >>> from rules.policy.loader import packaged
    >>> facts = StockFacts("A", "M1", "车灯", 10, 10, 10, platform=600, carton=24)
    >>> told = propose(date(2025, 4, 3), packaged().rules, facts)
    >>> told.value.quantity, str(told.value.stock_out), str(told.value.order_by), told.value.channel
    (648, '2025-06-02', '2025-04-07', '空运')
    """
    averages = daily_sales(book.day, policy, facts.avg7, facts.avg14, facts.avg30)
    book.merged(averages)
    if averages.value is None:
        return None
    daily = cast(float, averages.value)
    not_negative("平台仓", facts.platform)
    numbers = policy.replenishment
    usual, *faster = book.take(numbers.lanes)
    end = Which(book.take(numbers.lead_end))
    lots = inbound_once(book, facts.orders, facts.lots)
    have = _have(book, facts, lots)
    lead = _way(book, policy, facts.category, usual, end)
    review, safety = book.take(numbers.review_days), book.take(numbers.safety_days)
    events = book.take(numbers.events)
    need = sold_within(events, facts.category, daily, book.day, lead + review + safety)
    quantity = order_quantity(need - have, facts.carton, facts.moq)
    book.part("需要", "needed", tidy(need))
    book.remark(
        f"日均 {daily:g} 件,要备 {lead + review + safety:g} 天({usual}备货 {lead:g} + 复核 {review:g} + 安全 {safety:g}),"
        f"需要 {need:g} 件,已有 {have:g} 件",
        f"{daily:g} a day for {lead + review + safety:g} days ({usual} {lead:g} + review {review:g} + safety "
        f"{safety:g}) is {need:g} units; {have:g} are there",
    )
    _tell_events(book, events, facts.category, daily, lead + review + safety)
    _tell_quantity(book, quantity, facts)
    arrivals = still_to_come(book, [_arrival(book, policy, facts.category, usual, end, lot) for lot in lots])
    out = None
    if daily:
        out = runs_out(book.day, facts.platform, paces(events, facts.category, daily, book.day), arrivals)
    if out is None:
        book.remark("没有销量,不会断货", "nothing is sold: stock does not run out")
        return Proposal(facts.store, facts.msku, quantity, None, None, None)
    book.remark(f"{out} 断货({(out - book.day).days} 天后)", f"out of stock on {out}, in {(out - book.day).days} days")
    lane = _lane(book, policy, facts.category, [usual, *faster], end, out) if quantity else None
    if lane is None and any(arrival.day > out for arrival in arrivals):
        book.remark("总量够,但断货之前到不了:催在途", "enough in all, but too late: hurry what is on the way")
    last = _last_order_day(book, policy, facts.category, lane or usual, out)
    return Proposal(facts.store, facts.msku, quantity, out, last, lane)


def _have(book: Ledger, facts: StockFacts, lots: Sequence[Lot]) -> float:
    """Everything bought and not yet sold, told by segment."""
    units = dict.fromkeys(Segment, 0.0)
    units[Segment.PLATFORM] = facts.platform
    for lot in lots:
        not_negative(lot.segment, lot.units)
        units[lot.segment] += lot.units
    for segment, count in units.items():
        book.part(segment, ENGLISH[segment], count)
    return sum(units.values())


def _way(
    book: Ledger, policy: Rules, category: str, lane: Channel, end: Which, since: Segment = Segment.PURCHASED
) -> float:
    """Days that goods of a segment still need until they can be sold, on R10's basis."""
    way = stages(book, policy, category, lane)
    left = {Segment.DOMESTIC: way[1:], Segment.TRANSIT: way[2:], Segment.OVERSEAS: way[-1:], Segment.PLATFORM: []}
    return tidy(sum(stage.days.pick(end) for stage in left.get(since, way)))


def _arrival(book: Ledger, policy: Rules, category: str, lane: Channel, end: Which, lot: Lot) -> Arrival:
    if lot.due is not None:
        return Arrival(lot.due, lot.units)
    days = math.ceil(_way(book, policy, category, lane, end, lot.segment))
    if days and lot.units:
        book.mark(
            Word.ESTIMATE,
            f"{lot.segment} 没有到货日,按{lane}还要 {days} 天",
            f"{ENGLISH[lot.segment]}: no day of arrival; {days} days by {lane}",
        )
    return Arrival(book.day + timedelta(days=days), lot.units)


def _lane(book: Ledger, policy: Rules, category: str, lanes: Sequence[Channel], end: Which, out: date) -> Channel:
    """The first lane that is there in time, else the fastest; told with its day."""
    days = {}
    for lane in lanes:
        days[lane] = math.ceil(_way(book, policy, category, lane, end))
        there = book.day + timedelta(days=days[lane])
        if there <= out:
            book.remark(
                f"走{lane}:今天下单 {there} 可售,赶得上", f"{lane}: ordered today, sellable on {there}, in time"
            )
            return lane
        book.remark(
            f"{lane}要到 {there} 才可售,晚于断货日 {(there - out).days} 天",
            f"{lane}: sellable on {there} only, {(there - out).days} days after stock runs out",
        )
    fastest = min(days, key=lambda lane: days[lane])
    book.remark(f"都赶不上,走最快的{fastest}", f"none is in time: {fastest} is the fastest")
    return fastest


def _last_order_day(book: Ledger, policy: Rules, category: str, lane: Channel, out: date) -> date:
    end = Which(book.take(policy.replenishment.order_day_end))
    last = out - timedelta(days=math.ceil(_way(book, policy, category, lane, end)))
    passed = last < book.day
    book.remark(
        f"{lane}最晚下单日 {last}" + (",已经过了,马上下单" if passed else ""),
        f"last day to order by {lane}: {last}" + (", which has passed: order now" if passed else ""),
    )
    return last


def _tell_events(book: Ledger, events: Sequence[Event], category: str, daily: float, days: float) -> None:
    for day, pace in paces(events, category, daily, book.day):
        if (day - book.day).days >= days:
            return
        if event := event_on(events, category, day):
            book.remark(f"{event.name}:{day} 起日均按 {pace:g} 件", f"{event.name}: {pace:g} a day from {day} on")


def _tell_quantity(book: Ledger, quantity: int, facts: StockFacts) -> None:
    if not quantity:
        book.remark("库存和在途够,不用补", "stock and what is on the way are enough")
        return
    by = Text("", "")
    if facts.carton:
        by = Text(
            f",{quantity // facts.carton} 整箱,每箱 {facts.carton}",
            f", {quantity // facts.carton} cartons of {facts.carton}",
        )
    moq = Text(f",起订量 {facts.moq}", f", smallest order {facts.moq}") if facts.moq else Text("", "")
    book.remark(f"建议补 {quantity} 件{by.zh}{moq.zh}", f"order {quantity} units{by.en}{moq.en}")
