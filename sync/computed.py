"""Computed columns: filled each round from the row's own cells (sync.md, Who owns a column).

A filler sees the tab's columns as they will be after the round and answers one cell. The arithmetic is
the rule book's; here is only which cells it reads. 数据截至 is the day of the data, not the clock: an
unchanged round computes the same. A row that lacks what a filler needs gets a blank.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from rules.answer import SILENT, Fault, Ledger
from rules.cover import NO_SALES, daily_sales, lasting_days
from rules.lanes import channel_named
from rules.policy.models import Rules
from rules.sku_check import check
from rules.stockout import whole_days
from rules.turnover import Segment, transit_state
from sheets_schema.cells import Value

GONE = "ERP已无"
"""What 同步状态 says of a row that the ERP no longer lists."""

SEGMENTS: dict[Segment, tuple[str, ...]] = {
    Segment.PURCHASED: ("采购未交",),
    Segment.DOMESTIC: ("国内仓",),
    Segment.TRANSIT: ("海外在途", "FBA在途"),
    Segment.OVERSEAS: ("货代仓/海外仓",),
    Segment.PLATFORM: ("FBA可售", "FBA待调仓", "FBA调仓中", "FBA入库中"),
}
"""The five segments of R20, and the columns of 库存数据 that hold their stock."""

_SEGMENT_COLUMNS = tuple(SEGMENTS.values())
_WORDS = ("采购", "国内", "在途", "海外", "平台")

ANCHORS = {"库存数据": "FBA可售", "在途": "状态"}
"""The column whose data day is the row's: computed cells are of that day."""

ARRIVED = frozenset({"RECEIVING", "CLOSED", "CHECKED_IN", "DELIVERED", "接收中", "已签收", "已完成", "已到仓"})
"""States of a shipment that is no longer under way: its days are not counted on."""


@dataclass(frozen=True)
class Context:
    """What a filler may know beside the row: the numbers in force and the day of the data."""

    rules: Rules
    as_of: date
    daily: dict[tuple[float | None, ...], float | None] = field(default_factory=dict, compare=False)
    """Weighted daily sales by averages."""
    figures: dict[int, Figures] = field(default_factory=dict, compare=False)
    """What was worked out for a row: several columns of 库存数据 show parts of it."""


@dataclass(frozen=True, slots=True)
class Figures:
    """Stock and sales of one row, in days of cover; None where the row does not say enough."""

    daily: float | None
    platform: float | None
    days: tuple[float | str | None, ...]
    """Per segment, in the order of `SEGMENTS`."""
    total: float | str | None


Columns = Mapping[str, Sequence[Value]]
Filler = Callable[[Columns, int, Context], Value]


def _number(columns: Columns, title: str, row: int) -> float | None:
    column = columns.get(title)
    value = column[row] if column is not None else None
    return value if isinstance(value, float) else None


def _day(columns: Columns, title: str, row: int) -> date | None:
    column = columns.get(title)
    value = column[row] if column is not None else None
    return value.date() if isinstance(value, datetime) else value if isinstance(value, date) else None


def _text(columns: Columns, title: str, row: int) -> str | None:
    column = columns.get(title)
    value = column[row] if column is not None else None
    return value if isinstance(value, str) else None


def _weighted(columns: Columns, row: int, context: Context) -> float | None:
    averages = (_number(columns, "7日均", row), _number(columns, "14日均", row), _number(columns, "30日均", row))
    if averages not in context.daily:
        bad = any(average is not None and average < 0 for average in averages)
        answer = None if bad else daily_sales(context.as_of, context.rules, *averages).value
        context.daily[averages] = answer if isinstance(answer, float) else None
    return context.daily[averages]


def _figures(columns: Columns, row: int, context: Context) -> Figures:
    """The row's figures, worked out once."""
    found = context.figures.get(row)
    if found is None:
        daily = _weighted(columns, row, context)
        stock = [_stock(columns, row, titles) for titles in _SEGMENT_COLUMNS]
        known = [pieces for pieces in stock if pieces is not None]
        days = tuple([_cover(pieces, daily) for pieces in stock])
        total = _cover(sum(known) if known else None, daily)
        found = context.figures[row] = Figures(daily, stock[-1], days, total)
    return found


