"""Rounds taken back, and what the next rounds make of it: nothing undone comes back, nothing settled is lost."""

import itertools

import openpyxl
import pytest

from tests.scenarios.office import STOCK, agreed, item, process

SHEET = ["店铺", "MSKU", "FBA可售", "FBA入库中", "备注"]
BOOK = "全流程数据"
counter = itertools.count()


@pytest.fixture
def started(quick):
    """Adopted and agreed: A 10, B 20."""
    quick.make_book([{"店铺": "LOMEESS-CA", "MSKU": msku, "FBA可售": n} for msku, n in (("A", 10), ("B", 20))], SHEET)
    quick.export([item("A", 10), item("B", 20)])
    quick.adopt()
    return quick


def sells(office, a, b=20, *more):
    """The ERP says these numbers now, in a file of its own bytes, and a round runs."""
    name = f"第{next(counter)}版"
    office.export([item("A", a, 品名=name), item("B", b), *more])
    return office.once()


def stock(office):
    return {msku: row["FBA可售"] for msku, row in office.by_msku().items()}


def test_several_rounds_taken_back_one_after_the_other_stay_back(started):
    sells(started, 12)
    sells(started, 13)
    first = started.qlc("sync", "undo")
    started.once()
    second = started.qlc("sync", "undo")
    assert [(one["undone"], one["restored"]) for one in (first, second)] == [(3, 1), (2, 1)]
    assert stock(started)["A"] == 10
    before = started.sha()
    for _ in range(2):
        assert started.once()["writes"] == 0
    assert started.sha() == before
    for erp in (12, 13):
        assert sells(started, erp)["writes"] == 0, "what was turned down is not brought again"
    assert sells(started, 14)["writes"] == 1
    assert sells(started, 13)["writes"] == 1, "once the ERP has moved on, it counts again"


def test_each_cell_and_row_keeps_its_own_pin(started):
    sells(started, 12)
    sells(started, 12, 21)
    sells(started, 12, 21, item("C", 5))
    for number in (4, 3, 2):
        assert started.qlc("sync", "undo")["undone"] == number
    held = {(pin["key"][-1], pin["column"]) for pin in started.qlc("sync", "pins")}
    assert held == {("A", "FBA可售"), ("B", "FBA可售"), ("C", None)}
    assert started.once()["cells"] == []


def test_computed_cells_taken_back_twice_stay_back(quick):
    titles = [*SHEET, "FBA待调仓", "FBA调仓中", "7日均", "断货日期"]
    quick.make_book([{"店铺": "LOMEESS-CA", "MSKU": "A", "FBA可售": 10, "7日均": 2}], titles)
    quick.export([item("A", 10)])
    quick.adopt()
    before = quick.rows()
    for stock_now in (12, 14):
        quick.export([item("A", stock_now)], hours=48)
        assert quick.once()["computed"] == 1
    for _ in range(2):
        quick.qlc("sync", "undo")
        assert quick.once()["cells"] == []
    assert quick.rows() == before
    quick.export([item("A", 16)], hours=48)
    assert quick.once()["computed"] == 1


def test_a_row_appended_and_changed_stays_out_when_both_rounds_are_taken_back(started):
    sells(started, 10, 20, item("C", 5))
    sells(started, 10, 20, item("C", 6))
    started.qlc("sync", "undo")
    assert stock(started)["C"] == 5
    assert started.qlc("sync", "undo")["removed_rows"] == 1
    assert started.once()["appends"] == 0
    assert sells(started, 10, 20, item("C", 7))["appends"] == 1


def test_the_round_that_appended_is_taken_back_alone(started):
    sells(started, 10, 20, item("C", 5))
    sells(started, 10, 20, item("C", 6))
    assert started.qlc("sync", "undo", "2")["removed_rows"] == 1
    assert started.once()["appends"] == 0, "the ERP's row is the one that was taken out"
    assert sells(started, 10, 20, item("C", 7))["appends"] == 1


def conflict(office):
    (found,) = office.conflicts()
    return found


@pytest.mark.parametrize("use", [["用ERP"], ["手工", "--value", "55"], ["用表格"], ["以后都用表格"]])
def test_taking_a_settled_conflict_back_opens_it_again(started, use):
    started.edit({"C2": 99})
    sells(started, 12)
    started.qlc("sync", "resolve", conflict(started)["id"], "--use", *use)
    assert conflict(started)["choice"], "chosen, but nothing is carried out yet"
    started.once()
    assert started.conflicts() == []
    undone = started.qlc("sync", "undo")
    assert undone["reopened"] == 1
    assert stock(started)["A"] == 99
    for _ in range(2):
        found = conflict(started)
        assert (found["last_agreed"], found["sheet"], found["erp"], found["choice"]) == (10, 99, 12, None)
        started.once()
    assert started.qlc("sync", "pins") == []
    started.qlc("sync", "resolve", found["id"], "--use", "用ERP")
    started.once()
    assert stock(started)["A"] == 12


