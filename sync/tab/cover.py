"""库存数据: which cells the days of cover of a row rest on (the arithmetic: `rules.segment_cover`).

A cell counts where the tab has its column, the ERP knows it, and a number stands in it: else its segment is
unknown. What the ERP knows per SKU is divided by the daily sales of all MSKUs of that SKU, in this tab or not.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property

import numpy as np
import numpy.typing as npt

from rules.cover import daily_sales
from rules.errors import Text
from rules.segment_cover import Portion
from rules.stockout import tidy
from rules.turnover import Segment
from sheets_schema.sheets.stock import AVERAGES, NAMES, SEGMENTS, Stock
from sheets_schema.table import Array
from sync.files.told import Seller
from sync.tab.facts import DOUBTS, DayContext, TabFacts

Floats = npt.NDArray[np.float64]

Reasons = Mapping[str, tuple[Text, ...]]
"""What is missing, as people are told it, and why."""

UNSOLD = -1.0
"""Days of cover of what nobody buys: ``无销量``."""
NOISE = 9
"""Decimal places beyond which numbers are noise (`rules.stockout.tidy`)."""

SALES = "日均"
"""What people are told where daily sales are missing."""


def weighted(averages: tuple[float | None, ...], context: DayContext) -> float | None:
    """Weighted daily sales of 7/14/30-day averages (R21); None where they are unknown or impossible."""
    if averages not in context.daily:
        seven, fourteen, thirty = averages
        bad = any(average is not None and average < 0 for average in averages)
        answer = None if bad else daily_sales(context.as_of, context.rules, seven, fourteen, thirty).value
        context.daily[averages] = answer if isinstance(answer, float) else None
    return context.daily[averages]


def seller_daily(tab: TabFacts, seller: Seller, context: DayContext) -> float | None:
    """Daily sales of an MSKU: of its row where the tab has one, else as the ERP says."""
    row = tab.row_of.get(seller.key)
    return weighted(seller.averages if row is None else tab.numbers(AVERAGES)[row], context)


def shared_daily(tab: TabFacts, sku: str, context: DayContext) -> float | None:
    """Daily sales of all MSKUs of a SKU; None where those of one are unknown, or nobody sells it.

    An MSKU in the tab is read from its row, any other from the ERP.
    """
    each = [seller_daily(tab, seller, context) for seller in tab.sellers.get(sku, ())]
    known = [daily for daily in each if daily is not None]
    return tidy(sum(known)) if each and len(known) == len(each) else None


class DayRows:
    """Rows of a tab that are computed for one day, and column by column what their days of cover come to.

    Columns are float64 with NaN for unknown; days of cover are `UNSOLD` where nothing is sold.
    """

    def __init__(self, tab: TabFacts, rows: Sequence[int], context: DayContext) -> None:
        self.tab, self.context = tab, context
        self.rows = np.array(rows, dtype=np.intp)
        self._portions: dict[Segment, list[tuple[Floats, Floats]]] = {}
        self._days: dict[Segment, Floats] = {}

    @cached_property
    def own(self) -> Floats:
        """Weighted daily sales of each row's MSKU (R21), by its own cells."""
        averages = self.tab.numbers(AVERAGES)
        return np.array([weighted(averages[row], self.context) for row in self.rows.tolist()], dtype=np.float64)

    @cached_property
    def shared(self) -> Floats:
        """Daily sales of all MSKUs of each row's SKU."""
        skus = [self.tab.sku(row) for row in self.rows.tolist()]
        daily = {sku: None if sku is None else shared_daily(self.tab, sku, self.context) for sku in set(skus)}
        return np.array([daily[sku] for sku in skus], dtype=np.float64)

    def portions(self, segment: Segment) -> list[tuple[Floats, Floats]]:
        """The pieces of a segment, never below zero, and the sales that share them."""
        if segment not in self._portions:
            stocks = SEGMENTS[segment]
            self._portions[segment] = [(self._pieces(one), self.shared if one.shared else self.own) for one in stocks]
        return self._portions[segment]

    def _pieces(self, stock: Stock) -> Floats:
        total = np.zeros(len(self.rows))
        for title in stock.titles:
            column, counts = self.tab.columns.get(title, ()), self._doubts(title) == 0
            pieces = np.full(len(self.rows), np.nan)
            pieces[counts] = [column[row] for row in self.rows[counts].tolist()]
            total += pieces
        return np.maximum(0.0, total)

    def _doubts(self, title: str) -> Array:
        return self.tab.doubts(title)[self.rows]

    def days(self, segment: Segment) -> Floats:
        """Days of cover of one segment."""
        if segment not in self._days:
            self._days[segment] = lasting(self.portions(segment))
        return self._days[segment]

    def missing(self, segments: Sequence[Segment]) -> list[Reasons]:
        """What of these segments is unknown in each row; rows that lack the same share one answer."""
        lacks, silent = np.zeros(len(self.rows), dtype=np.int64), np.zeros(len(self.rows), dtype=bool)
        titles: list[tuple[str, str]] = []
        for segment in segments:
            for stock, (pieces, daily) in zip(SEGMENTS[segment], self.portions(segment), strict=True):
                titles += [(NAMES[segment], title) for title in stock.titles]
                for title in stock.titles:
                    lacks = lacks * len(DOUBTS) + self._doubts(title)
                silent |= ~np.isnan(pieces) & np.isnan(daily)
        answers = {lack: _reasons(lack, titles) for lack in set(lacks.tolist())}
        answer = [answers[lack] for lack in lacks.tolist()]
        known: dict[tuple[int, Text], Reasons] = {}
        for at in np.flatnonzero(silent).tolist():
            why, lack = self._no_sales(int(self.rows[at])), int(lacks[at])
            if (lack, why) not in known:
                known[lack, why] = {**answers[lack], SALES: (why,)}
            answer[at] = known[lack, why]
        return answer

    def _no_sales(self, row: int) -> Text:
        tab, context = self.tab, self.context
        sku = tab.sku(row)
        if weighted(tab.numbers(AVERAGES)[row], context) is None:
            return Text("这一行没有日均", "the row has no daily sales")
        if sku is None:
            return Text("不知道这一行的 SKU", "nobody knows the SKU of the row")
        others = "、".join(
            " / ".join(seller.key) for seller in tab.sellers.get(sku, ()) if seller_daily(tab, seller, context) is None
        )
        return Text(f"同一 SKU 的 {others} 没有日均", f"{others} of the same SKU have no daily sales")


