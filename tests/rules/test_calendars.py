"""Working days against a plain count, and Easter against another implementation."""

import re
from datetime import date, timedelta
from pathlib import Path

import chinese_calendar
import holidays
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from console import health
from rules.answer import Ledger, Word
from rules.appointments import delivery_day
from rules.calendars import Calendar, add_workdays, status_of
from rules.china_days import horizon, schedule_gaps
from rules.instructions import instruct_by
from rules.policy.loader import ConfigError, load, packaged, packaged_path
from rules.policy.models import Rules
from rules.stocking_orders import ship_cutoff

POLICY = packaged().rules
DEFAULT = packaged_path().read_text("utf-8")
days = st.dates(date(2020, 1, 1), date(2026, 12, 31))


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


NOTICE = {
    "source": "国务院办公厅关于2026年部分节假日安排的通知",
    "rest": {
        "元旦": "2026-01-01~2026-01-03",
        "春节": "2026-02-15~2026-02-23",
        "清明节": "2026-04-04~2026-04-06",
        "劳动节": ["2026-05-01~2026-05-05"],
        "端午节": [date(2026, 6, 19), "2026-06-20~2026-06-21"],
        "中秋节": "2026-09-25~2026-09-27",
        "国庆节": "2026-10-01~2026-10-07",
    },
    "work": [date(2026, 1, 4), "2026-02-14", "2026-02-28", "2026-05-09", "2026-09-20", "2026-10-10"],
}
"""The notice as it was published (4 November 2025)."""


def with_calendars(**calendars):
    rules = yaml.safe_load(DEFAULT)["rules"]
    rules["calendars"] |= calendars
    return Rules.model_validate(rules)


def test_a_written_notice_gives_the_days_of_the_library():
    policy = with_calendars(official={2026: NOTICE})
    written, known = (
        status_of(Ledger("calendars", date(2026, 1, 1)), Calendar.CN, rules) for rules in (policy, POLICY)
    )
    for step in range(365):
        day = date(2026, 1, 1) + timedelta(days=step)
        assert written(day).works == known(day).works, day
        assert not written(day).estimated
    assert (written(date(2026, 2, 17)).name, written(date(2026, 2, 14)).name) == ("春节", "调休上班")


def test_the_example_in_the_shipped_file_is_that_notice():
    lines = DEFAULT.split("An example, the notice of 2026:\n")[1].split("    official: {}")[0]
    example = yaml.safe_load("\n".join(re.sub(r"^ *# ?", "", line) for line in lines.splitlines()))
    official = with_calendars(official=example["official"]).calendars.official
    assert official == with_calendars(official={2026: NOTICE}).calendars.official
    page = (Path(__file__).parents[2] / "docs" / "calendars.md").read_text("utf-8")
    document = yaml.safe_load(page.split("```yaml\n")[1].split("```")[0])
    assert with_calendars(official=document["rules"]["calendars"]["official"]).calendars.official == official


def test_a_schedule_of_a_new_year_lifts_the_estimate():
    law = sorted(holidays.country_holidays("CN", years=2027, observed=False))
    schedule = {"source": "演练", "rest": {"假日": law}, "work": [date(2027, 2, 20)]}
    policy = with_calendars(official={2027: schedule})
    assert horizon(policy) == date(2027, 12, 31)
    assert schedule_gaps(policy, 2027) == ()
    start = date(2026, 12, 31)
    for rules, words in ((POLICY, {Word.ESTIMATE}), (policy, set())):
        told = add_workdays(start, rules, start, 1, Calendar.CN)
        assert {mark.word for mark in told.marks} == words
        assert told.value == date(2027, 1, 4)
    assert any("演练" in remark.zh for remark in told.remarks)
    works = status_of(Ledger("calendars", start), Calendar.CN, policy)
    assert works(date(2027, 2, 20)).works
    assert works(date(2027, 2, 21)).name == "周末"
    deadline = instruct_by(date(2027, 1, 7), policy, date(2027, 1, 7), False)
    assert Word.ESTIMATE not in {mark.word for mark in deadline.marks}
    assert Word.ESTIMATE in {mark.word for mark in instruct_by(date(2027, 1, 7), POLICY, date(2027, 1, 7), False).marks}


def test_a_schedule_that_lacks_a_holiday_of_the_law_lifts_nothing():
    law = sorted(holidays.country_holidays("CN", years=2027, observed=False))
    policy = with_calendars(official={2027: {"source": "演练", "rest": {"假日": law[:-1]}}})
    assert schedule_gaps(policy, 2027) == (law[-1],)
    assert horizon(policy) == horizon(POLICY)
    told = add_workdays(date(2027, 3, 1), policy, date(2027, 3, 1), 1, Calendar.CN)
    assert [mark.word for mark in told.marks] == [Word.ESTIMATE]
    assert str(law[-1]) in told.marks[0].reason.zh
    check = health.calendars(date(2026, 11, 28), policy)
    assert (check.state, str(law[-1]) in check.found.zh) == ("warn", True)


