"""Rows, stores, problems, the moment of the data, and what is remembered of a file."""

import pytest

from rules.errors import Error, Refused
from rules.policy.site import Site, Store
from sheets_schema.table import Table
from sync.ingest.export import dump, load
from sync.ingest.interpret import interpret
from sync.ingest.read import read
from tests.sync.ingest.files import at, csv_file, xlsx_file

HEAD = ["店铺", "MSKU", "SKU", "FBA可售", "FBA入库中", "FBA实际在途"]
SITE = Site.model_validate(
    {
        "stores": [
            {"name": "LOMEESS-CA", "site": "CA", "aliases": ["洛美加拿大", "LOMEESS 加拿大站"]},
            {"name": "HIMICAR-MX", "site": "MX"},
        ]
    }
)


def stock(folder, *rows, head=HEAD, **more):
    return csv_file(folder, [head, *rows], **more)


def codes(export):
    return [problem.code.id for problem in export.problems]


def test_store_names_become_canonical(tmp_path):
    rows = [
        ["洛美加拿大", "A", "S", 1, 2, 3],
        ["lomeess 加拿大站", "B", "S", 1, 2, 3],
        ["HIMICAR-mx", "C", "S", 1, 2, 3],
    ]
    export = read(stock(tmp_path, *rows), site=SITE)
    assert export.table.values("store") == ["LOMEESS-CA", "LOMEESS-CA", "HIMICAR-MX"]
    assert not export.problems


def test_a_store_and_its_country_in_two_columns(tmp_path):
    head = ["店铺", "国家", *HEAD[1:]]
    rows = [["LOMEESS", "加拿大", "A", "S", 1, 2, 3], ["HIMICAR", "墨西哥", "B", "S", 1, 2, 3]]
    export = read(stock(tmp_path, *rows, head=head), site=SITE)
    assert export.scope == {("LOMEESS-CA",), ("HIMICAR-MX",)}
    assert read(stock(tmp_path, *rows, head=head)).scope == export.scope, "without a list of stores as well"


def test_rows_of_unknown_stores_feed_nothing(tmp_path):
    rows = [["LOMEESS-CA", "A", "S", 1, 2, 3], ["别家店", "B", "S", 1, 2, 3], ["别家店", "C", "S", 1, 2, 3]]
    export = read(stock(tmp_path, *rows), site=SITE)
    assert export.usable.tolist() == [True, False, False]
    assert export.taken.values("msku") == ["A"]
    assert export.scope == {("LOMEESS-CA",)}
    (problem,) = export.problems
    assert (problem.code.id, problem.value, problem.cell) == ("I-020", "别家店", "A3")
    site = Site(stores=(*SITE.stores, Store(name="HIMI-US", aliases=("别家店",))))
    again = interpret(load(dump(export.reading)), site, export.dated)
    assert again.usable.all(), "what is kept of a file are its rows, all of them"
    assert again.scope == {("LOMEESS-CA",), ("HIMI-US",)}
    assert not again.problems


def test_a_file_without_store_takes_it_from_its_folder_or_is_refused(tmp_path):
    path = stock(tmp_path, ["A", "S", 1, 2, 3], head=HEAD[1:])
    assert read(path, store="洛美加拿大", site=SITE).scope == {("LOMEESS-CA",)}
    with pytest.raises(Refused) as caught:
        read(path, site=SITE)
    assert caught.value.code.id == "I-014"
    looked_at = read(path, scoped=False)
    assert (len(looked_at.table), looked_at.scope) == (1, frozenset())


def test_rows_without_a_key_are_problems(tmp_path):
    export = read(
        stock(
            tmp_path, ["LOMEESS-CA", "A", "S", 1, 2, 3], ["LOMEESS-CA", None, "S", 9, 2, 3], [None, "B", "S", 9, 2, 3]
        )
    )
    assert (export.taken.values("msku"), export.usable.tolist()) == (["A"], [True, False])
    assert [(problem.code.id, problem.row, problem.column) for problem in export.problems] == [
        ("I-021", 3, "msku"),
        ("I-021", 4, "store"),
    ]


def test_a_cell_of_the_wrong_type_is_a_problem_with_its_place(tmp_path):
    export = read(xlsx_file(tmp_path, {"库存": [HEAD, ["LOMEESS-CA", "A", "S", "约30", 2, 3]]}))
    (problem,) = export.problems
    assert (problem.code.id, problem.tab, problem.cell, problem.value) == ("I-022", "库存", "D2", "约30")
    assert "整数" in problem.message()


