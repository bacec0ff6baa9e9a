from datetime import date, timedelta

import numpy as np
import pytest

from rules.policy.loader import packaged
from rules.turnover import Segment
from sheets_schema.sheets import SHEETS
from sync.files.told import Seller
from sync.tab.computed import FILLERS
from sync.tab.computed_why import why
from sync.tab.cover import DayRows
from sync.tab.facts import DOUBTS, DayContext, Doubt, TabFacts

DAY = date(2026, 11, 2)


def tab(rows, sellers=None, outside=None):
    """A tab of rows (dicts by title) with keys 0, 1, …, all of SKU S; `outside` says why cells do not count."""
    titles = dict.fromkeys(title for row in rows for title in row)
    keys = [(str(number),) for number in range(len(rows))]
    if sellers is None:
        sellers = [Seller(key, (None, None, None)) for key in keys]
    columns = {title: [row.get(title) for row in rows] for title in titles}
    more = {"outside": outside} if outside else {}
    return TabFacts(columns, keys=keys, skus=["S"] * len(rows), sellers={"S": tuple(sellers)}, **more)


def context(day=DAY):
    return DayContext(packaged().rules, day)


def cell(name, facts, row, here):
    (value,) = FILLERS[name](DayRows(facts, [row], here))
    return value


def missing(facts, row, here, segments):
    (answer,) = DayRows(facts, [row], here).missing(segments)
    return answer


def fill(name, day=DAY, **cells):
    return cell(name, tab([cells]), 0, context(day))


STOCK = {
    "采购未交": 600.0,
    "国内仓": 100.0,
    "海外在途": 300.0,
    "FBA在途": 100.0,
    "货代仓/海外仓": 0.0,
    "FBA可售": 90.0,
    "FBA待调仓": 0.0,
    "FBA调仓中": 0.0,
    "FBA入库中": 10.0,
    "7日均": 10.0,
    "14日均": 10.0,
    "30日均": 10.0,
}
RESTS = {column.fill: column.rests for column in SHEETS["库存数据"].columns}
COVER = ("cover_purchased", "cover_domestic", "cover_transit", "cover_overseas", "cover_platform")


def test_a_row_of_stock():
    assert fill("weighted_daily", **STOCK) == 10
    assert fill("cover_days", **STOCK) == 10
    assert fill("stockout_date", **STOCK) == date(2026, 11, 12)
    assert [fill(name, **STOCK) for name in COVER] == [60, 10, 40, 0, 10]
    assert fill("segments", **STOCK) == "采购 60 / 国内 10 / 在途 40 / 海外 0 / 平台 10"
    assert fill("cover_total", **STOCK) == 120
    assert fill("over_120", **STOCK) == "否", "120 is the limit and still good"
    assert fill("over_120", **(STOCK | {"国内仓": 101.0})) == "是"


def test_stock_of_a_hundred_years_has_no_day_without_stock():
    assert fill("stockout_date", **(STOCK | {"FBA可售": 364_989.0})) == DAY + timedelta(days=36_499)
    assert fill("stockout_date", **(STOCK | {"FBA可售": 364_990.0})) is None


def test_the_verdict_is_that_of_the_days_not_of_what_is_shown():
    close = STOCK | {"国内仓": 100.3}
    assert (fill("cover_total", **close), fill("over_120", **close)) == (120.0, "是")
    thirds = STOCK | dict.fromkeys(("7日均", "14日均", "30日均"), 3.0) | {"采购未交": 60.0, "国内仓": 100.0}
    thirds |= {"海外在途": 100.0, "FBA在途": 0.0}
    assert fill("over_120", **thirds) == "否", "20 + 33 1/3 + 33 1/3 + 33 1/3: exactly 120"


def test_shared_stock_is_divided_by_the_sales_of_all_who_share_it():
    """Two MSKUs of one SKU here (10 and 5 a day), a third in no tab of ours (5 a day): 20 a day."""
    second = (
        STOCK | {"FBA可售": 40.0, "FBA入库中": 0.0, "FBA在途": 0.0} | dict.fromkeys(("7日均", "14日均", "30日均"), 5.0)
    )
    sellers = [Seller(("0",), (99.0,) * 3), Seller(("1",), (99.0,) * 3), Seller(("elsewhere",), (5.0,) * 3)]
    both = tab([STOCK, second], sellers)
    here = context()
    assert [cell(name, both, 0, here) for name in COVER] == [30, 5, 25, 0, 10]
    assert [cell(name, both, 1, here) for name in COVER] == [30, 5, 15, 0, 8]
    assert [cell("cover_total", both, row, here) for row in (0, 1)] == [70, 58]


def test_the_sales_of_one_msku_unknown_leave_the_shared_segments_unknown():
    both = tab([STOCK], [Seller(("0",), (None,) * 3), Seller(("elsewhere",), (None,) * 3)])
    found = [cell(name, both, 0, context()) for name in COVER]
    assert found == [None, None, None, None, 10]
    assert list(missing(both, 0, context(), tuple(Segment))) == ["日均"]


