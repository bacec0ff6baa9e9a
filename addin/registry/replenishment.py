"""R50 in cells: RESTOCK, STOCKOUT."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from addin.registry.convert import argument, is_blank
from addin.registry.entry import Arg, Context, Entry, Kind, Shape, cells, day, number
from rules.answer import Answer, Fault
from rules.errors import Code

if TYPE_CHECKING:
    from rules.stockout import Arrival

F_COLUMNS = Code(
    "F-544",
    "到货要两列(日期、数量),给了 {found} 列",
    "arrivals need two columns (day, units), not {found}",
    "选日期和数量两列",
    "give the column of days and the column of units",
)

_DAILY = number("daily", "日均销量", "daily sales")
_ON_HAND = number("on_hand", "现有库存", "stock on hand")
_ARRIVES_ON = day("arrivals", "", "")
_ARRIVING = number("arrivals", "", "")


def _restock(here: Context, *facts: Any) -> Answer:
    from rules.replenishment import restock

    return restock(here.today, here.policy, *facts)


def _stock_out(
    here: Context, daily: float, on_hand: float, arrivals: list[list[Any]] | None, as_of: date | None
) -> Answer:
    from rules.stockout import stock_out

    return stock_out(as_of or here.today, daily, on_hand, _arrivals(here, arrivals or []))


def _arrivals(here: Context, rows: list[list[Any]]) -> list[Arrival]:
    """Rows of day and units; a row that lacks either is passed over."""
    from rules.stockout import Arrival

    rows = [row for row in rows if not all(is_blank(cell) for cell in row)]
    if rows and len(rows[0]) != 2:
        raise Fault("#VALUE!", F_COLUMNS, found=len(rows[0]))
    read = ((argument(on, _ARRIVES_ON, here.zone), argument(units, _ARRIVING)) for on, units in rows)
    return [Arrival(on, units) for on, units in read if on is not None and units is not None]


ENTRIES: tuple[Entry, ...] = (
    Entry(
        "RESTOCK",
        "建议补货量",
        "R50",
        Shape.MAP,
        (
            _DAILY,
            _ON_HAND,
            number("inbound", "在途和已采购未到的数量", "units on the way or on order"),
            number("lead_days", "备货周期天数(LEADTIME)", "lead time in days (LEADTIME)"),
            number("review", "复核间隔天数,默认按设置", "days between reviews, default as configured", optional=True),
            number("safety", "安全库存天数,默认按设置", "safety days, default as configured", optional=True),
            Arg("carton", Kind.INTEGER, "箱规(每箱件数),有就凑整箱", "units per carton, to order whole ones", True),
            Arg("moq", Kind.INTEGER, "起订量", "smallest order", True),
        ),
        "建议补货量:日均×(备货+复核+安全天数)−库存−在途,凑整箱",
        "units to order: daily × (lead + review + safety days) less stock and inbound, in whole cartons",
        "=RESTOCK(10,300,200,94,,,24)",
        _restock,
    ),
    Entry(
        "STOCKOUT",
        "断货日期",
        "R50",
        Shape.MAP,
        (
            _DAILY,
            _ON_HAND,
            cells("arrivals", "到货的两列区域:日期、数量", "two columns: day, units that arrive", optional=True),
            day("as_of", "截至哪天,默认今天", "day to look from, default today", optional=True),
        ),
        "第一个没有库存的日子;没有销量为 无销量",
        "the first day without stock; 无销量 without sales",
        '=STOCKOUT(8,100,,"2025-04-03")',
        _stock_out,
    ),
)
