"""The working calendars in cells: ADDWORKDAYS."""

from __future__ import annotations

from datetime import date

from addin.registry.entry import Arg, Context, Entry, Kind, Shape, day, text
from rules.answer import Answer


def _add(here: Context, start: date, count: int, calendar: str) -> Answer:
    from rules.calendars import add_workdays, calendar_named

    return add_workdays(start, here.policy, start, count, calendar_named(calendar, here.policy))


ENTRIES = (
    Entry(
        "ADDWORKDAYS",
        "加工作日",
        "calendars",
        Shape.MAP,
        (
            day("day", "从哪天起(当天不算)", "day to start from, not counted itself"),
            Arg("n", Kind.INTEGER, "几个工作日,负数往前", "working days; negative goes back"),
            text("calendar", "CN 中国、MX 墨西哥、WAREHOUSE 海外仓", "CN, MX or WAREHOUSE"),
        ),
        "几个工作日之后(之前)的日子",
        "the day some working days later or earlier",
        '=ADDWORKDAYS("2025-04-30",3,"CN")',
        _add,
    ),
)