def test_without_sales_or_numbers():
    none = STOCK | {"7日均": 0.0, "14日均": 0.0, "30日均": 0.0}
    for name in ("cover_days", "segments", "cover_total", "cover_purchased", "cover_platform"):
        assert fill(name, **none) == "无销量"
    assert fill("over_120", **none) is None
    assert fill("stockout_date", **none) is None
    for name in FILLERS:
        assert fill(name, **{"7日均": None, "FBA可售": "约30"}) is None


def test_one_msku_that_does_not_sell_beside_one_that_does():
    """Its own stock lasts for ever; what it shares lasts as long as the other's."""
    idle = STOCK | dict.fromkeys(("7日均", "14日均", "30日均"), 0.0) | {"FBA在途": 0.0}
    both = tab([idle], [Seller(("0",), (0.0,) * 3), Seller(("elsewhere",), (10.0,) * 3)])
    assert [cell(name, both, 0, context()) for name in COVER] == [60, 10, 30, 0, "无销量"]
    assert cell("cover_total", both, 0, context()) == "无销量"
    assert cell("over_120", both, 0, context()) is None, "100 known days are no verdict"


@pytest.mark.parametrize("title", [title for title in STOCK if "日均" not in title])
@pytest.mark.parametrize("way", ["no column", "blank", "text", "the ERP does not know it"])
def test_an_unknown_segment_is_blank_and_so_is_the_total(title, way):
    cells, outside = dict(STOCK), None
    if way == "no column":
        del cells[title]
    elif way == "the ERP does not know it":

        def outside(name):
            return np.array([DOUBTS.index(Doubt.SILENT)]) if name == title else None

    else:
        cells[title] = None if way == "blank" else "停售清货"
    one = tab([cells], outside=outside)
    blank = [name for name in COVER if cell(name, one, 0, context()) is None]
    (column,) = blank
    assert [bool(missing(one, 0, context(), RESTS[name])) for name in COVER] == [name == column for name in COVER]
    assert cell("cover_total", one, 0, context()) is None
    assert cell("over_120", one, 0, context()) is None, "at most 60 known days"
    assert "—" in cell("segments", one, 0, context())
    assert (cell("stockout_date", one, 0, context()) is None) == (column == "cover_platform")


def test_known_segments_that_exceed_the_limit_alone_are_a_verdict():
    much = STOCK | {"采购未交": 1101.0, "国内仓": None}
    assert fill("cover_total", **much) is None
    assert fill("over_120", **much) == "是"
    assert fill("over_120", **(much | {"采购未交": 600.0})) is None


def test_before_the_rule_there_is_no_limit():
    assert fill("over_120", date(2024, 12, 31), **STOCK) is None


@pytest.mark.parametrize(
    ("day", "days", "state"),
    [
        (date(2026, 10, 17), 45, "正常 45天"),
        (date(2026, 10, 22), 50, "超期 50天(超5天)"),
        (date(2026, 10, 23), 51, "异常 51天(超6天)"),
    ],
)
def test_a_shipment_under_way(day, days, state):
    cells = {"发货日": date(2026, 9, 2), "渠道": "美墨快线", "状态": "SHIPPED"}
    assert fill("transit_days", day, **cells) == days
    assert fill("transit_state", day, **cells) == state
    assert fill("transit_state", day, **cells, 物流确认天数=51.0) == f"正常 {days}天"


@pytest.mark.parametrize("state", ["CLOSED", "closed", "RECEIVING", "已签收", "Checked In", "已取消"])
def test_a_shipment_that_arrived_is_not_counted_on(state):
    cells = {"发货日": date(2026, 9, 2), "渠道": "快线", "状态": state}
    assert (fill("transit_days", **cells), fill("transit_state", **cells)) == (None, None)


@pytest.mark.parametrize("state", [None, "清关卡住了", "in transit?"])
def test_a_shipment_in_a_state_that_nobody_knows_is_unknown(state):
    cells = {"发货日": date(2026, 9, 2), "渠道": "快线", "状态": state}
    assert (fill("transit_days", **cells), fill("transit_state", **cells)) == (None, None)


def test_a_shipment_without_a_known_lane_or_dispatch():
    assert fill("transit_state", 发货日=date(2026, 9, 2), 渠道="火箭", 状态="在途") == "SOP未规定"
    assert fill("transit_state", 发货日=None, 渠道="快线", 状态="在途") is None


SHIPPED = {"发货日": date(2026, 9, 2), "状态": "SHIPPED"}
EXPLAINED = [
    (name, STOCK) for name in ("weighted_daily", "cover_days", "stockout_date", *COVER, "cover_total", "over_120")
]
EXPLAINED += [("transit_days", SHIPPED | {"渠道": lane}) for lane in ("快线", "整柜", "火箭")]
EXPLAINED += [("transit_state", SHIPPED | {"渠道": lane}) for lane in ("快线", "整柜")]


@pytest.mark.parametrize(("name", "cells"), EXPLAINED)
def test_an_explanation_ends_in_what_the_cell_says(name, cells):
    answer = why(name, tab([cells]), 0, context(date(2026, 10, 17)))
    assert answer.value == cell(name, tab([cells]), 0, context(date(2026, 10, 17)))
