"""What cells mean: days as serials, as another library counts them."""

from datetime import date, datetime

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from openpyxl.utils.datetime import CALENDAR_MAC_1904, CALENDAR_WINDOWS_1900, from_excel, to_excel

from sheets_schema.cells import CellError, clock_text, from_serial, meaning, meanings, to_serial
from sheets_schema.model import Type

MISSING = 60
"""29 February 1900, which Excel counts and no calendar has."""


def at(day):
    return day if isinstance(day, datetime) else datetime(day.year, day.month, day.day)


@given(st.integers(1, 2_958_465).filter(lambda serial: serial != MISSING), st.sampled_from([0.0, 0.25, 0.5]))
@example(1, 0.0)
@example(59, 0.0)
@example(59, 0.5)
@example(61, 0.0)
def test_a_serial_is_the_day_that_another_library_reads(serial, fraction):
    found = from_serial(serial + fraction)
    assert at(found) == from_excel(serial + fraction, CALENDAR_WINDOWS_1900)
    assert type(found) is (datetime if fraction else date)
    assert to_serial(found) == serial + fraction


@given(st.integers(1, 2_956_000))
def test_days_counted_from_1904(serial):
    found = from_serial(serial, date1904=True)
    assert at(found) == from_excel(serial, CALENDAR_MAC_1904)
    assert to_serial(found, date1904=True) == to_excel(at(found), CALENDAR_MAC_1904) == serial


def test_the_day_that_excel_invented_is_the_one_behind_it():
    assert from_serial(MISSING) == from_serial(61) == date(1900, 3, 1)


def test_the_last_day_and_second_of_the_calendar():
    second = 1 / 86_400
    assert meaning(2_958_465, Type.DATE) == date(9999, 12, 31)
    assert meaning(2_958_466 - second * 1.5, Type.DATETIME) == datetime(9999, 12, 31, 23, 59, 58)
    assert meaning(2_958_466, Type.DATE) == "2958466", "no day: it stays what it is"


@pytest.mark.parametrize(("day", "serial"), [(date(1900, 1, 1), 1), (date(1900, 2, 28), 59), (date(1900, 3, 1), 61)])
def test_the_first_days_that_a_spreadsheet_counts(day, serial):
    assert (to_serial(day), from_serial(serial)) == (serial, day)


CELLS = [
    None,
    "a",
    "A-1",
    " 1,200 ",
    '="001"',
    "１２",
    "",
    "约30",
    "-x",
    "1.5E+20",
    "0012",
    "a\nb",
    "2025-04-03",
    CellError("#N/A"),
]
CELLS += [1.0, 7.0, 2.5, 0.1 + 0.2, 1e20, float("inf"), True, False, 3, date(2025, 4, 3), datetime(2025, 4, 3, 12)]


@given(st.sampled_from(Type), st.lists(st.sampled_from(CELLS), min_size=1, max_size=4), st.randoms())
def test_a_column_means_what_its_cells_mean(kind, some, chance):
    column = [chance.choice(some) for _ in range(6)]
    found, each = meanings(column, kind), [meaning(value, kind) for value in column]
    assert [(type(value), value) for value in found] == [(type(value), value) for value in each]


def test_numbers_are_rounded_where_one_of_the_column_is_no_whole_one():
    assert list(meanings([1.0, 0.1 + 0.2, None], Type.NUMBER)) == [1.0, 0.3, None]


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("12:30 AM", "00:30"),
        ("12:00 PM", "12:00"),
        ("1:05 PM", "13:05"),
        ("1:05 am", "01:05"),
        ("11:59 p.m.", "23:59"),
        ("0:30 AM", None),
        ("13:00 PM", None),
        ("23:59", "23:59"),
        ("24:00", None),
    ],
)
def test_times_of_day(written, told):
    assert clock_text(written) == told


def test_days_end_with_the_year_9999():
    assert meaning(2958465.0, Type.DATE) == date(9999, 12, 31)
    assert meaning(2958465.5, Type.DATETIME) == datetime(9999, 12, 31, 12)
    assert meaning(2958466.0, Type.DATE) == "2958466"
    assert isinstance(meaning(2958465.999995, Type.DATETIME), str), "it would be rounded to the year 10000"
