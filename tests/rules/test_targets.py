"""Targets, budgets and discounts: a year worked out by hand, changed settings, and what always holds."""

from datetime import date, timedelta
from itertools import pairwise, permutations

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from rules.ad_budget import AdRow, ad_cap, ad_state, clock_day, old_products_share
from rules.answer import SILENT
from rules.discounts import Discount, stacked_margin, stacked_price
from rules.months import last_day, months_later
from rules.policy.loader import packaged, packaged_path
from rules.policy.models import Rules
from rules.product_tests import trial_stage
from rules.targets import Margin, Sale, TargetPlan, approved_plans, margin_target, margin_targets, monthly_targets

POLICY = packaged().rules
DAY = date(2025, 4, 3)
MONTHS = [date(2025, month, 1) for month in range(1, 13)]
units = st.integers(0, 10_000)
days = st.dates(date(2023, 1, 1), date(2027, 12, 31))
money = st.decimals(0, 100_000, places=2).map(float)


def changed(**families):
    """The policy with some settings replaced."""
    rules = yaml.safe_load(packaged_path().read_text("utf-8"))["rules"]
    for family, settings in families.items():
        for name, number in settings.items():
            rules[family][name] = {**rules[family][name], **number}
            for other in {"value", "values"} - number.keys():
                rules[family][name].pop(other, None)
    return Rules.model_validate(rules)


def targets(plans, sales, policy=POLICY):
    return monthly_targets(DAY, policy, plans, sales).value


# A year: planned, sold, and by hand the carry, target and unmet of each month.
YEAR = [
    # planned, sold, carry, target, unmet
    (1000, 900, 0, 1000, 100),
    (800, 850, 100, 900, 50),
    (1200, 1300, 50, 1250, -50),
    (1000, 700, 0, 1000, 300),
    (900, 900, 300, 1200, 300),
    (900, 1300, 300, 1200, -100),
    (2000, 1500, 0, 2000, 500),  # July
    (800, 0, 500, 1300, 1300),
    (0, 400, 1300, 1300, 900),
    (600, 1500, 900, 1500, 0),
    (3000, 2600, 0, 3000, 400),  # November
    (2800, 3100, 400, 3200, 100),  # December
]


def a_year():
    plans = [TargetPlan(month, planned) for month, (planned, *_) in zip(MONTHS, YEAR, strict=True)]
    sales = [Sale(month, sold) for month, (_, sold, *_) in zip(MONTHS, YEAR, strict=True)]
    return plans, sales


def test_a_year_of_plans_and_sales():
    plans, sales = a_year()
    told = [(row.planned, row.sold, row.carry, row.target, row.unmet) for row in targets(plans, sales)]
    assert told == YEAR


def test_a_year_split_into_kinds_and_rows_is_the_same_year():
    plans, sales = a_year()
    kinds = ["", "批复", "季节性", "正常"]
    split = [
        TargetPlan(plan.month + timedelta(days=7 * part), plan.quantity / 4, kind)
        for plan in plans
        for part, kind in enumerate(kinds)
    ]
    split += [TargetPlan(month, 5000, "战略性") for month in MONTHS[:2]]
    tracked = [Sale(MONTHS[0], 700, "战略"), Sale(MONTHS[11], 900, "战略性备货")]
    rows = targets(split[::-1], sales + tracked)
    assert [(row.planned, row.sold, row.carry, row.target, row.unmet) for row in rows] == YEAR
    assert [row.tracked_left for row in rows] == [4300, *[9300] * 10, 8400]


def test_past_months_keep_the_numbers_of_their_time():
    later = changed(targets={"carried_share": {"values": {date(2025, 1, 1): 1, date(2025, 7, 1): 0.5}}})
    plans, sales = a_year()
    before, after = targets(plans, sales), targets(plans, sales, later)
    assert after[:6] == before[:6]
    assert (after[7].carry, after[7].target) == (250, 1050)  # half of July's 500
    lowers = changed(targets={"excess_lowers": {"values": {date(2025, 1, 1): False, date(2025, 7, 1): True}}})
    after = targets(plans, sales, lowers)
    assert after[:6] == before[:6]
    assert (after[6].carry, after[6].target) == (-100, 1900)  # June sold 100 too many


def test_a_setting_counts_from_the_month_whose_last_day_it_reaches():
    later = changed(targets={"carried_share": {"values": {date(2025, 1, 1): 1, date(2025, 8, 31): 0}}})
    plans, sales = a_year()
    rows = targets(plans, sales, later)
    assert [row.carry for row in rows[6:9]] == [0, 0, 0]
    later = changed(targets={"carried_share": {"values": {date(2025, 1, 1): 1, date(2025, 9, 1): 0}}})
    assert [row.carry for row in targets(plans, sales, later)[6:9]] == [0, 500, 0]


