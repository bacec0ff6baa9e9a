"""The working calendars as formulas: ADDWORKDAYS."""

from __future__ import annotations

from addin.native.calendars import counted, workdays
from addin.native.definition import Native
from addin.native.expression import E, call, failed, some, when
from addin.native.tab import Form, Tab
from rules.calendars import FARTHEST, Calendar
from rules.errors import Text


def calendar(tab: Tab, written: E) -> E:
    """The calendar that a text means; #N/A for none."""
    spellings = tab.book.policy.calendars.spellings
    words = {word.casefold(): name for name, others in spellings.items() for word in (name, *others)}
    return tab.step("日历", tab.book.meaning(call("LOWER", written), "calendars.spellings", words, "日历的写法"))


def _add(tab: Tab, start: E, count: E, written: E) -> E:
    chosen = calendar(tab, written)
    days = {
        name: tab.step(f"{name} 结果", counted(tab, name, workdays(tab.book, name), start, count), Form.DAY)
        for name in Calendar
    }
    return when(
        (failed(chosen), chosen),
        (some(count > FARTHEST, count < -FARTHEST), tab.book.named("#NUM!")),
        *((chosen.is_(name), day) for name, day in days.items()),
        otherwise=chosen,
    )


NATIVE = (
    Native(
        "ADDWORKDAYS",
        _add,
        (Form.DAY,),
        outside=Text(
            "起点或结果不在工作日列表(日历)的范围里", "the start or the answer lies beyond the listed calendar"
        ),
    ),
)
