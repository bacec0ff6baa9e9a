"""The join: sources in order, shared stock, one shipment once, rows of people's tabs."""

from datetime import date

import pytest

from rules.policy.site import Site
from sheets_schema.sheets import SHEETS
from sync.files.library import Library
from sync.files.theirs import theirs
from sync.ingest.join import Order, count_once
from tests.sync.ingest.made import export, stock

LINKS, STOCK, TRANSIT = SHEETS.values()


def rows(answer):
    """Key -> {column: value} of what is known."""
    keys = zip(*(answer.table.values(title) for title in answer.table.columns[:2]), strict=True)
    return {
        key: {title: answer.table.value(title, row) for title, known in answer.known.items() if known[row]}
        for row, key in enumerate(keys)
    }


def told(sheet, *exports, ours=(), **options):
    return theirs(sheet, Library(exports, **options), list(ours))


FBA = stock([("LO-CA", "A", 5, "S1"), ("LO-CA", "B", 6, "S1"), ("LO-MX", "C", 7, "S2")])


def test_stock_of_a_sku_stands_on_each_of_its_msku_marked_shared():
    warehouse = export(
        "仓库库存明细",
        [
            {"warehouse": "深圳仓", "sku": "S1", "available": 30},
            {"warehouse": "义乌仓", "sku": "S1", "available": 4},
            {"warehouse": "墨西哥海外仓", "sku": "S1", "available": 9},
            {"warehouse": "深圳仓", "sku": "S2", "available": 1},
        ],
    )
    answer = told(STOCK, FBA, warehouse)
    found = rows(answer)
    assert [found[key]["国内仓"] for key in (("LO-CA", "A"), ("LO-CA", "B"), ("LO-MX", "C"))] == [34.0, 34.0, 1.0]
    assert found["LO-CA", "A"]["货代仓/海外仓"] == 9.0
    assert found["LO-MX", "C"]["货代仓/海外仓"] == 0.0, "a file covers the overseas warehouse and does not list it"
    assert answer.shared["国内仓"].tolist() == [True, True, False]


DF = [
    {"warehouse": "深圳仓", "sku": "S1", "available": 30},
    {"warehouse": "墨西哥DF仓", "sku": "S1", "available": 100},
    {"warehouse": "墨西哥DF仓", "sku": "S2", "available": 0},
    {"warehouse": "深圳仓", "sku": "S2", "available": 1},
]


def test_goods_in_a_warehouse_that_nobody_placed_count_nowhere():
    answer = told(STOCK, FBA, export("仓库库存明细", DF))
    found = rows(answer)
    assert "国内仓" not in found["LO-CA", "A"]
    assert found["LO-MX", "C"]["国内仓"] == 1.0, "nothing of it lies there: its sum is right whatever the place is"
    assert {title: rows.tolist() for title, rows in answer.unplaced.items()} == {
        "国内仓": [True, True, False],
        "货代仓/海外仓": [True, True, False],
    }
    assert "货代仓/海外仓" not in found["LO-MX", "C"], "no file covers an overseas warehouse"


@pytest.mark.parametrize(
    ("place", "home", "abroad"),
    [("国内", 130.0, None), ("海外", 30.0, 100.0), ("货代", 30.0, 100.0), ("平台", 30.0, None), ("忽略", 30.0, None)],
)
def test_placing_a_warehouse_says_where_its_goods_count(place, home, abroad):
    site = Site.model_validate({"warehouses": [{"name": " 墨西哥ｄｆ 仓", "is": place}]})
    found = rows(told(STOCK, FBA, export("仓库库存明细", DF, site=site)))["LO-CA", "A"]
    assert (found["国内仓"], found.get("货代仓/海外仓")) == (home, abroad)


def test_what_the_next_source_says_is_no_way_round_a_warehouse_that_nobody_placed():
    arrived = stocking(received=60, status="已完成")
    found = rows(told(STOCK, FBA, export("仓库库存明细", DF), arrived))
    assert "货代仓/海外仓" not in found["LO-CA", "A"]
    assert found["LO-MX", "C"]["货代仓/海外仓"] == 0.0


def test_a_file_that_names_no_warehouses_counts_nowhere_until_it_is_placed():
    lines = [{"sku": "S1", "available": 5}]
    assert "国内仓" not in rows(told(STOCK, FBA, export("仓库库存明细", lines)))["LO-CA", "A"]
    site = Site.model_validate({"warehouses": [{"name": "未写仓库", "is": "国内"}]})
    assert rows(told(STOCK, FBA, export("仓库库存明细", lines, site=site)))["LO-CA", "A"]["国内仓"] == 5.0


