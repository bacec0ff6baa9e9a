"""Working calendars: CN with make-up days, MX, and the overseas warehouse's.

CN follows the company's own days, then the official schedules in config, then the published holidays
as far as the library has them (2004 until `horizon`); other years, and a schedule that lacks a day of
the law, are an estimate from the law's holidays alone, without make-up days, marked 估算. MX and WAREHOUSE work
Monday to Saturday; Mexico's law is known for 1901–2100, its days of a change of government (1 October
2024 and 2030) included; elections are held on Sundays, which rest anyway. The holiday libraries are
imported on first use only.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from enum import StrEnum

from dateutil.easter import easter

from rules.answer import Fault, Ledger, Word, rule
from rules.china_days import WEEKEND, Status, chinese_status, law, schedule_gaps
from rules.errors import Code, Text
from rules.policy.models import Rules

F_CALENDAR = Code(
    "F-301",
    "没有日历“{found}”",
    "no calendar “{found}”",
    "可用:{expected}",
    "use one of {expected}",
)
F_TOO_FAR = Code(
    "F-302",
    "{found} 个工作日太远,日历算不到",
    "{found} working days reach beyond every calendar",
    "检查天数(应在 ±{expected} 以内)",
    "check the number (within ±{expected})",
)

F_NO_DAY = Code(
    "F-441", "算出的日期超出日历:{found}", "the date lies beyond the calendar: {found}", "检查日期", "check the date"
)

FARTHEST = 20_000
"""Working days that may be counted in one go: about sixty years."""

_DAY = timedelta(days=1)


class Calendar(StrEnum):
    """The three calendars of the SOP's deadlines."""

    CN = "CN"
    MX = "MX"
    WAREHOUSE = "WAREHOUSE"


def calendar_named(written: str, policy: Rules) -> Calendar:
    """The calendar that a text means. Raises F-301 (#N/A)."""
    folded = written.strip().casefold()
    for name, words in policy.calendars.spellings.items():
        if folded in {name.casefold(), *(word.casefold() for word in words)}:
            return Calendar(name)
    raise Fault("#N/A", F_CALENDAR, found=written, expected=", ".join(Calendar))


def _mexican(day: date, workdays: tuple[int, ...]) -> Status:
    rests = law("MX", day.year)
    name = rests.get(day, "")
    return Status(day.isoweekday() in workdays and not name, name, estimated=not rests)


def _overlay(book: Ledger, day: date, policy: Rules) -> str:
    """Why the warehouse rests on a day that the law does not know; empty when it does not."""
    if (day - easter(day.year)).days in book.take(policy.calendars.warehouse_easter_offsets):
        return "复活节前休息"
    return "海外仓休息日" if f"{day:%m-%d}" in book.take(policy.calendars.warehouse_dates) else ""


def status_of(book: Ledger, calendar: Calendar, policy: Rules) -> Callable[[date], Status]:
    """The question “is this day worked?” for one calendar."""
    if calendar is Calendar.CN:
        return chinese_status(policy)
    workdays = book.take(policy.calendars.mx_workdays)
    if calendar is Calendar.MX:
        return lambda day: _mexican(day, workdays)

    def warehouse(day: date) -> Status:
        law = _mexican(day, workdays)
        rest = _overlay(book, day, policy) if law.works else ""
        return replace(law, works=False, name=rest) if rest else law

    return warehouse


def rest_day(book: Ledger, day: date, policy: Rules) -> str:
    """The statutory or overlay holiday that keeps the warehouse from working; Sunday is none.

    Empty on an ordinary day.
    """
    return law("MX", day.year).get(day, "") or _overlay(book, day, policy)


def days_later(day: date, count: int) -> date:
    """The day `count` calendar days later, or earlier when negative. Raises F-441 (#NUM!) beyond the calendar."""
    try:
        return day + timedelta(days=count)
    except OverflowError as error:
        raise Fault("#NUM!", F_NO_DAY, found=f"{day} {count:+d}") from error


def weekday_from(day: date, weekday: int) -> date:
    """The first day at or after `day` that is this ISO weekday (Monday = 1).

    >>> weekday_from(date(2025, 4, 3), 4), weekday_from(date(2025, 4, 4), 4)
    (datetime.date(2025, 4, 3), datetime.date(2025, 4, 10))
    """
    while day.isoweekday() != weekday:
        day = days_later(day, 1)
    return day


