"""Applying a plan and taking it back: one step, and nothing of a person's is overwritten."""

import pytest

from addin.commands.command import Plan, apply, undo
from rules.errors import Busy
from sheets_schema.grid.edits import ArrayFormula, CellEdit, Formula, NewTab, RowAppend
from sync.backends.memory import MemoryStore

TAB = "备货"


@pytest.fixture
def store():
    return MemoryStore({TAB: [["MSKU", "数量", "备注"], ["A-1", 3, None], ["A-2", Formula("B2*2"), "急"]]})


def cells(store):
    grid = store.read(TAB)
    return grid.rows, grid.formulas


def test_a_plan_is_applied_and_taken_back(store):
    before = cells(store)
    plan = Plan(
        store.version(),
        edits=(CellEdit(TAB, 2, 1, 7, expect=3), CellEdit(TAB, 3, 1, 5), CellEdit(TAB, 2, 2, Formula("A2"))),
        appends=(RowAppend(TAB, 4, {0: "A-3", 1: 1}),),
    )
    applied = apply(store, plan)
    assert sorted(applied.report.changed) == [f"{TAB}!{cell}" for cell in ("A4", "B2", "B3", "B4", "C2")]
    assert cells(store) != before
    report = undo(store, applied)
    assert not report.refused
    rows, formulas = cells(store)
    assert ([row for row in rows if row], formulas) == before


def test_what_a_person_changed_since_then_stays(store):
    applied = apply(store, Plan(store.version(), (CellEdit(TAB, 2, 1, 7), CellEdit(TAB, 2, 2, Formula("A2")))))
    person = [CellEdit(TAB, 2, 1, 8), CellEdit(TAB, 2, 2, "手写")]
    store.apply(edits=person, expected=store.version())
    report = undo(store, applied)
    assert not report.changed
    assert {item.cell: item.code.id for item in report.refused} == {f"{TAB}!B2": "X-109", f"{TAB}!C2": "X-109"}
    assert store.read(TAB).rows[1] == ["A-1", 8.0, "手写"]


def test_a_formula_that_a_person_put_in_place_of_a_value_stays(store):
    applied = apply(store, Plan(store.version(), (CellEdit(TAB, 2, 1, 7),)))
    store.apply(edits=[CellEdit(TAB, 2, 1, Formula("1+1"))], expected=store.version())
    assert [item.code.id for item in undo(store, applied).refused] == ["X-109"]


def test_what_was_refused_is_not_undone(store):
    applied = apply(store, Plan(store.version(), (CellEdit(TAB, 2, 1, 7, expect=99), CellEdit(TAB, 2, 2, "x"))))
    assert [edit.name for edit in applied.inverse] == [f"{TAB}!C2"]


def test_an_added_tab_stays(store):
    applied = apply(store, Plan(store.version(), new_tabs=(NewTab("校验结果", [["问题"]]),)))
    undo(store, applied)
    assert "校验结果" in store.tabs()


def test_a_document_that_changed_since_the_preview_is_busy(store):
    plan = Plan(store.version(), (CellEdit(TAB, 2, 1, 7),))
    store.apply(edits=[CellEdit(TAB, 2, 2, "x")], expected=store.version())
    with pytest.raises(Busy, match="K-001"):
        apply(store, plan)


def test_a_formula_that_the_host_spells_its_own_way_is_still_ours():
    store = MemoryStore({TAB: [["品类", "天数"], ["车机", 3]]})
    applied = apply(store, Plan(store.version(), (CellEdit(TAB, 2, 1, Formula("LEADTIME(A2)")),)))
    store.apply(edits=[CellEdit(TAB, 2, 1, Formula("[1]!LEADTIME(A2)"))], expected=store.version())
    assert not undo(store, applied).refused
    assert cells(store) == ([["品类", "天数"], ["车机", 3.0]], {})


def test_an_array_formula_is_taken_back_as_a_whole(store):
    store.apply(edits=[CellEdit(TAB, 3, 3, "旧")], expected=store.version())
    plan = Plan(store.version(), (CellEdit(TAB, 2, 4, ArrayFormula("B2:B3*2", "E2:E3")),))
    applied = apply(store, plan)
    assert store.read(TAB).arrays == {(2, 4): "E2:E3"}
    assert not undo(store, applied).refused
    assert cells(store)[1] == {(3, 1): "B2*2"}
