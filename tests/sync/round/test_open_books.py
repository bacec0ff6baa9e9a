"""Rounds on a workbook that is open: what it shows counts, and nothing is agreed on before it is saved."""

import pytest

from rules.errors import Error
from rules.policy.loader import load
from sheets_schema.grid.codes import X_LOCKED
from sheets_schema.grid.edits import Formula
from sync.backends.document import DocumentStore
from sync.backends.memory import MemoryStore
from sync.round.round import run_round
from sync.round.undo import undo
from sync.state.database import State
from sync.tab.adopt import Adoption
from tests.fakes.document import OpenDocument
from tests.scenarios.office import STOCK, QuickOffice, item

BOOK = "全流程数据"
SHEET = ["店铺", "MSKU", "FBA可售", "备注"]
SELLABLE, REMARK = 2, 3


class Desk:
    """The office with its workbook open."""

    def __init__(self, folder):
        self.office = QuickOffice(folder)
        self.office.make_book([row(msku, 10) for msku in "ABC"], SHEET)
        self.office.export([item(msku, 10) for msku in "ABC"])
        self.closed(adopt=Adoption())
        self.open()

    def open(self):
        self.document = OpenDocument(self.office.book)

    def _run(self, function, *args, **options):
        config = load(self.office.folder / "config.yaml")
        with State(config.folder / config.site.state) as state:
            return function(config, state, *args, **options)

    def closed(self, **options):
        return self._run(run_round, **options).workbooks[0]

    def round(self, **options):
        return self._run(
            run_round, stores={BOOK: DocumentStore(self.document, "全流程数据.xlsx")}, **options
        ).workbooks[0]

    def undo(self, **options):
        return self._run(undo, stores={BOOK: DocumentStore(self.document, "全流程数据.xlsx")}, **options)

    def sells(self, *counts):
        self.office.export([item(msku, count) for msku, count in zip("ABCDEF", counts, strict=False)])

    def shown(self):
        return {line[1]: line[SELLABLE] for line in self.document.read(STOCK).rows[1:] if line}

    def base(self):
        def read(_config, state):
            table = state.bases.get(BOOK, STOCK).table
            return dict(zip(table.values("MSKU"), table.values("FBA可售"), strict=True))

        return self._run(read)

    def states(self):
        def read(_config, state):
            return [book.state for row in state.journal.rounds() for book in state.journal.books(row.id)]

        return self._run(read)


def row(msku, sellable):
    return {"店铺": "LOMEESS-CA", "MSKU": msku, "FBA可售": sellable}


@pytest.fixture
def desk(tmp_path):
    return Desk(tmp_path)


def test_a_round_writes_into_the_open_document_and_leaves_the_file(desk):
    file = desk.office.sha()
    desk.sells(11, 10, 10)
    report = desk.round()
    assert (report.state, report.count("cell"), report.refused, report.error) == ("SENT", 1, [], None)
    assert desk.shown() == {"A": 11, "B": 10, "C": 10}
    assert desk.office.sha() == file
    assert desk.base()["A"] == 10


def test_what_was_saved_is_agreed_on_by_the_next_round(desk):
    desk.sells(11, 10, 10)
    desk.round()
    desk.document.save()
    assert desk.closed().count("cell") == 0
    assert desk.base()["A"] == 11
    assert desk.states()[0] == "COMMITTED"
    desk.sells(12, 10, 10)
    assert desk.closed().count("cell") == 1


def test_a_document_closed_without_saving_is_filled_again_without_a_conflict(desk):
    desk.sells(11, 10, 10, 4)
    assert desk.round().appends == 1
    report = desk.closed()
    assert (report.count("cell"), report.appends, report.conflicts) == (1, 1, [])
    assert desk.office.by_msku()["A"]["FBA可售"] == 11
    assert desk.office.by_msku()["D"]["FBA可售"] == 4


