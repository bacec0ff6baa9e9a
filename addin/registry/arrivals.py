"""R11 in cells: EXPECTEDARRIVAL."""

from __future__ import annotations

from datetime import date

from addin.registry.entry import Context, Entry, Shape, day, number, text
from rules.answer import Answer


def _arrival(here: Context, planned: date, mode: str, safety_days: float | None) -> Answer:
    from rules.arrivals import expected_arrival, mode_named

    return expected_arrival(planned, here.policy, planned, mode_named(mode, here.policy), safety_days)


ENTRIES: tuple[Entry, ...] = (
    Entry(
        "EXPECTEDARRIVAL",
        "期望到货日",
        "R11",
        Shape.MAP,
        (
            day("plan_date", "采购计划的日子", "day of the purchase plan"),
            text("mode", "海运或空运(渠道名也可以)", "海运 by sea or 空运 by air; a lane is fine too"),
            number("safety_days", "多备货的安全库存天数", "safety days when extra stock is ordered", optional=True),
        ),
        "采购计划里填的期望到达日",
        "the expected day of arrival for a purchase plan",
        '=EXPECTEDARRIVAL("2025-04-03","海运")',
        _arrival,
    ),
)
