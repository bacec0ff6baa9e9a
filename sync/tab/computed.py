"""Computed columns: filled each round from the row's own cells (sync.md, Who owns a column).

A filler sees the tab's columns as they will be after the round and answers a column of cells. The arithmetic is
the rule book's; here is only which cells it reads. 数据截至 is the day of the data, not the clock: an
unchanged round computes the same. A row that lacks what a filler needs gets a blank.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import numpy as np

from rules.cover import NO_SALES
from rules.segment_cover import OVER, WITHIN
from rules.turnover import Segment
from sheets_schema.cells import Value
from sheets_schema.filling import Filling
from sheets_schema.sheets import SHEETS
from sheets_schema.sheets.stock import SEGMENTS
from sheets_schema.table import as_list
from sync.tab.cover import NOISE, UNSOLD, DayRows, Floats, of_known, rounded, together

_WORDS = ("采购", "国内", "在途", "海外", "平台")

Filler = Callable[[DayRows], list[Value]]


def _row_by_row(filling: Filling) -> Filler:
    return lambda rows: [filling.cell(rows.tab, row, rows.context) for row in rows.rows.tolist()]


def _shown(days: Floats) -> list[Value]:
    return [NO_SALES if count == UNSOLD else count for count in as_list(rounded(days, 1))]


def _every(rows: DayRows) -> list[Floats]:
    """Days of cover per segment, in the order of `SEGMENTS`."""
    return [rows.days(segment) for segment in SEGMENTS]


def weighted_daily(rows: DayRows) -> list[Value]:
    """加权日均 (R21), two decimals."""
    return as_list(rounded(rows.own, 2))


def days_of(segment: Segment) -> Filler:
    """可售·… of one segment: days of cover, one decimal; ``无销量`` without sales (R21)."""
    return lambda rows: _shown(rows.days(segment))


def stockout_date(rows: DayRows) -> list[Value]:
    """断货日期: the day of the data + whole days of the platform's stock (R50); blank without sales."""
    ((pieces, daily),) = rows.portions(Segment.PLATFORM)
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        days = np.floor(rounded(np.where(daily > 0, pieces / daily, np.nan), NOISE))
    day_of = {count: rows.context.as_of + timedelta(days=count) for count in set(days[days < 36500].tolist())}
    return [day_of.get(count) for count in days.tolist()]


def segments(rows: DayRows) -> list[Value]:
    """五段周转: days of cover per segment, ``采购 12 / 国内 3 / 在途 20 / 海外 0 / 平台 15``; ``—`` is unknown."""
    days = _every(rows)
    unknown = np.logical_and.reduce([np.isnan(column) for column in days]).tolist()
    unsold = np.logical_or.reduce([column == UNSOLD for column in days]).tolist()
    texts = (_named(word, _shown(column)) for word, column in zip(_WORDS, days, strict=True))
    joined = map(" / ".join, zip(*texts, strict=True))
    cells = zip(unknown, unsold, joined, strict=True)
    return [None if blank else NO_SALES if endless else text for blank, endless, text in cells]


def _named(word: str, days: list[Value]) -> list[str]:
    text_of = {count: f"{word} {f'{count:g}' if isinstance(count, float) else '—'}" for count in set(days)}
    return [text_of[count] for count in days]


def cover_total(rows: DayRows) -> list[Value]:
    """可售合计: the five segments together, in days of cover; blank where one is unknown."""
    return _shown(together(_every(rows)))


def over_limit(rows: DayRows) -> list[Value]:
    """可售>120: 是 above the limit in force on the day of the data, 否 up to it (R20, L131).

    Blank where a segment is unknown, or has stock and no sales, and the others don't exceed the limit alone.
    """
    limit = rows.context.rules.turnover.total_limit_days.on(rows.context.as_of)
    if limit is None:
        return [None] * len(rows.rows)
    days = _every(rows)
    over, known = of_known(days) > limit, together(days) >= 0
    return [
        OVER if above else WITHIN if sure else None for above, sure in zip(over.tolist(), known.tolist(), strict=True)
    ]


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
    **{name: _row_by_row(filling) for sheet in SHEETS.values() for name, filling in sheet.fillings.items()},
}
"""By the `fill` name of a column, those of cover and of each sheet's own. 同步状态 (`sync_status`) is the plan's own (`sync.tab.status`)."""
