"""Properties of deadlines, slots, cut-offs and routes over all days."""

from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from addin.functions.evaluate import evaluate
from rules.answer import SILENT, Ledger, Word
from rules.calendars import Calendar, back_to_workday, status_of
from rules.instructions import (
    handling_time,
    info_by,
    instruct_by,
    instruction_check,
    slot_deadline,
    slot_deadlines,
    weekend_confirmation,
)
from rules.policy.loader import ConfigError, load, packaged, packaged_path
from rules.routes import route
from rules.slots import next_slot, slot_check
from rules.stocking_orders import creation_stop, order_steps, ship_cutoff
from rules.storage import free_days_left, free_until

POLICY = packaged().rules
NUMBERS = POLICY.instructions
days = st.dates(date(2023, 1, 1), date(2026, 12, 31))
moments = st.datetimes(datetime(2023, 1, 1), datetime(2026, 12, 31))
boxes = st.integers(1, 200)


def works(calendar, day):
    return status_of(Ledger("calendars", day), calendar, POLICY)(day).works


def words(answer):
    return {mark.word for mark in answer.marks}


@given(days, st.integers(-10, 60))
def test_free_storage_and_what_is_left_of_it_agree(arrived, later):
    seen = arrived + timedelta(days=abs(later))
    left = free_days_left(arrived, POLICY, arrived, seen).value
    assert seen + timedelta(days=left) == free_until(arrived, POLICY, arrived).value


@settings(max_examples=60)
@given(days, st.sampled_from(Calendar))
def test_moving_back_never_passes_a_working_day(day, calendar):
    back = back_to_workday(Ledger("R30", day), POLICY, day, calendar)
    assert back <= day
    assert works(calendar, back)
    passed = [back + timedelta(days=step) for step in range(1, (day - back).days + 1)]
    assert not any(works(calendar, between) for between in passed)


@settings(max_examples=80)
@given(days, st.booleans())
def test_an_instruction_leaves_the_warehouse_its_days(slot, relabel):
    moment = instruct_by(slot, POLICY, slot, relabel).value
    asked = (NUMBERS.relabel_workdays if relabel else NUMBERS.plain_workdays).value
    between = [moment.date() + timedelta(days=step) for step in range((slot - moment.date()).days)]
    assert sum(works(Calendar.WAREHOUSE, day) for day in between) >= asked
    assert works(Calendar.CN, moment.date())
    assert moment.time() == NUMBERS.before.value
    assert instruct_by(slot, POLICY, slot, True).value <= instruct_by(slot, POLICY, slot, False).value


@settings(max_examples=60)
@given(days)
def test_information_is_due_on_a_working_day_far_enough_ahead(slot):
    day = info_by(slot, POLICY, slot).value
    high = slot.month in POLICY.routes.high_months.value
    assert (slot - day).days >= (NUMBERS.info_high_days if high else NUMBERS.info_days).value
    assert works(Calendar.CN, day)


@settings(max_examples=80)
@given(days, st.booleans())
def test_the_binding_deadline_is_the_earliest(slot, relabel):
    every = slot_deadlines(slot, POLICY, slot, relabel).value
    answer = slot_deadline(slot, POLICY, slot, relabel)
    confirmation = weekend_confirmation(slot, POLICY, slot).value
    assert [deadline.rule for deadline in sorted(every, key=lambda one: one.rule)] == (
        ["R30", "R31", "R37"] if slot.isoweekday() == 7 else ["R30", "R31"]
    )
    assert (confirmation is not None) == (slot.isoweekday() == 7)
    assert answer.value == min(deadline.moment for deadline in every)
    assert answer.value.date() < slot
    said = answer.remarks[-1].zh
    assert all((deadline.rule in said) == (deadline.moment == answer.value) for deadline in every)


@settings(max_examples=60)
@given(days, st.booleans(), st.integers(-3000, 3000))
def test_an_instruction_is_late_from_its_deadline_on(slot, relabel, minutes):
    deadline = instruct_by(slot, POLICY, slot, relabel).value
    told = instruction_check(slot, POLICY, slot, relabel, deadline + timedelta(minutes=minutes)).value
    assert bool(told) == (minutes >= 0)


@given(days)
def test_the_warehouse_handles_goods_on_its_working_days(day):
    hours = handling_time(day, POLICY, day).value
    assert (hours is not None) == works(Calendar.WAREHOUSE, day)
    assert hours is None or (hours[0].date() == hours[1].date() == day and hours[0] < hours[1])


@given(days, boxes)
def test_the_next_slot_is_later_and_passes_its_own_check(day, count):
    answer = next_slot(day, POLICY, day, count)
    if answer.value == SILENT:
        assert count < 30
        assert day < date(2025, 1, 12)
        return
    ((start, end),) = answer.value
    assert start.date() > day
    assert start < end
    for moment in (start, end):
        assert slot_check(moment.date(), POLICY, moment, count).value == ""
    for moment in (start - timedelta(minutes=1), end + timedelta(minutes=1)):
        assert slot_check(moment.date(), POLICY, moment, count).value


@given(days, boxes)
def test_every_good_day_before_the_next_slot_was_no_slot(day, count):
    answer = next_slot(day, POLICY, day, count)
    if answer.value == SILENT:
        return
    slot = answer.value[0][0].date()
    between = [day + timedelta(days=step) for step in range(1, (slot - day).days)]
    assert all(slot_check(other, POLICY, other, count).value for other in between)
    skipped = [other for other in between if other.isoweekday() in (4, 7)]
    readings = {mark.reason.zh for mark in answer.marks if mark.word is Word.READING}
    all_year = {POLICY.routes.deadlines_all_year.reading}
    assert (all_year <= readings) == (slot.month not in (7, 11, 12))
    assert bool(readings - all_year) == (bool(skipped) or count == 30)


