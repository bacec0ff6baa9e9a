"""公式转数值, 恢复公式: there and back, and what a person changed in between stays."""

from datetime import date

import openpyxl
import pytest
from openpyxl.styles import Protection
from openpyxl.workbook.protection import WorkbookProtection

from addin.commands.catalogue import COMMANDS
from addin.commands.command import apply, undo
from addin.hosts.headless import compute
from rules.errors import Refused
from rules.policy.loader import packaged
from sheets_schema.grid.edits import ArrayFormula, CellEdit, Formula
from sync.backends.file import FileStore
from tests.addin.commands.desk import TODAY, desk, in_memory, on_disk

ROWS = [
    ["品类", "渠道", "周期", "预计", "长度"],
    ["车机", "快线", "=LEADTIME(A2,B2)", '=ETA("2025-03-01",B2)', "=LEN(A2)"],
    ["车灯", "月球", "=备货周期(A3,B3)", "=IF(1>0,LEADTIME(A3),0)", None],
    [None, None, "=LEADTIME(A4,B4)", None, None],
]


@pytest.fixture(params=["memory", "workbook"])
def store(request, tmp_path):
    return in_memory({"货": ROWS}) if request.param == "memory" else on_disk(tmp_path / "b.xlsx", {"货": ROWS})


def press(store, id, cells="A1", tab=None):
    return COMMANDS[id].run(desk(store, cells, tab))


def test_there_and_back(store):
    before = store.read("货").formulas
    preview = press(store, "formulas_to_values")
    assert [(change.place, change.before, change.after) for change in preview.report.changes] == [
        ("货!C2", "=LEADTIME(A2,B2)", 71),
        ("货!D2", '=ETA("2025-03-01",B2)', date(2025, 4, 15)),
        ("货!C3", "=备货周期(A3,B3)", "#N/A"),
        ("货!C4", "=LEADTIME(A4,B4)", None),
    ]
    assert [(item.code.id, item.cell) for item in preview.report.problems] == [("K-040", "D3")]
    applied = apply(store, preview.plan)
    assert not applied.report.refused
    assert set(store.read("货").formulas) == {(2, 4), (3, 3)}
    assert store.tabs() == ["货", "_公式"]
    assert press(store, "formulas_to_values").plan.writes_nothing
    back = press(store, "values_to_formulas")
    assert not back.report.problems
    assert not apply(store, back.plan).report.refused
    assert store.read("货").formulas == before
    assert press(store, "values_to_formulas").plan.writes_nothing
    assert len(store.read("_公式").rows) == 1, "what is back is forgotten"


def test_what_a_person_changed_stays(store):
    apply(store, press(store, "formulas_to_values").plan)
    edits = [CellEdit("货", 2, 2, 70), CellEdit("货", 4, 2, Formula("1+1"))]
    store.apply(edits=edits, expected=store.version())
    back = press(store, "values_to_formulas")
    assert [(item.code.id, item.cell) for item in back.report.problems] == [("K-041", "C2"), ("K-041", "C4")]
    apply(store, back.plan)
    grid = store.read("货")
    assert grid.value(2, 2) == 70
    assert grid.formulas[3, 2] == "备货周期(A3,B3)"
    assert len(store.read("_公式").rows) == 3


def test_undo_puts_the_formulas_back(store):
    before = store.read("货").formulas
    applied = apply(store, press(store, "formulas_to_values").plan)
    assert not undo(store, applied).refused
    assert store.read("货").formulas == before
    back = press(store, "values_to_formulas")
    assert not back.report.changes
    assert not back.report.problems


def locked(path):
    """The workbook once its structure is protected."""
    book = openpyxl.load_workbook(path)
    book.security = WorkbookProtection(lockStructure=True)
    book.save(path)
    return FileStore(path)


def test_no_formula_goes_that_cannot_be_kept(tmp_path):
    store = locked(on_disk(tmp_path / "b.xlsx", {"货": ROWS}).path)
    before = store.path.read_bytes()
    with pytest.raises(Refused, match="X-115"):
        apply(store, press(store, "formulas_to_values").plan)
    assert store.path.read_bytes() == before


def test_no_formula_is_forgotten_that_did_not_come_back(tmp_path):
    store = on_disk(tmp_path / "b.xlsx", {"货": ROWS})
    apply(store, press(store, "formulas_to_values").plan)
    book = openpyxl.load_workbook(store.path)
    book["货"].protection.sheet = True
    book["货"]["C2"].protection = Protection(locked=False)
    book.save(store.path)
    report = apply(store, press(store, "values_to_formulas").plan).report
    assert report.changed == ["货!C2"]
    assert {refusal.code.id for refusal in report.refused} == {"X-105"}
    assert len(store.read("_公式").rows) == 5
    again = press(store, "values_to_formulas")
    assert [change.place for change in again.report.changes] == ["货!D2", "货!C3", "货!C4"]


def test_only_the_selection(store):
    apply(store, press(store, "formulas_to_values", "C2:C3").plan)
    assert set(store.read("货").formulas) == {(2, 3), (2, 4), (3, 3), (4, 2)}
    apply(store, press(store, "formulas_to_values", "D2:E2").plan)
    assert len(store.read("_公式").rows) == 4
    back = press(store, "values_to_formulas", "C1:C9")
    apply(store, back.plan)
    assert set(store.read("货").formulas) == {(2, 4), (2, 2), (3, 2), (3, 3), (4, 2)}
    assert len(store.read("_公式").rows) == 2


def test_an_array_goes_and_comes_back_as_a_whole(store):
    array = ArrayFormula("LEADTIME(A2:A3,B2)", "F2:F3")
    store.apply(edits=[CellEdit("货", 2, 5, array)], expected=store.version())
    part = press(store, "formulas_to_values", "F1:F2")
    assert [item.code.id for item in part.report.problems] == ["K-042"]
    apply(store, press(store, "formulas_to_values", "F2:F3").plan)
    grid = store.read("货")
    assert (grid.value(2, 5), grid.value(3, 5), grid.arrays) == (71, 94, {})
    apply(store, press(store, "values_to_formulas").plan)
    assert store.read("货").arrays == {(2, 5): "F2:F3"}


def test_values_of_the_document_count_and_the_tab_is_hidden(tmp_path):
    book = on_disk(tmp_path / "b.xlsx", {"货": ROWS})
    compute(book.path, packaged().rules, TODAY)
    openpyxl_book = openpyxl.load_workbook(book.path, data_only=True)
    assert openpyxl_book["货"]["C2"].value == 71
    apply(book, press(book, "formulas_to_values").plan)
    made = openpyxl.load_workbook(book.path)
    assert made["_公式"].sheet_state == "hidden"
    assert made["货"]["C2"].value == 71
    assert made["货"]["D2"].is_date


def test_ten_thousand_formulas():
    rows = [["车机", "快线", f"=LEADTIME(A{row},B{row})"] for row in range(2, 10_002)]
    store = in_memory({"货": [ROWS[0][:3], *rows]})
    apply(store, press(store, "formulas_to_values").plan)
    assert not store.read("货").formulas
    apply(store, press(store, "values_to_formulas").plan)
    assert len(store.read("货").formulas) == 10_000
