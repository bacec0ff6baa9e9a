"""Rounds on a store in memory, through the same code as on a file: first contact, rounds, choices, undo, kill and resume."""

import pytest

from rules.policy.loader import load
from sheets_schema.grid.edits import CellEdit
from sync.backends.memory import MemoryStore
from sync.round.round import run_round
from sync.round.settle import settle
from sync.round.undo import undo
from sync.state.database import State
from sync.state.journal import Journal
from sync.state.memory import Bases
from sync.tab.adopt import Adoption, Choice
from tests.scenarios.office import STOCK, QuickOffice, item

BOOK = "全流程数据"
HEADER = ["店铺", "MSKU", "FBA可售", "备注"]
SELLABLE = 2


class Died(Exception):
    """The process is gone."""


class Team:
    """An office whose workbook is nowhere on disk."""

    def __init__(self, folder):
        self.office = QuickOffice(folder)
        self.store = MemoryStore({STOCK: [HEADER, *(["LOMEESS-CA", msku, None, "人写的"] for msku in "ABC")]})
        self.sells(10, 10, 10)

    def _run(self, function, *args, **options):
        config = load(self.office.folder / "config.yaml")
        with State(config.folder / config.site.state) as state:
            return function(config, state, *args, **options)

    def round(self, **options):
        (book,) = self._run(run_round, stores={BOOK: self.store}, **options).workbooks
        return book

    def undo(self):
        return self._run(undo, stores={BOOK: self.store})

    def choose(self, conflict, choice):
        self._run(lambda _, state: settle(state, [conflict], choice, None))

    def sells(self, *counts):
        self.office.export([item(msku, count) for msku, count in zip("ABCDEF", counts, strict=False)])

    def type_in(self, row, value):
        self.store.apply(edits=[CellEdit(STOCK, row, SELLABLE, value)], expected=self.store.version())

    def shown(self):
        return {line[1]: line[SELLABLE] for line in self.store.read(STOCK).rows[1:] if line}

    def states(self):
        def read(_config, state):
            return [book.state for row in state.journal.rounds() for book in state.journal.books(row.id)]

        return self._run(read)

    def versions(self):
        """Every round's state, and the version that the workbook had afterwards."""

        def read(_config, state):
            return [
                (book.state, book.sha_after) for row in state.journal.rounds() for book in state.journal.books(row.id)
            ]

        return self._run(read)


@pytest.fixture
def team(tmp_path):
    team = Team(tmp_path)
    assert team.round().refused[0].code.id == "G-013"
    assert team.round(adopt=Adoption()).error is None
    return team


def test_rounds_write_once_and_remember(team):
    team.sells(11, 10, 10, 4)
    report = team.round()
    assert (report.state, report.count("cell"), report.appends) == ("COMMITTED", 1, 1)
    assert team.shown() == {"A": 11, "B": 10, "C": 10, "D": 4}
    version = team.store.version()
    report = team.round()
    assert (report.changes, report.refused, report.error) == ([], [], None)
    assert team.store.version() == version


def test_what_a_person_typed_is_a_conflict_and_a_choice_settles_it(team):
    team.type_in(2, 99)
    team.sells(11, 10, 10)
    (conflict,) = team.round().conflicts
    assert (conflict.ours, conflict.theirs, team.shown()["A"]) == (99, 11, 99)
    team.choose(conflict.id, Choice.ERP)
    assert team.round().count("cell") == 1
    assert team.shown()["A"] == 11
    assert team.undo().reopened == 1
    assert team.shown()["A"] == 99
    (again,) = team.round().conflicts
    assert again.id == conflict.id


def test_undo_takes_cells_and_rows_back_and_the_next_round_leaves_them(team):
    team.sells(11, 10, 10, 4)
    team.round()
    done = team.undo()
    assert (done.restored, done.removed, done.kept) == (1, 1, [])
    assert team.shown() == {"A": 10, "B": 10, "C": 10}
    assert team.round().changes == []
    team.sells(12, 10, 10, 5)
    assert (team.round().count("cell"), team.shown()) == (1, {"A": 12, "B": 10, "C": 10, "D": 5})


def died(*_args, **_options):
    raise Died


def then_died(function):
    def done(*args, **options):
        function(*args, **options)
        raise Died

    return done


STEPS = {
    "before the plan is stored": (Journal, "plan", lambda real: died, ["COMMITTED"]),
    "before the write": (MemoryStore, "apply", lambda real: died, ["STALE", "COMMITTED"]),
    "after the write": (MemoryStore, "apply", then_died, ["COMMITTED"]),
    "while remembering": (Bases, "put", lambda real: died, ["COMMITTED"]),
    "after remembering": (Journal, "finish", lambda real: died, ["COMMITTED"]),
}


@pytest.mark.parametrize("step", STEPS)
def test_a_round_that_died_is_taken_up_where_it_was(team, step, monkeypatch):
    team.sells(11, 12, 10, 4)
    owner, name, broken, ends = STEPS[step]
    with monkeypatch.context() as patched:
        patched.setattr(owner, name, broken(getattr(owner, name)))
        with pytest.raises(Died):
            team.round()
    report = team.round()
    assert (report.conflicts, report.refused, report.error) == ([], [], None)
    assert team.shown() == {"A": 11, "B": 12, "C": 10, "D": 4}
    for state, version in team.versions():
        assert bool(version) == (state == "COMMITTED")
    assert team.round().changes == []
    assert list(reversed(team.states()))[1 : 1 + len(ends)] == ends
    team.sells(12, 12, 10, 4)
    assert team.round().conflicts == []
    assert team.shown()["A"] == 12
