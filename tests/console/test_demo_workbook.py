"""The demo's workbook holds what operators' workbooks hold; people's edits are what they claim."""

import zipfile
from collections import Counter
from itertools import pairwise

import openpyxl
import pytest

from console.demo.build import BOOK, MARK, clear, make, second_week
from console.demo.people import INSERTED, RENAMED, read_pages
from console.demo.workbook import COVER, LINKS, OWN, STOCK, TRANSIT
from rules.errors import Error
from rules.policy.loader import load, packaged
from sheets_schema.model import Owner
from sheets_schema.sheets import SHEETS


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("demo") / "demo"


@pytest.fixture(scope="module")
def before(folder):
    """The workbook's bytes on the first day, kept aside."""
    company = make(folder, 150, 2)
    kept = folder.parent / "before.xlsx"
    kept.write_bytes((folder / BOOK).read_bytes())
    return kept, company


@pytest.fixture(scope="module")
def after(folder, before):
    second_week(folder, before[1])
    return folder / BOOK


def values(path):
    book = openpyxl.load_workbook(path)
    return {sheet.title: [list(row) for row in sheet.iter_rows(values_only=True)] for sheet in book}


def titled(path, tab):
    head, *rows = values(path)[tab]
    return head, [dict(zip(head, row, strict=True)) for row in rows]


def test_the_same_seed_makes_the_same_cells(before, tmp_path):
    company = make(tmp_path / "one", 150, 2)
    assert values(tmp_path / "one" / BOOK) == values(before[0])
    second_week(tmp_path / "one", company)
    company = make(tmp_path / "two", 150, 2)
    second_week(tmp_path / "two", company)
    assert values(tmp_path / "one" / BOOK) == values(tmp_path / "two" / BOOK)


def test_it_holds_what_a_careless_save_would_lose(before):
    path, _ = before
    names = zipfile.ZipFile(path).namelist()
    assert any(name.startswith("xl/media/") for name in names)
    assert any(name.startswith("xl/charts/chart") for name in names)
    assert any(name.startswith("xl/comments") for name in names)
    book = openpyxl.load_workbook(path)
    assert book.sheetnames[0] == "说明"
    assert len(book[STOCK].tables) == 1
    assert book[STOCK].conditional_formatting
    assert book[TRANSIT].data_validations.dataValidation
    assert book[LINKS].data_validations.dataValidation
    assert all(book[name].freeze_panes == "C2" for name in (LINKS, STOCK, TRANSIT))
    head = values(path)[STOCK][0]
    assert book[STOCK].cell(2, head.index(OWN) + 1).value.startswith("=")
    (table,) = book[STOCK].tables.values()
    assert [column.name for column in table.tableColumns] == head
    formulas = [column.name for column in table.tableColumns if column.calculatedColumnFormula]
    assert sorted(formulas) == sorted([COVER, OWN])


def test_headers_are_coloured_by_who_fills_them(before):
    book = openpyxl.load_workbook(before[0])
    colours = {}
    for name in (LINKS, STOCK, TRANSIT):
        for cell in book[name][1]:
            column = SHEETS[name].by_title.get(cell.value)
            if column:
                who = column.role if column.owner is Owner.PEOPLE else column.owner
                colours.setdefault(who, set()).add(cell.fill.fgColor.rgb)
    assert colours["运营"] == {"FFFF0000"}
    assert all(len(found) == 1 for found in colours.values())
    assert len({next(iter(found)) for found in colours.values()}) == len(colours)


def test_pasted_figures_agree_with_the_exports_but_for_a_few(before):
    path, company = before
    config = load(path.parent / "demo" / "config.yaml")
    _, rows = titled(path, STOCK)
    offers = company.by_key
    found = [(row, offers[config.site.store_name(row["店铺"]), row["MSKU"]]) for row in rows]
    assert 0 < sum(row["FBA可售"] != offer.sellable for row, offer in found) <= 3
    assert any(row["店铺"] != offer.store.name for row, offer in found)
    assert 0.9 * len(offers) < len(rows) < len(offers)