def test_a_sku_is_unknown_where_one_of_its_lines_is():
    lines = [
        {"warehouse": "深圳仓", "sku": "S1", "available": 30},
        {"warehouse": "义乌仓", "sku": "S1", "available": None},
        {"warehouse": "深圳仓", "sku": "S2", "available": 7},
    ]
    found = rows(told(STOCK, FBA, export("仓库库存明细", lines)))
    assert "国内仓" not in found["LO-CA", "A"], "30 would be too little"
    assert found["LO-MX", "C"]["国内仓"] == 7.0


def test_a_sku_that_nobody_ever_listed_has_none_only_where_a_file_covers():
    many = [{"warehouse": "深圳仓", "sku": f"M{n}", "available": 1} for n in range(10)]
    whole = export("仓库库存明细", many)
    parts = [export("仓库库存明细", many[at : at + 5], hours) for at, hours in ((0, 1), (5, 2))]
    assert rows(told(STOCK, FBA, whole))["LO-CA", "A"]["国内仓"] == 0.0
    assert "国内仓" not in rows(told(STOCK, FBA, *parts))["LO-CA", "A"], "two halves prove nothing"


@pytest.mark.parametrize(("status", "left"), [("待到货", 70.0), ("已完成", 0.0), ("结案待查", None), (None, 70.0)])
def test_a_state_that_nobody_knows_is_no_quantity(status, left):
    line = {"order_no": "P1", "sku": "S1", "ordered": 100, "received": 30, "status": status}
    assert rows(told(STOCK, FBA, export("采购单", [line])))["LO-CA", "A"].get("采购未交") == left
    site = Site.model_validate({"statuses": {"采购单": {"完结": ["结案*"]}}})
    if left is None:
        assert rows(told(STOCK, FBA, export("采购单", [line], site=site)))["LO-CA", "A"]["采购未交"] == 0.0


def test_a_state_that_nobody_knows_does_no_harm_where_nothing_is_left():
    line = {"order_no": "P1", "sku": "S1", "ordered": 100, "received": 100, "status": "结案待查"}
    assert rows(told(STOCK, FBA, export("采购单", [line])))["LO-CA", "A"]["采购未交"] == 0.0


def test_goods_that_amazon_may_count_already_are_unknown():
    """The order names a shipment: of which no file tells, whose state nobody knows, or that never left."""
    order = stocking(remark=NOTE, store="LO-CA")
    for more in ((), (shipment("清关?"),), (shipment(None),)):
        found = rows(told(STOCK, FBA, order, *more))["LO-CA", "A"]
        assert "海外在途" not in found, more
    elsewhere = shipment(shipment="FBA00OTHER00", store="LO-MX")
    assert "海外在途" not in rows(told(STOCK, FBA, order, elsewhere))["LO-CA", "A"]
    own = shipment(shipment="FBA00OTHER00", store="LO-CA")
    assert rows(told(STOCK, FBA, order, own))["LO-CA", "A"]["海外在途"] == 100.0


def test_who_shares_a_sku_is_known_beyond_the_sheet():
    listing = export(
        "Listing",
        [
            {"store": "LO-CA", "msku": "A", "sku": "S1", "sold_7": 70, "sold_14": 140, "sold_30": 300},
            {"store": "HI-US", "msku": "far away", "sku": "S1", "sold_7": 7, "sold_14": 14, "sold_30": 30},
        ],
    )
    only = told(LINKS, FBA, listing, ours=[("LO-CA", "A")])
    assert not only.sellers
    answer = told(STOCK, FBA, listing)
    sellers = {seller.key: seller.averages for seller in answer.sellers["S1"]}
    assert sellers == {
        ("LO-CA", "A"): (10.0, 10.0, 10.0),
        ("LO-CA", "B"): (None, None, None),
        ("HI-US", "far away"): (1.0, 1.0, 1.0),
    }


