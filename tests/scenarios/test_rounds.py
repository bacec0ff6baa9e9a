"""What an operator lives through: rounds, edits, conflicts, choices, undo."""

import itertools
import shutil

import pytest

from tests.package_lint.linter import lint
from tests.scenarios.office import FBA, STOCK, QuickOffice, item

SHEET = ["店铺", "MSKU", "FBA可售", "FBA入库中", "备注"]
ROWS = [
    {"店铺": "LOMEESS-CA", "MSKU": "A", "FBA可售": 10, "备注": "春节前补"},
    {"店铺": "LOMEESS-CA", "MSKU": "B", "FBA可售": 20},
    {"店铺": "HIMICAR-MX", "MSKU": "C", "FBA可售": 30},
]


@pytest.fixture
def office(quick):
    """Without processes, but for a choice from end to end; what was written is linted in the end."""
    yield quick
    assert not quick.book.exists() or lint(quick.book) == []


@pytest.fixture
def started(office):
    """Adopted and agreed: A 10, B 20, C 30."""
    office.make_book(ROWS, SHEET)
    office.export([item("A", 10), item("B", 20), item("C", 30, "HIMICAR-MX")])
    office.adopt()
    return office


def test_first_contact_is_held_until_adopted(office):
    office.make_book(ROWS, SHEET)
    office.export([item("A", 11), item("B", 20), item("C", 30, "HIMICAR-MX")])
    before = office.sha()
    book = office.once(ok=(3, 1))
    assert [error["code"] for error in book["details"]["refused"]] == ["G-013"]
    assert office.sha() == before
    columns = {entry["column"]: entry for entry in book["details"]["adoption"]}
    assert columns["FBA可售"]["differ"] == 1
    office.adopt("erp")
    assert office.by_msku()["A"]["FBA可售"] == 11


def test_adopting_without_yes_shows_and_writes_nothing(quick):
    quick.make_book([{"店铺": "LOMEESS-CA", "MSKU": "A", "FBA可售": 9}, {"店铺": "LOMEESS-CA", "MSKU": "B"}])
    quick.export([item("A", 10), item("B", 20)])
    before = quick.sha()
    for choice in (["--all", "erp"], []):
        answer = quick.qlc("sync", "adopt", "全流程数据", *choice, ok=(1, 3))
        assert answer["adopted"] is False
        assert {entry["column"] for entry in answer["workbooks"][0]["details"]["adoption"]} >= {"FBA可售"}
    assert quick.sha() == before
    assert [book["writes"] for book in quick.qlc("sync", "once", ok=(1, 3))["workbooks"]] == [0], "still first contact"
    assert quick.sha() == before


def test_adopting_with_ask_makes_differences_conflicts(office):
    office.make_book(ROWS, SHEET)
    office.export([item("A", 11), item("B", 20), item("C", 30, "HIMICAR-MX")])
    book = office.adopt("ask")
    assert book["conflicts"] == 1
    assert office.by_msku()["A"]["FBA可售"] == 10


def test_adopting_with_sheet_keeps_every_cell_and_asks_nothing(office):
    office.make_book(ROWS, SHEET)
    office.export([item("A", 11), item("B", 20), item("C", 30, "HIMICAR-MX")])
    office.adopt("sheet")
    assert office.conflicts() == []
    assert office.by_msku()["A"]["FBA可售"] == 10
    office.export([item("A", 12), item("B", 20), item("C", 30, "HIMICAR-MX")])
    assert office.once()["conflicts"] == 1, "a new ERP value asks again"


def test_an_unchanged_round_writes_nothing(started):
    before = started.sha()
    for _ in range(3):
        book = started.once()
        assert (book["writes"], book["appends"], book["computed"], book["cells"]) == (0, 0, 0, [])
    assert started.sha() == before


def test_the_erp_moves_and_the_sheet_follows(started):
    started.export([item("A", 12), item("B", 20), item("C", 30, "HIMICAR-MX")])
    plan = started.qlc("sync", "plan")["workbooks"][0]
    book = started.once()
    assert book["writes"] == 1
    assert plan["plan_id"] == book["plan_id"]
    assert plan["cells"] == book["cells"]
    cell = next(cell for cell in book["cells"] if cell["column"] == "FBA可售")
    assert (cell["before"], cell["after"]) == (10, 12)
    assert started.by_msku()["A"]["FBA可售"] == 12