def test_an_excess_larger_than_the_plan_leaves_no_negative_target():
    lowers = changed(targets={"excess_lowers": {"values": {date(2025, 1, 1): True}}})
    rows = targets([TargetPlan(MONTHS[0], 10), TargetPlan(MONTHS[1], 10)], [Sale(MONTHS[0], 100)], lowers)
    assert (rows[1].carry, rows[1].target) == (-90, 0)


@given(st.lists(st.tuples(units, units), min_size=1, max_size=24))
def test_nothing_planned_is_lost(months):
    first = date(2025, 1, 1)
    plans = [TargetPlan(months_later(first, i), planned) for i, (planned, _) in enumerate(months)]
    sales = [Sale(months_later(first, i), sold) for i, (_, sold) in enumerate(months)]
    rows = targets(plans, sales)
    excess = sum(max(0, -row.unmet) for row in rows[:-1])
    assert rows[-1].unmet == sum(planned for planned, _ in months) - sum(sold for _, sold in months) + excess
    for before, row in pairwise(rows):
        assert row.carry == max(0, before.unmet)
        assert row.target >= row.planned


@given(st.lists(st.tuples(days, units, st.sampled_from(["", "滞销", "季节", "战略"])), max_size=20))
def test_every_unit_is_counted_or_tracked_once(rows):
    plans = [TargetPlan(*row) for row in rows]
    told = targets(plans, [])
    assert sum(row.planned + row.tracked_planned for row in told) == sum(plan.quantity for plan in plans)
    assert all((row.target == SILENT) == (row.month < date(2025, 1, 1)) for row in told)
    approved = approved_plans(DAY, POLICY, plans, []).value
    assert sum(row.planned for row in approved) == sum(plan.quantity for plan in plans if plan.kind in ("滞销", "季节"))


@given(st.lists(st.floats(-1, 1), min_size=1, max_size=8))
def test_the_margin_is_the_highest_alone_and_in_a_plan(margins):
    assert margin_target(DAY, POLICY, margins).value == max(margins)
    rows = margin_targets(DAY, POLICY, [Margin("A", DAY, margin) for margin in margins]).value
    assert rows == (Margin("A", date(2025, 4, 1), max(margins)),)


def test_the_margin_of_several_is_a_setting():
    lowest = changed(targets={"margin_choice": {"values": {date(2025, 1, 1): "最低"}}})
    assert margin_target(DAY, lowest, [0.3, 0.35]).value == 0.3


def test_several_margins_are_told():
    assert [remark.en for remark in margin_target(DAY, POLICY, [0.3, 0.35, 0.3]).remarks] == ["2 different margins"]
    assert not margin_target(DAY, POLICY, [0.3, 0.3, None]).remarks


@given(days, st.integers(0, 30))
def test_calendar_months(day, count):
    later = months_later(day, count)
    assert (later.year * 12 + later.month) - (day.year * 12 + day.month) == count
    assert later.day == min(day.day, last_day(later).day)
    assert (last_day(day) + timedelta(days=1)).day == 1


@given(days, days, money, st.decimals(-1000, 100_000, places=2).map(float))
def test_the_cap_by_age_and_period(begun, day, sales, profit):
    told = ad_cap(day, POLICY, begun, sales, profit).value
    if day < begun:
        assert told == SILENT
    elif day <= months_later(begun, 3):
        assert told == "无上限,需批准"
    elif date(2024, 11, 1) <= day <= date(2024, 12, 31):
        assert told == pytest.approx(0.05 * sales)
    elif date(2025, 1, 1) <= day <= date(2025, 6, 30) and day > months_later(begun, 6):
        assert told == pytest.approx(0.3 * max(profit, 0))
    else:
        assert told == SILENT


@given(days, days, money, st.decimals(-1000, 1000, places=2).map(float), money)
def test_the_state_agrees_with_the_cap(begun, day, sales, profit, cost):
    cap = ad_cap(day, POLICY, begun, sales, profit).value
    state = ad_state(day, POLICY, begun, sales, profit, cost).value
    if isinstance(cap, str):
        assert state == {SILENT: SILENT}.get(cap, "需批准")
    else:
        assert state.startswith("超标" if cost > cap else "正常")


def test_a_cap_can_be_added_with_its_dates():
    caps = yaml.safe_load(packaged_path().read_text("utf-8"))["rules"]["ad_budget"]["caps"]["values"]
    caps[date(2025, 10, 1)] = {"over_months": 3, "share": 0.2, "base": "净毛利额", "scope": "单个产品"}
    policy = changed(ad_budget={"caps": {"values": caps}})
    begun = date(2025, 1, 1)
    told = [
        ad_cap(day, policy, begun, 0, 1000).value for day in (date(2025, 9, 30), date(2025, 10, 1), date(2030, 1, 1))
    ]
    assert told == [SILENT, 200.0, 200.0]
    assert ad_cap(date(2025, 6, 30), policy, date(2024, 6, 1), 0, 1000).value == 300.0
    words = {mark.word for mark in ad_cap(date(2025, 10, 1), policy, begun, 0, 1000).marks}
    assert words == {"偏离SOP", "SOP自相矛盾", "解读"}


