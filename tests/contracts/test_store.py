"""What every store must do, whatever it keeps sheets in."""

from datetime import date

import openpyxl
import pytest

from addin.hosts.excel.book import ExcelStore
from rules.errors import Busy, Error, Refused
from sheets_schema.grid.edits import ArrayFormula, CellEdit, Formula, NewTab, RowAppend
from sync.backends.document import DocumentStore
from sync.backends.file import FileStore
from sync.backends.memory import MemoryStore
from sync.backends.port import Landing
from tests.fakes.excel import FakeBook

TABS = {"库存 数据": [["MSKU", "数量", "两倍"], ["A-1", 3, "=B2*2"], ["A-2", 4.5, "=B3*2"]], "空": []}


def memory(_):
    tabs = {
        name: [
            [Formula(cell[1:]) if isinstance(cell, str) and cell.startswith("=") else cell for cell in row]
            for row in rows
        ]
        for name, rows in TABS.items()
    }
    return MemoryStore(tabs)


def workbook(folder):
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in TABS.items():
        tab = book.create_sheet(name)
        for row in rows:
            tab.append(row)
    book.save(folder / "s.xlsx")
    return FileStore(folder / "s.xlsx")


def watched(folder):
    store = FileStore(workbook(folder).path, rereads=True)
    store.read(TAB)
    return store


def excel(_):
    return ExcelStore(FakeBook(TABS))


@pytest.fixture(params=[memory, workbook, watched, excel])
def store(request, tmp_path):
    return request.param(tmp_path)


TAB = "库存 数据"


def test_reads(store):
    assert store.tabs() == [TAB, "空"]
    grid = store.read(TAB)
    assert (grid.numbers, grid.rows[1][:2]) == ([1, 2, 3], ["A-1", 3.0])
    assert grid.formulas == {(2, 2): "B2*2", (3, 2): "B3*2"}
    assert store.read("空").rows == []
    with pytest.raises(Error) as caught:
        store.read("没有")
    assert (caught.value.code.id, caught.value.exit_code) == ("X-012", 2)


def test_a_chart_is_no_tab(tmp_path):
    book = openpyxl.Workbook()
    book.active.title = TAB
    book.create_chartsheet("图")
    book.save(tmp_path / "s.xlsx")
    store = FileStore(tmp_path / "s.xlsx")
    assert store.tabs() == [TAB]
    report = store.apply(new_tabs=[NewTab("图", [])], expected=store.version())
    assert [item.code.id for item in report.refused] == ["X-114"]


def test_writes_what_can_be_written(store):
    before = store.version()
    edits = [
        CellEdit(TAB, 2, 1, 7, expect=3),
        CellEdit(TAB, 3, 1, 7, expect=4),
        CellEdit(TAB, 3, 0, None, expect="A-2"),
        CellEdit(TAB, 2, 3, date(2025, 4, 3)),
        CellEdit(TAB, 2, 4, "x" * 40_000),
        CellEdit(TAB, 0, 0, 1),
        CellEdit(TAB, 2, 2, "=text"),
    ]
    report = store.apply(edits=edits, expected=before)
    assert report.changed == [f"{TAB}!{cell}" for cell in ("B2", "A3", "D2", "C2")]
    refused = {item.code.id: item.cell for item in report.refused}
    assert len(report.refused) == 3
    assert refused.pop("X-108")
    assert refused == {"X-109": f"{TAB}!B3", "X-106": f"{TAB}!E2"}
    grid = store.read(TAB)
    assert grid.rows[1] == ["A-1", 7.0, "=text", date(2025, 4, 3)]
    assert grid.rows[2][:2] == [None, 4.5]
    assert grid.formulas == {(3, 2): "B3*2"}
    assert store.version() != before


def test_appends_rows_and_adds_tabs(store):
    appends = [RowAppend(TAB, 4, {0: "A-3", 1: 5}, like=3, formula_cols=(2,)), RowAppend(TAB, 3, {0: "A-4"}, like=2)]
    report = store.apply(
        appends=appends, new_tabs=[NewTab("日志", [["时间"], [1]]), NewTab("空", [])], expected=store.version()
    )
    assert report.changed == [f"{TAB}!A4", f"{TAB}!B4", f"{TAB}!C4", "日志"]
    assert [(item.cell, item.code.id) for item in report.refused] == [(f"{TAB}!A3", "X-113"), ("空", "X-114")]
    assert store.read(TAB).formulas[4, 2] == "B4*2"
    assert store.read("日志").rows == [["时间"], [1.0]]


def test_another_version_is_busy_and_an_unknown_tab_refused(store):
    version = store.version()
    store.apply(edits=[CellEdit(TAB, 2, 1, 8)], expected=version)
    with pytest.raises(Busy):
        store.apply(edits=[CellEdit(TAB, 2, 1, 9)], expected=version)
    with pytest.raises(Refused):
        store.apply(edits=[CellEdit("没有", 2, 1, 9)], expected=store.version())
    assert store.read(TAB).rows[1][1] == 8.0


def test_nothing_writable_leaves_the_version(store):
    version = store.version()
    report = store.apply(edits=[CellEdit(TAB, 2, 1, 8, expect="x")], expected=version)
    assert not report.changed
    assert store.version() == version


