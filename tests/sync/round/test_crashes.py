"""A round that dies at any step leaves nothing half-done: the next one ends where an unbroken one would."""

import pytest

from rules.errors import Error
from rules.policy.loader import load
from sync.backends.file import FileStore
from sync.backends.workbook import replace
from sync.backends.workbook.codes import X_DISK
from sync.round.round import run_round
from sync.round.undo import undo
from sync.state.database import State
from sync.state.journal import Journal, value_of
from sync.state.memory import Bases
from sync.tab.adopt import Adoption
from tests.scenarios.office import STOCK, QuickOffice, item

BOOK = "全流程数据"
SHEET = ["店铺", "MSKU", "FBA可售", "FBA入库中", "备注"]
ROWS = [{"店铺": "LOMEESS-CA", "MSKU": msku, "FBA可售": 10, "备注": "人写的"} for msku in "ABC"]


class Died(Exception):
    """The process is gone."""


def die(*_args, **_options):
    raise Died


def after(function):
    """`function`, and then the process is gone."""

    def done(*args, **options):
        function(*args, **options)
        raise Died

    return done


STEPS = {
    "before anything is stored": (Journal, "plan", lambda real: die),
    "after the plan is stored": (FileStore, "apply", lambda real: die),
    "while the new file is made": (replace, "force", lambda real: die),
    "before the file is replaced": (replace, "swap", lambda real: die),
    "after the file is replaced": (replace, "swap", after),
    "after writing, before remembering": (FileStore, "apply", after),
    "while remembering": (Bases, "put", lambda real: die),
    "after the round is remembered": (Journal, "finish", lambda real: die),
}


@pytest.fixture
def office(tmp_path):
    office = QuickOffice(tmp_path)
    office.make_book(ROWS, SHEET)
    office.export([item(msku, 10) for msku in "ABC"])
    run(office, adopt=Adoption())
    return office


def run(office, **options):
    config = load(office.folder / "config.yaml")
    with State(config.folder / config.site.state) as state:
        return run_round(config, state, **options)


@pytest.mark.parametrize("step", STEPS)
def test_the_next_round_ends_where_an_unbroken_one_would(office, step, monkeypatch):
    office.edit({"C4": 77})
    office.export([item("A", 11), item("B", 10), item("C", 12), item("D", 5)])
    owner, name, broken = STEPS[step]
    before = office.book.read_bytes()
    with monkeypatch.context() as patched:
        patched.setattr(owner, name, broken(getattr(owner, name)))
        with pytest.raises(Died):
            run(office)
    assert office.book.read_bytes() == before or office.by_msku()["A"]["FBA可售"] == 11, "never half-written"
    (book,) = run(office).workbooks
    values = {msku: row["FBA可售"] for msku, row in office.by_msku().items()}
    assert values == {"A": 11, "B": 10, "C": 77, "D": 5}
    assert [conflict.key for conflict in book.conflicts] == [("LOMEESS-CA", "C")]
    hidden = [path.name for path in office.book.parent.iterdir() if path.name.startswith(".") and path.is_file()]
    assert hidden == []
    done = office.book.read_bytes()
    (book,) = run(office).workbooks
    assert book.changes == []
    assert office.book.read_bytes() == done


@pytest.mark.parametrize(
    "step", ["after the file is replaced", "after writing, before remembering", "while remembering"]
)
def test_what_a_dead_round_wrote_is_agreed_even_when_the_erp_moves_on(office, step, monkeypatch):
    office.export([item("A", 11), item("B", 10), item("C", 10)])
    owner, name, broken = STEPS[step]
    with monkeypatch.context() as patched:
        patched.setattr(owner, name, broken(getattr(owner, name)))
        with pytest.raises(Died):
            run(office)
    office.export([item("A", 12), item("B", 10), item("C", 10)])
    (book,) = run(office).workbooks
    assert book.conflicts == []
    assert office.by_msku()["A"]["FBA可售"] == 12


UNDO_STEPS = {
    "before anything is stored": (Journal, "plan", lambda real: die),
    "before the file is replaced": (replace, "swap", lambda real: die),
    "after the file is replaced": (replace, "swap", after),
    "after writing, before remembering": (FileStore, "apply", after),
    "while remembering": (Bases, "put", lambda real: die),
    "after the undo is remembered": (Journal, "finish", lambda real: die),
}