def test_a_weekday_without_hours_has_no_slot_for_large_deliveries():
    weekdays = POLICY.appointments.weekdays.model_copy(update={"value": (2,)})
    appointments = POLICY.appointments.model_copy(update={"weekdays": weekdays})
    policy = POLICY.model_copy(update={"appointments": appointments})
    day = date(2025, 4, 3)
    assert next_slot(day, policy, day, 31).value == SILENT
    assert next_slot(day, policy, day, 29).value == ((datetime(2025, 4, 8, 13), datetime(2025, 4, 8, 15)),)


def test_holidays_are_no_obstacle_where_a_team_delivers_on_them():
    skip = POLICY.appointments.skip_holidays.model_copy(update={"value": False})
    policy = POLICY.model_copy(update={"appointments": POLICY.appointments.model_copy(update={"skip_holidays": skip})})
    day = date(2025, 4, 14)
    assert next_slot(day, policy, day, 31).value == ((datetime(2025, 4, 17, 8), datetime(2025, 4, 17, 8, 30)),)
    assert slot_check(day, policy, datetime(2025, 4, 17, 8), 31).value == ""


@given(moments)
def test_a_cutoff_lies_ahead_and_shipping_after_it(moment):
    ((cutoff, shipping),) = ship_cutoff(moment.date(), POLICY, moment).value
    assert moment < cutoff <= moment + timedelta(days=7)
    assert (cutoff.isoweekday(), shipping.isoweekday()) in {(3, 6), (5, 3)}
    assert cutoff.time() == time(14)
    assert 0 < (shipping - cutoff.date()).days <= 5
    ((again, _),) = ship_cutoff(cutoff.date(), POLICY, cutoff).value
    assert again > cutoff


@given(moments)
def test_an_order_that_can_be_handled_in_time_is_no_contradiction(moment):
    answer = order_steps(moment.date(), POLICY, moment)
    steps = {step.what: step.when for step in answer.value}
    assert (Word.CONTRADICTION in words(answer)) == (steps["仓储分拣"] > steps["发货"])
    assert (Word.CONTRADICTION in words(answer)) == (steps["发货"].isoweekday() == 6)


@given(moments)
def test_creation_stops_within_a_week(moment):
    stop = creation_stop(moment.date(), POLICY, moment).value
    assert moment < stop <= moment + timedelta(days=7)
    assert (stop.isoweekday(), stop.time()) == (1, time(14))


@given(days)
def test_a_day_counts_from_its_start(day):
    start = ship_cutoff(day, POLICY, datetime.combine(day, time.min))
    bare = ship_cutoff(day, POLICY, day)
    assert bare.value == start.value
    assert words(start) <= words(bare)
    assert (bare.value[0][0].date() == day) <= (Word.TO_CONFIRM in words(bare))


@given(days, st.sampled_from(sorted(POLICY.routes.label_states)))
def test_the_season_decides_the_route(day, state):
    answer = route(day, POLICY, day, state)
    assert answer.value.startswith("货代仓→海外仓" if day.month in (7, 11, 12) else "货代仓→平台仓")
    conflict = Word.CONTRADICTION in words(answer)
    assert conflict == (day >= date(2025, 1, 1) and day.month in (1, 5, 6, 7, 10))


@pytest.mark.parametrize(
    ("formula", "said"),
    [
        ('=INSTRUCTBY("2025-04-13","YES")', "上海时间"),
        ('=SLOTDEADLINE("2025-04-13","YES")', "R30"),
        ('=SHIPCUTOFF("2025-04-14 10:00")', "2025-04-14 14:00"),
        ('=SHIPCUTOFF("2025-04-14 10:00")', "外箱标"),
        ('=ROUTE("2025-07-01","已贴")', "旺季"),
        ('=SLOTCHECK("2025-04-10",31)', "没写时间"),
        ('=FREEUNTIL("2025-04-03")', "贴标"),
    ],
)
def test_what_a_planner_is_told_beside_the_value(formula, said):
    answer = evaluate(formula, POLICY, date(2025, 4, 3)).steps[-1].answers[-1]
    assert any(said in remark.zh for remark in answer.remarks)
    assert all(remark.en for remark in answer.remarks)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("clash_duty: 送仓时间冲突", "clash_duty: 天气", "天气"),
        ("未贴: [未贴标, 没贴]", "没贴: [未贴标]", "low_steps"),
        ('value: ["08:00", "08:30"]', 'value: ["08:30", "08:00"]', "开始时刻要早于结束时刻"),
        ('before: {value: "14:00"', "before: {value: 14:00", '"14:00"'),
        ("counted_on: {value: WAREHOUSE", "counted_on: {value: 火星", "counted_on"),
    ],
)
def test_a_configuration_that_makes_no_sense_is_refused(tmp_path, old, new, said):
    text = packaged_path().read_text("utf-8")
    assert old in text
    path = tmp_path / "config.yaml"
    path.write_text(text.replace(old, new, 1), "utf-8")
    with pytest.raises(ConfigError) as raised:
        load(path)
    assert said in raised.value.text()