def test_the_configuration_is_valid_and_keeps_the_shipped_rules(before, folder):
    config = load(folder / "config.yaml")
    assert config.rules == packaged().rules
    assert [store.name for store in config.site.stores] == [
        "LOMEESS-CA",
        "LOMEESS-MX",
        "HIMICAR-MX",
        "L437-MX",
        "HIFILUZ-US",
    ]
    assert all((folder / inbox.path).is_dir() for inbox in config.site.inbox)
    assert (folder / config.site.workbooks[0].path).is_file()
    assert "#" in (folder / "config.yaml").read_text("utf-8").split("site:")[0]


def test_people_sorted_inserted_renamed_and_filtered_stock(before, after):
    old, _ = titled(before[0], STOCK)
    head, rows = titled(after, STOCK)
    assert head.index(INSERTED) == head.index("MSKU") + 1
    assert [RENAMED.get(title, title) for title in old] == [title for title in head if title != INSERTED]
    counts = [row["FBA可售"] for row in rows if isinstance(row["FBA可售"], int)]
    assert sum(one < two for one, two in pairwise(counts)) <= 5
    sheet = openpyxl.load_workbook(after)[STOCK]
    hidden = [number for number in range(2, len(rows) + 2) if sheet.row_dimensions[number].hidden]
    assert 0 < len(hidden) < len(rows)
    assert all(rows[number - 2]["店铺"] != "HIMICAR-MX" for number in hidden)
    (table,) = sheet.tables.values()
    assert table.autoFilter.filterColumn


def test_people_typed_over_erp_cells_and_put_a_formula_into_one(before, after):
    def by_key(path):
        return {(row["店铺"], row["MSKU"]): row for row in titled(path, STOCK)[1]}

    old, new = by_key(before[0]), by_key(after)
    assert old.keys() == new.keys()
    assert sum(old[key]["FBA可售"] != new[key]["FBA可售"] for key in old) == 5
    formulas = [row["FBA入库中"] for row in new.values() if str(row["FBA入库中"]).startswith("=")]
    assert len(formulas) == 1
    assert any(old[key]["备注"] != new[key]["备注"] for key in old)


def test_own_formulas_follow_their_rows_after_sorting(after):
    head = values(after)[STOCK][0]
    sheet = openpyxl.load_workbook(after)[STOCK]
    for number in (2, 17, sheet.max_row):
        text = sheet.cell(number, head.index(OWN) + 1).value
        first = sheet.cell(number, head.index("采购未交") + 1).coordinate
        assert text == f"=SUM({first}:{sheet.cell(number, head.index('FBA在途') + 1).coordinate})"


def test_one_key_stands_twice_and_a_total_lies_below_another_tab(after):
    _, links = titled(after, LINKS)
    counts = Counter((row["店铺"], row["MSKU"]) for row in links)
    assert sorted(counts.values())[-2:] == [1, 2]
    _, transit = titled(after, TRANSIT)
    assert transit[-1]["货件号"] == "合计"
    assert transit[-1]["MSKU"] is None
    assert all(row["MSKU"] for row in transit[:-1])


def test_what_was_written_is_what_people_saw(folder, after):
    """Reading the edited workbook again finds the same pages: nothing is lost by the rewriting."""
    pages = read_pages(after)
    assert [page.titles[0] for page in pages.values()] == ["店铺", "店铺", "货件号"]
    assert len(pages[STOCK].rows) == len(titled(after, STOCK)[1])


def test_only_an_earlier_demo_is_replaced(tmp_path):
    (tmp_path / "letters.txt").write_text("mine")
    with pytest.raises(Error) as refused:
        make(tmp_path, 10, 1)
    assert refused.value.code.id == "C-060"
    assert (tmp_path / "letters.txt").read_text() == "mine"
    with pytest.raises(Error):
        clear(tmp_path / "letters.txt")
    make(tmp_path / "demo", 10, 1)
    (tmp_path / "demo" / "letters.txt").write_text("mine")
    (tmp_path / "demo" / "inbox" / "old.csv").write_text("x")
    make(tmp_path / "demo", 12, 1)
    assert (tmp_path / "demo" / "letters.txt").exists()
    assert not (tmp_path / "demo" / "inbox" / "old.csv").exists()
    assert '"rows": 12' in (tmp_path / "demo" / MARK).read_text()