def _stock(columns: Columns, row: int, titles: Sequence[str]) -> float | None:
    """Pieces in one segment, never below zero; None where no cell says a number, or one says something else."""
    pieces = None
    for title in titles:
        value = columns[title][row] if title in columns else None
        if isinstance(value, float):
            pieces = value if pieces is None else pieces + value
        elif value is not None:
            return None
    return None if pieces is None else max(0.0, pieces)


def _cover(stock: float | None, daily: float | None) -> float | str | None:
    if stock is None or daily is None:
        return None
    days = lasting_days(stock, daily)
    return round(days, 1) if isinstance(days, float) else days


def weighted_daily(columns: Columns, row: int, context: Context) -> Value:
    """加权日均 (R21), two decimals."""
    daily = _weighted(columns, row, context)
    return None if daily is None else round(daily, 2)


def days_of_cover(columns: Columns, row: int, context: Context) -> Value:
    """可售天数: what Amazon can sell from, in days; ``无销量`` without sales (R21)."""
    return _figures(columns, row, context).days[-1]


def stockout_date(columns: Columns, row: int, context: Context) -> Value:
    """断货日期: the day of the data + whole days of the platform's stock (R50); blank without sales."""
    figures = _figures(columns, row, context)
    if figures.platform is None or not figures.daily:
        return None
    days = whole_days(figures.platform, figures.daily)
    return context.as_of + timedelta(days=days) if days < 36500 else None


def segments(columns: Columns, row: int, context: Context) -> Value:
    """五段周转: days of cover per segment, ``采购 12 / 国内 3 / 在途 20 / 海外 0 / 平台 15``."""
    days = _figures(columns, row, context).days
    if all(count is None for count in days):
        return None
    if NO_SALES in days:
        return NO_SALES
    shown = ("—" if count is None else f"{count:g}" for count in days)
    return " / ".join(f"{word} {count}" for word, count in zip(_WORDS, shown, strict=True))


def segments_total(columns: Columns, row: int, context: Context) -> Value:
    """合计: the five segments together, in days of cover (R20)."""
    return _figures(columns, row, context).total


def over_limit(columns: Columns, row: int, context: Context) -> Value:
    """>120: 是 above the limit in force on the day of the data, 否 up to it (R20, L131)."""
    total = _figures(columns, row, context).total
    limit = context.rules.turnover.total_limit_days.on(context.as_of)
    if not isinstance(total, float) or limit is None:
        return total if isinstance(total, str) else None
    return "是" if total > limit else "否"


def transit_days(columns: Columns, row: int, context: Context) -> Value:
    """在途天数: from dispatch to the day of the data; blank once arrived or before dispatch."""
    shipped = _day(columns, "发货日", row)
    if shipped is None or (_text(columns, "状态", row) or "").upper() in ARRIVED or context.as_of < shipped:
        return None
    return float((context.as_of - shipped).days)


def transit_verdict(columns: Columns, row: int, context: Context) -> Value:
    """异常: 正常, 超期 or 异常 with days (R20); blank once arrived, or without lane or dispatch.

    ``SOP未规定`` for a lane that the SOP does not know.
    """
    shipped, lane = _day(columns, "发货日", row), _text(columns, "渠道", row)
    if shipped is None or lane is None or transit_days(columns, row, context) is None:
        return None
    confirmed = _number(columns, "物流确认天数", row)
    if confirmed is not None and confirmed < 0:
        return None
    try:
        channel = channel_named(Ledger("R20", shipped), lane, context.rules)
    except Fault:
        return SILENT
    return str(transit_state(shipped, context.rules, shipped, channel, context.as_of, confirmed).value)


def links_check(columns: Columns, row: int, context: Context) -> Value:
    """校验 of a listing's row: the problems of its SKU, ``旧规则`` for one made before the rule (R01)."""
    sku = _text(columns, "SKU", row)
    if sku is None:
        return None
    found = check(sku, context.rules, context.as_of, made=_day(columns, "上架日期", row)).findings
    return ";".join(finding.message("zh") for finding in found) or None


FILLERS: dict[str, Filler] = {
    "weighted_daily": weighted_daily,
    "cover_days": days_of_cover,
    "stockout_date": stockout_date,
    "segments": segments,
    "segments_total": segments_total,
    "over_120": over_limit,
    "transit_days": transit_days,
    "transit_state": transit_verdict,
    "links_check": links_check,
}
"""By the `fill` name of a column. 同步状态 (`sync_status`) is the plan's own."""
