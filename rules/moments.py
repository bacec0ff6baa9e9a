"""R34: when reports and meetings are due, and who gets them (L17–43, L121, L472).

The table stands in config.yaml. A due moment has a time where the SOP names one; it keeps its day
on weekends and holidays, marked 需确认, because the SOP does not say whether it moves.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time

from rules.answer import Answer, Fault, Ledger, Silent, Word, rule
from rules.calendars import confirm_rest, days_later
from rules.contradictions import two_figures
from rules.errors import Code
from rules.plain_text import bare
from rules.policy.families.moments import DueReport
from rules.policy.models import Rules

F_REPORT = Code(
    "F-484",
    "没有报表或时点“{found}”",
    "no report or moment “{found}”",
    "可用:{expected}",
    "use one of {expected}",
)
F_SPAN = Code(
    "F-485",
    "{found} 早于 {expected}",
    "{found} lies before {expected}",
    "先写前一天,再写后一天",
    "give the earlier day first",
)


@dataclass(frozen=True)
class Due:
    """One due moment: who (`by`) does what for whom (`to`, empty where the SOP names nobody).

    `when` is a day, or a moment where the SOP names a time; `others` are the later times that the SOP
    gives elsewhere for the same thing.
    """

    report: str
    when: date | datetime
    by: str
    to: str
    what: str
    others: tuple[time, ...] = ()
    marks: tuple[str, ...] = ()


def report_named(written: str, policy: Rules) -> str:
    """The report or moment that a text means. Raises F-484 (#N/A), naming all.

    >>> from rules.policy.loader import packaged
    >>> report_named("《退货汇总》", packaged().rules), report_named("kpi", packaged().rules)
    ('退货数据汇总', '绩效考核表')
    """
    folded = bare(written).strip("《》").casefold()
    for name, report in policy.moments.reports.items():
        if folded in {word.casefold() for word in (name, *report.aliases)}:
            return name
    raise Fault("#N/A", F_REPORT, found=written, expected="、".join(policy.moments.reports))


def falls_on(book: Ledger, report: DueReport, day: date) -> bool:
    """Whether a report is due on a day; the ledger's day says which numbers count."""
    if report.weekday:
        return day.isoweekday() == book.take(report.weekday)
    if report.month_day:
        number = book.take(report.month_day)
        return day.day == number if number > 0 else days_later(day, -number).day == 1
    return True


def _times(book: Ledger, report: DueReport) -> list[time]:
    """The times of day that the SOP names, the one that counts first."""
    times: tuple[time, ...] = book.take(report.times) if report.times else ()
    return sorted(times)


def due_on(book: Ledger, policy: Rules, report: DueReport, day: date) -> date | datetime:
    """The due moment on one of a report's days, with the marks it carries."""
    if report.weekday or report.month_day:
        confirm_rest(book, policy, day)
    if report.indicative:
        book.mark(Word.TO_CONFIRM, report.indicative, "the SOP gives the time as an indication only")
    if not report.times:
        return day
    first, *later = _times(book, report)
    if later:
        given = "、".join(f"{clock:%H:%M}" for clock in (first, *later))
        lines = report.times.sop if report.times else ()
        book.contradict(two_figures(f"SOP 写了 {given},按最早的", f"the SOP gives {given}; the earliest counts", lines))
    return datetime.combine(day, first)


def _from(book: Ledger, policy: Rules, name: str, seen: date | datetime) -> Iterator[tuple[Due, Answer]]:
    """Every due moment of a report from `seen` on, in order, each with what it rests on.

    Raises `Silent` for a report that the SOP names without a day.
    """
    report = policy.moments.reports[name]
    if report.undated:
        book.take(report.undated)
        raise Silent(f"SOP 写了《{name}》,没写哪天交", f"the SOP names {name} without a day")
    day = seen.date() if isinstance(seen, datetime) else seen
    while True:
        own = Ledger(book.rule, book.day)
        try:
            due = falls_on(own, report, day)
        except Silent:
            book.merged(own.answer(None))
            raise
        if due:
            when = due_on(own, policy, report, day)
            if not (isinstance(when, datetime) and isinstance(seen, datetime) and when < seen):
                others = tuple(_times(own, report)[1:])
                marks = tuple(dict.fromkeys(str(mark.word) for mark in own.marks.values()))
                yield Due(name, when, report.by, report.to, report.what, others, marks), own.answer(when)
        day = days_later(day, 1)


@rule("R34")
def report_due(book: Ledger, policy: Rules, report: str, seen: date | datetime) -> date | datetime:
    """The next due moment of a report (`report_named`) at or after `seen`.

    A moment that is exactly now is still due; a plain day counts from 00:00, so that day's moment is
    still to come. A report without a time is due the whole day; one that the SOP names without a day
    (备货表, 市场调研) answers ``SOP未规定``. The numbers of `seen` count.

    >>> from rules.policy.loader import packaged
    >>> def due(report, seen): return str(report_due(seen, packaged().rules, report, seen).value)
    >>> due("在线作图顺序表", datetime(2025, 4, 7, 10, 30)), due("在线作图顺序表", datetime(2025, 4, 7, 10, 31))
    ('2025-04-07 10:30:00', '2025-04-14 10:30:00')
    >>> due("月广告预算表", date(2025, 2, 28)), due("绩效考核表", date(2025, 2, 28))
    ('2025-02-28', '2025-03-01')
    """
    due, answer = next(_from(book, policy, report, seen))
    book.merged(answer)
    book.part("谁", "by", due.by)
    if due.to:
        book.part("交给", "to", due.to)
    book.part("做什么", "what", due.what)
    return due.when


@rule("R34")
def due_between(book: Ledger, policy: Rules, first: date, last: date) -> tuple[Due, ...]:
    """The calendar of all moments from `first` to `last`, both included, in order of time.

    On one day those without a time come first. The numbers of `first` count; a report that is not
    regulated yet, or has no day, is left out. Raises F-485 (#NUM!) when `last` lies before `first`.

    >>> from rules.policy.loader import packaged
    >>> day = date(2025, 4, 1)  # a Tuesday, and the start of a month
    >>> [due.report for due in due_between(day, packaged().rules, day, day).value]
    ['绩效考核表', '日报', '周会']
    """
    if last < first:
        raise Fault("#NUM!", F_SPAN, found=last, expected=first)
    found: list[Due] = []
    for name in policy.moments.reports:
        try:
            for due, answer in _from(book, policy, name, first):
                if _start(due).date() > last:
                    break
                book.merged(answer)
                found.append(due)
        except Silent:
            continue
    return tuple(sorted(found, key=_start))


def _start(due: Due) -> datetime:
    return due.when if isinstance(due.when, datetime) else datetime.combine(due.when, time.min)
