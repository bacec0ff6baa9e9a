"""Rounds, edits, choices and undos in any order: nothing undone returns, nothing settled or typed is lost."""

import tempfile
from pathlib import Path

import openpyxl
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from rules.errors import Error
from rules.policy.loader import load
from sync.adopt import Adoption, Choice
from sync.round import run_round
from sync.settle import settle
from sync.state.database import State
from sync.undo import undo
from tests.scenarios.office import STOCK, QuickOffice, item

BOOK = "全流程数据"
SHEET = ["店铺", "MSKU", "FBA可售", "FBA入库中", "7日均", "备注", "断货日期", "同步状态"]
SELLABLE, RECEIVING = "FBA可售", "FBA入库中"
DATA = {SELLABLE: "C", RECEIVING: "D"}
MSKUS = "ABCDEF"

msku, column, number = st.sampled_from(MSKUS[:5]), st.sampled_from(sorted(DATA)), st.integers(1, 4)
STEPS = st.one_of(
    st.tuples(st.just("erp"), msku, column, number),
    st.tuples(st.just("erp"), msku, column, number),
    st.tuples(st.just("type"), st.sampled_from(MSKUS[:3]), column, number),
    st.tuples(st.just("remark"), st.sampled_from(MSKUS[:3]), number),
    st.tuples(st.just("choose"), st.sampled_from([Choice.ERP, Choice.SHEET, Choice.MANUAL, Choice.ALWAYS]), number),
    st.tuples(st.just("adopt"), st.sampled_from([Choice.ERP, Choice.SHEET, Choice.ASK])),
    *[st.tuples(st.just("round"))] * 4,
    *[st.tuples(st.just("undo"))] * 3,
)


class Story:
    """One office, and what must be true of it. `turned_down` are values of the ERP that an undo took out."""

    def __init__(self, folder):
        self.office = QuickOffice(folder)
        self.erp = {one: {SELLABLE: 1, RECEIVING: 1} for one in MSKUS[:3]}
        self.office.make_book(
            [{"店铺": "LOMEESS-CA", "MSKU": one, "7日均": 1} | self.erp[one] for one in self.erp], SHEET
        )
        self.config = load(folder / "config.yaml")
        self.typed, self.remarks, self.turned_down = set(), {}, {}
        self.moved, self.typed_since, self.log = True, True, []
        self.adopt(Choice.ASK)

    def call(self, function, *args, **options):
        with State(self.office.folder / "state") as state:
            return function(self.config, state, *args, **options)

    def read(self, what):
        with State(self.office.folder / "state") as state:
            return what(state)

    def step(self, name, *args):
        self.log.append((name, *args))
        {"erp": self.sell, "type": self.type, "remark": self.remark, "choose": self.choose, "adopt": self.adopt,
         "round": self.round, "undo": self.undo}[name](*args)  # fmt: skip

    def sell(self, one, title, value):
        self.erp.setdefault(one, {SELLABLE: 1, RECEIVING: 1})[title] = value
        self.moved = True

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
            self.office.export(
                [item(one, cells[SELLABLE], **{RECEIVING: cells[RECEIVING]}) for one, cells in self.erp.items()]
            )
            self.moved = False
        (report,) = self.call(run_round, **options).workbooks
        assert (report.error, report.refused) == (None, []), self.log
        self.typed_since = self.typed_since and not report.changes
        return report

    def round(self):
        for (one, title), values in list(self.turned_down.items()):
            if self.erp.get(one, {}).get(title) not in values:
                del self.turned_down[one, title]
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
        for one, cells in self.erp.items():
            for title, value in cells.items():
                differs = one not in rows or rows[one][title] != value
                known = {(one, title), (one, ""), (None, title)} & (asked | held)
                assert not differs or known, (self.log, one, title)
        adopted = any(step == ("adopt", Choice.ASK) for step in self.log)
        assert adopted or asked <= self.typed, self.log
        assert {one: rows[one]["备注"] for one in self.remarks} == self.remarks, self.log

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


@settings(max_examples=6, **WHEREVER)
@given(st.lists(STEPS, min_size=4, max_size=14))
def test_a_story(steps):
    tell(steps)


@pytest.mark.proof
@settings(max_examples=400, phases=(Phase.generate,), **WHEREVER)
@given(st.lists(STEPS, min_size=4, max_size=30))
def test_many_stories(steps):
    tell(steps)