def test_undelivered_is_ordered_minus_received():
    lines = [
        {"order_no": "P1", "sku": "S1", "ordered": 100, "received": 30, "status": "部分到货"},
        {"order_no": "P2", "sku": "S1", "ordered": 50, "received": None, "status": "待到货"},
        {"order_no": "P3", "sku": "S1", "ordered": 70, "received": 0, "status": "已作废"},
        {"order_no": "P4", "sku": "S2", "ordered": 10, "received": 12, "status": "已完成"},
    ]
    found = rows(told(STOCK, FBA, export("采购单", lines)))
    assert (found["LO-CA", "A"]["采购未交"], found["LO-MX", "C"]["采购未交"]) == (120.0, 0.0)


def test_a_finished_order_that_is_no_longer_listed_leaves_nothing():
    lines = [{"order_no": f"P{n}", "sku": "S2" if n else "S1", "ordered": 10, "received": 0} for n in range(6)]
    found = rows(told(STOCK, FBA, export("采购单", lines), export("采购单", lines[1:], 5)))
    assert (found["LO-CA", "A"]["采购未交"], found["LO-MX", "C"]["采购未交"]) == (0.0, 50.0)


def stocking(**more):
    line = {
        "order_no": "OS1",
        "to_warehouse": "墨西哥货代仓",
        "sku": "S1",
        "quantity": 100,
        "received": 0,
        "status": "运输中",
    }
    return export("海外仓备货单", [line | more])


@pytest.mark.parametrize(
    ("line", "transit", "arrived"),
    [
        ({}, 100.0, 0.0),
        ({"received": 40, "status": "部分收货"}, 60.0, 40.0),
        ({"received": 95, "status": "已完成"}, 0.0, 95.0),
        ({"received": None, "status": "已收货"}, 0.0, 100.0),
        ({"status": "待发货"}, 0.0, 0.0),
        ({"status": "已作废"}, 0.0, 0.0),
        ({"status": None, "shipped": 90}, 90.0, 0.0),
        ({"status": None, "shipped": 90, "received": 30}, 60.0, 30.0),
        ({"shipped": 90}, 90.0, 0.0),
        ({"to_warehouse": "旧仓(已关)"}, 100.0, 0.0),
    ],
)
def test_where_the_goods_of_a_stocking_order_are(line, transit, arrived):
    found = rows(told(STOCK, FBA, stocking(**line)))["LO-CA", "A"]
    assert (found["海外在途"], found["货代仓/海外仓"]) == (transit, arrived)


def shipment(status="IN_TRANSIT", shipped=80, **more):
    line = {
        "shipment": "FBA18SHTRFPP",
        "store": "LO-CA",
        "msku": "A",
        "sku": "S1",
        "status": status,
        "shipped": shipped,
    }
    return export("FBA货件", [line | {"declared": 80} | more])


NOTE = "加急 FBA18SHTRFPP-MEX6-5YDIA35G"


@pytest.mark.parametrize(
    ("status", "left"),
    [("IN_TRANSIT", 20.0), ("RECEIVING", 20.0), ("已关闭", 20.0), ("WORKING", 100.0), ("In Transit", 20.0)],
)
def test_goods_in_a_stocking_order_and_a_shipment_count_once(status, left):
    answer = told(STOCK, FBA, stocking(remark=NOTE), shipment(status))
    assert rows(answer)["LO-CA", "A"]["海外在途"] == left
    assert [item.pieces for item in answer.overlaps] == ([80.0] if left < 100 else [])


def test_a_remark_without_that_shipment_takes_nothing():
    for remark in (None, "普货", "FBA19ZZZZZZZ", "FBA仓"):
        assert rows(told(STOCK, FBA, stocking(remark=remark), shipment()))["LO-CA", "A"]["海外在途"] == 100.0


def test_pieces_are_taken_once_from_several_orders():
    orders = [Order(name, "S", "F", 50, 10) for name in ("a", "b")]
    left, overlaps = count_once(orders, {("F", "S"): 70})
    assert left == [(0.0, 0.0), (50.0, 0.0)]
    assert [item.pieces for item in overlaps] == [60.0, 10.0]


def test_shipments_with_what_the_stocking_order_says():
    order = stocking(remark=NOTE, channel="美墨快线", arriving_on="2026-05-20")
    moved = shipment(shipped_on="2026-04-01 10:20:00", transport="海运", boxes=4)
    answer = told(TRANSIT, order, moved)
    assert rows(answer) == {
        ("FBA18SHTRFPP", "A"): {
            "备货单号": "OS1",
            "FBA仓": "MEX6",
            "追踪编号": "5YDIA35G",
            "渠道": "美墨快线",
            "数量": 80.0,
            "箱数": 4.0,
            "发货日": date(2026, 4, 1),
            "预计到达": date(2026, 5, 20),
            "状态": "IN_TRANSIT",
        }
    }
    alone = rows(told(TRANSIT, moved))["FBA18SHTRFPP", "A"]
    assert alone["渠道"] == "海运"
    assert "备货单号" not in alone
    assert rows(told(TRANSIT, shipment("WORKING", None)))["FBA18SHTRFPP", "A"]["数量"] == 80.0


