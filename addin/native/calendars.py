"""Working days and delivery days as sorted lists, and how formulas count along them."""

from __future__ import annotations

from datetime import date
from typing import Any

from addin.native.expression import E, call, every, when
from addin.native.rulebook import DAYS_TAB, LAST_DAY, NoNative, RuleBook
from addin.native.tab import Tab
from rules.answer import Ledger
from rules.appointments import holiday_of_slot
from rules.calendars import Calendar, status_of
from rules.policy.dated import Dated

_TITLES = {Calendar.CN: "CN 工作日", Calendar.MX: "MX 工作日", Calendar.WAREHOUSE: "WAREHOUSE 工作日"}


def always(*numbers: Dated[Any]) -> Ledger:
    """A ledger for numbers that never change: lists and constants can't follow the day of a call."""
    for number in numbers:
        if number.values:
            raise NoNative(f"{number.key} 按日期变,列表跟不上", f"{number.key} is dated; a list can't follow it")
    return Ledger("calendars", LAST_DAY)


def workdays(book: RuleBook, calendar: Calendar) -> E:
    """Every working day of a calendar within the span of the tab 日历."""
    numbers = book.policy.calendars
    if calendar is Calendar.CN:
        ledger = Ledger("calendars", LAST_DAY)
    elif calendar is Calendar.MX:
        ledger = always(numbers.mx_workdays)
    else:
        ledger = always(numbers.mx_workdays, numbers.warehouse_easter_offsets, numbers.warehouse_dates)
    works = status_of(ledger, calendar, book.policy)
    return book.days(_TITLES[calendar], lambda day: works(day).works)


def delivery_days(book: RuleBook) -> E:
    """Every day on which the warehouse is delivered to, holidays out."""
    numbers, overlay = book.policy.appointments, book.policy.calendars
    ledger = always(numbers.weekdays, numbers.skip_holidays, overlay.warehouse_easter_offsets, overlay.warehouse_dates)
    weekdays = ledger.take(numbers.weekdays)

    def delivered(day: date) -> bool:
        return day.isoweekday() in weekdays and not holiday_of_slot(ledger, day, book.policy)

    return book.days("送仓日", delivered)


def rest_days(tab: Tab, day: E) -> E:
    """Why the warehouse takes no slot on a day; ``""`` on an ordinary one."""
    book = tab.book
    numbers, overlay = book.policy.appointments, book.policy.calendars
    ledger = always(numbers.skip_holidays, overlay.warehouse_easter_offsets, overlay.warehouse_dates)
    days = book.days("海外仓休息日", lambda day: bool(holiday_of_slot(ledger, day, book.policy)))
    resting = book.listed_days("海外仓休息日")
    names = book.list_of(DAYS_TAB, "休息日名称", [holiday_of_slot(ledger, day, book.policy) for day in resting])
    return call("IFERROR", call("INDEX", names, call("MATCH", day, days, 0)), "")


def _in_span(book: RuleBook, day: E) -> E:
    return every(day >= book.named("日历从"), day <= book.named("日历到"))


def up_to(book: RuleBook, days: E, day: E) -> E:
    """How many listed days lie at or before `day`; #NUM! outside the calendar's span."""
    return when((_in_span(book, day), call("IFERROR", call("MATCH", day, days, 1), 0)), otherwise=book.named("#NUM!"))


def nth(book: RuleBook, days: E, place: E) -> E:
    """The listed day of a place; #NUM! outside the list."""
    fits = every(place >= 1, place <= call("ROWS", days))
    return when((fits, call("INDEX", days, place)), otherwise=book.named("#NUM!"))


def at_or_after(tab: Tab, title: str, days: E, day: E) -> E:
    """The first listed day at or after `day`."""
    place = tab.step(f"{title}·序号", up_to(tab.book, days, day - 1) + 1)
    return nth(tab.book, days, place)


def at_or_before(tab: Tab, title: str, days: E, day: E) -> E:
    """The last listed day at or before `day`."""
    place = tab.step(f"{title}·序号", up_to(tab.book, days, day))
    return nth(tab.book, days, place)


def counted(tab: Tab, title: str, days: E, start: E, count: E) -> E:
    """The day `count` listed days after `start`, the start itself never counted; 0 is the start."""
    ahead = up_to(tab.book, days, start) + count
    back = up_to(tab.book, days, start - 1) + count + 1
    place = tab.step(f"{title}·序号", when((count > 0, ahead), otherwise=back))
    return when((count.is_(0), start), otherwise=nth(tab.book, days, place))


def delivery_day(tab: Tab, day: E) -> E:
    """The first delivery day at or after `day`."""
    return at_or_after(tab, "送仓日", delivery_days(tab.book), day)
