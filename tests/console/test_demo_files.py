"""The demo's exports are what they claim: containers, encodings, merged headers, blanks, totals."""

import csv
import hashlib
import io
import re
import zipfile
from datetime import UTC, datetime

import openpyxl
import pytest
import python_calamine

from console.demo.build import write_config
from console.demo.company import make_company
from console.demo.history import advance_week
from console.demo.inbox import FILTERED_STORE, drop
from rules.policy.loader import load
from sheets_schema.cells import parse_number
from sync.ingest.read import read


@pytest.fixture(scope="module")
def company():
    return make_company(120, 3)


@pytest.fixture(scope="module")
def inbox(company, tmp_path_factory):
    folder = tmp_path_factory.mktemp("demo") / "inbox"
    drop(company, folder)
    return folder


def one(inbox, pattern):
    (path,) = inbox.rglob(pattern)
    return path


def rows_of(path, tab=None):
    book = openpyxl.load_workbook(path)
    return [list(row) for row in (book[tab] if tab else book.worksheets[0]).iter_rows(values_only=True)]


def digests(folder):
    return {
        path.relative_to(folder).as_posix(): (hashlib.sha256(path.read_bytes()).hexdigest(), path.stat().st_mtime)
        for path in folder.rglob("*")
        if path.is_file()
    }


def test_a_seed_makes_the_same_bytes_and_times(company, inbox, tmp_path):
    drop(make_company(120, 3), tmp_path / "again")
    drop(make_company(120, 4), tmp_path / "other")
    first, again, other = digests(inbox), digests(tmp_path / "again"), digests(tmp_path / "other")
    assert first == again
    assert all(first[name][0] != other[name][0] for name in first)


def test_a_week_later_files_are_added_and_newer(company, tmp_path):
    drop(company, tmp_path)
    before = digests(tmp_path)
    drop(advance_week(company), tmp_path)
    after = digests(tmp_path)
    assert {name: after[name] for name in before} == before
    fresh = after.keys() - before.keys()
    assert len(fresh) == len(before)
    assert min(after[name][1] for name in fresh) > max(moment for _, moment in before.values())


@pytest.mark.parametrize("pattern", ["FBA库存明细_*", "Listing*", "产品表现*", "海外仓备货单*", "FBA货件*", "*筛选*"])
def test_both_readers_open_every_xlsx(inbox, pattern):
    path = one(inbox, pattern)
    fast = python_calamine.CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).to_python()
    slow = rows_of(path)
    assert len(fast) == len(slow)
    plain = [[cell or 0 if isinstance(cell, (int, float)) else cell or "" for cell in row] for row in slow]
    assert [[cell or 0 if isinstance(cell, (int, float)) else cell for cell in row] for row in fast] == plain


def test_fba_stock_has_a_two_row_header_with_shared_labels_and_a_total(company, inbox):
    path = one(inbox, "FBA库存明细_*")
    sheet = openpyxl.load_workbook(path).active
    top, under, *rows = rows_of(path)
    at = top.index("FBA可售")
    assert (top[at + 1], under[at], under[at + 1]) == (None, "数量", "成本")
    ranges = {str(area) for area in sheet.merged_cells.ranges}
    assert f"{sheet.cell(1, at + 1).coordinate}:{sheet.cell(1, at + 2).coordinate}" in ranges
    assert "A1:A2" in ranges
    assert len([label for label in top if label and label.endswith("天库龄")]) == 8
    *items, total = rows
    assert len(items) == len(company.offers)
    assert total[0] == "合计"
    assert total[at] == sum(row[at] for row in items) == sum(offer.sellable for offer in company.offers)
    stock = [top.index(title) for title in ("FBA可售", "FBA预留", "FBA待调仓", "FBA标发在途", "FBA入库中")]
    assert all(row[top.index("FBA总库存")] == sum(row[place] for place in stock) for row in items)


def test_the_operator_s_export_lists_part_of_one_store(company, inbox):
    top, _, *rows = rows_of(one(inbox, "*筛选*"))
    own = [offer.msku for offer in company.offers if offer.store.name == FILTERED_STORE]
    assert {row[top.index("店铺")] for row in rows} == {FILTERED_STORE}
    listed = [row[top.index("MSKU")] for row in rows]
    assert set(listed) < set(own)
    assert 0 < len(listed) < 0.8 * len(own)


def test_warehouses_are_gbk_and_nothing_else(company, inbox):
    content = one(inbox, "仓库库存明细*").read_bytes()
    with pytest.raises(UnicodeDecodeError):
        content.decode("utf-8")
    head, *rows, total = csv.reader(io.StringIO(content.decode("gbk"), newline=""))
    assert head[:3] == ["仓库", "SKU", "品名"]
    at = head.index("可用量")
    assert total[0] == "合计"
    assert (
        int(total[at])
        == sum(int(row[at]) for row in rows)
        == sum([*company.domestic.values(), *company.overseas.values()])
    )


def test_listing_starts_in_row_three_with_inline_texts_and_a_doubled_row(company, inbox):
    path = one(inbox, "Listing*")
    rows = rows_of(path)
    assert rows[0][0] == "Listing导出"
    assert rows[2][:3] == ["MSKU", "FNSKU", "ASIN"]
    assert "xl/sharedStrings.xml" not in zipfile.ZipFile(path).namelist()
    keys = [(row[0], row[5]) for row in rows[3:]]
    assert len(keys) == len(company.offers) + 1 == len(set(keys)) + 1


