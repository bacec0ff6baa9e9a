"""Why a computed cell says what it says: the rule's own answer, with the numbers and parts that it rests on."""

from __future__ import annotations

from collections.abc import Callable

from rules.answer import Answer, Fault
from rules.cover import daily_sales
from rules.segment_cover import cover_above, segment_cover, total_cover
from rules.stockout import stock_out
from rules.turnover import Segment
from sheets_schema.sheets import SHEETS
from sheets_schema.sheets.stock import AVERAGES, STOCK
from sync.tab.cover import portions
from sync.tab.facts import DayContext, TabFacts

Explainer = Callable[[TabFacts, int, DayContext], Answer | None]


def _weighted(tab: TabFacts, row: int, context: DayContext) -> Answer | None:
    seven, fourteen, thirty = (tab.number(title, row) for title in AVERAGES)
    return daily_sales(context.as_of, context.rules, seven, fourteen, thirty)


def _segment(segment: Segment) -> Explainer:
    def explained(tab: TabFacts, row: int, context: DayContext) -> Answer | None:
        return segment_cover(context.as_of, context.rules, segment, portions(tab, row, context)[segment])

    return explained


def _stockout(tab: TabFacts, row: int, context: DayContext) -> Answer | None:
    ((pieces, daily, _),) = portions(tab, row, context)[Segment.PLATFORM]
    if pieces is None or daily is None:
        return None
    return stock_out(context.as_of, daily, pieces)


def _total(tab: TabFacts, row: int, context: DayContext) -> Answer | None:
    return total_cover(context.as_of, context.rules, portions(tab, row, context))


def _over(tab: TabFacts, row: int, context: DayContext) -> Answer | None:
    return cover_above(context.as_of, context.rules, portions(tab, row, context))


EXPLAINERS: dict[str, Explainer] = {
    "weighted_daily": _weighted,
    **{column.fill: _segment(*column.rests) for column in STOCK.columns if column.fill and len(column.rests) == 1},
    "stockout_date": _stockout,
    "cover_total": _total,
    "segments": _total,
    "over_120": _over,
    **{name: filling.why for sheet in SHEETS.values() for name, filling in sheet.fillings.items()},
}
"""By the `fill` name of a column."""


def why(fill: str, tab: TabFacts, row: int, context: DayContext) -> Answer | Fault | None:
    """What the rule answers for a computed cell; a fault where its facts are impossible, None where they are missing."""
    try:
        return EXPLAINERS[fill](tab, row, context) if fill in EXPLAINERS else None
    except Fault as fault:
        return fault