def test_the_sheet_counts_for_good_until_somebody_lets_go(started):
    started.edit({"C2": 99})
    sells(started, 12)
    started.qlc("sync", "resolve", conflict(started)["id"], "--use", "以后都用表格")
    for erp in (12, 13, 14):
        book = sells(started, erp)
        assert (book["writes"], book["conflicts"]) == (0, 0)
    (pin,) = started.qlc("sync", "pins")
    assert (pin["cell"], pin["column"], pin["sheet"], pin["reason"]) == ("C2", "FBA可售", 99, "always")
    assert started.qlc("sync", "pins", "--release", pin["id"][:5])["released"] == [pin["id"]]
    assert sells(started, 15)["conflicts"] == 1


def test_a_whole_column_is_the_sheets_for_good(started):
    started.edit({"C2": 99, "C3": 98})
    sells(started, 12)
    one = started.conflicts()[0]["id"]
    assert len(started.qlc("sync", "resolve", one, "--use", "整列:以后都用表格")["settled"]) == 2
    book = sells(started, 13, 21, item("C", 5))
    assert (book["writes"], book["appends"], book["conflicts"]) == (0, 1, 0)
    assert sells(started, 13, 21, item("C", 6))["writes"] == 1, "nobody typed there"
    (pin,) = started.qlc("sync", "pins")
    assert (pin["key"], pin["column"], pin["cell"]) == ([], "FBA可售", None)
    started.qlc("sync", "pins", "--release", pin["id"])
    assert started.once()["conflicts"] == 2


def test_a_choice_that_became_void_is_said(started):
    started.edit({"C2": 99})
    sells(started, 12)
    started.qlc("sync", "resolve", conflict(started)["id"], "--use", "用ERP")
    started.edit({"C2": 98})
    book = started.once()
    (problem,) = [problem for problem in book["details"]["problems"] if problem["code"] == "T-021"]
    assert problem["cell"] == "C2"
    assert "用ERP" in problem["message"]
    assert "98" in problem["message"]
    assert [problem["code"] for problem in started.once()["details"]["problems"]] == [], "said once"
    assert conflict(started)["sheet"] == 98


def test_a_row_that_vanished_keeps_its_pins_and_voids_its_choices(quick):
    people, titles = "子-2链接负责人", ["店铺", "MSKU", "FNSKU"]
    rows = [{"店铺": "LOMEESS-CA", "MSKU": msku, "FNSKU": f"我的{msku}"} for msku in "AB"]
    quick.make_book(rows, titles, people)
    quick.export([item("A", 10), item("B", 20)])
    quick.adopt()
    by_key = {found["key"][-1]: found["id"] for found in quick.conflicts()}
    quick.qlc("sync", "resolve", by_key["A"], "--use", "用表格")
    quick.once()
    quick.qlc("sync", "resolve", by_key["B"], "--use", "用表格")
    quick.make_book([], titles, people)
    (problem,) = quick.once()["details"]["problems"]
    assert (problem["code"], problem["cell"]) == ("T-021", None)
    (pin,) = quick.qlc("sync", "pins")
    assert (pin["key"][-1], pin["cell"]) == ("A", None)
    quick.make_book(rows[::-1], titles, people)
    book = quick.once()
    assert [found["key"][-1] for found in book["details"]["conflicts"]] == ["B"], "the row came back with its pin"


def test_adopting_again_after_an_undo_writes(started):
    sells(started, 12, 20, item("C", 5))
    started.qlc("sync", "undo")
    assert {pin["reason"] for pin in started.qlc("sync", "pins")} == {"undo"}
    book = started.qlc("sync", "adopt", BOOK, "--all", "erp", "--yes")["workbooks"][0]
    assert (book["writes"], book["appends"]) == (1, 1)
    assert stock(started) == {"A": 12, "B": 20, "C": 5}
    assert started.qlc("sync", "pins") == []
    assert started.once()["cells"] == []


@pytest.mark.parametrize(("choice", "conflicts", "pins"), [("ask", 1, 0), ("sheet", 0, 1)])
def test_adopting_again_asks_or_keeps_what_was_taken_back(started, choice, conflicts, pins):
    sells(started, 12)
    started.qlc("sync", "undo")
    started.adopt(choice)
    for _ in range(2):
        assert stock(started)["A"] == 10
        assert (len(started.conflicts()), len(started.qlc("sync", "pins"))) == (conflicts, pins)
        started.once()
    sells(started, 13)
    assert (stock(started)["A"], len(started.conflicts())) == (10, 1), "a new value is asked, not brought"


def test_a_first_contact_taken_back_can_be_made_again(quick):
    quick.make_book([{"店铺": "LOMEESS-CA", "MSKU": "A", "FBA可售": 9}, {"店铺": "LOMEESS-CA", "MSKU": "B"}], SHEET)
    quick.export([item("A", 10), item("B", 20)])
    before = quick.rows()
    quick.adopt("erp")
    assert stock(quick) == {"A": 10, "B": 20}
    quick.qlc("sync", "undo")
    assert quick.rows() == before
    quick.once()
    assert quick.rows() == before
    assert len(quick.conflicts()) == 1, "the cell that differs is asked"
    quick.adopt("erp")
    assert stock(quick) == {"A": 10, "B": 20}


