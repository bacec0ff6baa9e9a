"""The sheets, exports and bindings agree with each other and with the rule book."""

import re
from itertools import combinations
from pathlib import Path

import pytest

from sheets_schema.bindings import BINDINGS, KEY_FIELDS, ROW_MAKERS, SKU_OF, Level
from sheets_schema.exports import REPORTS
from sheets_schema.headers import distinct_titles, normal_title, titles_of_report, titles_of_sheet, two_rows
from sheets_schema.model import Owner, Type
from sheets_schema.sheets import SHEETS

RULES = Path(__file__).parents[3] / "shared" / "sop" / "rules.md"


def rule_book():
    """Section H: tab -> (key, ERP, people, computed) as lists of titles."""
    if not RULES.exists():
        pytest.skip(f"{RULES} is absent")
    rows = {}
    for line in RULES.read_text("utf-8").splitlines():
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
        if len(cells) == 5 and "→" in cells[0]:
            tab = cells[0].split("→")[1].split("(")[0].strip()
            rows[tab] = [
                [part.strip() for part in re.split(r"[,;+]", re.sub(r"\(.*?\)", "", cell))] for cell in cells[1:]
            ]
    return rows


@pytest.mark.parametrize("name", SHEETS)
def test_a_sheet_has_the_rule_books_columns(name):
    sheet = SHEETS[name]
    key, erp, people, computed = rule_book()[name]
    assert list(sheet.key) == key
    written = []
    for title in erp:
        if title.startswith("FBA可售/"):
            first, *others = title.removeprefix("FBA").split("/")
            written += [f"FBA{part}" for part in (first, *others)]
        elif title == "7/14/30日均":
            written += ["7日均", "14日均", "30日均"]
        else:
            written.append(title)
    of = {owner: [column.title for column in sheet.columns if column.owner is owner] for owner in Owner}
    assert [title for title in of[Owner.ERP] if title not in sheet.key] == written
    assert [title for title in of[Owner.PEOPLE] if title not in sheet.key] == people
    assert of[Owner.COMPUTED] == computed


@pytest.mark.parametrize("sheet", SHEETS.values(), ids=SHEETS)
def test_a_sheet_is_complete(sheet):
    assert set(sheet.key) | set(sheet.pair) <= set(sheet.by_title)
    for column in sheet.columns:
        assert bool(column.role) == (column.owner is Owner.PEOPLE), column.title
        assert bool(column.fill) == (column.owner is Owner.COMPUTED), column.title
    for one, other in combinations(sheet.columns, 2):
        shared = {*map(normal_title, (one.title, *one.aliases))} & {*map(normal_title, (other.title, *other.aliases))}
        assert not shared, (one.title, other.title)


@pytest.mark.parametrize("report", REPORTS.values(), ids=REPORTS)
def test_a_report_is_complete(report):
    names = [item.name for item in report.fields]
    assert len(names) == len(set(names))
    used = {*report.key, *report.pair, *report.forward_fill, *(name for group in report.any_of for name in group)}
    assert used | ({report.as_of} if report.as_of else set()) <= set(names)
    titles = [normal_title(title) for item in report.fields for title in item.titles]
    assert sorted(titles) == sorted(titles_of_report(report)), "one title, one field"
    assert report.rival or report.key


def test_every_erp_column_is_bound_to_a_field_that_exists():
    for name, sheet in SHEETS.items():
        erp = {column.title for column in sheet.columns if column.owner is Owner.ERP} - set(sheet.key)
        assert set(BINDINGS[name]) == erp
        for title, sources in BINDINGS[name].items():
            for source in sources:
                field = REPORTS[source.report].by_name[source.field]
                if sheet.by_title[title].type in (Type.INTEGER, Type.NUMBER):
                    assert field.type in (Type.INTEGER, Type.NUMBER), (title, source)
                if source.level is Level.SKU:
                    assert "sku" in REPORTS[source.report].key
                if source.level is Level.KEY:
                    report = REPORTS[source.report]
                    assert {KEY_FIELDS[part] for part in sheet.key} <= {*report.key, *report.pair}
        assert ROW_MAKERS[name]
    assert all("sku" in REPORTS[name].by_name for name in SKU_OF)


def test_titles_that_no_source_confirms_say_so():
    """Of these two no export was found: nothing in them is confirmed."""
    for name in ("采购单", "海外仓备货单"):
        assert all(item.assumed for item in REPORTS[name].fields if item.titles)
    assert not any(item.assumed for item in REPORTS["产品表现"].fields)


def test_the_installations_own_titles_are_known():
    known = titles_of_report(REPORTS["FBA库存明细"], {"fba_sellable": ["可卖数"]})
    assert known[normal_title("可卖数 ")] == "fba_sellable"
    assert titles_of_sheet(SHEETS["库存数据"], {"国内仓": ["深圳库存"]})[normal_title("深圳库存")] == "国内仓"


def test_a_columns_own_title_beats_an_alias():
    assert titles_of_sheet(SHEETS["在途"], {"备注": ["状态"]})[normal_title("状态")] == "状态"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("FBA可售（成本）", " fba可售(成本)"),
        ("afn-fulfillable-quantity", "AFN_fulfillable quantity"),
        ("sellerSku", "seller_sku"),
        ("*SKU", "sku"),
        ("送达时段\n(开始时间)", "送达时段（开始时间）"),
    ],
)
def test_titles_that_mean_the_same(one, other):
    assert normal_title(one) == normal_title(other)


def test_titles_that_differ():
    assert normal_title("0-30") != normal_title("030")
    assert normal_title("3-6个月库龄") != normal_title("36个月库龄")


KNOWN = titles_of_report(REPORTS["FBA库存明细"])


@pytest.mark.parametrize(
    ("top", "sub", "expected"),
    [
        (["MSKU", "FBA可售", "FBA可售"], [None, "数量", "成本"], ["MSKU", "FBA可售", "FBA可售(成本)"]),
        (["MSKU", "AWD", "AWD"], [None, "在库", "可用量"], ["MSKU", "AWD在库", "AWD可用量"]),
        (["商品", "商品", "FBA可售"], ["MSKU", "店铺", "数量"], ["MSKU", "店铺", "FBA可售"]),
        (["MSKU", "FBA可售"], ["A-1", "12"], None),
        (["MSKU", "FBA可售"], [], None),
    ],
)
def test_two_row_headers(top, sub, expected):
    assert two_rows(top, sub, KNOWN) == expected


def test_double_titles_stay_distinct():
    titles = ["备注", "备注", "", "备注", "FBA可售", "FBA可售"]
    assert distinct_titles(titles, KNOWN) == ["备注", "备注 (2)", "", "备注 (3)", "FBA可售", "FBA可售(成本)"]