def portions(tab: TabFacts, row: int, context: DayContext) -> dict[Segment, tuple[Portion, ...]]:
    """Per segment of one row the pieces and the sales that share them, as the rules take them."""
    rows = DayRows(tab, [row], context)
    return {
        segment: tuple(
            Portion(_number(pieces), _number(daily), "+".join(stock.titles))
            for stock, (pieces, daily) in zip(stocks, rows.portions(segment), strict=True)
        )
        for segment, stocks in SEGMENTS.items()
    }


def _number(column: Floats) -> float | None:
    return None if np.isnan(column[0]) else float(column[0])


def _reasons(lack: int, titles: Sequence[tuple[str, str]]) -> Reasons:
    """What is missing by name, from the doubts of its columns as the digits of one number."""
    found: list[tuple[str, Text]] = []
    for name, title in reversed(titles):
        lack, digit = divmod(lack, len(DOUBTS))
        doubt = DOUBTS[digit]
        if doubt is not None:
            found.insert(0, (name, doubt.of(title)))
    return {name: tuple(text for other, text in found if other == name) for name, _ in found}


def lasting(portions: Sequence[tuple[Floats, Floats]]) -> Floats:
    """`segment_days` of whole columns of pieces and daily sales."""
    pieces = [column for column, _ in portions]
    total = np.zeros(len(pieces[0]))
    done = np.isnan(sum(pieces))
    answer = np.full(len(total), np.nan)
    nothing = np.logical_and.reduce([column == 0 for column in pieces])
    for at, (held, daily) in enumerate(portions):
        counts = ~done & ((held != 0) | (nothing & (at == 0)))
        unsold = counts & (daily == 0)
        answer[unsold] = UNSOLD
        done |= unsold | (counts & np.isnan(daily))
        sold = counts & ~done
        with np.errstate(over="ignore"):
            total[sold] += held[sold] / daily[sold]
    answer[~done] = rounded(total[~done], NOISE)
    return answer


def together(days: Sequence[Floats]) -> Floats:
    """`total_days` of whole columns."""
    known = np.logical_and.reduce([column >= 0 for column in days])
    unknown = np.logical_or.reduce([np.isnan(column) for column in days])
    return np.where(known, of_known(days), np.where(unknown, np.nan, UNSOLD))


def of_known(days: Sequence[Floats]) -> Floats:
    """The sum of those that are known and sold."""
    return rounded(sum((np.where(column >= 0, column, 0.0) for column in days), np.zeros(len(days[0]))), NOISE)


def rounded(numbers: Floats, digits: int) -> Floats:
    """`round` of whole columns, to the last bit: where binary arithmetic can't tell on which side of a half, it decides."""
    scale = 10.0**digits
    with np.errstate(over="ignore", invalid="ignore"):
        scaled = numbers * scale
        clear = np.abs(scaled - np.floor(scaled) - 0.5) > np.abs(scaled) * 2.0**-50
    answer: Floats = np.rint(scaled) / scale
    doubtful = ~clear & ~np.isnan(numbers)
    answer[doubtful] = [round(number, digits) for number in numbers[doubtful].tolist()]
    return answer