def test_a_round_that_died_before_it_wrote_is_not_in_the_history(desk, monkeypatch):
    class Died(Exception):
        pass

    def die(*_args, **_options):
        raise Died

    desk.sells(11, 10, 10, 4)
    with monkeypatch.context() as patched:
        patched.setattr(DocumentStore, "apply", die)
        with pytest.raises(Died):
            desk.round()
    assert desk.round().count("cell") == 1
    desk.document.save()
    assert desk.closed().changes == []
    with State(desk.office.folder / "state") as state:
        for msku in "AD":
            assert len(state.journal.of_cell(BOOK, STOCK, ("LOMEESS-CA", msku), "FBA可售")) == 1
    assert desk.states()[:2] == ["COMMITTED", "STALE"]


def test_rounds_on_an_unsaved_document_follow_each_other(desk):
    for count in (11, 12, 13):
        desk.sells(count, 10, 10)
        report = desk.round()
        assert (report.count("cell"), report.conflicts) == (1, [])
        assert desk.shown()["A"] == count
    assert desk.base()["A"] == 10
    desk.document.save()
    desk.sells(14, 10, 10)
    assert not desk.round().conflicts
    assert desk.base()["A"] == 13
    assert desk.shown()["A"] == 14


def test_a_person_counts_by_what_the_open_document_shows(desk):
    desk.document.type_in(STOCK, 2, SELLABLE, 99)
    desk.sells(11, 10, 10)
    report = desk.round()
    assert [conflict.ours for conflict in report.conflicts] == [99]
    assert desk.shown()["A"] == 99


def test_what_both_sides_say_is_agreed_on_when_the_document_is_saved(desk):
    desk.document.type_in(STOCK, 2, SELLABLE, 11)
    desk.document.save()
    desk.sells(11, 10, 10)
    desk.round()
    assert desk.base()["A"] == 11
    desk.document.type_in(STOCK, 3, SELLABLE, 12)
    desk.sells(11, 12, 10)
    desk.round()
    assert desk.base()["B"] == 10


def test_undo_takes_the_unsaved_round_back(desk):
    desk.sells(11, 10, 10, 4)
    desk.round()
    seen = desk.undo(dry_run=True)
    assert [(cell.column, cell.before, cell.after) for _, cell in seen.cells if cell.column == "FBA可售"] == [
        ("FBA可售", 11, 10)
    ]
    assert desk.shown()["A"] == 11
    report = desk.undo()
    assert desk.states()[0] == "SENT"
    assert report.removed == 1
    assert not report.kept
    assert desk.shown() == {"A": 10, "B": 10, "C": 10}
    again = desk.round()
    assert (again.count("cell"), again.appends, again.conflicts) == (0, 0, [])
    desk.document.type_in(STOCK, 3, REMARK, "急")
    desk.document.save()
    again = desk.closed()
    assert desk.states()[:2] == ["COMMITTED", "STALE"]
    assert (again.count("cell"), again.appends, again.conflicts) == (0, 0, [])
    desk.sells(12, 10, 10, 4)
    assert desk.closed().count("cell") == 1


def test_a_formula_that_was_never_computed_does_not_make_a_saved_tab_unsaved(desk):
    desk.document.type_in(STOCK, 4, SELLABLE, Formula("1+1"))
    desk.document.type_in(STOCK, 2, SELLABLE, 11)
    desk.document.save()
    read = desk.document.read
    desk.document.read = lambda tab: _computed(read(tab))
    desk.sells(11, 10, 10)
    desk.round()
    assert desk.base()["A"] == 11


def _computed(grid):
    """As a program shows it: formulas with a value."""
    for row, column in grid.formulas:
        cells = grid.rows[grid.numbers.index(row)]
        cells += [None] * (column + 1 - len(cells))
        cells[column] = 2.0
    return grid


def test_undo_of_a_saved_round_in_the_open_document(desk):
    desk.sells(11, 10, 10)
    desk.round()
    desk.document.save()
    desk.undo()
    assert desk.shown()["A"] == 10
    assert desk.closed().conflicts == []
    assert desk.office.by_msku()["A"]["FBA可售"] == 11


def test_an_undo_that_nobody_saved_changes_nothing_that_was_agreed_on(desk):
    desk.sells(11, 10, 10, 4)
    desk.round()
    desk.document.save()
    desk.closed()
    desk.open()
    assert (desk.undo().removed, desk.base()["A"]) == (1, 11)
    desk.sells(12, 10, 10, 4)
    report = desk.closed()
    assert (report.count("cell"), report.conflicts, report.appends) == (1, [], 0)
    assert desk.base() == {"A": 12, "B": 10, "C": 10, "D": 4}


