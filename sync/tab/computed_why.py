"""Why a computed cell says what it says: the rule's own answer, with the numbers and parts that it rests on."""

from __future__ import annotations

from collections.abc import Callable

from rules.answer import Answer, Fault, Ledger, Text
from rules.cover import daily_sales
from rules.findings import told
from rules.lanes import channel_named
from rules.policy.meanings import Stage
from rules.segment_cover import cover_above, segment_cover, total_cover
from rules.sku_check import F_OLD, check
from rules.stockout import stock_out
from rules.turnover import Segment, transit_state
from sync.tab.computed import RESTS_ON, transit_days
from sync.tab.cover import AVERAGES, portions
from sync.tab.facts import Context, TabFacts

Explainer = Callable[[TabFacts, int, Context], Answer | None]


def _weighted(tab: TabFacts, row: int, context: Context) -> Answer | None:
    seven, fourteen, thirty = (tab.number(title, row) for title in AVERAGES)
    return daily_sales(context.as_of, context.rules, seven, fourteen, thirty)


def _segment(segment: Segment) -> Explainer:
    def explained(tab: TabFacts, row: int, context: Context) -> Answer | None:
        return segment_cover(context.as_of, context.rules, segment, portions(tab, row, context)[segment])

    return explained


def _stockout(tab: TabFacts, row: int, context: Context) -> Answer | None:
    ((pieces, daily, _),) = portions(tab, row, context)[Segment.PLATFORM]
    if pieces is None or daily is None:
        return None
    return stock_out(context.as_of, daily, pieces)


def _total(tab: TabFacts, row: int, context: Context) -> Answer | None:
    return total_cover(context.as_of, context.rules, portions(tab, row, context))


def _over(tab: TabFacts, row: int, context: Context) -> Answer | None:
    return cover_above(context.as_of, context.rules, portions(tab, row, context))


def _days(tab: TabFacts, row: int, context: Context) -> Answer | None:
    """The days since dispatch; None where none are counted."""
    days, shipped = transit_days(tab, row, context), tab.day("发货日", row)
    if days is None or shipped is None:
        return None
    book = Ledger("R20", shipped)
    book.part("从发货日", "from dispatch", shipped)
    book.part("到数据截至", "to the day of the data", context.as_of)
    return book.answer(days)


def _transit(tab: TabFacts, row: int, context: Context) -> Answer | None:
    """The state of a lot with its days; None where no days are counted."""
    shipped, lane = tab.day("发货日", row), tab.text("渠道", row)
    if shipped is None or lane is None or transit_days(tab, row, context) is None:
        return None
    channel = channel_named(Ledger("R20", shipped), lane, context.rules)
    confirmed = tab.number("物流确认天数", row)
    return transit_state(shipped, context.rules, shipped, channel, context.as_of, confirmed)


def _sku(tab: TabFacts, row: int, context: Context) -> Answer | None:
    sku = tab.text("SKU", row)
    if sku is None:
        return None
    book = Ledger("R01", context.as_of)
    checked = check(sku, context.rules, context.as_of, made=tab.day("上架日期", row))
    if any(finding.code is F_OLD for finding in checked.findings):
        book.take(context.rules.sku.naming_since)
    return book.answer(told(book, checked.findings) or None)


EXPLAINERS: dict[str, Explainer] = {
    "weighted_daily": _weighted,
    "cover_days": _segment(Segment.PLATFORM),
    "stockout_date": _stockout,
    **{
        fill: _segment(segments[0])
        for fill, segments in RESTS_ON.items()
        if fill.startswith("cover_") and len(segments) == 1
    },
    "cover_total": _total,
    "segments": _total,
    "over_120": _over,
    "transit_days": _days,
    "transit_state": _transit,
    "links_check": _sku,
}
"""By the `fill` name of a column."""


def why(fill: str, tab: TabFacts, row: int, context: Context) -> Answer | Fault | None:
    """What the rule answers for a computed cell; a fault where its facts are impossible, None where they are missing."""
    try:
        return EXPLAINERS[fill](tab, row, context) if fill in EXPLAINERS else None
    except Fault as fault:
        return fault


def blank_because(fill: str, tab: TabFacts, row: int, context: Context) -> Text | None:
    """Why a shipment's days in transit are not counted; None for other columns, and where they are."""
    if fill not in ("transit_days", "transit_state"):
        return None
    shipped, state = tab.day("发货日", row), tab.text("状态", row)
    stage = context.meanings.stage("FBA货件", state)
    if stage is None:
        return Text(
            f"状态 {state or '空'} 不认识(site.statuses),不知道到了没有",
            f"nobody said what the state {state or '(blank)'} means (site.statuses): arrived or not is unknown",
        )
    if stage not in (Stage.WAITING, Stage.MOVING):
        return Text(f"状态 {state} 是{stage},不再计算", f"the state {state} means {stage}: days are not counted on")
    if shipped is None:
        return Text("没有发货日", "no day of dispatch")
    if context.as_of < shipped:
        return Text("发货日在数据截至之后", "dispatched after the day of the data")
    if fill == "transit_state" and tab.text("渠道", row) is None:
        return Text("没有渠道", "no lane")
    return None
