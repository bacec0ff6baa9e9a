"""R10 as formulas: LEADTIME, LEADTIMEPLAN, ORDERBY."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from addin.native.calendars import delivery_day
from addin.native.convert import a_day_answer
from addin.native.definition import Native
from addin.native.expression import (
    E,
    Value,
    blank,
    call,
    failed,
    lift,
    rounded,
    unless_silent,
    up,
    when,
    whole,
)
from addin.native.lanes import category, in_list, lane, pick, transit_norm
from addin.native.tab import Form, Tab
from rules.answer import SILENT
from rules.errors import Text
from rules.lead_time import SPELLED

_MIXED = "混合"


@dataclass(frozen=True)
class Span:
    """A stretch of days: shortest, expected, longest."""

    low: E
    expected: E
    high: E

    def __add__(self, other: Span) -> Span:
        return Span(self.low + other.low, self.expected + other.expected, self.high + other.high)

    @property
    def ends(self) -> tuple[E, E, E]:
        """The three of them."""
        return self.low, self.expected, self.high


@dataclass(frozen=True)
class _Way:
    """The stretches from the order to the slot, as steps of a tab."""

    channel: E
    by_norm: E
    purchase: E
    domestic: E
    freight: Span
    customs: Span
    slot: Span
    rests_on: list[E]
    """Every number; the answer is silent where one of them is."""


def _exactly(days: E) -> Span:
    return Span(days, days, days)


def _way(tab: Tab, written_category: E, written_lane: E, day: E) -> _Way:
    book, numbers = tab.book, tab.book.policy.lead_time
    channel = tab.step("渠道", when((blank(written_lane), _MIXED), otherwise=lane(tab, written_lane)))
    kind = tab.step("品类", category(tab, written_category))
    special = {name: book.number(item, day) for name, item in numbers.purchase_days_by_category.items()}
    purchase = tab.step("采购天数", pick(kind, special, book.number(numbers.purchase_days, day)))
    domestic = tab.step("国内仓天数", book.number(numbers.domestic_days, day))
    by_norm = tab.step("用周转标准", in_list(tab, channel, numbers.by_transit_norm, day))
    norm = tab.step("周转标准天数", when((by_norm, transit_norm(tab, channel, day)), otherwise=0))
    span = numbers.transport_days
    low, high = tab.step("物流最短", book.low(span, day)), tab.step("物流最长", book.high(span, day))
    extra = tab.step("整柜额外", book.number(numbers.full_container_extra_days, day))
    sea = _freight(tab, channel, low, high, extra, day)
    freight = Span(
        *(
            tab.step(f"运输{title}", when((by_norm, norm), otherwise=end))
            for title, end in zip(("最短", "预计", "最长"), sea.ends, strict=True)
        )
    )
    customs = _between(tab, "清关", book.low(numbers.customs_days, day), book.high(numbers.customs_days, day), by_norm)
    slot = _between(tab, "约仓", book.low(numbers.appointment_days, day), book.high(numbers.appointment_days, day))
    rests_on = [purchase, domestic, norm, *freight.ends, customs.low, customs.high, slot.low, slot.high]
    return _Way(channel, by_norm, purchase, domestic, freight, customs, slot, rests_on)


def _between(tab: Tab, title: str, low: E, high: E, dropped: E | None = None) -> Span:
    """A span of the policy; nothing where `dropped` holds."""
    ends = [when((dropped, 0), otherwise=end) if dropped else end for end in (low, high)]
    first, last = tab.step(f"{title}最短", ends[0]), tab.step(f"{title}最长", ends[1])
    return Span(first, (first + last) / 2, last)


def _share_of(name: str) -> Callable[[dict[str, float]], float]:
    return lambda shares: shares.get(name, 0)


def _freight(tab: Tab, channel: E, low: E, high: E, extra: E, day: E) -> Span:
    """R10's own planning days of a lane, or of the mix by its shares."""
    mix = tab.book.policy.lead_time.mix
    names = dict.fromkeys(name for shares in mix.every for name in shares)
    is_mixed = channel.is_(_MIXED)
    shares: dict[str, E] = {}
    for name in names:
        share = tab.book.number(mix, day, _share_of(name), name)
        shares[name] = tab.step(f"{name}份额", when((is_mixed, share), (channel.is_(name), 1), otherwise=0))
    own = when((channel.is_("整柜"), extra), otherwise=0)
    more = {name: extra if name == "整柜" else lift(0) for name in names}
    lows = call("MIN", *(when((shares[name] > 0, more[name]), otherwise=9999) for name in names))
    highs = call("MAX", *(when((shares[name] > 0, more[name]), otherwise=0) for name in names))
    middle: E = sum((shares[name] * more[name] for name in names), start=lift(0))
    return Span(
        low + when((is_mixed, lows), otherwise=own),
        (low + high) / 2 + when((is_mixed, middle), otherwise=own),
        high + when((is_mixed, highs), otherwise=own),
    )