def test_the_next_source_serves_where_the_first_says_nothing():
    listing = export(
        "Listing",
        [
            {"store": "LO-CA", "msku": "A", "fba_sellable": 99, "sold_7": 10, "sold_14": 7, "sold_30": None},
            {"store": "LO-CA", "msku": "only in Listing", "fba_sellable": 8, "sold_7": 7, "sold_14": 14, "sold_30": 30},
        ],
    )
    found = rows(told(STOCK, FBA, listing))
    assert found["LO-CA", "A"]["FBA可售"] == 5.0
    assert (found["LO-CA", "A"]["7日均"], found["LO-CA", "A"]["14日均"]) == (1.43, 0.5)
    assert "30日均" not in found["LO-CA", "A"], "listed without a value: unknown"
    assert ("LO-CA", "only in Listing") not in found, "the store's rows are made by FBA库存明细"
    alone = rows(told(STOCK, listing))
    assert alone["LO-CA", "only in Listing"]["FBA可售"] == 8.0


def test_each_store_has_its_own_row_maker():
    amazon = export(
        "Amazon FBA Manage Inventory", [{"store": "HI-US", "msku": "U", "fba_sellable": 3, "fba_shipped": 2}]
    )
    found = rows(told(STOCK, FBA, amazon))
    assert found["HI-US", "U"] == {"FBA可售": 3.0, "FBA在途": 2.0}
    assert len(found) == 4


def test_in_transit_is_the_actual_one_where_there_is_one():
    line = {"store": "LO-CA", "msku": "A", "fba_in_transit": 3, "fba_shipped": 9}
    assert rows(told(STOCK, export("FBA库存明细", [line])))["LO-CA", "A"]["FBA在途"] == 3.0
    del line["fba_in_transit"]
    assert rows(told(STOCK, export("FBA库存明细", [line])))["LO-CA", "A"]["FBA在途"] == 9.0


def test_a_peoples_tab_gets_no_rows():
    listing = export(
        "Listing", [{"store": "LO-CA", "msku": name, "asin": "B0", "status": "在售"} for name in ("A", "B")]
    )
    answer = told(LINKS, FBA, listing, ours=[("LO-CA", "A"), ("LO-CA", "never heard of")])
    assert rows(answer) == {("LO-CA", "A"): {"ASIN": "B0", "SKU": "S1", "链接状态": "在售"}}
    assert not answer.gone


def test_a_row_that_no_report_lists_still_gets_what_is_known():
    """Its SKU's stock stays known; the row is not made, only filled."""
    later = stock([("LO-CA", f"M{n}", 1, "S9") for n in range(9)] + [("LO-CA", "A", 5, "S1")], 1)
    latest = stock([("LO-CA", f"M{n}", 1, "S9") for n in range(9)], 2)
    warehouse = export("仓库库存明细", [{"warehouse": "深圳仓", "sku": "S1", "available": 30}])
    answer = told(STOCK, later, latest, warehouse, ours=[("LO-CA", "A")])
    assert answer.gone == {("LO-CA", "A")}
    assert rows(answer)["LO-CA", "A"] == {"国内仓": 30.0}
    assert ("LO-CA", "A") not in rows(told(STOCK, later, latest, warehouse))


def test_where_a_value_comes_from():
    warehouse = export("仓库库存明细", [{"warehouse": "深圳仓", "sku": "S1", "available": 30}], hours=26)
    answer = told(STOCK, FBA, warehouse)
    assert answer.source_of(0, "国内仓").report == "仓库库存明细"
    assert answer.source_of(0, "采购未交") is None
    assert answer.source_of(2, "国内仓").report == "仓库库存明细", "not listed in a file that covers: 0, and from there"
    assert answer.as_of == {"FBA库存明细": "2026-04-20 08:00", "仓库库存明细": "2026-04-21 10:00"}
    assert [moment.day for moment in answer.row_as_of] == [21, 21, 21]