def weekday_of_week(day: date, weekday: int) -> date:
    """The ISO weekday of the week, Monday to Sunday, in which `day` lies.

    >>> weekday_of_week(date(2025, 4, 13), 3)  # the Sunday ends the week
    datetime.date(2025, 4, 9)
    """
    return days_later(day, weekday - day.isoweekday())


def tell_origin(book: Ledger, policy: Rules, day: date, status: Status) -> None:
    """Marks an answer that rests on an estimated day, and names the source of one that config states."""
    if status.estimated:
        _mark_estimate(book, policy, day.year)
    elif status.source:
        remark = Text(
            f"{day.year} 年的上班日按配置:{status.source}", f"working days of {day.year} by config: {status.source}"
        )
        if remark not in book.remarks:
            book.remarks.append(remark)


def _mark_estimate(book: Ledger, policy: Rules, year: int) -> None:
    if year in policy.calendars.official:
        missing = "、".join(map(str, schedule_gaps(policy, year)))
        book.mark(
            Word.ESTIMATE,
            f"配置里 {year} 年的放假安排缺法定节假日 {missing},按估算",
            f"the schedule of {year} in config lacks holidays of the law: {missing}; an estimate",
        )
        return
    book.mark(
        Word.ESTIMATE,
        f"{year} 年没有公布的放假安排,按法定节假日估算,没有调休;公布后写进 rules.calendars.official",
        f"no published holidays for {year}; estimated from the law, without make-up days; once published, write them "
        "into rules.calendars.official",
    )


def confirm_rest(book: Ledger, policy: Rules, day: date) -> None:
    """Marks an answer that falls on a day which China does not work: the day stays, 需确认."""
    status = status_of(book, Calendar.CN, policy)(day)
    tell_origin(book, policy, day, status)
    if not status.works:
        book.mark(
            Word.TO_CONFIRM,
            f"{day} 不上班({status.name}),SOP 没有规定提前还是顺延",
            f"{day} is no working day ({status.name}); the SOP does not say whether it moves",
        )


def back_to_workday(book: Ledger, policy: Rules, day: date, calendar: Calendar) -> date:
    """The day itself where it is worked, else the last one before it that is.

    >>> from rules.policy.loader import packaged
    >>> book = Ledger("R30", date(2025, 5, 8))
    >>> back_to_workday(book, packaged().rules, date(2025, 5, 5), Calendar.CN)
    datetime.date(2025, 4, 30)
    """
    works = status_of(book, calendar, policy)
    back, status = day, works(day)
    while not status.works:
        tell_origin(book, policy, back, status)
        back = days_later(back, -1)
        status = works(back)
    tell_origin(book, policy, back, status)
    if back != day:
        book.remark(f"{day} 不上班,提前到 {back}", f"{day} is no working day: moved back to {back}")
    return back


def counted(book: Ledger, policy: Rules, start: date, count: int, calendar: Calendar) -> date:
    """The day `count` working days after `start`; see `add_workdays`."""
    if abs(count) > FARTHEST:
        raise Fault("#NUM!", F_TOO_FAR, found=count, expected=FARTHEST)
    works = status_of(book, calendar, policy)
    step = _DAY if count > 0 else -_DAY
    day, left = start, abs(count)
    told: dict[tuple[bool, str], tuple[date, Status]] = {}
    while left:
        try:
            day += step
            status = works(day)
        except OverflowError as error:
            raise Fault("#NUM!", F_TOO_FAR, found=count, expected=FARTHEST) from error
        if status.estimated or status.source:
            told.setdefault((status.estimated, status.source), (day, status))
        if status.works:
            left -= 1
        if status.name and status.name != WEEKEND:
            remark = Text(f"{day}: {status.name}", f"{day}: {status.name}")
            if remark not in book.remarks:
                book.remarks.append(remark)
    for where, status in told.values():
        tell_origin(book, policy, where, status)
    return day


@rule("calendars")
def add_workdays(book: Ledger, policy: Rules, start: date, count: int, calendar: Calendar) -> date:
    """The day `count` working days after `start` (before it, when negative).

    The start itself is never counted, worked or not; 0 answers the start as it is, also on a
    holiday. Raises F-302 (#NUM!) beyond ±20000 days.

    >>> from rules.policy.loader import packaged
    >>> policy = packaged().rules
    >>> new_year = date(2025, 1, 26)  # a Sunday that was worked, the holiday starts on the 28th
    >>> add_workdays(new_year, policy, new_year, 2, Calendar.CN).value
    datetime.date(2025, 2, 5)
    """
    book.part("日历", "calendar", str(calendar))
    return counted(book, policy, start, count, calendar)