def test_the_companys_own_days_win_over_everything():
    own = {"rest": {date(2026, 12, 31): "盘点"}, "work": {date(2026, 10, 7): "赶货"}}
    for official in ({}, {2026: NOTICE}):
        policy = with_calendars(official=official, company=own)
        works = status_of(Ledger("calendars", date(2026, 12, 1)), Calendar.CN, policy)
        assert works(date(2026, 10, 7)).works
        assert (works(date(2026, 12, 31)).works, works(date(2026, 12, 31)).name) == (False, "公司休息:盘点")
        told = add_workdays(date(2026, 12, 30), policy, date(2026, 12, 30), 1, Calendar.CN)
        assert told.value == date(2027, 1, 4)
        assert any("盘点" in remark.zh for remark in told.remarks)
    stocking = ship_cutoff(date(2026, 12, 30), policy, date(2026, 12, 30))
    assert any("盘点" in mark.reason.zh for mark in stocking.marks if mark.word is Word.TO_CONFIRM)
    for calendar in (Calendar.MX, Calendar.WAREHOUSE):
        assert status_of(Ledger("calendars", date(2026, 12, 31)), calendar, policy)(date(2026, 12, 31)).works


@pytest.mark.parametrize(
    ("kind", "day", "works"), [("rest", date(2026, 12, 31), False), ("work", date(2026, 10, 7), True)]
)
def test_one_day_of_the_companys_own_is_enough(kind, day, works):
    policy = with_calendars(official={}, company={kind: {day: "自己定的"}})
    assert status_of(Ledger("calendars", day), Calendar.CN, policy)(day).works is works


def test_december_asks_for_the_next_year():
    for day, asked in ((date(2026, 11, 30), False), (date(2026, 12, 1), True), (date(2026, 12, 31), True)):
        check = health.calendars(day, POLICY)
        assert ("还没有 2027 年的" in check.found.zh) == ("2027 is missing" in check.found.en) == asked
        assert "rules.calendars.official" in check.todo.zh
    law = sorted(holidays.country_holidays("CN", years=2027, observed=False))
    policy = with_calendars(official={2027: {"source": "演练", "rest": {"假日": law}}})
    assert health.calendars(date(2026, 12, 1), policy).state == "ok"


@pytest.mark.parametrize(
    ("written", "key", "word"),
    [
        ("official: {2027: {source: x, rest: {元旦: 2027-01-03~2027-01-01}}}", "official.2027.rest.元旦", "从早到晚"),
        ("official: {2027: {source: x, rest: {元旦: 2027-01-01~2027-03-01}}}", "official.2027.rest.元旦", "最多"),
        ("official: {2027: {source: x, rest: {元旦: 一月一日}}}", "official.2027.rest.元旦", "不是日期"),
        ('official: {2027: {source: x, rest: {元旦: "2027-13-01"}}}', "official.2027.rest.元旦", "不是日期"),
        ("official: {2027: {source: x, rest: {元旦: 2028-01-01}}}", "calendars", "不在这一年"),
        ("official: {2027: {source: x, rest: {元旦: 2027-01-01}, work: [2027-01-01]}}", "official.2027", "又放假"),
        ("official: {2027: {source: x, rest: {元旦: 2027-01-01}, work: [2027-01-05]}}", "official.2027", "本来就上班"),
        (
            "official: {2027: {source: x, rest: {元旦: 2027-01-01, 春节: 2027-01-01}}}",
            "official.2027",
            "既是元旦又是春节",
        ),
        ('official: {2027: {source: "", rest: {元旦: 2027-01-01}}}', "official.2027.source", ""),
        ("official: {2027: {source: x, rest: {}}}", "official.2027.rest", ""),
        ("official: {1999: {source: x, rest: {元旦: 1999-01-01}}}", "official", "1999"),
        ("company: {rest: {2027-01-04: a}, work: {2027-01-04: b}}", "company", "又休息又上班"),
        ('company: {rest: {2027-01-04: ""}}', "company.rest.2027-01-04", ""),
    ],
)
def test_an_impossible_schedule_is_a_coded_mistake_with_its_place(tmp_path, written, key, word):
    name = written.split(":")[0]
    text = DEFAULT.replace(f"    {name}: {{}}\n", f"    {written}\n")
    assert text != DEFAULT
    path = tmp_path / "config.yaml"
    path.write_text(text, "utf-8")
    with pytest.raises(ConfigError) as raised:
        load(path)
    assert raised.value.code.id == "P-003"
    line = next(number for number, line in enumerate(text.splitlines(), 1) if written in line)
    for mistake in raised.value.mistakes:
        assert mistake.key.startswith("rules.calendars")
        assert key in mistake.key or key in ("official", "calendars")
        assert word in mistake.zh
        assert mistake.line in (line, line - text.splitlines()[:line][::-1].index("  calendars:"))
