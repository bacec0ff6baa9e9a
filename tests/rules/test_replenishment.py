"""Restocking against plain day-by-day counting: quantities, days without stock, events, batches."""

import math
from dataclasses import replace
from datetime import date, timedelta

import pytest
import yaml
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from rules.answer import Answer, Fault, Ledger, Word
from rules.batches import Batch, pick_batches
from rules.counted_once import Lot, SharedRow, inbound_once, shared_once
from rules.events import factor, paces, sold_within
from rules.lead_time import Which, lead_time
from rules.plan_approvals import next_approver, ready_for_plan
from rules.policy.families.replenishment import Event
from rules.policy.loader import packaged, packaged_path
from rules.policy.models import Rules
from rules.replenishment import StockFacts, order_quantity, propose, restock
from rules.stocking_rows import StockingRow, stocking_row_findings
from rules.stockout import Arrival, runs_out, stock_out
from rules.turnover import Segment

POLICY = packaged().rules
DAY = date(2025, 4, 3)
units = st.integers(0, 5000)
sales = st.integers(0, 4000).map(lambda tenths: tenths / 10)
days = st.integers(0, 300)
cartons = st.none() | st.integers(1, 144)
orders = st.none() | st.integers(0, 2000)
near = st.integers(0, 200).map(lambda ahead: DAY + timedelta(days=ahead))
arrivals = st.lists(st.builds(Arrival, near, units), max_size=6)


def with_events(*events):
    raw = yaml.safe_load(packaged_path().read_text("utf-8"))["rules"]
    raw["replenishment"]["events"] = {"value": list(events), "why": "活动"}
    return Rules.model_validate(raw)


# --- quantities


@given(sales, units, units, days, days, days, cartons, orders)
def test_an_order_is_never_negative_whole_cartons_and_no_less_than_the_smallest(
    daily, on_hand, inbound, lead, review, safety, carton, moq
):
    answer = restock(DAY, POLICY, daily, on_hand, inbound, lead, review, safety, carton, moq)
    quantity, gap = answer.value, daily * (lead + review + safety) - on_hand - inbound
    assert isinstance(quantity, int)
    assert quantity >= 0
    assert quantity % (carton or 1) == 0
    assert (quantity == 0) == (round(gap, 9) <= 0)
    if quantity:
        assert quantity >= (moq or 0)
        assert quantity >= gap - 1e-6
        assert quantity - (carton or 1) < max(gap, moq or 0) + 1e-6, "one carton less would do"


@given(sales, units, units, days, cartons, orders, st.integers(0, 500))
def test_more_stock_never_orders_more_and_more_sales_never_less(daily, on_hand, inbound, lead, carton, moq, more):
    def ordered(**changed):
        facts = {"daily": daily, "on_hand": on_hand, "inbound": inbound, "lead_days": lead} | changed
        return restock(DAY, POLICY, **facts, carton=carton, moq=moq).value

    base = ordered()
    assert ordered(on_hand=on_hand + more) <= base
    assert ordered(inbound=inbound + more) == ordered(on_hand=on_hand + more)
    assert ordered(daily=daily + more / 10) >= base
    assert ordered(lead_days=lead + more) >= base


