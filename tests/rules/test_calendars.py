"""Working days against a plain count, and Easter against another implementation."""

from datetime import date, timedelta

import chinese_calendar
import holidays
import pytest
from dateutil.easter import easter as known_easter
from hypothesis import given, settings
from hypothesis import strategies as st

from rules.answer import Ledger, Word
from rules.appointments import delivery_day
from rules.calendars import Calendar, add_workdays, easter, status_of
from rules.policy.loader import packaged

POLICY = packaged().rules
days = st.dates(date(2020, 1, 1), date(2026, 12, 31))


@given(st.integers(1900, 2199))
def test_easter(year):
    assert easter(year) == known_easter(year)


@settings(max_examples=60)
@given(days, st.integers(-40, 40), st.sampled_from(Calendar))
def test_counting_is_counting(start, count, calendar):
    end = add_workdays(start, POLICY, start, count, calendar).value
    works = status_of(Ledger("calendars", start), calendar, POLICY)
    low, high = sorted((start, end))
    between = [low + timedelta(days=i) for i in range((high - low).days + 1)]
    worked = sum(works(day).works for day in between if day != start)
    assert worked == abs(count)
    assert count == 0 or works(end).works
    assert (end > start) == (count > 0)


@given(days)
def test_china_follows_the_published_days(day):
    works = status_of(Ledger("calendars", day), Calendar.CN, POLICY)
    assert works(day).works == chinese_calendar.is_workday(day)
    assert not works(day).estimated


@given(st.dates(date(2027, 1, 1), date(2035, 12, 31)))
def test_unpublished_years_are_estimated_from_the_law(day):
    status = status_of(Ledger("calendars", day), Calendar.CN, POLICY)(day)
    assert status.estimated
    assert status.works == (day.weekday() < 5 and day not in holidays.country_holidays("CN", years=day.year))


def test_an_estimate_is_marked_only_where_one_was_needed():
    sure = add_workdays(date(2026, 12, 1), POLICY, date(2026, 12, 1), 5, Calendar.CN)
    guess = add_workdays(date(2026, 12, 31), POLICY, date(2026, 12, 31), 1, Calendar.CN)
    assert [mark.word for mark in sure.marks] == []
    assert [mark.word for mark in guess.marks] == [Word.ESTIMATE]
    assert "2027" in guess.marks[0].reason.zh


@given(days)
def test_the_warehouse_rests_whenever_the_law_does(day):
    book = Ledger("calendars", day)
    law, warehouse = (status_of(book, calendar, POLICY)(day) for calendar in (Calendar.MX, Calendar.WAREHOUSE))
    assert law.works or not warehouse.works
    assert day.isoweekday() != 7 or not law.works


@given(days)
def test_a_delivery_day_is_the_next_thursday_or_sunday_that_is_no_holiday(day):
    slot = delivery_day(Ledger("R10", day), day, POLICY)
    assert slot >= day
    assert slot.isoweekday() in (4, 7)
    passed = [day + timedelta(days=i) for i in range((slot - day).days)]
    book = Ledger("R10", day)
    assert all(delivery_day(book, skipped, POLICY) == slot for skipped in passed)


@pytest.mark.parametrize(
    ("day", "slot"),
    [
        (date(2025, 12, 25), date(2025, 12, 28)),  # Christmas is a Thursday
        (date(2026, 1, 1), date(2026, 1, 4)),
        (date(2025, 5, 1), date(2025, 5, 4)),
    ],
)
def test_a_slot_on_a_holiday_is_skipped_and_marked(day, slot):
    book = Ledger("R10", day)
    assert delivery_day(book, day, POLICY) == slot
    assert any(str(day) in mark.reason.zh for mark in book.marks.values())
