"""R34 in cells: REPORTDUE."""

from __future__ import annotations

from datetime import date, datetime

from addin.registry.entry import Context, Entry, Shape, moment, text
from rules.answer import Answer


def _due(here: Context, report: str, seen: date | datetime | None) -> Answer:
    from rules.moments import report_due, report_named

    as_of = seen or here.today
    counted = as_of.date() if isinstance(as_of, datetime) else as_of
    return report_due(counted, here.policy, report_named(report, here.policy), as_of)


ENTRIES: tuple[Entry, ...] = (
    Entry(
        "REPORTDUE",
        "报表截止",
        "R34",
        Shape.MAP,
        (
            text("report", "报表或时点:月广告预算表、周报、退货数据汇总、周会 …", "report or moment"),
            moment("as_of", "从什么时候看起,默认今天", "moment to look from, default today", optional=True),
        ),
        "报表或时点的下一个截止",
        "the next due moment of a report",
        '=REPORTDUE("在线作图顺序表","2025-04-03")',
        _due,
    ),
)