@given(st.integers(1, 400), st.integers(1, 200))
def test_tenths_leave_no_trace(tenths, lead):
    """Of n tenths a day for d days n*d/10 units are needed: rounded up in whole numbers, not in floats."""
    ordered = restock(DAY, POLICY, tenths / 10, 0, 0, lead, 0, 0).value
    assert ordered == -(-tenths * lead // 10)


def test_defaults_are_told_and_marked():
    given_days = restock(DAY, POLICY, 10, 0, 0, 90, 7, 14)
    default = restock(DAY, POLICY, 10, 0, 0, 90)
    assert given_days.value == default.value == 1110
    assert [used.number.key for used in default.used] == [
        "rules.replenishment.review_days",
        "rules.replenishment.safety_days",
    ]
    assert (given_days.marks, {mark.word for mark in default.marks}) == ((), {Word.READING})


def test_a_gap_that_is_no_number():
    for gap in (math.inf, math.nan):
        with pytest.raises(Fault, match="F-542"):
            order_quantity(gap, 24, None)


# --- the first day without stock


def day_by_day(first, stock, daily_on, coming, longest=4000):
    for ahead in range(longest):
        day = first + timedelta(days=ahead)
        stock += sum(arrival.units for arrival in coming if arrival.day == day)
        if round(stock - daily_on(day), 9) < 0:
            return day
        stock = round(stock - daily_on(day), 9)
    return None


@given(st.integers(1, 400), units, arrivals)
def test_the_day_without_stock_is_the_one_that_counting_finds(tenths, on_hand, coming):
    daily = tenths / 10
    told = stock_out(DAY, daily, on_hand, coming).value
    counted = day_by_day(DAY, on_hand, lambda _: daily, coming)
    if counted is None:
        assert told > DAY + timedelta(days=3999)
    else:
        assert told == counted


@given(st.integers(1, 400), units, arrivals, st.integers(0, 2**20))
def test_the_order_of_arrivals_does_not_matter_and_more_stock_lasts_longer(tenths, on_hand, coming, seed):
    daily = tenths / 10
    told = stock_out(DAY, daily, on_hand, coming).value
    turned = sorted(coming, key=lambda arrival: hash((arrival.day, arrival.units, seed)))
    assert stock_out(DAY, daily, on_hand, turned).value == told
    assert stock_out(DAY, daily, on_hand + 10, coming).value >= told
    assert stock_out(DAY, daily, on_hand, [*coming, Arrival(DAY, 10)]).value >= told


@given(st.integers(1, 400), units)
def test_without_arrivals_it_is_one_division(tenths, on_hand):
    ahead = on_hand * 10 // tenths
    assert stock_out(DAY, tenths / 10, on_hand).value == DAY + timedelta(days=ahead)


def test_a_far_horizon_is_no_longer_a_way():
    many = [Arrival(DAY + timedelta(days=n), 1) for n in range(2000)]
    assert stock_out(DAY, 1, 1_000_000, many).value == DAY + timedelta(days=1_002_000)


# --- events

month_days = st.dates(date(2025, 1, 1), date(2025, 12, 31)).map(lambda day: f"{day:%m-%d}")
events = st.lists(
    st.builds(
        Event,
        name=st.just("活动"),
        categories=st.sampled_from([(), ("车灯",), ("灯带",)]),
        first=month_days,
        last=month_days,
        factor=st.sampled_from([0, 0.5, 1, 1.5, 3]),
    ),
    max_size=3,
)


def naive_factor(calendar, category, day):
    """Walks through every year's event day by day."""
    for event in calendar:
        if event.categories and category not in event.categories:
            continue
        walked = date.fromisoformat(f"{day.year - 1}-{event.first}")
        while walked <= day:
            length = 0
            while f"{walked + timedelta(days=length):%m-%d}" != event.last:
                length += 1
            if walked <= day <= walked + timedelta(days=length):
                return event.factor
            walked = date.fromisoformat(f"{walked.year + 1}-{event.first}")
    return 1.0


@settings(max_examples=60)
@given(events, st.dates(date(2023, 1, 1), date(2030, 12, 31)))
def test_the_factor_of_a_day(calendar, day):
    assert factor(calendar, "车灯", day) == naive_factor(calendar, "车灯", day)


@settings(max_examples=60)
@given(events, st.integers(0, 200), st.dates(date(2023, 1, 1), date(2030, 12, 31)), st.sampled_from([0, 0.25, 0.5]))
def test_sales_of_a_time_are_the_sum_of_its_days(calendar, whole, start, part):
    expected = sum(10 * factor(calendar, "车灯", start + timedelta(days=ahead)) for ahead in range(whole))
    expected += part * 10 * factor(calendar, "车灯", start + timedelta(days=whole))
    assert sold_within(calendar, "车灯", 10, start, whole + part) == pytest.approx(expected)


@settings(max_examples=60)
@given(events, st.integers(0, 3000), arrivals)
def test_with_events_too_counting_finds_the_same_day(calendar, stock, coming):
    counted = day_by_day(DAY, stock, lambda day: 10 * factor(calendar, "车灯", day), coming)
    assume(counted is not None)
    assert runs_out(DAY, stock, paces(calendar, "车灯", 10, DAY), coming) == counted


def test_an_event_lifts_the_proposal_of_its_category_only():
    policy = with_events({"name": "夏促", "categories": ["车灯"], "first": "05-01", "last": "05-10", "factor": 3})
    lamps = StockFacts("A", "M1", "车灯", 10, 10, 10, platform=600)
    plain = propose(DAY, POLICY, lamps).value
    answer = propose(DAY, policy, lamps)
    lifted = answer.value
    assert "夏促:2025-05-01 起日均按 30 件" in reasons(answer)
    assert lifted.quantity == plain.quantity + 200, "ten days sell 20 more each"
    assert (plain.stock_out, lifted.stock_out) == (date(2025, 6, 2), date(2025, 5, 13))
    other = replace(lamps, category="灯带")
    assert propose(DAY, policy, other).value == propose(DAY, POLICY, other).value


@pytest.mark.parametrize("written", ["2-29", "02-29", "02-30", "1-1", "13-01", "2025-01-01"])
def test_a_day_of_the_year_is_month_and_day(written):
    with pytest.raises(ValidationError):
        Event(name="活动", first=written, last="12-31", factor=2)


def test_the_lanes_of_proposals_must_be_known():
    raw = yaml.safe_load(packaged_path().read_text("utf-8"))["rules"]
    raw["replenishment"]["lanes"]["value"] = ["混合", "火箭"]
    with pytest.raises(ValidationError, match="火箭"):
        Rules.model_validate(raw)


# --- the proposal

lots = st.lists(
    st.builds(
        Lot,
        segment=st.sampled_from(Segment),
        units=st.integers(0, 800),
        due=st.none() | near,
        shipment=st.sampled_from(["", "FBA1", "FBA2"]),
    ),
    max_size=4,
).map(tuple)
known = st.builds(
    StockFacts,
    store=st.just("A"),
    msku=st.just("M1"),
    category=st.sampled_from(["车灯", "车机"]),
    avg7=st.integers(0, 30),
    avg14=st.integers(0, 30),
    avg30=st.integers(0, 30),
    platform=units,
    lots=lots,
    orders=lots,
    carton=cartons,
    moq=orders,
)


@settings(max_examples=80)
@given(known)
def test_a_proposal_agrees_with_its_functions(facts):
    answer = propose(DAY, POLICY, facts)
    proposal = answer.value
    counted = inbound_once(Ledger("R50", DAY), facts.orders, facts.lots)
    parts = {part.zh: part.value for part in answer.parts}
    assert sum(parts[segment] for segment in Segment) == facts.platform + sum(lot.units for lot in counted)
    lead = lead_time(DAY, POLICY, facts.category).value
    daily = 0.5 * facts.avg7 + 0.3 * facts.avg14 + 0.2 * facts.avg30
    have = facts.platform + sum(lot.units for lot in counted)
    assert (
        proposal.quantity
        == restock(DAY, POLICY, round(daily, 10), have, 0, lead, None, None, facts.carton, facts.moq).value
    )
    assert (proposal.stock_out is None) == (daily == 0)
    assert (proposal.channel is not None) == (proposal.quantity > 0)
    if proposal.stock_out:
        lane = proposal.channel or "混合"
        longest = math.ceil(lead_time(DAY, POLICY, facts.category, lane, Which.MAX).value)
        assert proposal.order_by == proposal.stock_out - timedelta(days=longest)


@settings(max_examples=60)
@given(known, units)
def test_more_stock_never_proposes_more(facts, more):
    base = propose(DAY, POLICY, facts).value
    richer = propose(DAY, POLICY, replace(facts, platform=facts.platform + more)).value
    assert richer.quantity <= base.quantity
    if base.stock_out:
        assert richer.stock_out >= base.stock_out


def reasons(answer: Answer, lang="zh"):
    return [remark.say(lang) for remark in answer.remarks]


def test_the_reasons_in_words():
    facts = StockFacts("A", "M1", "车灯", 10, 10, 10, platform=939, carton=24, moq=300)
    answer = propose(DAY, POLICY, facts)
    assert reasons(answer) == [
        "日均 10 件,要备 123.5 天(混合备货 102.5 + 复核 7 + 安全 14),需要 1235 件,已有 939 件",
        "建议补 312 件,13 整箱,每箱 24,起订量 300",
        "2025-07-05 断货(93 天后)",
        "混合要到 2025-07-15 才可售,晚于断货日 10 天",
        "快线要到 2025-07-06 才可售,晚于断货日 1 天",
        "走空运:今天下单 2025-05-28 可售,赶得上",
        "空运最晚下单日 2025-05-10",
    ]
    assert reasons(answer, "en")[1:4] == [
        "order 312 units, 13 cartons of 24, smallest order 300",
        "out of stock on 2025-07-05, in 93 days",
        "混合: sellable on 2025-07-15 only, 10 days after stock runs out",
    ]
    late = propose(DAY, POLICY, replace(facts, platform=100))
    assert reasons(late)[-2:] == ["都赶不上,走最快的空运", "空运最晚下单日 2025-02-16,已经过了,马上下单"]
    assert reasons(late, "en")[-1] == "last day to order by 空运: 2025-02-16, which has passed: order now"
    assert reasons(answer, "en")[-1] == "last day to order by 空运: 2025-05-10"
    coming = propose(DAY, POLICY, replace(facts, platform=100, lots=(Lot(Segment.TRANSIT, 1200, date(2025, 6, 1)),)))
    assert "总量够,但断货之前到不了:催在途" in reasons(coming)
    assert "库存和在途够,不用补" in reasons(coming)
    assert "没有销量,不会断货" in reasons(propose(DAY, POLICY, replace(facts, avg7=0, avg14=0, avg30=0)))


def test_goods_in_an_order_and_a_shipment_are_named():
    twice = (Lot(Segment.TRANSIT, 40, DAY, "FBA18SHTRFPP"),)
    answer = propose(DAY, POLICY, StockFacts("A", "M1", "车灯", 10, 10, 10, platform=0, lots=twice, orders=twice))
    assert "FBA18SHTRFPP 在备货单和FBA货件里各有一次,只算货件" in reasons(answer)


@given(st.lists(st.builds(SharedRow, st.sampled_from("AB"), units, st.sampled_from(["", "是", "共享库存", "共享"]))))
def test_shared_stock_is_between_the_largest_row_and_the_sum(rows):
    total = shared_once(DAY, POLICY, tuple(rows)).value
    assert max((row.units for row in rows if row.mark != "共享库存" and row.mark != "共享"), default=0) <= total
    assert total <= sum(row.units for row in rows)


# --- batches

batches = st.lists(
    st.builds(Batch, near, st.integers(1, 30).map(lambda number: f"B{number}"), st.integers(0, 300)), max_size=8
).map(tuple)


@given(batches, units)
def test_batches_give_what_there_is_and_the_oldest_first(there, wanted):
    picking = pick_batches(DAY, there, wanted).value
    assert sum(taken.units for taken in picking.taken) + picking.short == wanted
    assert picking.short == max(0, wanted - sum(batch.units for batch in there))
    in_order = sorted(there, key=lambda batch: (batch.received, int(batch.number[1:])))
    full = [batch for batch in in_order if batch.units]
    assert [taken.number for taken in picking.taken] == [batch.number for batch in full[: len(picking.taken)]]
    assert all(taken.units == batch.units for taken, batch in list(zip(picking.taken, full, strict=False))[:-1]), (
        "only the last one is taken in part"
    )


def test_a_shortage_is_said():
    answer = pick_batches(DAY, (Batch(DAY, "B1", 3),), 5)
    assert reasons(answer) == ["批次不够,还差 2 件"]


# --- stocking rows


def test_what_keeps_a_row_out_of_the_plan_is_said():
    row = StockingRow(40, 20, target_month="2025-08", margin=0.3, approval="不合格")
    answer = ready_for_plan(date(2025, 2, 1), POLICY, row)
    assert answer.value is False
    assert [reason.split(" ")[0] for reason in reasons(answer)] == ["F-564", "F-562", "F-562"]
    pending = ready_for_plan(date(2025, 2, 1), POLICY, replace(row, approval=""))
    assert reasons(pending)[0].startswith("F-563")


def test_notes_are_no_mistakes():
    row = StockingRow(
        40, None, target_month="2025-08", margin=0.3, avg7=1, avg14=1, avg30=1, attachments=("产品标", "审批")
    )
    found = stocking_row_findings(DAY, POLICY, row).value
    assert [(finding.code.id, finding.is_note, finding.where) for finding in found] == [
        ("F-554", True, "箱规"),
        ("F-560", True, "日均"),
    ]


def test_the_chain_is_walked_to_its_end():
    state, walked = "已提交", []
    while (person := next_approver(DAY, POLICY, state).value) != "审批完成":
        walked.append(person)
        state = f"{person}已审批"
    assert walked == ["部门主管", "采购主管", "财务", "Nancy"]
