"""R11 and R34 as formulas: EXPECTEDARRIVAL, REPORTDUE."""

from __future__ import annotations

from addin.native.convert import a_day_answer
from addin.native.definition import Native
from addin.native.expression import (
    E,
    call,
    every,
    failed,
    is_number,
    lift,
    replaced,
    some,
    unless_silent,
    up,
    when,
    whole,
)
from addin.native.lanes import pick
from addin.native.rulebook import NoNative
from addin.native.tab import Form, Tab
from addin.native.texts import seconds, without_blanks
from rules.answer import SILENT
from rules.policy.families.moments import DueReport
from rules.policy.models import Rules


def _modes(policy: Rules) -> dict[str, str]:
    words: dict[str, str] = {}
    for name, mode in policy.arrivals.modes.items():
        lanes = (word for lane in mode.lanes for word in (lane, *policy.channels.spellings.get(lane, ())))
        for word in (name, *mode.spellings, *lanes):
            words.setdefault(word.casefold(), name)
    return words


def _arrival(tab: Tab, planned: E, written: E, safety: E) -> E:
    book = tab.book
    word = call("LOWER", without_blanks(written))
    mode = tab.step("运输方式", book.meaning(word, "arrivals.modes", _modes(book.policy), "运输方式的写法"))
    choices = {name: book.number(item.days, planned) for name, item in book.policy.arrivals.modes.items()}
    days = tab.step("天数", pick(mode, choices, SILENT))
    extra = when((is_number(safety), safety), otherwise=0)
    return when(
        (failed(mode), mode),
        (every(is_number(safety), safety < 0), book.named("#NUM!")),
        otherwise=unless_silent([days], a_day_answer(planned + up(days + extra), book)),
    )


def _candidates(tab: Tab, name: str, report: DueReport, day: E) -> tuple[E, E, list[E]]:
    """The first due day at or after a day, the one after it, and the numbers they rest on."""
    book = tab.book
    if report.weekday:
        weekday = tab.step(f"{name} 星期", book.number(report.weekday, day))
        first = day + call("MOD", weekday - call("WEEKDAY", day, 2), 7)
        return first, first + 7, [weekday]
    if report.month_day:
        if max(report.month_day.every) > 28:
            raise NoNative(f"{name} 的日子不是每个月都有", f"{name}: not every month has that day")
        number = tab.step(f"{name} 日", book.number(report.month_day, day))
        months = []
        for later in range(3):
            end = call("EOMONTH", day, later)
            months.append(when((number > 0, call("EOMONTH", day, later - 1) + number), otherwise=end + number + 1))
        this = months[0] >= day
        return when((this, months[0]), otherwise=months[1]), when((this, months[1]), otherwise=months[2]), [number]
    return day, day + 1, []


def _due_of(tab: Tab, name: str, report: DueReport, seen: E) -> E:
    day = whole(seen)
    first, second, rests_on = _candidates(tab, name, report, day)
    time: E = lift(0)
    if report.times:
        time = tab.step(f"{name} 时刻", tab.book.number(report.times, day, min))
        rests_on.append(time)
        passed = seconds(first + time) < seconds(seen)
        first = when((passed, second), otherwise=first)
    due = first + time
    return tab.step(name, unless_silent(rests_on, due) if rests_on else due, Form.MOMENT)


def _due(tab: Tab, written: E, as_of: E) -> E:
    book, reports = tab.book, tab.book.policy.moments.reports
    dated = {name: report for name, report in reports.items() if not report.undated}
    words: dict[str, str] = {}
    for name, report in reports.items():
        for word in (name, *report.aliases):
            words.setdefault(word.casefold(), name)
    bare = without_blanks(written)
    folded = call("LOWER", replaced(bare, ("《", ""), ("》", "")))
    report_name = tab.step("报表", book.meaning(folded, "moments.reports", words, "报表的写法"))
    inside = call("LEN", bare) - call("LEN", replaced(bare, ("《", ""), ("》", "")))
    ends = when((call("LEFT", bare).is_("《"), 1), otherwise=0) + when((call("RIGHT", bare).is_("》"), 1), otherwise=0)
    strange = tab.step("书名号在中间", inside > ends)
    seen = tab.step("从何时看", when((is_number(as_of), as_of), otherwise=book.day), Form.MOMENT)
    dues = {name: _due_of(tab, name, report, seen) for name, report in dated.items()}
    return when((some(strange, failed(report_name)), book.named("#N/A")), otherwise=pick(report_name, dues, SILENT))


NATIVE = (
    Native("EXPECTEDARRIVAL", _arrival, (Form.DAY,)),
    Native("REPORTDUE", _due, (Form.MOMENT,)),
)