def test_an_array_formula_is_written_and_taken_back_as_a_whole(store):
    array = ArrayFormula("B2:B3*2", "D2:D3")
    store.apply(edits=[CellEdit(TAB, 2, 3, array)], expected=store.version())
    grid = store.read(TAB)
    assert (grid.formulas[2, 3], grid.arrays) == ("B2:B3*2", {(2, 3): "D2:D3"})
    part = store.apply(edits=[CellEdit(TAB, 2, 3, None)], expected=store.version())
    assert [item.code.id for item in part.refused] == ["X-102"]
    store.apply(edits=[CellEdit(TAB, 2, 3, None), CellEdit(TAB, 3, 3, 7)], expected=store.version())
    grid = store.read(TAB)
    assert (grid.arrays, grid.value(2, 3), grid.value(3, 3)) == ({}, None, 7.0)


@pytest.fixture(
    params=[memory, workbook, lambda _: DocumentStore(memory(_), "d"), lambda _: DocumentStore(excel(_), "d")]
)
def place(request, tmp_path):
    """What rounds ask of a store beyond its sheets."""
    return request.param(tmp_path)


def test_a_group_is_written_whole_or_not_at_all(place):
    group = [CellEdit(TAB, 2, 1, None, expect=3), CellEdit(TAB, 2, 0, None, expect="X")]
    other = CellEdit(TAB, 3, 1, 8, expect=4.5)
    receipt = place.apply(edits=[*group, other], expected=place.version(), whole=[group])
    assert receipt.places == {(TAB, 2, 0)}
    assert place.read(TAB).rows[1:] == [
        ["A-1", 3.0, *place.read(TAB).rows[1][2:]],
        ["A-2", 8.0, *place.read(TAB).rows[2][2:]],
    ]
    again = [CellEdit(TAB, 2, 1, None, expect=3), CellEdit(TAB, 2, 0, None, expect="A-1")]
    assert not place.apply(edits=again, expected=place.version(), whole=[again]).refused
    assert place.read(TAB).value(2, 0) is None


def test_a_group_with_a_formula_is_put_back_as_it_was(place):
    group = [CellEdit(TAB, 2, 2, None), CellEdit(TAB, 2, 0, None, expect="X")]
    place.apply(edits=group, expected=place.version(), whole=[group])
    assert place.read(TAB).formulas[2, 2] == "B2*2"


def test_tells_what_became_of_a_write(place):
    sent = place.version()
    assert place.settle(sent) is (Landing.NOTHING if place.durable else Landing.WAITING)
    receipt = place.apply(edits=[CellEdit(TAB, 2, 1, 8)], expected=sent)
    assert place.settle(sent) is Landing.UNKNOWN
    if place.durable:
        assert receipt.version == place.version() != sent
    assert place.tidy() == []


def test_a_file_that_a_program_has_open_may_be_saved_yet(tmp_path):
    store = workbook(tmp_path)
    (tmp_path / "~$s.xlsx").touch()
    assert store.settle(store.version()) is Landing.WAITING


def test_a_file_becomes_its_backup_again_and_nothing_else(tmp_path):
    store = workbook(tmp_path)
    former = store.version()
    receipt = store.apply(edits=[CellEdit(TAB, 2, 1, 8)], expected=former)
    assert store.restore(receipt.backup, "another", receipt.version) is None
    assert store.restore(str(tmp_path / "gone.xlsx"), former, receipt.version) is None
    with pytest.raises(Busy):
        store.restore(receipt.backup, former, "another")
    assert store.restore(receipt.backup, former, receipt.version).version == store.version() == former


def test_a_document_that_does_not_hold_what_was_written_refuses_it():
    class Stubborn(MemoryStore):
        def _write(self, edit, report, arrays):
            super()._write(CellEdit(edit.tab, edit.row, edit.col, "别的"), report, arrays)

    store = DocumentStore(Stubborn({"表": [["a"], [1]]}), "d")
    (refusal,) = store.apply(edits=[CellEdit("表", 2, 0, 7)], expected=store.version()).refused
    assert (refusal.cell, refusal.code.id, refusal.facts) == ("表!A2", "X-206", {"found": "别的", "expected": 7})


def test_backups_are_kept_where_they_were_asked_for(tmp_path):
    path = workbook(tmp_path).path
    store = FileStore(path, backup_dir=tmp_path / "kept")
    former = store.version()
    receipt = store.apply(edits=[CellEdit(TAB, 2, 1, 8)], expected=former)
    assert store.restore(receipt.backup, former, receipt.version).version == former
    assert sorted(item.name for item in tmp_path.iterdir()) == ["kept", "s.xlsx"]
    assert len(list((tmp_path / "kept").iterdir())) == 2


def owned(store):
    if not hasattr(store, "owner"):
        pytest.skip("a program's sheets; its file keeps whose it is")
    return store


def test_whose_it_is_comes_with_the_first_change(store):
    store = owned(store)
    assert store.owner() == ""
    refused = store.apply(edits=[CellEdit(TAB, 2, 1, 7, expect=4)], expected=store.version(), owner="他的")
    assert (refused.changed, store.owner()) == ([], "")
    text = 'qlc1;a;"b" & <c>;仓'
    done = store.apply(edits=[CellEdit(TAB, 2, 1, 7)], expected=store.version(), owner=text)
    assert done.changed == [f"{TAB}!B2"]
    assert store.owner() == text
    store.apply(edits=[CellEdit(TAB, 2, 1, 8)], expected=store.version())
    assert store.owner() == text
    before = store.version()
    assert store.apply(expected=before, owner="mine").changed
    assert (store.owner(), store.read(TAB).value(2, 1)) == ("mine", 8)
    assert store.version() != before
