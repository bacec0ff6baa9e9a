"""A changed configuration is a question only where it changes what a tab is read from (G-010)."""

import openpyxl
import pytest

from tests.scenarios.office import FBA, STOCK, item
from tests.scenarios.test_guards import MANY, SHEET, codes, rows


@pytest.fixture
def started(quick):
    """Thirty agreed rows."""
    quick.make_book([{"店铺": "LOMEESS-CA", "MSKU": f"M{n:02}", "FBA可售": 100 + n} for n in range(MANY)], SHEET)
    quick.export(rows())
    quick.adopt()
    return quick


def aliases(office, words, **more):
    """The team's words for FBA可售 in 库存数据, and what else the site maps."""
    office.site["column_aliases"] = {STOCK: {"FBA可售": words}} if words else {}
    office.site.update(more)
    office.write_config()


def test_a_column_that_is_read_from_elsewhere_is_refused_until_seen(started):
    started.edit({"C1": "我们的可售", "F1": "另一个可售"})
    aliases(started, ["我们的可售"])
    assert "G-010" not in codes(started.qlc("sync", "once")), "a renamed header was registered"
    aliases(started, ["另一个可售"])
    document = started.qlc("sync", "once", ok=(3, 1))
    assert "G-010" in codes(document)
    assert "FBA可售: C → F" in document["workbooks"][0]["details"]["refused"][0]["message"]
    started.once("--force", "G-010")
    assert "G-010" not in codes(started.qlc("sync", "once"))


def test_more_words_for_the_same_pass(started):
    stores = [
        {**store, "aliases": [*store.get("aliases", []), f"{store['name']} 新"]} for store in started.site["stores"]
    ]
    more = {
        "stores": [*stores, {"name": "NEU-US", "site": "US"}],
        "export_aliases": {"FBA库存明细": {"fba_sellable": ["能卖"]}},
    }
    aliases(started, ["可卖数", "能卖"], **more)
    started.export(rows(change=1))
    document = started.qlc("sync", "once")
    assert "G-010" not in codes(document)
    assert document["workbooks"][0]["writes"] == MANY


def test_stores_and_export_titles_that_mean_another_thing_ask(started):
    started.site["stores"][0]["aliases"] = []
    aliases(started, [])
    started.export(rows(change=0), [*FBA[:8], "可卖数", *FBA[9:], "FBA可售"])
    started.once()
    other = {"name": "HIMICAR-MX", "site": "MX", "aliases": ["LOMEESS-CA"]}
    aliases(started, [], stores=[{"name": "LOMEESS CA", "site": "CA"}, other])
    assert "G-010" in codes(started.qlc("sync", "once", ok=(3, 1))), "its rows would be another store's"
    aliases(started, [], stores=[{"name": "LOMEESS-CA", "site": "CA"}])
    assert "G-010" not in codes(started.qlc("sync", "once"))
    aliases(started, [], export_aliases={"FBA库存明细": {"fba_receiving": ["FBA可售"]}})
    assert "G-010" in codes(started.qlc("sync", "once", ok=(3, 1))), "FBA可售 would come from nowhere"


def rename(office, title):
    book = openpyxl.load_workbook(office.book)
    book[STOCK].title = title
    book.save(office.book)


def test_a_tab_that_was_renamed_passes_and_another_tab_asks(started):
    rename(started, "库存")
    started.site["workbooks"][0]["tabs"] = {STOCK: "库存"}
    started.write_config()
    started.export(rows(change=1))
    assert started.once()["writes"] == MANY
    book = openpyxl.load_workbook(started.book)
    book.copy_worksheet(book["库存"]).title = "库存 旧"
    book.save(started.book)
    started.site["workbooks"][0]["tabs"] = {STOCK: "库存 旧"}
    started.write_config()
    document = started.qlc("sync", "once", ok=(3, 1))
    assert "G-010" in codes(document)
    assert "库存 → 库存 旧" in str(document)


def test_a_store_whose_rows_get_another_key_asks(quick):
    lines = [{"店铺": "LOMEESS-CA", "MSKU": f"M{n:02}", "FBA可售": 100 + n} for n in range(1, MANY)]
    quick.make_book([{"店铺": "加拿大店", "MSKU": "M00", "FBA可售": 5}, *lines], SHEET)
    quick.export(rows()[1:])
    quick.adopt()
    aliases(quick, [], stores=[{"name": "LOMEESS-CA", "site": "CA", "aliases": ["加拿大店"]}])
    document = quick.qlc("sync", "once", ok=(3, 1))
    assert "G-010" in codes(document)
    assert "加拿大店/M00 → LOMEESS-CA/M00" in str(document)


def test_another_tabs_words_are_nothing_to_this_one(started):
    started.site["column_aliases"] = {"在途": {"状态": ["走到哪了"]}}
    aliases(
        started, None, column_aliases={"在途": {"状态": ["走到哪了"]}}, export_aliases={"采购单": {"ordered": ["订了"]}}
    )
    assert "G-010" not in codes(started.qlc("sync", "once"))


def moved(office, report, **words):
    """Whether a word that meant another field of a report asks."""
    aliases(office, [], export_aliases={report: {field: [word] for field, word in words.items()}})
    return "G-010" in codes(office.qlc("sync", "plan", ok=(0, 1, 3)))


def test_only_fields_that_the_tab_takes_ask(started):
    assert not moved(started, "FBA库存明细", fba_transferring="FBA待调仓"), "no column of this tab"
    assert moved(started, "FBA库存明细", fba_receiving="FBA待调仓")


def test_a_field_that_stock_is_made_of_asks_where_the_stock_stands(quick):
    purchase = ("采购单号", "SKU", "采购量", "已到货量", "状态", "采购员", "供应商")
    order = {
        "采购单号": "PO1",
        "SKU": "HI-M00",
        "采购量": 50,
        "已到货量": 20,
        "状态": "待到货",
        "采购员": "Nina",
        "供应商": "甲",
    }
    for number, titles in enumerate((["店铺", "MSKU", "采购未交"], ["店铺", "MSKU", "FBA可售"])):
        quick.make_book([{"店铺": "LOMEESS-CA", "MSKU": "M00"}], titles)
        if not number:
            quick.export([item("M00", 5)])
            quick.export([order], purchase)
        quick.adopt()
        assert moved(quick, "采购单", plan_quantity="采购量") == (number == 0)
        aliases(quick, [], export_aliases={})
        quick.once("--force", "G-010")
