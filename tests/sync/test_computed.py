from datetime import date

import pytest

from rules.policy.loader import packaged
from sync.computed import FILLERS, Context


def fill(name, context=None, **cells):
    context = context or Context(packaged().rules, date(2026, 11, 2))
    return FILLERS[name]({title: [value] for title, value in cells.items()}, 0, context)


STOCK = {
    "采购未交": 600.0,
    "国内仓": 100.0,
    "海外在途": 300.0,
    "FBA在途": 100.0,
    "货代仓/海外仓": 0.0,
    "FBA可售": 90.0,
    "FBA入库中": 10.0,
    "7日均": 10.0,
    "14日均": 10.0,
    "30日均": 10.0,
}


def test_a_row_of_stock():
    assert fill("weighted_daily", **STOCK) == 10
    assert fill("cover_days", **STOCK) == 10
    assert fill("stockout_date", **STOCK) == date(2026, 11, 12)
    assert fill("segments", **STOCK) == "采购 60 / 国内 10 / 在途 40 / 海外 0 / 平台 10"
    assert fill("segments_total", **STOCK) == 120
    assert fill("over_120", **STOCK) == "否", "120 is the limit and still good"
    assert fill("over_120", **(STOCK | {"国内仓": 101.0})) == "是"


def test_without_sales_or_numbers():
    none = STOCK | {"7日均": 0.0, "14日均": 0.0, "30日均": 0.0}
    assert fill("cover_days", **none) == "无销量"
    assert fill("segments", **none) == "无销量"
    assert fill("stockout_date", **none) is None
    for name in ("weighted_daily", "cover_days", "stockout_date", "segments", "segments_total", "over_120"):
        assert fill(name, **{"7日均": None, "FBA可售": "约30"}) is None


def test_text_in_a_stock_cell_is_unknown_not_zero():
    typed = STOCK | {"FBA可售": "停售清货"}
    assert fill("cover_days", **typed) is None
    assert fill("stockout_date", **typed) is None
    assert fill("segments", **typed) == "采购 60 / 国内 10 / 在途 40 / 海外 0 / 平台 —"


def test_before_the_rule_there_is_no_limit():
    assert fill("over_120", Context(packaged().rules, date(2024, 12, 31)), **STOCK) is None


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
    context = Context(packaged().rules, day)
    assert fill("transit_days", context, **cells) == days
    assert fill("transit_state", context, **cells) == state
    assert fill("transit_state", context, **cells, 物流确认天数=51.0) == f"正常 {days}天"


def test_a_shipment_that_arrived_or_has_no_known_lane():
    assert fill("transit_days", 发货日=date(2026, 9, 2), 渠道="快线", 状态="CLOSED") is None
    assert fill("transit_state", 发货日=date(2026, 9, 2), 渠道="快线", 状态="已签收") is None
    assert fill("transit_state", 发货日=date(2026, 9, 2), 渠道="火箭") == "SOP未规定"
    assert fill("transit_state", 发货日=None, 渠道="快线") is None