@pytest.mark.parametrize("step", UNDO_STEPS)
def test_an_undo_that_dies_is_whole_or_can_be_had_again(office, step, monkeypatch):
    office.export([item("A", 11), item("B", 12), item("C", 10), item("D", 5)])
    run(office)
    written = office.by_msku()
    office.edit({"E4": "新写的"})  # so that cells are restored one by one
    owner, name, broken = UNDO_STEPS[step]
    with monkeypatch.context() as patched:
        patched.setattr(owner, name, broken(getattr(owner, name)))
        with pytest.raises(Died):
            take_back(office)
    was_restored = office.by_msku().keys() == {"A", "B", "C"}
    for _ in range(2):
        (book,) = run(office).workbooks
        assert (book.changes, book.conflicts) == ([], [])
    if not was_restored:
        assert office.by_msku() == written | {"C": written["C"] | {"备注": "新写的"}}
        take_back(office)
        run(office)
    assert {msku: row["FBA可售"] for msku, row in office.by_msku().items()} == {"A": 10, "B": 10, "C": 10}
    assert office.by_msku()["C"]["备注"] == "新写的"
    office.export([item("A", 13), item("B", 12), item("C", 10), item("D", 6)])
    (book,) = run(office).workbooks
    assert (book.count("cell"), book.appends, book.conflicts) == (1, 1, [])


def take_back(office):
    config = load(office.folder / "config.yaml")
    with State(config.folder / config.site.state) as state:
        return undo(config, state)


def lies(what):
    """The disk did it and says that it failed, or says that it did it and lost it."""

    def apply(real):
        def done(self, **options):
            before = self.path.read_bytes()
            receipt = real(self, **options)
            if what == "done, reported failed":
                raise Error(X_DISK, file=self.path, found="network")
            self.path.write_bytes(before)
            return receipt

        return done

    return apply


@pytest.mark.parametrize("what", ["done, reported failed", "reported done, lost"])
def test_what_a_disk_says_of_a_write_is_looked_at(office, what, monkeypatch):
    office.export([item("A", 11), item("B", 10), item("C", 10), item("D", 5)])
    with monkeypatch.context() as patched:
        patched.setattr(FileStore, "apply", lies(what)(FileStore.apply))
        (book,) = run(office).workbooks
    code = X_DISK.id if what == "done, reported failed" else "G-049"
    assert (book.error.code.id, book.state) == (code, "UNKNOWN")
    office.export([item("A", 12), item("B", 10), item("C", 10), item("D", 5)])
    (book,) = run(office).workbooks
    assert (book.error, book.conflicts) == (None, []), "nobody typed anything"
    assert {msku: row["FBA可售"] for msku, row in office.by_msku().items()} == {"A": 12, "B": 10, "C": 10, "D": 5}
    with State(office.folder / "state") as state:
        values = [value_of(row.after) for row in state.journal.of_cell(BOOK, STOCK, ("LOMEESS-CA", "A"), "FBA可售")]
        assert values == ([12.0, 11.0] if what == "done, reported failed" else [12.0])
        assert state.journal.unfinished() == []


@pytest.mark.parametrize("what", ["done, reported failed", "reported done, lost"])
def test_what_a_disk_says_of_an_undo_is_looked_at(office, what, monkeypatch):
    office.export([item("A", 11), item("B", 12), item("C", 10)])
    run(office)
    office.edit({"E4": "新写的"})
    with monkeypatch.context() as patched:
        patched.setattr(FileStore, "apply", lies(what)(FileStore.apply))
        assert take_back(office).refused
    (book,) = run(office).workbooks
    assert (book.error, book.changes, book.conflicts) == (None, [], [])
    if what == "reported done, lost":
        take_back(office)
    assert {msku: row["FBA可售"] for msku, row in office.by_msku().items()} == {"A": 10, "B": 10, "C": 10}
    (book,) = run(office).workbooks
    assert (book.changes, book.conflicts) == ([], [])