def _which(tab: Tab, written: E, default: str) -> E:
    words = {word: name.value for name, spelled in SPELLED.items() for word in (name.value, *spelled)}
    known = tab.book.meaning(call("LOWER", written), "which", words, "取哪一端")
    known = call("IFERROR", known, tab.book.named("#VALUE!"))
    return tab.step("取哪一端", when((blank(written), default), otherwise=known))


def _total(tab: Tab, way: _Way, which: E) -> E:
    spans = _exactly(way.purchase) + _exactly(way.domestic) + way.freight + way.customs + way.slot
    low, expected, high = (
        tab.step(f"合计{title}", unless_silent(way.rests_on, rounded(end, 9)))
        for title, end in zip(("最短", "预计", "最长"), spans.ends, strict=True)
    )
    return when((which.is_("min"), low), (which.is_("max"), high), otherwise=expected)


def _lead_time(tab: Tab, kind: E, channel: E, which: E) -> E:
    way = _way(tab, kind, channel, tab.book.day)
    end = _which(tab, which, "expected")
    return when((failed(way.channel), way.channel), (failed(end), end), otherwise=_total(tab, way, end))


def _order_by(tab: Tab, needed: E, kind: E, channel: E, which: E) -> E:
    way = _way(tab, kind, channel, needed)
    end = _which(tab, which, "max")
    days = tab.step("天数", _total(tab, way, end))
    last = when((call("ISTEXT", days), days), otherwise=a_day_answer(needed - up(days), tab.book))
    return when((failed(way.channel), way.channel), (failed(end), end), otherwise=last)


def _plan(tab: Tab, ordered: E, kind: E, channel: E) -> list[E]:
    """Seven stages of five cells; a lane with its customs in the norm has one stage less."""
    way = _way(tab, kind, channel, ordered)
    spans = [_exactly(way.purchase), _exactly(way.domestic), way.freight, way.customs, way.slot]
    ends: list[list[E]] = []
    total = _exactly(lift(0))
    for title, span in zip(("交货", "发出", "到达", "清关", "约仓"), spans, strict=True):
        total += span
        ends.append([tab.step(f"{title}日", unless_silent(way.rests_on, _half_up(ordered, end))) for end in total.ends])
    slots = [tab.step("送仓日", unless_silent([end], delivery_day(tab, end)), Form.DAY) for end in ends[-1]]
    rows: list[tuple[Value, Value, list[E]]] = [
        ("下单", 0, [ordered] * 3),
        ("供应商交货", spans[0].expected, ends[0]),
        ("国内仓发出", spans[1].expected, ends[1]),
        (when((way.by_norm, "到达并清关"), otherwise="到达"), spans[2].expected, ends[2]),
        ("清关完成", spans[3].expected, ends[3]),
        ("FBA约仓", spans[4].expected, slots),
        ("可售", 0, slots),
    ]
    cells = [[lift(name), lift(days), *days_of] for name, days, days_of in rows]
    known = unless_silent(way.rests_on, call("SUM", *slots))
    state = tab.step("能不能算", when((failed(way.channel), way.channel), otherwise=known))
    answers = []
    for place in range(len(cells)):
        for column in range(5):
            value: E = cells[place][column]
            if place >= 4:  # without a customs stage of their own the later ones move up
                later = cells[place + 1][column] if place + 1 < len(cells) else lift("")
                value = when((way.by_norm, later), otherwise=value)
            silent = lift(SILENT if place == column == 0 else "")
            answers.append(when((failed(state), state), (call("ISTEXT", state), silent), otherwise=value))
    return answers


def _half_up(day: E, days: E) -> E:
    return day + whole(rounded(days, 9) + 0.5)


_TITLES = tuple(f"{place} {title}" for place in range(1, 8) for title in ("阶段", "天数", "最早", "预计", "最晚"))

NATIVE = (
    Native("LEADTIME", _lead_time),
    Native(
        "LEADTIMEPLAN",
        _plan,
        (Form.PLAIN, Form.PLAIN, Form.DAY, Form.DAY, Form.DAY) * 7,
        _TITLES,
        Text("送仓日不在工作日列表的范围里", "delivery days beyond the listed calendar"),
    ),
    Native("ORDERBY", _order_by, (Form.DAY,)),
)