def test_a_saved_undo_goes_back_to_what_was_agreed_on_before(desk):
    desk.sells(11, 10, 10, 4)
    desk.round()
    desk.document.save()
    desk.closed()
    desk.open()
    desk.undo()
    desk.document.save()
    assert desk.closed().changes == []
    assert desk.base() == {"A": 10, "B": 10, "C": 10}
    desk.sells(12, 10, 10, 5)
    report = desk.closed()
    assert (report.count("cell"), report.appends, report.conflicts) == (1, 1, [])


def test_a_row_is_emptied_whole_or_not_at_all(desk, monkeypatch):
    desk.sells(10, 10, 10, 4)
    desk.round()
    shown = desk.document.read(STOCK).rows
    put = MemoryStore._write

    def guarded(self, edit, report, arrays):
        if edit.value is None and edit.col == SELLABLE:
            report.refused.append(edit.refused(X_LOCKED))
        else:
            put(self, edit, report, arrays)

    with monkeypatch.context() as patched:
        patched.setattr(OpenDocument, "_write", guarded)
        report = desk.undo()
    assert ([error.code.id for error in report.refused], report.removed) == (["X-105"], 0)
    assert desk.document.read(STOCK).rows == shown
    assert desk._run(lambda _, state: state.pins.all()) == []
    assert desk.undo().removed == 1


def test_a_row_of_a_file_is_emptied_whole_or_not_at_all(desk):
    import openpyxl
    from openpyxl.styles import Protection

    desk.sells(10, 10, 10, 4)
    desk.closed()

    def protect(on):
        book = openpyxl.load_workbook(desk.office.book)
        book[STOCK].protection.sheet = on
        for cell in book[STOCK][5]:
            cell.protection = Protection(locked=cell.column != SELLABLE + 1)
        book.save(desk.office.book)

    protect(True)
    before = desk.office.rows()
    report = desk._run(undo)
    assert ({error.code.id for error in report.refused}, report.removed) == ({"X-105"}, 0)
    assert desk.office.rows() == before
    assert desk._run(lambda _, state: state.pins.all()) == []
    protect(False)
    assert desk._run(undo).removed == 1


def test_undo_from_outside_says_that_the_workbook_is_unsaved(desk):
    desk.sells(11, 10, 10)
    desk.round()
    (desk.office.book.parent / f"~${desk.office.book.name}").write_bytes(b"open")
    report = desk._run(undo)
    assert [error.code.id for error in report.refused] == ["G-019"]


def test_another_plan_than_the_one_shown_is_refused(desk):
    desk.sells(11, 10, 10)
    seen = desk.round(dry_run=True)
    desk.sells(12, 10, 10)
    report = desk.round(previewed={BOOK: seen.plan_id})
    assert (report.error.code.id, desk.shown()["A"]) == ("G-018", 10)
    seen = desk.round(dry_run=True)
    desk.document.type_in(STOCK, 2, REMARK, "急")
    assert desk.round(previewed={BOOK: seen.plan_id}).count("cell") == 1


def test_a_program_that_does_not_keep_a_value_is_found_out(desk, monkeypatch):
    desk.sells(11, 12, 10)
    put = MemoryStore._write

    def rounded(self, edit, *more):
        put(self, edit, *more)
        if edit.value == 11:
            self._tabs[edit.tab][edit.row, edit.col] = 10.0

    monkeypatch.setattr(OpenDocument, "_write", rounded)
    report = desk.round()
    assert [error.code.id for error in report.refused] == ["X-206"]
    assert [change.after for change in report.changes] == [12]
    desk.document.save()
    desk.round()
    assert desk.base() == {"A": 10, "B": 12, "C": 10}


def test_the_last_round_of_one_workbook(desk):
    desk.sells(11, 10, 10)
    desk.round()
    assert desk.undo(workbook=BOOK, dry_run=True).cells
    with pytest.raises(Error) as error:
        desk.undo(workbook="别的", dry_run=True)
    assert error.value.code.id == "T-020"