def test_a_plan_changes_nothing(started):
    started.export([item("A", 12), item("B", 20), item("C", 30, "HIMICAR-MX")])
    before = started.sha()
    first = started.qlc("sync", "plan")
    second = started.qlc("sync", "once", "--dry-run")
    assert first["workbooks"] == second["workbooks"]
    assert started.sha() == before


def test_a_people_edit_survives_any_number_of_rounds(started):
    started.edit({"E2": "改主意了", "E3": 7})
    for stock in (12, 13, 14):
        started.export([item("A", stock), item("B", 20), item("C", 30, "HIMICAR-MX")])
        started.once()
    rows = started.by_msku()
    assert rows["A"]["备注"] == "改主意了"
    assert rows["B"]["备注"] == 7
    assert rows["A"]["FBA可售"] == 14


def test_a_typed_over_cell_is_a_conflict_and_stays(started):
    started.edit({"C2": 99})
    book = started.once()
    assert book["conflicts"] == 1
    (conflict,) = started.conflicts()
    assert (conflict["last_agreed"], conflict["sheet"], conflict["erp"]) == (10, 99, 10)
    assert started.code == 1
    started.export([item("A", 12), item("B", 20), item("C", 30, "HIMICAR-MX")])
    started.once()
    (conflict,) = started.conflicts()
    assert (conflict["sheet"], conflict["erp"]) == (99, 12)
    assert started.by_msku()["A"]["FBA可售"] == 99


@pytest.mark.parametrize(("words", "value"), [(["用ERP"], 12), (["用表格"], 99), (["手工", "--value", "55"], 55)])
def test_a_choice_settles_a_conflict(started, words, value):
    started.edit({"C2": 99})
    started.export([item("A", 12), item("B", 20), item("C", 30, "HIMICAR-MX")])
    started.once()
    (conflict,) = started.conflicts()
    started.qlc("sync", "resolve", conflict["id"], "--use", *words)
    started.once()
    assert started.by_msku()["A"]["FBA可售"] == value
    assert started.conflicts() == []
    before = started.sha()
    started.once()
    assert started.sha() == before
    started.export([item("A", 13), item("B", 20), item("C", 30, "HIMICAR-MX")])
    started.once()
    asked_again = 0 if words == ["用ERP"] else 1
    assert len(started.conflicts()) == asked_again


def test_a_choice_is_void_when_the_cell_moved(started):
    started.edit({"C2": 99})
    started.export([item("A", 12), item("B", 20), item("C", 30, "HIMICAR-MX")])
    started.once()
    (conflict,) = started.conflicts()
    started.qlc("sync", "resolve", conflict["id"], "--use", "用ERP")
    started.edit({"C2": 98})
    started.once()
    assert started.by_msku()["A"]["FBA可售"] == 98
    assert len(started.conflicts()) == 1


def test_undo_restores_the_round_and_the_next_does_not_redo_it(started):
    started.export([item("A", 12), item("B", 21), item("C", 30, "HIMICAR-MX"), item("D", 5)])
    started.once()
    started.edit({"C3": 77, "E2": "人写的"})
    undone = started.qlc("sync", "undo")
    assert undone["removed_rows"] == 1
    assert [kept["cell"] for kept in undone["kept"] if kept["column"] == "FBA可售"] == ["C3"]
    rows = started.by_msku()
    assert rows["A"]["FBA可售"] == 10
    assert rows["A"]["备注"] == "人写的"
    assert rows["B"]["FBA可售"] == 77
    assert "D" not in rows
    before = started.sha()
    book = started.once()
    assert (book["writes"], book["appends"]) == (0, 0)
    assert started.sha() == before
    started.export([item("A", 13), item("B", 21), item("C", 30, "HIMICAR-MX"), item("D", 6)])
    book = started.once()
    assert (book["writes"], book["appends"]) == (1, 1), "a new ERP value is brought again"


def test_undo_puts_back_what_stood_there_letter_by_letter(started):
    started.edit({"C2": "１０", "C3": " 20.0 "})
    started.export([item("A", 12), item("B", 21), item("C", 30, "HIMICAR-MX")])
    assert started.once()["writes"] == 2
    started.qlc("sync", "undo")
    rows = started.by_msku()
    assert (rows["A"]["FBA可售"], rows["B"]["FBA可售"]) == ("１０", " 20.0 ")