@pytest.mark.parametrize("value", ["1.23457E+17", "8.90E+12"])
def test_ids_that_a_spreadsheet_spoiled(value, tmp_path):
    export = read(stock(tmp_path, ["LOMEESS-CA", "A", value, 1, 2, 3]))
    assert codes(export) == ["I-023"]
    assert export.table.values("sku") == [None]


def test_an_id_stored_as_a_long_number(tmp_path):
    export = read(xlsx_file(tmp_path, {"S": [HEAD, ["LOMEESS-CA", "A", 123456789012345678, 1, 2, 3]]}))
    assert codes(export) == ["I-023"]


def test_an_id_that_looks_like_a_number_stays(tmp_path):
    export = read(stock(tmp_path, ["LOMEESS-CA", "12E3", "0012", 1, 2, 3], ["LOMEESS-CA", "1.50", "3", 1, 2, 3]))
    assert export.table.values("msku") == ["12E3", "1.50"]
    assert export.table.values("sku") == ["0012", "3"]


def test_double_keys(tmp_path):
    same = ["LOMEESS-CA", "A", "S", 1, 2, 3]
    export = read(stock(tmp_path, same, same, ["LOMEESS-CA", "A", "S", 5, 2, 3]))
    assert codes(export) == ["I-025"]
    assert export.table.values("fba_sellable") == [1.0, 5.0], "the exact copy is left out"


def test_a_row_that_stands_there_under_two_names_of_its_store_counts_once(tmp_path):
    rows = [["LOMEESS-CA", "A", "S", 1, 2, 3], ["洛美加拿大", "A", "S", 1, 2, 3], ["洛美加拿大", "B", "S", 1, 2, 3]]
    assert read(stock(tmp_path, *rows), site=SITE).usable.tolist() == [True, False, True]
    assert read(stock(tmp_path, *rows)).usable.all(), "nobody knows that they are one store"


def test_rows_longer_than_the_header(tmp_path):
    export = read(
        stock(tmp_path, ["LOMEESS-CA", "A", "S", 1, 2, 3, "x", "y"], ["LOMEESS-CA", "B", "S", 1, 2, 3, "", ""])
    )
    (problem,) = export.problems
    assert (problem.code.id, problem.row, problem.facts["found"]) == ("I-026", 2, 2)


@pytest.mark.parametrize("word", ["合计", " 总计：", "Total", "汇总"])
def test_totals_at_the_end_are_dropped(word, tmp_path):
    rows = [["LOMEESS-CA", "A", "S", 1, 2, 3], [word, None, None, 1, 2, 3], [None, None, None, None, None, None]]
    export = read(stock(tmp_path, *rows))
    assert (len(export.table), codes(export)) == (1, [])


def test_a_msku_named_like_a_total_stays(tmp_path):
    export = read(stock(tmp_path, ["LOMEESS-CA", "Total", "S", 1, 2, 3]))
    assert export.table.values("msku") == ["Total"]


SHIPMENT = [
    "货件单号",
    "店铺",
    "货件状态",
    "物流中心编码",
    "SHIPPED状态变更时间",
    "MSKU",
    "SKU",
    "申报量",
    "已发货",
    "签收量",
]


def test_shipment_cells_are_carried_through_their_shipment_only(tmp_path):
    rows = [
        SHIPMENT,
        ["FBA1AAAAAAAA", "LOMEESS-CA", "SHIPPED", "MEX6", "2026-04-01 08:00:00", "A", "S1", 10, 10, 0],
        [None, None, None, None, None, "B", "S2", 20, 20, 0],
        ["FBA2BBBBBBBB", "HIMICAR-MX", "WORKING", None, None, "A", "S1", 5, None, None],
        [None, None, None, None, None, "C", "S3", 6, None, None],
    ]
    table = read(xlsx_file(tmp_path, {"货件详情": rows})).table
    assert table.values("shipment") == ["FBA1AAAAAAAA"] * 2 + ["FBA2BBBBBBBB"] * 2
    assert table.values("store") == ["LOMEESS-CA"] * 2 + ["HIMICAR-MX"] * 2
    assert table.values("fba_warehouse") == ["MEX6", "MEX6", None, None]
    assert [value is None for value in table.values("shipped_on")] == [False, False, True, True]
    assert table.values("received")[2:] == [None, None], "quantities are a row's own"


