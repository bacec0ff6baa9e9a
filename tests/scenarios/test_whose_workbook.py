"""Whose a workbook is: two states never write into one, a copy is not taken for it, and a person moves it."""

import shutil

import openpyxl

from rules.policy.loader import load
from sync.backends.document import DocumentStore
from sync.backends.file import FileStore
from sync.round.belonging import Owner, mine
from sync.round.round import run_round
from sync.state.database import State
from tests.fakes.document import OpenDocument
from tests.scenarios.office import STOCK, QuickOffice, item

NAME = "全流程数据"


def begun(office):
    """A and B are adopted and agreed on."""
    office.make_book([{"店铺": "LOMEESS-CA", "MSKU": msku, "FBA可售": 10} for msku in "AB"])
    office.export([item("A", 10), item("B", 10)])
    office.adopt()
    return office


def sells(office, a, b):
    office.export([item("A", a), item("B", b)])


def owner(path):
    return Owner.of(FileStore(path).owner())


def codes(report):
    return [error["code"] for error in report["details"]["refused"]]


def beside(office, folder):
    """Another office, with a state of its own, over a copy of the workbook."""
    folder.mkdir()
    other = QuickOffice(folder)
    shutil.copy(office.book, other.book)
    shutil.copytree(office.folder / "inbox", other.folder / "inbox", dirs_exist_ok=True)
    other.clock = office.clock
    return other


def test_the_first_real_change_says_whose_it_is_and_an_unchanged_round_writes_nothing(quick):
    begun(quick)
    found = owner(quick.book)
    with State(quick.folder / "state") as state:
        assert (found.state, found.workbook) == (state.identity.get(), NAME)
    assert found.who
    assert len(found.since) == len("2026-04-27")
    assert openpyxl.load_workbook(quick.book).defined_names["_qlc_owner"].hidden
    before = quick.sha()
    quick.once()
    assert quick.sha() == before
    sells(quick, 11, 10)
    quick.once()
    assert owner(quick.book) == found
    assert quick.by_msku()["A"]["FBA可售"] == 11


def test_another_state_is_refused_until_a_person_moves_the_workbook(quick, tmp_path):
    begun(quick)
    other = beside(quick, tmp_path / "other")
    before = other.sha()
    report = other.qlc("sync", "adopt", NAME, "--all", "ask", "--yes", ok=(3,))["workbooks"][0]
    assert codes(report) == ["G-042"]
    (said,) = [error["message"] for error in report["details"]["refused"]]
    assert owner(other.book).who in said
    assert owner(other.book).since in said
    assert "--take-over" in said
    assert codes(other.once(ok=(3,))) == ["G-042"]
    assert other.sha() == before

    sells(other, 12, 10)
    other.qlc("sync", "adopt", NAME, "--all", "erp", "--yes", "--take-over")
    assert other.by_msku()["A"]["FBA可售"] == 12
    assert owner(other.book).state != owner(quick.book).state
    shutil.copy(other.book, quick.book)  # the first state sees the workbook that was moved
    sells(quick, 13, 10)
    before = quick.sha()
    assert codes(quick.once(ok=(3,))) == ["G-042"]
    undone = quick.qlc("sync", "undo", ok=(3,))
    assert [error["code"] for error in undone["refused"]] == ["G-042"]
    assert quick.sha() == before


def test_a_workbook_is_moved_even_where_no_cell_changes(quick, tmp_path):
    begun(quick)
    other = beside(quick, tmp_path / "other")
    rows = other.rows()
    other.qlc("sync", "adopt", NAME, "--all", "ask", "--yes", "--take-over")
    assert other.rows() == rows
    with State(other.folder / "state") as state:
        assert owner(other.book).state == state.identity.get()
    assert not codes(other.once())


def test_a_copy_is_not_written_as_another_workbook(quick):
    begun(quick)
    copy = quick.book.with_name("副本.xlsx")
    shutil.copy(quick.book, copy)
    quick.site["workbooks"].append({"name": "副本", "path": str(copy), "tabs": {STOCK: STOCK}})
    quick.write_config()
    sells(quick, 11, 10)
    real, other = quick.qlc("sync", "once")["workbooks"]
    assert (codes(real), codes(other)) == ([], ["G-043"])
    assert NAME in other["details"]["refused"][0]["message"]
    assert quick.by_msku()["A"]["FBA可售"] == 11
    quick.qlc("sync", "adopt", "副本", "--all", "erp", "--yes", "--take-over")
    assert owner(copy).workbook == "副本"
    assert owner(quick.book).workbook == NAME


def test_an_open_document_of_another_states_file_is_refused_too(quick, tmp_path):
    begun(quick)
    other = beside(quick, tmp_path / "other")
    document = OpenDocument(other.book)
    before = document.version()
    with State(other.folder / "state") as state:
        stores = {NAME: DocumentStore(document, other.book.name)}
        report = run_round(load(other.folder / "config.yaml"), state, stores=stores)
    assert report.workbooks[0].error.code.id == "G-042"
    assert document.version() == before


def test_a_folder_that_is_moved_whole_goes_on(quick, tmp_path):
    begun(quick)
    moved = quick.copy_to(tmp_path / "moved")
    shutil.rmtree(quick.folder / "state")
    sells(moved, 11, 10)
    assert codes(moved.once()) == []
    assert moved.by_msku()["A"]["FBA可售"] == 11


def test_a_workbook_that_lost_it_is_gone_on_with_and_gets_it_again(quick):
    begun(quick)
    book = openpyxl.load_workbook(quick.book)
    del book.defined_names["_qlc_owner"]
    book.save(quick.book)
    assert owner(quick.book) is None
    sells(quick, 11, 10)
    assert codes(quick.once()) == []
    assert owner(quick.book).workbook == NAME


def test_what_stands_there_is_short_and_read_back(monkeypatch):
    from datetime import date

    monkeypatch.setattr("platform.node", lambda: "PC;\n" + "x" * 100)
    made = mine("a" * 32, "表;\t" + "表" * 300, date(2026, 11, 20))
    assert len(made.text) <= 255
    assert Owner.of(made.text) == made
    assert made.since == "2026-11-20"
    for text in ("", "qlc0;a;b;c;d", "qlc1;a;b;c", "别人的"):
        assert Owner.of(text) is None
