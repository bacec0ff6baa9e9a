"""Timelines and due moments against plain counting; the reasons that marks give."""

from datetime import date, datetime, time, timedelta

import pytest
from dateutil.relativedelta import relativedelta
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from rules.answer import Ledger, Word
from rules.arrivals import carton_findings, expected_arrival, mode_named
from rules.calendars import Calendar, status_of
from rules.china_days import horizon
from rules.lanes import channel_named
from rules.moments import due_between, report_due
from rules.new_products import design_request_by, development_plan, months_before
from rules.policy.families.moments import DueReport, Moments
from rules.policy.loader import packaged

POLICY = packaged().rules
REPORTS = sorted(name for name, report in POLICY.moments.reports.items() if not report.undated)
days = st.dates(date(2025, 1, 1), date(2026, 11, 30))


def as_moment(when):
    return when if isinstance(when, datetime) else datetime.combine(when, time.max)


@given(st.sampled_from(REPORTS), st.datetimes(datetime(2025, 1, 1), datetime(2026, 11, 30)))
def test_a_report_is_due_next_never_before(report, seen):
    when = report_due(seen.date(), POLICY, report, seen).value
    assert as_moment(when) >= seen
    day = when.date() if isinstance(when, datetime) else when
    between = due_between(seen.date(), POLICY, seen.date(), day).value
    mine = [due.when for due in between if due.report == report and as_moment(due.when) >= seen]
    assert mine == [when]


@settings(max_examples=30)
@given(days, st.integers(0, 40))
def test_the_calendar_of_a_span_is_that_of_its_days(first, length):
    last = first + timedelta(days=length)
    whole = due_between(first, POLICY, first, last).value
    single = [first + timedelta(days=step) for step in range(length + 1)]
    assert list(whole) == [due for day in single for due in due_between(first, POLICY, day, day).value]


@given(st.dates(date(1900, 1, 1), date(2100, 12, 31)), st.integers(0, 30))
def test_calendar_months(day, months):
    assert months_before(day, months) == day - relativedelta(months=months)


@given(days)
def test_a_design_request_is_a_month_early_and_no_more_than_a_week(listing):
    due = design_request_by(listing, POLICY, listing).value
    latest = listing - relativedelta(months=1)
    assert due.isoweekday() == 1
    assert timedelta(0) <= latest - due.date() < timedelta(days=7)


@settings(max_examples=50)
@given(days, st.none() | st.integers(0, 60))
def test_stages_follow_each_other_on_working_days(start, later):
    listed = None if later is None else start + timedelta(days=later)
    plan = development_plan(start, POLICY, start, listed).value
    works = status_of(Ledger("R12", start), Calendar.CN, POLICY)
    names = [stage.name for stage in plan]
    place = names.index("上架新品")
    for part in (plan[:place], plan[place + 1 :]):
        ends = [stage.earliest for stage in part]
        assert ends == sorted(ends)
        for stage in part:
            assert works(stage.earliest).works
            assert stage.latest is None or (stage.latest >= stage.earliest and works(stage.latest).works)
    assert all((stage.latest is None) == (listed is None) for stage in plan[place:])


@given(days, st.sampled_from(["海运", "空运"]), st.integers(0, 90))
def test_safety_days_move_the_arrival_by_as_many(day, mode, safety):
    plain, later = (expected_arrival(day, POLICY, day, mode, extra).value for extra in (None, safety))
    assert later - plain == timedelta(days=safety)


@given(st.integers(0, 10_000), st.integers(1, 500))
def test_the_choices_offered_are_whole_cartons(quantity, carton):
    findings = carton_findings(quantity, carton)
    assert (not findings) == (quantity % carton == 0)
    for finding in findings:
        choices = [int(choice) for choice in finding.facts["choices"].split(" / ")]
        assert all(choice % carton == 0 and abs(choice - quantity) < carton for choice in choices)


def test_every_lane_has_a_way_of_transport():
    for lane, words in POLICY.channels.spellings.items():
        assert {mode_named(word, POLICY) for word in (lane, *words)} == {"空运" if lane == "空运" else "海运"}


def test_marks_say_why():
    book = Ledger("R10", date(2025, 4, 3))
    assert channel_named(book, "海卡", POLICY) == "快线"
    (mark,) = book.marks.values()
    assert (mark.word, mark.reason.zh) == (Word.READING, "海卡包括快线和直航(L353–354)，单写海卡按快线")
    (mark,) = report_due(date(2025, 4, 3), POLICY, "周会", date(2025, 4, 3)).marks
    assert mark.reason.zh == "周会的具体时间根据当天实际情况而定(L41)"
    answer = report_due(date(2025, 10, 1), POLICY, "周报", date(2025, 10, 1))
    assert any("2025-10-06 不上班(法定节假日)" in mark.reason.zh for mark in answer.marks)


def test_who_gets_a_report_is_told():
    parts = {
        part.name("en"): part.value
        for part in report_due(date(2025, 4, 3), POLICY, "绩效考核表", date(2025, 4, 3)).parts
    }
    assert parts == {"by": "运营", "to": "HR", "what": "提交绩效考核表"}


def test_published_days_end_with_a_year():
    last = horizon(POLICY)
    assert (last.month, last.day) == (12, 31)
    works = status_of(Ledger("calendars", last), Calendar.CN, POLICY)
    assert not works(last).estimated
    assert works(last + timedelta(days=1)).estimated
    assert not works(date(2004, 1, 1)).estimated
    assert works(date(2003, 12, 31)).estimated


@pytest.mark.parametrize(
    "change",
    [
        {"design": "没有的表"},
        {
            "reports": {"a": DueReport(by="x", what="y", aliases=("b",)), "b": DueReport(by="x", what="y")},
            "design": "a",
        },
    ],
)
def test_a_table_of_moments_that_contradicts_itself(change):
    with pytest.raises(ValidationError):
        Moments(**{"reports": POLICY.moments.reports, "design": "周报"} | change)
