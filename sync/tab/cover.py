"""库存数据: which cells the days of cover of a row rest on (the arithmetic: `rules.segment_cover`).

A cell counts where the tab has its column, the ERP knows it, and a number stands in it: else its segment is
unknown. What the ERP knows per SKU is divided by the daily sales of all MSKUs of that SKU, in this tab or not.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from rules.answer import Text
from rules.cover import daily_sales
from rules.segment_cover import Days, Portion, segment_days
from rules.stockout import tidy
from rules.turnover import Segment
from sheets_schema.sheets.stock import AVERAGES, NAMES, SEGMENTS
from sync.files.told import Seller
from sync.tab.facts import Context, TabFacts

_WHAT = {stock.titles: "+".join(stock.titles) for stocks in SEGMENTS.values() for stock in stocks}

SALES = "日均"
"""What people are told where daily sales are missing."""


def own_daily(tab: TabFacts, row: int, context: Context) -> float | None:
    """Weighted daily sales of a row's MSKU (R21), by its own cells; None where they are unknown or impossible."""
    return weighted(tuple(tab.number(title, row) for title in AVERAGES), context)


def weighted(averages: tuple[float | None, ...], context: Context) -> float | None:
    """Weighted daily sales of 7/14/30-day averages (R21)."""
    if averages not in context.daily:
        seven, fourteen, thirty = averages
        bad = any(average is not None and average < 0 for average in averages)
        answer = None if bad else daily_sales(context.as_of, context.rules, seven, fourteen, thirty).value
        context.daily[averages] = answer if isinstance(answer, float) else None
    return context.daily[averages]


def shared_daily(tab: TabFacts, row: int, context: Context) -> float | None:
    """Daily sales of all MSKUs of a row's SKU; None where those of one are unknown, or nobody knows the SKU.

    An MSKU in the tab is read from its row, any other from the ERP.
    """
    sku = tab.sku(row)
    if sku is None:
        return None
    if sku not in context.shared:
        each = [seller_daily(tab, seller, context) for seller in tab.sellers.get(sku, ())]
        known = [daily for daily in each if daily is not None]
        context.shared[sku] = tidy(sum(known)) if each and len(known) == len(each) else None
    return context.shared[sku]


def seller_daily(tab: TabFacts, seller: Seller, context: Context) -> float | None:
    """Daily sales of an MSKU: of its row where the tab has one, else as the ERP says."""
    row = tab.row_of.get(seller.key)
    return weighted(seller.averages, context) if row is None else own_daily(tab, row, context)


class RowCover(NamedTuple):
    """What a row's columns of cover show; `is_known` where all pieces and sales are."""

    portions: dict[Segment, tuple[Portion, ...]]
    days: list[Days]
    is_known: bool


def portions(tab: TabFacts, row: int, context: Context) -> dict[Segment, tuple[Portion, ...]]:
    """Per segment the pieces and the sales that share them, never below zero pieces; None where unknown."""
    return _of_row(tab, row, context).portions


def _of_row(tab: TabFacts, row: int, context: Context) -> RowCover:
    """Worked out once for all columns of a row."""
    known: RowCover | None = tab.found.get((row, context.as_of))
    if known is None:
        own, shared = own_daily(tab, row, context), shared_daily(tab, row, context)
        parts = {
            segment: tuple(
                Portion(_pieces(tab, row, stock.titles), shared if stock.shared else own, _WHAT[stock.titles])
                for stock in stocks
            )
            for segment, stocks in SEGMENTS.items()
        }
        days = [segment_days(each) for each in parts.values()]
        is_known = not any(part.pieces is None or part.daily is None for each in parts.values() for part in each)
        known = tab.found[row, context.as_of] = RowCover(parts, days, is_known)
    return known


def _pieces(tab: TabFacts, row: int, titles: Sequence[str]) -> float | None:
    total = 0.0
    for title in titles:
        pieces = tab.stock(title, row)
        if pieces is None:
            return None
        total += pieces
    return max(0.0, total)


def cover(tab: TabFacts, row: int, context: Context) -> list[Days]:
    """Days of cover per segment, in the order of `SEGMENTS`."""
    return _of_row(tab, row, context).days


def missing(tab: TabFacts, row: int, context: Context, segments: Sequence[Segment]) -> dict[str, tuple[Text, ...]]:
    """What of these segments is unknown in a row, as people are told it, and why."""
    found, _, is_known = _of_row(tab, row, context)
    if is_known:
        return {}
    answer: dict[str, tuple[Text, ...]] = {}
    silent = False
    for segment in segments:
        for stock, portion in zip(SEGMENTS[segment], found[segment], strict=True):
            if portion.pieces is None:
                answer[NAMES[segment]] = answer.get(NAMES[segment], ()) + tuple(
                    doubt.of(title) for title in stock.titles if (doubt := tab.doubt(title, row))
                )
            silent |= portion.pieces is not None and portion.daily is None
    if silent:
        answer[SALES] = (_no_sales(tab, row, context),)
    return answer


def _no_sales(tab: TabFacts, row: int, context: Context) -> Text:
    sku = tab.sku(row)
    if own_daily(tab, row, context) is None:
        return Text("这一行没有日均", "the row has no daily sales")
    if sku is None:
        return Text("不知道这一行的 SKU", "nobody knows the SKU of the row")
    others = "、".join(
        " / ".join(seller.key) for seller in tab.sellers.get(sku, ()) if seller_daily(tab, seller, context) is None
    )
    return Text(f"同一 SKU 的 {others} 没有日均", f"{others} of the same SKU have no daily sales")