def test_an_undo_is_not_taken_back_but_says_how_to_go_forward(started):
    sells(started, 12)
    undone = started.qlc("sync", "undo")["round"]
    answer = started.qlc("sync", "undo", str(undone), ok=(2,))
    assert answer["error"]["code"] == "T-022"
    assert "qlc sync adopt" in answer["error"]["message"]
    (pin,) = started.qlc("sync", "pins")
    assert (pin["cell"], pin["held"], pin["round"]) == ("C2", [12], undone)
    started.qlc("sync", "pins", "--release", pin["id"])
    assert started.once()["writes"] == 1


def test_an_undo_that_could_not_run_leaves_its_round_to_the_next(started):
    sells(started, 12)
    lock = started.book.parent / f"~${started.book.name}"
    lock.write_text("open")
    assert started.qlc("sync", "undo", ok=(4,))["refused"][0]["code"] == "X-202"
    lock.unlink()
    assert started.qlc("sync", "undo")["undone"] == 2
    assert stock(started)["A"] == 10


def test_an_undone_file_is_its_backup_again_and_typed_cells_are_not_lost(started):
    before = started.sha()
    sells(started, 12, 21)
    started.qlc("sync", "undo")
    assert started.sha() == before
    sells(started, 13, 22)
    started.edit({"E2": "人写的", "C3": 77})
    undone = started.qlc("sync", "undo")
    assert [(kept["cell"], kept["key"], kept["now"]) for kept in undone["kept"]] == [("C3", ["LOMEESS-CA", "B"], 77)]
    assert (stock(started), started.by_msku()["A"]["备注"]) == ({"A": 10, "B": 77}, "人写的")


@pytest.mark.parametrize("how", ["gone", "a folder", "another file"])
def test_without_its_backup_an_undo_goes_cell_by_cell(started, how):
    sells(started, 12)
    backup = max((started.book.parent / ".qlc-backups").glob("*.xlsx"))
    backup.unlink()
    if how == "a folder":
        backup.mkdir()
    elif how == "another file":
        backup.write_bytes(b"other")
    assert started.qlc("sync", "undo")["restored"] == 1
    assert stock(started)["A"] == 10


def protect(office, on):
    book = openpyxl.load_workbook(office.book)
    book[STOCK].protection.sheet = on
    book.save(office.book)


def test_nothing_is_pinned_that_the_workbook_refused(started):
    sells(started, 12)
    protect(started, True)
    undone = started.qlc("sync", "undo", ok=(3,))
    assert [error["code"] for error in undone["refused"]] == ["X-105"]
    assert started.qlc("sync", "pins") == []
    protect(started, False)
    assert sells(started, 13)["writes"] == 1, "what was agreed on is still agreed on"


def test_what_the_workbook_refused_keeps_the_pins_it_had(started):
    sells(started, 12)
    sells(started, 13)
    started.qlc("sync", "undo")
    (before,) = started.qlc("sync", "pins")
    protect(started, True)
    assert started.qlc("sync", "undo", ok=(3,))["undone"] == 2
    (after,) = started.qlc("sync", "pins")
    assert (after["id"], after["held"]) == (before["id"], [13])
    protect(started, False)
    assert sells(started, 13)["writes"] == 0, "it was taken back, and is"


def test_a_choice_that_the_workbook_refused_waits_for_the_next_round(started):
    started.edit({"C2": 99})
    sells(started, 12)
    started.qlc("sync", "resolve", conflict(started)["id"], "--use", "手工", "--value", "55")
    protect(started, True)
    book = started.once(ok=(1, 3))
    assert book["conflicts"] == 1
    assert conflict(started)["choice"] == "manual"
    assert started.qlc("sync", "pins") == []
    protect(started, False)
    started.once()
    assert stock(started)["A"] == 55


def test_the_demo_in_processes_of_its_own(demo):
    """A settled conflict and a whole week, taken back one after the other."""
    week = demo.rows()
    found = next(
        one for one in process(demo, "sync", "conflicts") if one["tab"] == STOCK and one["column"] == "FBA可售"
    )
    process(demo, "sync", "resolve", found["id"], "--use", "用ERP")
    process(demo, "sync", "once")
    assert demo.rows() != week
    undone = process(demo, "sync", "undo")
    assert (undone["reopened"], demo.rows()) == (1, week)
    assert found["id"] in {one["id"] for one in demo.conflicts()}
    process(demo, "sync", "undo")
    assert agreed(demo.folder) == demo.agreed_first
    before = demo.sha()
    book = process(demo, "sync", "once")["workbooks"][0]
    assert (book["cells"], demo.sha()) == ([], before)
    assert {one["column"] for one in demo.conflicts()} >= {"FBA可售"}
