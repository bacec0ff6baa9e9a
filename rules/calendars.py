"""Working calendars: CN with make-up days, MX, and the overseas warehouse's.

CN follows the published holidays as far as they go; later (and very early) years are an estimate
from the law's holidays alone, without make-up days, marked 估算. MX and WAREHOUSE work Monday to
Saturday. The holiday libraries are imported on first use only.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import cache

from rules.answer import Fault, Ledger, Word, rule
from rules.errors import Code
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

FARTHEST = 20_000
"""Working days that may be counted in one go: about sixty years."""

_DAY = timedelta(days=1)


class Calendar(StrEnum):
    """The three calendars of the SOP's deadlines."""

    CN = "CN"
    MX = "MX"
    WAREHOUSE = "WAREHOUSE"


@dataclass(frozen=True)
class Status:
    """Whether a day is worked, why not, and whether that is only an estimate."""

    works: bool
    name: str = ""
    estimated: bool = False


def calendar_named(written: str, policy: Rules) -> Calendar:
    """The calendar that a text means. Raises F-301 (#N/A)."""
    folded = written.strip().casefold()
    for name, words in policy.calendars.spellings.items():
        if folded in {name.casefold(), *(word.casefold() for word in words)}:
            return Calendar(name)
    raise Fault("#N/A", F_CALENDAR, found=written, expected=", ".join(Calendar))


def _chinese(day: date) -> Status:
    import chinese_calendar

    try:
        works = chinese_calendar.is_workday(day)
    except NotImplementedError:
        name = _law("CN", day.year).get(day, "")
        return Status(day.weekday() < 5 and not name, name or ("" if day.weekday() < 5 else "周末"), estimated=True)
    if works:
        return Status(True, "调休上班" if day.weekday() >= 5 else "")
    return Status(False, "周末" if day.weekday() >= 5 else "法定节假日")


@cache
def _law(country: str, year: int) -> dict[date, str]:
    import holidays

    return dict(holidays.country_holidays(country, years=year).items())


def easter(year: int) -> date:
    """Easter Sunday of the Gregorian calendar (the anonymous algorithm).

    >>> easter(2025), easter(2024)
    (datetime.date(2025, 4, 20), datetime.date(2024, 3, 31))
    """
    century, rest = divmod(year, 100)
    golden = year % 19
    epact = (19 * golden + century - century // 4 - (century - (century + 8) // 25 + 1) // 3 + 15) % 30
    weekday = (32 + 2 * (century % 4) + 2 * (rest // 4) - epact - rest % 4) % 7
    correction = (golden + 11 * epact + 22 * weekday) // 451
    month, day = divmod(epact + weekday - 7 * correction + 114, 31)
    return date(year, month, day + 1)


def _mexican(day: date, workdays: tuple[int, ...]) -> Status:
    name = _law("MX", day.year).get(day, "")
    return Status(day.isoweekday() in workdays and not name, name)


def _overlay(book: Ledger, day: date, policy: Rules) -> str:
    """Why the warehouse rests on a day that the law does not know; empty when it does not."""
    if (day - easter(day.year)).days in book.take(policy.calendars.warehouse_easter_offsets):
        return "复活节前休息"
    return "海外仓休息日" if f"{day:%m-%d}" in book.take(policy.calendars.warehouse_dates) else ""


def status_of(book: Ledger, calendar: Calendar, policy: Rules) -> Callable[[date], Status]:
    """The question “is this day worked?” for one calendar."""
    if calendar is Calendar.CN:
        return _chinese
    workdays = book.take(policy.calendars.mx_workdays)
    if calendar is Calendar.MX:
        return lambda day: _mexican(day, workdays)

    def warehouse(day: date) -> Status:
        law = _mexican(day, workdays)
        rest = _overlay(book, day, policy) if law.works else ""
        return Status(False, rest) if rest else law

    return warehouse


def rest_day(book: Ledger, day: date, policy: Rules) -> str:
    """The statutory or overlay holiday that keeps the warehouse from working; Sunday is none.

    Empty on an ordinary day.
    """
    return _law("MX", day.year).get(day, "") or _overlay(book, day, policy)


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
    if abs(count) > FARTHEST:
        raise Fault("#NUM!", F_TOO_FAR, found=count, expected=FARTHEST)
    works = status_of(book, calendar, policy)
    step = _DAY if count > 0 else -_DAY
    day, left, estimated = start, abs(count), 0
    resting: list[tuple[date, str]] = []
    while left:
        try:
            day += step
            status = works(day)
        except OverflowError as error:
            raise Fault("#NUM!", F_TOO_FAR, found=count, expected=FARTHEST) from error
        estimated = estimated or (day.year if status.estimated else 0)
        if status.works:
            left -= 1
        if status.name and status.name != "周末" and len(resting) < 30:
            resting.append((day, status.name))
    for when, name in resting:
        book.remark(f"{when}: {name}", f"{when}: {name}")
    if estimated:
        book.mark(
            Word.ESTIMATE,
            f"{estimated} 年的放假安排还没公布,按法定节假日估算,没有调休",
            f"the holidays of {estimated} are not published; estimated from the law, without make-up days",
        )
    book.part("日历", "calendar", str(calendar))
    return day