@pytest.mark.parametrize(
    ("head", "boxes"),
    [
        (
            ["货件单号", "箱号", "MSKU", "数量"],
            [["FBA1AAAAAAAA", "1", "A", 5], [None, None, "B", 5], [None, "2", "A", 5]],
        ),
        (["货件单号", "MSKU", "箱数", "单箱数量"], [["FBA1AAAAAAAA", "A", 2, 5], [None, "B", 1, 5]]),
    ],
)
def test_boxes_come_from_the_packing_tab(head, boxes, tmp_path):
    details = [
        SHIPMENT,
        ["FBA1AAAAAAAA", "LOMEESS-CA", "SHIPPED", "MEX6", None, "A", "S1", 10, 10, 0],
        [None, None, None, None, None, "B", "S2", 5, 5, 0],
        ["FBA2BBBBBBBB", "LOMEESS-CA", "SHIPPED", "MEX6", None, "A", "S1", 10, 10, 0],
    ]
    export = read(xlsx_file(tmp_path, {"装箱明细": [head, *boxes], "货件详情": details}))
    assert export.report == "FBA货件"
    assert export.table.values("boxes") == [2.0, 1.0, None]


SALES = ["ASIN", "MSKU", "店铺", "国家", "销量", "销售额", "销量环比", "断货时间"]


def test_the_window_of_a_sales_report_is_in_its_name(tmp_path):
    rows = [
        SALES,
        ["B01", "A", "LOMEESS-CA", "加拿大", 70, "C$1,234.50", "50.00%", "2026-05-01"],
        ["B02", "B", "LOMEESS-CA", "加拿大", 7, "MX$12", "-3.1%", "N/A"],
    ]
    path = xlsx_file(tmp_path, {"S": rows}, name="产品表现MSKU（2026-04-13～2026-04-19，全部广告）.xlsx")
    export = read(path)
    assert (export.as_of_text, export.as_of_source) == ("2026-04-19", "filename")
    assert export.table.values("daily_7") == [10.0, 1.0]
    assert export.table.values("sales") == [1234.5, 12.0]
    assert export.table.values("sold_change") == [0.5, -0.031]
    assert "daily_30" not in export.table.data
    assert not export.problems


def test_rows_that_sum_several_msku_feed_nothing(tmp_path):
    rows = [
        SALES,
        ["B01", "A\nB", "LOMEESS-CA", "加拿大", 70, 1, None, None],
        ["B02", "C", "LOMEESS-CA\nHIMICAR-MX", "加拿大\n墨西哥", 7, 1, None, None],
        ["B03", "D", "HIMICAR-MX", "墨西哥", 7, 1, None, None],
    ]
    export = read(xlsx_file(tmp_path, {"S": rows}), site=SITE)
    assert export.usable.tolist() == [False, False, True]
    assert (codes(export), len(export.table)) == (["I-024"], 3)
    assert export.scope == {("HIMICAR-MX",)}


def test_the_time_zone_of_a_file_is_the_sites(tmp_path):
    path = at(stock(tmp_path, ["LOMEESS-CA", "A", "S", 1, 2, 3]), 2026, 4, 20, 8, 30)
    moments = {zone: read(path, site=Site(timezone=zone)).as_of for zone in ("Asia/Shanghai", "America/Mexico_City")}
    apart = moments["Asia/Shanghai"] - moments["America/Mexico_City"]
    assert apart.total_seconds() == 14 * 3600


def test_an_export_survives_its_blob(tmp_path):
    rows = [["LOMEESS-CA", "007", "S", "约1", None, "1,000"], ["LOMEESS-CA", None, "S", 1, 2, 3]]
    export = read(stock(tmp_path, *rows))
    again = interpret(load(dump(export.reading)), None, export.dated, export.standing)
    assert again.table.columns == export.table.columns
    assert all(again.table.values(name) == export.table.values(name) for name in export.table.columns)
    for name in ("report", "scope", "as_of", "as_of_source", "id", "path", "provenance", "titles"):
        assert getattr(again, name) == getattr(export, name), name
    assert [problem.text() for problem in again.problems] == [problem.text() for problem in export.problems]
    assert (again.lines.tolist(), again.usable.tolist()) == (export.lines.tolist(), export.usable.tolist())
    with pytest.raises(Error):
        load(dump(export.reading)[:-3])


STOCKS = {
    "仓库库存明细": ["仓库", "SKU", "品名", "可用量", "总量"],
    "采购单": ["采购单号", "状态", "仓库", "SKU", "采购量", "已到货量", "未到货量"],
    "海外仓备货单": ["备货单号", "状态", "发货仓库", "收货仓库", "SKU", "备货数量", "发货量", "收货量", "备注"],
}


@pytest.mark.parametrize("report", STOCKS)
def test_a_column_is_listed_once_however_many_rows_ask_for_it(report, tmp_path, monkeypatch):
    made = []
    values = Table.values
    monkeypatch.setattr(Table, "values", lambda table, column: made.append(column) or values(table, column))
    titles = STOCKS[report]
    rows = [[f"{title}{at}" if title[-1] not in "量" else at for title in titles] for at in range(300)]
    assert read(csv_file(tmp_path, [titles, *rows])).report == report
    assert len(made) < 40
