"""R20 and R21 in cells: days in transit, turnover, cover, daily sales."""

from __future__ import annotations

from datetime import date
from typing import Any

from addin.registry.convert import numbers
from addin.registry.entry import Context, Entry, Shape, cells, day, number, text
from rules.answer import Answer, Ledger
from rules.lanes import channel_named

_LANE = text("lane", "渠道:快线、直航、空运 …", "lane")
_SHIPPED = day("ship_date", "发货日", "day of dispatch")
_AS_OF = day("as_of", "截至哪天,默认今天", "day to look from, default today", optional=True)
_CONFIRMED = number(
    "confirmed_days", "物流(采购)确认的天数", "days that logistics (purchasing) confirmed", optional=True
)


def _eta(here: Context, shipped: date, lane: str, confirmed: float | None) -> Answer:
    from rules.turnover import eta

    book = Ledger("R20", shipped)
    channel = channel_named(book, lane, here.policy)
    return book.merged(eta(shipped, here.policy, shipped, channel, confirmed))


def _state(
    here: Context, shipped: date, lane: str, arrived: date | None, as_of: date | None, confirmed: float | None
) -> Answer:
    from rules.turnover import transit_state

    book = Ledger("R20", shipped)
    channel = channel_named(book, lane, here.policy)
    seen = arrived or as_of or here.today
    answer = transit_state(shipped, here.policy, shipped, channel, seen, confirmed, arrived=arrived is not None)
    return book.merged(answer)


def _norm(here: Context, segment: str, lane: str | None, on: date | None, confirmed: float | None) -> Answer:
    from rules.turnover import segment_named, turnover_norm

    counted = on or here.today
    book = Ledger("R20", counted)
    channel = channel_named(book, lane, here.policy) if lane else None
    return book.merged(turnover_norm(counted, here.policy, segment_named(segment), channel, counted, confirmed))


def _total(here: Context, purchase_days: float, lane: str, on: date) -> Answer:
    from rules.turnover import turnover_total

    book = Ledger("R20", on)
    channel = channel_named(book, lane, here.policy)
    return book.merged(turnover_total(on, here.policy, purchase_days, channel))


def _left(here: Context, arrived: date, as_of: date | None) -> Answer:
    from rules.turnover import overseas_left

    return overseas_left(arrived, here.policy, arrived, as_of or here.today)


def _share(here: Context, days: list[list[Any]], quantities: list[list[Any]], limit: float | None) -> Answer:
    from rules.turnover import share_over

    return share_over(here.today, here.policy, numbers(days, "days"), numbers(quantities, "quantities"), limit)


def _cover(here: Context, stock: float, daily: float) -> Answer:
    from rules.cover import cover_days

    return cover_days(here.today, here.policy, stock, daily)


def _daily(here: Context, avg7: float | None, avg14: float | None, avg30: float | None) -> Answer:
    from rules.cover import daily_sales

    return daily_sales(here.today, here.policy, avg7, avg14, avg30)


ENTRIES = (
    Entry(
        "ETA",
        "标准到仓日",
        "R20",
        Shape.MAP,
        (_SHIPPED, _LANE, _CONFIRMED),
        "发货后应到仓的日子",
        "the day on which a lot should arrive",
        '=ETA("2025-03-01","快线")',
        _eta,
    ),
    Entry(
        "TRANSITSTATE",
        "在途状态",
        "R20",
        Shape.MAP,
        (_SHIPPED, _LANE, day("arrived", "到仓日,未到为空", "day of arrival", optional=True), _AS_OF, _CONFIRMED),
        "正常、超期或异常,带天数",
        "正常, 超期 or 异常, with the days",
        '=TRANSITSTATE("2025-03-01","快线",,"2025-04-21")',
        _state,
    ),
    Entry(
        "TURNOVERNORM",
        "周转标准",
        "R20",
        Shape.MAP,
        (
            text("segment", "周转段:已采购未交货、国内仓、海外在途、货代仓、海外仓、平台仓", "segment"),
            text("lane", "渠道,海外在途需要", "lane, needed for 海外在途", optional=True),
            day("day", "按哪天的季节,默认今天", "day whose season applies, default today", optional=True),
            _CONFIRMED,
        ),
        "一个周转段的标准天数",
        "days that a segment may take",
        '=TURNOVERNORM("平台仓",,"2025-06-15")',
        _norm,
    ),
    Entry(
        "TURNOVERTOTAL",
        "五段周转",
        "R20",
        Shape.MAP,
        (
            number("purchase_days", "采购部确认的天数", "days that purchasing confirmed"),
            _LANE,
            day("day", "按哪天的季节", "day whose season applies"),
        ),
        "五段合计的周转天数",
        "the five segments' days together",
        '=TURNOVERTOTAL(30,"快线","2025-06-15")',
        _total,
    ),
    Entry(
        "OVERSEASLEFT",
        "海外仓剩余天数",
        "R20",
        Shape.MAP,
        (day("arrived", "到货代仓的日子", "day of arrival at the forwarder's warehouse"), _AS_OF),
        "货代仓/海外仓最长 30 天还剩几天(超过为负)",
        "days left of the 30 in the warehouses abroad; negative when over",
        '=OVERSEASLEFT("2025-11-05","2025-11-21")',
        _left,
    ),
    Entry(
        "SHAREOVER",
        "超120天占比",
        "R20",
        Shape.AGGREGATE,
        (
            cells("days", "天数的区域", "range of days"),
            cells("quantities", "数量的区域(按金额就给金额)", "range of quantities, or amounts"),
            number("limit", "上限,默认 120 天", "limit, default 120 days", optional=True),
        ),
        "超过上限的数量占比",
        "the share of the quantity above the limit",
        "=SHAREOVER({100;130},{30;10})",
        _share,
    ),
    Entry(
        "COVERDAYS",
        "可售天数",
        "R21",
        Shape.MAP,
        (number("stock", "库存", "stock"), number("daily", "日均销量", "daily sales")),
        "库存还能卖几天;没有销量为 无销量",
        "days that the stock lasts; 无销量 without sales",
        "=COVERDAYS(100,8)",
        _cover,
    ),
    Entry(
        "DAILYSALES",
        "加权日均",
        "R21",
        Shape.MAP,
        (
            number("avg7", "7天日均", "7-day average", blank_counts=True),
            number("avg14", "14天日均", "14-day average", blank_counts=True),
            number("avg30", "30天日均", "30-day average", blank_counts=True),
        ),
        "7/14/30 天日均的加权;空的不算",
        "weighted daily sales; blanks are left out",
        "=DAILYSALES(12,10,9)",
        _daily,
    ),
)