def test_undo_holds_for_computed_cells_and_marks(office):
    titles = [*SHEET, "FBA待调仓", "FBA调仓中", "7日均", "断货日期", "同步状态"]
    office.make_book([row | {"7日均": 2} for row in ROWS], titles)
    many = [item(f"M{n}", n) for n in range(9)]
    office.export([item("A", 10), item("B", 20), item("C", 30, "HIMICAR-MX"), *many])
    office.adopt()
    before = office.by_msku()
    office.export([item("A", 10), item("C", 31, "HIMICAR-MX"), *many], hours=48)
    book = office.once()
    assert (book["writes"], book["marks"]) == (1, 1)
    assert book["computed"] >= 2, "the day of the data moved"
    office.qlc("sync", "undo")
    assert office.by_msku() == before
    undone = office.sha()
    office.once()
    assert office.sha() == undone
    office.export([item("A", 10), item("B", 20), item("C", 32, "HIMICAR-MX"), *many], hours=48)
    office.once()
    after = office.by_msku()
    assert after["C"]["FBA可售"] == 32
    assert after["A"]["断货日期"] > before["A"]["断货日期"]
    assert after["C"]["断货日期"] > before["C"]["断货日期"]


def test_sorted_rows_and_inserted_columns_do_not_matter(started):
    rows = started.rows()
    titles = ["备注", "我的列", "FBA可售", "MSKU", "店铺", "FBA入库中"]
    started.make_book(list(reversed(rows)), titles)
    started.export([item("A", 12), item("B", 20), item("C", 30, "HIMICAR-MX")])
    book = started.once()
    assert (book["writes"], book["conflicts"]) == (1, 0)
    assert started.by_msku()["A"]["FBA可售"] == 12
    assert started.by_msku()["A"]["备注"] == "春节前补"


def test_a_formula_in_an_erp_cell_is_left_alone_and_reported(started):
    started.edit({"C2": "=5*5"})
    started.export([item("A", 12), item("B", 20), item("C", 30, "HIMICAR-MX")])
    for _ in range(2):
        book = started.once()
        findings = [problem for problem in book["details"]["problems"] if problem["code"] == "S-020"]
        assert [finding["cell"] for finding in findings] == ["C2"]
        assert "12" in findings[0]["message"]
    assert started.by_msku()["A"]["FBA可售"] == "=5*5"


def test_equal_by_meaning_is_never_written(started):
    started.edit({"C2": "１０", "C3": "20.0", "A4": " HIMICAR-MX "})
    before = started.sha()
    book = started.once()
    assert (book["writes"], book["conflicts"]) == (0, 0)
    assert started.sha() == before


def test_a_formula_that_a_host_spells_its_own_way_is_no_change(started):
    for written in ("=LEADTIME(B2)", "=_xldudf_QUANLIUCHENG_LEADTIME(B2)"):
        started.edit({"D2": written, "E2": written})
        before = started.sha()
        book = started.once()
        assert (book["writes"], book["conflicts"]) == (0, 0)
        assert started.sha() == before


def test_rows_the_erp_no_longer_lists_stay(office):
    office.make_book(ROWS, [*SHEET, "同步状态"])
    office.site["guards"] = {"small_tab": 100}
    office.write_config()
    many = [item(f"M{n}", n) for n in range(9)]
    office.export([item("A", 10), item("B", 20), *many])
    office.adopt()
    office.export([item("A", 10), *many])
    book = office.once()
    assert book["marks"] == 1
    assert office.by_msku()["B"]["同步状态"] == "ERP已无"
    assert office.by_msku()["C"]["同步状态"] is None, "another store's rows are not judged"
    office.export([item("A", 11), item("B", 20), *many])
    office.once()
    assert office.by_msku()["B"]["同步状态"] is None


def test_a_filtered_export_updates_its_rows_and_marks_nothing(office):
    office.make_book(ROWS, [*SHEET, "同步状态"])
    office.export([item("A", 10), item("B", 20), item("C", 30, "HIMICAR-MX"), *[item(f"M{n}", n) for n in range(9)]])
    office.adopt()
    office.export([item("A", 11)])
    document = office.qlc("sync", "once")
    book = document["workbooks"][0]
    assert (book["writes"], book["marks"]) == (1, 0)
    held = [error["code"] for error in document["held"]] + [item["code"] for item in book["details"]["problems"]]
    assert "G-002" in held
    assert all(row["同步状态"] is None for row in office.rows())


