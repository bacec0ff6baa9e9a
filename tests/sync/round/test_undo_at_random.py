"""Rounds, edits, choices and undos in any order: nothing undone returns, nothing settled or typed is lost."""

import tempfile
from pathlib import Path

import openpyxl
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from rules.errors import Error
from rules.policy.loader import load
from sync.round.old_copy import Answer
from sync.round.round import run_round
from sync.round.settle import settle
from sync.round.undo import undo
from sync.state.database import State
from sync.tab.adopt import Adoption, Choice
from tests.scenarios.office import STOCK, QuickOffice, item

BOOK = "全流程数据"
SHEET = ["店铺", "MSKU", "FBA可售", "FBA入库中", "7日均", "备注", "断货日期", "同步状态"]
SELLABLE, RECEIVING = "FBA可售", "FBA入库中"
DATA = {SELLABLE: "C", RECEIVING: "D"}
MSKUS = "ABCDEF"

msku, column, number = st.sampled_from(MSKUS[:5]), st.sampled_from(sorted(DATA)), st.integers(1, 4)
STEPS = st.one_of(
    st.tuples(st.just("sell"), msku, column, number),
    st.tuples(st.just("sell"), msku, column, number),
    st.tuples(st.just("type"), st.sampled_from(MSKUS[:3]), column, number),
    st.tuples(st.just("remark"), st.sampled_from(MSKUS[:3]), number),
    st.tuples(st.just("choose"), st.sampled_from([Choice.ERP, Choice.SHEET, Choice.MANUAL, Choice.ALWAYS]), number),
    st.tuples(st.just("adopt"), st.sampled_from([Choice.ERP, Choice.SHEET, Choice.ASK])),
    st.tuples(st.just("copy"), number, st.sampled_from(list(Answer))),
    *[st.tuples(st.just("round"))] * 4,
    *[st.tuples(st.just("undo"))] * 3,
)