def test_performance_says_its_window_in_its_name_only_and_writes_money_as_text(company, inbox):
    path = one(inbox, "产品表现*")
    assert re.fullmatch(r"产品表现ASIN（\d{4}-\d\d-\d\d~\d{4}-\d\d-\d\d，全部广告）\.xlsx", path.name)
    head, *rows = rows_of(path)
    assert len(head) == len(set(head)) > 100
    sales = [row[head.index("销售额")] for row in rows]
    assert all(isinstance(text, str) and parse_number(text) is not None for text in sales)
    assert {re.match(r"\D*", text)[0] for text in sales} == {"C$", "MX$", "$"}
    margins = [row[head.index("结算毛利率")] for row in rows]
    assert any(text.endswith("%") for text in margins)
    assert all(text == "None" or abs(parse_number(text)) < 1 for text in margins)
    assert "N/A" in [row[head.index("断货时间")] for row in rows]
    mskus = [row[head.index("MSKU")].split(",") for row in rows]
    assert any(len(cell) > 1 for cell in mskus)
    assert sum(map(len, mskus)) == len(company.offers)
    assert sum(row[head.index("销量")] for row in rows) == sum(offer.sold(21) for offer in company.offers)


def test_purchases_are_html_named_xls_whose_order_cells_span_lines(company, inbox):
    text = one(inbox, "采购单*").read_bytes().decode("utf-8")
    assert one(inbox, "采购单*").suffix == ".xls"
    assert text.startswith("<html")
    assert 'rowspan="2"' in text
    assert "&nbsp;" in text
    assert text.count("<tr>") == len(company.purchases) + 2
    assert all(f">{line.number}<" in text for line in company.purchases)


def test_shipment_cells_stand_on_first_rows_only(company, inbox):
    path = one(inbox, "FBA货件*")
    head, *rows = rows_of(path, "货件详情")
    numbers = [row[head.index("货件单号")] for row in rows]
    assert [number for number in numbers if number] == [shipment.number for shipment in company.shipments]
    assert numbers.count(None) == sum(len(shipment.lines) - 1 for shipment in company.shipments)
    wholes = [head.index(title) for title in ("店铺", "国家", "货件状态", "运输方式", "物流中心编码")]
    for row in rows:
        assert len({row[place] is None for place in wholes} | {row[0] is None}) == 1
        assert row[head.index("MSKU")]
    boxes_head, *boxes = rows_of(path, "装箱明细")
    pieces = sum(row[boxes_head.index("数量")] for row in boxes)
    assert pieces == sum(row[head.index("申报量")] for row in rows)


def test_stocking_orders_remark_the_shipment(company, inbox):
    head, *rows = rows_of(one(inbox, "海外仓备货单*"))
    notes = {row[head.index("备注")] for row in rows}
    assert {shipment.number for shipment in company.shipments if shipment.order} == {
        note.split("-")[0] for note in notes if note.startswith("FBA")
    }


def test_amazon_s_report_is_cp1252_with_tabs_and_no_store(company, inbox):
    path = one(inbox, "Amazon*")
    content = path.read_bytes()
    with pytest.raises(UnicodeDecodeError):
        content.decode("utf-8")
    head, *rows = csv.reader(io.StringIO(content.decode("cp1252"), newline=""), delimiter="\t")
    assert "store" not in head
    own = {offer.msku: offer.sellable for offer in company.offers if offer.store.name == path.parent.name}
    assert {row[0]: int(row[head.index("afn-fulfillable-quantity")]) for row in rows} == own


def test_files_are_dated_on_the_company_s_day(company, inbox):
    for path in inbox.rglob("*.*"):
        moment = datetime.fromtimestamp(path.stat().st_mtime, UTC)
        assert moment.date() == company.day
        assert moment.hour == 0  # 08:10 in Shanghai


REPORTS = {
    "FBA库存明细_*": "FBA库存明细",
    "仓库库存明细*": "仓库库存明细",
    "Listing*": "Listing",
    "产品表现*": "产品表现",
    "采购单*": "采购单",
    "海外仓备货单*": "海外仓备货单",
    "FBA货件*": "FBA货件",
    "Amazon*": "Amazon FBA Manage Inventory",
    "*筛选*": "FBA库存明细",
}


@pytest.mark.parametrize(("pattern", "report"), REPORTS.items())
def test_the_product_recognises_what_was_written_without_its_schema(company, inbox, tmp_path, pattern, report):
    path = one(inbox, pattern)
    write_config(tmp_path / "config.yaml")
    site = load(tmp_path / "config.yaml").site
    export = read(path, store=path.parent.name if report.startswith("Amazon") else None, site=site)
    assert export.report == report
    codes = {problem.code.id for problem in export.problems}
    assert codes == ({"I-024"} if report == "产品表现" else set())
    if report == "FBA库存明细":
        offers = company.by_key
        keys = list(zip(export.table.values("store"), export.table.values("msku"), strict=True))
        assert set(keys) <= set(offers)
        assert export.table.values("fba_sellable") == [offers[key].sellable for key in keys]
    if report == "采购单":
        assert sum(export.table.values("outstanding")) == sum(
            line.ordered - line.received for line in company.purchases
        )
    if report == "FBA货件":
        pieces = {
            (shipment.number, line.offer[1]): line.declared for shipment in company.shipments for line in shipment.lines
        }
        keys = zip(export.table.values("shipment"), export.table.values("msku"), strict=True)
        assert dict(zip(keys, export.table.values("declared"), strict=True)) == pieces
    if report == "仓库库存明细":
        found = {"国内": 0.0, "海外": 0.0}
        for place, pieces in zip(export.table.values("place"), export.table.values("available"), strict=True):
            found[place] += pieces
        assert found == {"国内": sum(company.domestic.values()), "海外": sum(company.overseas.values())}
