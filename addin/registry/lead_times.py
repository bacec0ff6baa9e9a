"""R10 in cells: LEADTIME, LEADTIMEPLAN, ORDERBY."""

from __future__ import annotations

from datetime import date

from addin.registry.entry import Context, Entry, Shape, day, text
from rules.answer import Answer, Ledger
from rules.lanes import channel_named

_CATEGORY = text("category", "品类,如 车机", "category of the product")
_CHANNEL = text("channel", "运输方式,默认 混合", "lane or channel, default 混合", optional=True)
_MIXED = "混合"


def _lead_time(here: Context, category: str, channel: str | None, which: str | None) -> Answer:
    from rules.lead_time import lead_time, which_named

    book = Ledger("R10", here.today)
    lane = channel_named(book, channel or _MIXED, here.policy)
    return book.merged(lead_time(here.today, here.policy, category, lane, which_named(which or "expected")))


def _plan(here: Context, ordered: date, category: str, channel: str | None) -> Answer:
    from rules.lead_time import lead_time_plan

    book = Ledger("R10", ordered)
    lane = channel_named(book, channel or _MIXED, here.policy)
    return book.merged(lead_time_plan(ordered, here.policy, ordered, category, lane))


def _order_by(here: Context, needed: date, category: str, channel: str | None, which: str | None) -> Answer:
    from rules.lead_time import order_by, which_named

    book = Ledger("R10", needed)
    lane = channel_named(book, channel or _MIXED, here.policy)
    return book.merged(order_by(needed, here.policy, needed, category, lane, which_named(which or "max")))


ENTRIES = (
    Entry(
        "LEADTIME",
        "备货周期",
        "R10",
        Shape.MAP,
        (
            _CATEGORY,
            _CHANNEL,
            text("which", "expected 预计(默认)、min 最短、max 最长", "expected (default), min or max", optional=True),
        ),
        "采购开始到可售的天数",
        "days from the start of purchasing until the goods can be sold",
        '=LEADTIME("车机","快线")',
        _lead_time,
    ),
    Entry(
        "LEADTIMEPLAN",
        "备货计划",
        "R10",
        Shape.SPILL,
        (day("order_date", "下单日", "day of the order"), _CATEGORY, _CHANNEL),
        "备货各阶段:阶段、天数、最早、预计、最晚",
        "the stages of an order: stage, days, earliest, expected, latest",
        '=LEADTIMEPLAN("2025-04-03","车机","快线")',
        _plan,
    ),
    Entry(
        "ORDERBY",
        "最晚下单日",
        "R10",
        Shape.MAP,
        (
            day("need_date", "要可售的日子", "day on which the goods must be sellable"),
            _CATEGORY,
            _CHANNEL,
            text("which", "max 最长(默认)、expected、min", "max (default), expected or min", optional=True),
        ),
        "要在某天可售,最晚哪天下单",
        "the last day to order goods that are needed on a day",
        '=ORDERBY("2025-11-01","车灯","快线")',
        _order_by,
    ),
)