def test_partial_exports_in_any_order_equal_one_full_export(tmp_path):
    people = [
        [item("A", 11), item("M1", 1)],
        [item("B", 22), item("M2", 2)],
        [item("C", 33, "HIMICAR-MX")],
        [item("M3", 3), item("M4", 4)],
        [item("D", 5, "HIMICAR-MX"), item("M1", 1)],
    ]
    start = tmp_path / "start"
    start.mkdir()
    office = QuickOffice(start)
    office.make_book(ROWS, SHEET)
    office.export([item("A", 10), item("B", 20), item("C", 30, "HIMICAR-MX")])
    office.adopt()

    def outcome(files, name):
        other = office.copy_to(tmp_path / name)
        shutil.rmtree(other.folder / "inbox")
        for number, rows in enumerate(files):
            other.export(rows, name=f"part{number}.csv", hours=int(number == 0))
            other.once()
        return {msku: {title: row[title] for title in SHEET} for msku, row in other.by_msku().items()}

    full = outcome([[row for part in people[:4] for row in part] + people[4][:1]], "full")
    assert full["B"]["FBA可售"] == 22
    for number, order in enumerate(itertools.islice(itertools.permutations(people), 0, 120, 29)):
        assert outcome(order, f"order{number}") == full


def test_content_below_the_table_refuses_only_the_append(started):
    started.edit({"A6": "合计", "C6": 60})
    started.export([item("A", 12), item("B", 20), item("C", 30, "HIMICAR-MX"), item("D", 5)])
    book = started.once()
    assert (book["writes"], book["appends"]) == (1, 0)
    (refused,) = book["details"]["refused"]
    assert refused["code"] == "G-015"
    assert "D" in refused["message"]


def test_an_appended_row_belongs_to_its_reader(started):
    started.export([item("A", 10), item("B", 20), item("C", 30, "HIMICAR-MX"), item("D", 5)])
    assert started.once()["appends"] == 1
    row = started.by_msku()["D"]
    assert (row["店铺"], row["FBA可售"], row["备注"]) == ("LOMEESS-CA", 5, None)
    before = started.sha()
    started.once()
    assert started.sha() == before


def test_history_and_explain_tell_where_a_value_came_from(started):
    path = started.export([item("A", 12), item("B", 20), item("C", 30, "HIMICAR-MX")])
    started.once()
    answer = started.qlc("sync", "explain", "全流程数据", f"{STOCK}!C2")
    assert answer["history"][0]["after"] == 12
    assert path.name in answer["history"][0]["source"]
    assert path.name in answer["source"]
    newest = started.qlc("sync", "history")[0]
    cells = started.qlc("sync", "history", "--round", str(newest["round"]))
    assert [(cell["before"], cell["after"]) for cell in cells if cell["column"] == "FBA可售"] == [(10, 12)]


def test_a_store_by_another_name_is_the_same_store(started):
    started.edit({"A2": "LOMEESS 加拿大"})
    started.export([item("A", 12, "lomeess-ca"), item("B", 20), item("C", 30, "HIMICAR-MX")], FBA)
    book = started.once()
    assert (book["writes"], book["appends"]) == (1, 0)


def test_what_was_not_computed_is_told_once_with_its_rows_and_why(quick):
    rows = [{"店铺": "LOMEESS-CA", "MSKU": msku, "FBA可售": 10, "7日均": 2} for msku in "AB"]
    quick.make_book(rows)
    quick.export([item("A", 10), item("B", 20)])
    told = [one for one in quick.adopt()["details"]["problems"] if one["code"] == "S-060"]
    assert {one["column"] for one in told} == {"采购未交", "国内仓", "海外在途", "货代仓/海外仓"}
    for one in told:
        assert f"2 行的可售天数没有算:缺 {one['column']}(没有在用的导出说到 {one['column']} ×2" in one["message"]
    quick.export([item("A", 11), item("B", 20)])
    assert "S-060" not in {one["code"] for one in quick.once()["details"]["problems"]}