@pytest.mark.parametrize(
    ("first", "change"),
    [
        (date(2024, 11, 1), {"through": date(2025, 1, 1)}),  # runs into the next period
        (date(2025, 1, 1), {"through": date(2024, 12, 31)}),  # ends before it begins
        (date(2024, 11, 1), {"over_months": 2}),  # old while still new
        (date(2025, 1, 1), {"share": 30}),
        (date(2025, 1, 1), {"base": "利润"}),
    ],
)
def test_caps_that_make_no_sense_are_refused(first, change):
    caps = yaml.safe_load(packaged_path().read_text("utf-8"))["rules"]["ad_budget"]["caps"]["values"]
    caps[first] = {**caps[first], **change}
    with pytest.raises(ValidationError):
        changed(ad_budget={"caps": {"values": caps}})


def test_the_clock_can_count_from_the_order():
    policy = changed(ad_budget={"clock": {"value": "下单"}})
    assert clock_day(DAY, policy, date(2024, 12, 1), date(2025, 1, 15)).value == date(2024, 12, 1)
    parts = ad_cap(DAY, policy, date(2025, 1, 15), 1, 1).parts
    assert "二次返单下单" in [part.zh for part in parts]


@given(st.lists(st.tuples(days, money, money), min_size=1, max_size=10))
def test_the_share_of_all_old_products(rows):
    day = date(2024, 12, 31)
    told = old_products_share(day, POLICY, [AdRow(*row) for row in rows]).value
    old = [row for row in rows if day > months_later(row[0], 3)]
    sales = sum(row[1] for row in old)
    if not old:
        assert told is None
    elif not sales:
        assert told == "无销售额"
    else:
        assert told == pytest.approx(sum(row[2] for row in old) / sales)


kinds = st.sampled_from(["优惠券", "deal", "促销", "code", "Prime exclusive"])
discounts = st.lists(
    st.one_of(
        st.builds(Discount, kinds, share=st.integers(0, 100).map(lambda n: n / 100)),
        st.builds(Discount, kinds, amount=money),
    ),
    max_size=6,
)


@given(money, discounts, st.builds(Discount, kinds, share=st.just(0.1)))
def test_one_more_discount_never_raises_the_price(price, active, more):
    before = stacked_price(DAY, POLICY, price, active).value
    after = stacked_price(DAY, POLICY, price, [*active, more]).value
    assert 0 <= after <= before <= price


@given(money, discounts.filter(lambda active: 1 < len(active) <= 4))
def test_the_order_of_discounts_does_not_matter(price, active):
    assert len({stacked_price(DAY, POLICY, price, way).value for way in permutations(active)}) == 1


@given(money, discounts, money)
def test_a_loss_is_always_an_alert(price, active, cost):
    told = stacked_margin(DAY, POLICY, price, active, cost).value
    assert bool(told.alert) == (told.margin < 0) == (cost > told.price)


def test_kinds_that_exclude_each_other_take_the_better_one():
    apart = changed(discounts={"apart": {"value": [["秒杀", "优惠券"]]}})
    active = [Discount("秒杀", share=0.2), Discount("优惠券", share=0.3), Discount("code", share=0.1)]
    assert stacked_price(DAY, apart, 100, active).value == 60  # coupon and code
    active[0] = Discount("秒杀", share=0.5)
    assert stacked_price(DAY, apart, 100, active).value == 45  # deal and code


def test_words_that_the_tables_do_not_know_are_refused():
    for family, name, words in (
        ("product_tests", "dropped", ["停产"]),
        ("targets", "approved_kinds", ["随便"]),
        ("discounts", "deal_kinds", ["满减"]),
        ("discounts", "apart", [["秒杀", "满减"]]),
    ):
        with pytest.raises(ValidationError):
            changed(**{family: {name: {"value": words}}})


@given(days, st.integers(0, 400))
def test_the_test_stage_turns_after_its_last_day(listed, later):
    seen = listed + timedelta(days=later)
    under_way = trial_stage(listed, POLICY, listed, None, seen).value
    sold = trial_stage(listed, POLICY, listed, seen, seen).value
    assert under_way.split()[0] == ("测品中" if later <= 45 else "未达标")
    assert sold.split()[0] == ("合格" if later <= 45 else "未达标")
    assert f"第{later}天" in under_way
    assert f"第{later}天" in sold
