"""Computed columns: filled each round from the row's own cells (sync.md, Who owns a column).

A filler sees the tab's columns as they will be after the round and answers one cell. The arithmetic is
the rule book's; here is only which cells it reads. 数据截至 is the day of the data, not the clock: an
unchanged round computes the same. A row that lacks what a filler needs gets a blank.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from rules.cover import NO_SALES
from rules.segment_cover import Days, total_days, verdict
from rules.stockout import whole_days
from rules.turnover import Segment
from sheets_schema.cells import Value
from sheets_schema.sheets import SHEETS
from sheets_schema.sheets.stock import SEGMENTS
from sync.tab.cover import cover, own_daily, portions
from sync.tab.facts import Context, TabFacts

_WORDS = ("采购", "国内", "在途", "海外", "平台")

Filler = Callable[[TabFacts, int, Context], Value]


def _shown(days: Days) -> Value:
    return round(days, 1) if isinstance(days, float) else days


def weighted_daily(tab: TabFacts, row: int, context: Context) -> Value:
    """加权日均 (R21), two decimals."""
    daily = own_daily(tab, row, context)
    return None if daily is None else round(daily, 2)


def days_of(segment: Segment) -> Filler:
    """可售·… of one segment: days of cover, one decimal; ``无销量`` without sales (R21)."""
    place = list(SEGMENTS).index(segment)

    def filler(tab: TabFacts, row: int, context: Context) -> Value:
        return _shown(cover(tab, row, context)[place])

    return filler


def stockout_date(tab: TabFacts, row: int, context: Context) -> Value:
    """断货日期: the day of the data + whole days of the platform's stock (R50); blank without sales."""
    ((pieces, daily, _),) = portions(tab, row, context)[Segment.PLATFORM]
    if pieces is None or not daily:
        return None
    days = whole_days(pieces, daily)
    return context.as_of + timedelta(days=days) if days < 36500 else None


def segments(tab: TabFacts, row: int, context: Context) -> Value:
    """五段周转: days of cover per segment, ``采购 12 / 国内 3 / 在途 20 / 海外 0 / 平台 15``; ``—`` is unknown."""
    days = cover(tab, row, context)
    if all(count is None for count in days):
        return None
    if NO_SALES in days:
        return NO_SALES
    shown = ("—" if count is None else f"{round(count, 1):g}" for count in days if not isinstance(count, str))
    return " / ".join(f"{word} {count}" for word, count in zip(_WORDS, shown, strict=True))


def cover_total(tab: TabFacts, row: int, context: Context) -> Value:
    """可售合计: the five segments together, in days of cover; blank where one is unknown."""
    return _shown(total_days(cover(tab, row, context)))


def over_limit(tab: TabFacts, row: int, context: Context) -> Value:
    """可售>120: 是 above the limit in force on the day of the data, 否 up to it (R20, L131).

    Blank where a segment is unknown, or has stock and no sales, and the others don't exceed the limit alone.
    """
    limit = context.rules.turnover.total_limit_days.on(context.as_of)
    return None if limit is None else verdict(cover(tab, row, context), limit)


FILLERS: dict[str, Filler] = {
    "weighted_daily": weighted_daily,
    "cover_days": days_of(Segment.PLATFORM),
    "stockout_date": stockout_date,
    "cover_purchased": days_of(Segment.PURCHASED),
    "cover_domestic": days_of(Segment.DOMESTIC),
    "cover_transit": days_of(Segment.TRANSIT),
    "cover_overseas": days_of(Segment.OVERSEAS),
    "cover_platform": days_of(Segment.PLATFORM),
    "cover_total": cover_total,
    "over_120": over_limit,
    "segments": segments,
    **{name: filling.cell for sheet in SHEETS.values() for name, filling in sheet.fillings.items()},
}
"""By the `fill` name of a column, those of cover and of each sheet's own. 同步状态 (`sync_status`) is the plan's own (`sync.tab.status`)."""