class Story:
    """One office, and what must be true of it. `turned_down` are values of the ERP that an undo took out."""

    def __init__(self, folder):
        self.office = QuickOffice(folder)
        self.stock = {one: {SELLABLE: 1, RECEIVING: 1} for one in MSKUS[:3]}
        self.office.make_book(
            [{"店铺": "LOMEESS-CA", "MSKU": one, "7日均": 1} | self.stock[one] for one in self.stock], SHEET
        )
        self.config = load(folder / "config.yaml")
        self.typed, self.remarks, self.turned_down, self.rows_out = set(), {}, {}, set()
        self.moved, self.typed_since, self.log, self.kept = True, True, [], {}
        self.adopt(Choice.ASK)

    def call(self, function, *args, **options):
        with State(self.office.folder / "state") as state:
            return function(self.config, state, *args, **options)

    def read(self, what):
        with State(self.office.folder / "state") as state:
            return what(state)

    def step(self, name, *args):
        self.log.append((name, *args))
        getattr(self, name)(*args)
        for backup in self.backups():
            self.kept.setdefault(backup, len(self.log))

    def sell(self, one, title, value):
        self.stock.setdefault(one, {SELLABLE: 1, RECEIVING: 1})[title] = value
        self.moved = True

    def backups(self):
        """The backups of the workbook, newest first."""
        return sorted((self.office.book.parent / ".qlc-backups").glob("*.xlsx"), reverse=True)

    def row(self, one):
        tab = openpyxl.load_workbook(self.office.book)[STOCK]
        return next((line[1].row for line in tab.iter_rows() if line[1].value == one), None)

    def type(self, one, title, value):
        self.office.edit({f"{DATA[title]}{self.row(one)}": value})
        self.typed.add((one, title))
        self.typed_since = True

    def remark(self, one, value):
        self.office.edit({f"F{self.row(one)}": f"备注{value}"})
        self.remarks[one] = f"备注{value}"
        self.typed_since = True

    def choose(self, choice, value):
        with State(self.office.folder / "state") as state:
            rows = state.conflicts.open()
            if rows:
                settle(state, [rows[0].id], choice, str(value + 10) if choice is Choice.MANUAL else None)

    def adopt(self, choice):
        self.run(adopt=Adoption(choice))
        self.turned_down = {}
        self.check()

    def run(self, **options):
        if self.moved:
            version = {"品名": f"第{len(self.log)}版"}  # bytes of its own: the same ones again would say nothing
            lines = [
                item(one, cells[SELLABLE], **version, **{RECEIVING: cells[RECEIVING]})
                for one, cells in self.stock.items()
            ]
            self.office.export(lines)
            self.moved = False
        (report,) = self.call(run_round, **options).workbooks
        assert (report.error, report.refused) == (None, []), self.log
        self.typed_since = self.typed_since and not report.changes
        return report

    def round(self):
        for (one, title), values in list(self.turned_down.items()):
            if self.stock.get(one, {}).get(title) not in values:
                for other in [title, *(DATA if one in self.rows_out else ())]:  # a row stays out as a whole
                    self.turned_down.pop((one, other), None)
        report = self.run()
        for change in report.changes:
            written = change.after if change.kind == "append" else {change.column: change.after}
            for title, value in written.items():
                assert value not in self.turned_down.get((change.key[-1], title), ()), (self.log, change)
        again = self.run()
        assert (again.changes, again.conflicts) == ([], report.conflicts), self.log
        self.check()

    def check(self):
        """Wherever the sheet differs from the ERP, it is asked or held back; only cells people typed are asked."""
        asked = {(row.key, row.column) for row in self.read(lambda state: state.conflicts.open())}
        asked = {(key.split('"')[3], title) for key, title in asked}
        pins = self.read(lambda state: state.pins.all())
        held = {(pin.key[-1] if pin.key else None, pin.column) for _, _, pin in pins}
        rows = self.office.by_msku()
        for one, cells in self.stock.items():
            for title, value in cells.items():
                differs = one not in rows or rows[one][title] != value
                known = {(one, title), (one, ""), (None, title)} & (asked | held)
                assert not differs or known, (self.log, one, title)
        adopted = any(step[0] == "adopt" and step[1] is not Choice.ERP for step in self.log)
        assert adopted or asked <= self.typed, self.log
        assert {one: rows[one]["备注"] for one in self.remarks} == self.remarks, self.log

    def copy(self, back, answer):
        """An older copy of the workbook comes back, and a person answers."""
        backups = self.backups()
        if not backups or self.typed_since or self.moved:
            return
        final, undone, backup = cells_of(self.office.book), self.rows_undone(), backups[min(back, len(backups)) - 1]
        typed = any(step[0] in ("type", "remark", "copy") for step in self.log[self.kept.get(backup, 1) - 1 : -1])
        chosen = self.read(lambda state: [row for row in state.conflicts.open() if row.choice])  # carried out as well
        self.office.book.write_bytes(backup.read_bytes())
        older, self.turned_down = cells_of(self.office.book), {}
        self.remarks = {one: row["备注"] for one, row in self.office.by_msku().items() if row["备注"]}
        report = self.run(old_copy=answer)
        now = cells_of(self.office.book)
        if answer is Answer.UPDATE and not undone and not typed and not chosen:
            assert now == final, self.log
        if answer is Answer.BACK:
            assert {place for place in now if place not in older} <= {
                (STOCK, change.cell) for change in report.changes
            } | {place for place in now if any(change.kind == "append" for change in report.changes)}, self.log
        again = self.run()
        assert again.changes == [], self.log
        self.check()

    def rows_undone(self):
        """Whether an undo emptied a row: in an older copy it stands again, and stays."""
        rounds = self.read(lambda state: [row.id for row in state.journal.rounds(None) if row.kind == "undo"])
        return any(
            row.column == "" for one in rounds for row in self.read(lambda state, one=one: state.journal.written(one))
        )

    def undo(self):
        before = cells_of(self.office.book)
        bases = self.read(lambda state: state.bases.get(BOOK, STOCK).table)
        try:
            done = self.call(undo)
        except Error as error:  # no round is left
            if error.code.id != "T-020":
                raise
            return
        rows = self.read(lambda state: state.journal.written(done.undone))
        (item_,) = self.read(lambda state: state.journal.books(done.undone))
        if (
            not self.typed_since
            and done.round
            and not done.kept
            and item_.backup
            and newest(self, done.undone, done.round)
        ):
            assert cells_of(self.office.book) == cells_of(Path(item_.backup)), self.log
        assert bases is not None
        assert (before == cells_of(self.office.book)) == (done.restored + done.removed == 0), self.log
        for row in rows:
            if row.kind in ("cell", "append") and not row.conflict:
                self.turn_down(row)
        for one, remark in self.remarks.items():
            assert self.office.by_msku()[one]["备注"] == remark, self.log

    def turn_down(self, row):
        from sync.state.journal import key_of, row_of, value_of

        one = key_of(row.key)[-1]
        shown = self.office.by_msku().get(one)
        if row.kind == "append":
            if shown is None:
                self.rows_out.add(one)
                for title in DATA:
                    self.turned_down.setdefault((one, title), set()).add(row_of(row.after).get(title))
        elif shown is None or shown[row.column] != value_of(row.after):
            self.turned_down.setdefault((one, row.column), set()).add(value_of(row.after))


def newest(story, undone, number):
    """Whether the undone round was the last that wrote."""
    wrote = story.read(lambda state: state.journal.wrote())
    return undone == max(one for one in wrote if one < number)


def cells_of(path):
    """Every cell with its value and format, as another reader sees them."""
    book = openpyxl.load_workbook(path)
    return {
        (tab.title, cell.coordinate): (cell.value, cell.number_format)
        for tab in book
        for line in tab.iter_rows()
        for cell in line
        if cell.value is not None
    }


def tell(steps):
    with tempfile.TemporaryDirectory() as folder:
        story = Story(Path(folder))
        for step in steps:
            story.step(*step)
        story.step("round")


WHEREVER = {"deadline": None, "suppress_health_check": list(HealthCheck)}


@settings(max_examples=4, **WHEREVER)
@given(st.lists(STEPS, min_size=4, max_size=14))
def test_a_story(steps):
    tell(steps)


@pytest.mark.proof
@settings(max_examples=400, phases=(Phase.generate,), **WHEREVER)
@given(st.lists(STEPS, min_size=4, max_size=30))
def test_many_stories(steps):
    tell(steps)
