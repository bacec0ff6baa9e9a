"""The record: what is done stands in it, what is done to it shows, and it leads to what is agreed on."""

import random
import sqlite3

import numpy as np
import pytest

from sheets_schema.cells import CellError
from sheets_schema.table import Table, as_array
from sync.round.settle import release, settle
from sync.state.audit import Head
from sync.state.audit_check import check
from sync.state.base_patch import columns_of, patch, patched
from sync.state.database import DATABASE, State
from sync.tab.adopt import Choice
from tests.scenarios.office import QuickOffice, item

SHEET = ["店铺", "MSKU", "FBA可售", "备注"]


@pytest.fixture(scope="module")
def worked(tmp_path_factory):
    """A company with every kind of line: adopted, written, settled, taken back, pinned, let go."""
    office = QuickOffice(tmp_path_factory.mktemp("worked"))
    office.make_book([{"店铺": "LOMEESS-CA", "MSKU": msku, "FBA可售": 10} for msku in "ABC"], SHEET)
    office.export([item(msku, 10) for msku in "ABC"])
    office.adopt()
    office.edit({"C2": 99})
    office.export([item("A", 11), item("B", 12), item("C", 10), item("D", 4)])
    office.once()
    (conflict,) = office.conflicts()
    with State(office.folder / "state") as state:
        settle(state, [conflict["id"]], Choice.SHEET, None)
    office.export([item("A", 11), item("B", 13), item("C", 10), item("D", 4)])
    office.once()
    office.qlc("sync", "undo")
    with State(office.folder / "state") as state:
        release(state, [pin.id(book, tab) for book, tab, pin in state.pins.all()][:1])
    office.once()
    return office


@pytest.fixture
def office(worked, tmp_path):
    return worked.copy_to(tmp_path)


def checked(office):
    with State(office.folder / "state") as state:
        return check(state)


def codes(office):
    return {error.code.id for error in checked(office).wrong}


def database(office):
    return sqlite3.connect(office.folder / "state" / DATABASE, isolation_level=None)


def test_everything_that_is_done_stands_in_it_and_it_is_whole(office):
    found = checked(office)
    assert (found.wrong, found.tabs > 0, found.rounds > 0) == ([], True, True)
    with State(office.folder / "state") as state:
        lines = list(state.audit.lines())
        assert found.head == Head(lines[-1].number, lines[-1].hash)
        assert [line.number for line in lines] == list(range(1, found.lines + 1))
    kinds = {line.kind for line in lines}
    assert kinds == {"begin", "adopt", "config", "plan", "write", "base", "choice", "undo", "release"}


def test_verify_says_so(office):
    document = office.qlc("sync", "audit", "verify", ok=(0,))
    assert document["ok"] is True
    assert document["head"]["number"] == document["lines"]
    with database(office) as state:
        state.execute("UPDATE audit SET body = replace(body, 'SENDING', 'SENT')")
    document = office.qlc("sync", "audit", "verify", ok=(1,))
    assert document["ok"] is False
    assert {item["code"] for item in document["wrong"]} == {"T-040"}


def swapped(state, one, other):
    """Two lines change places."""
    for old, new in ((one, -1), (other, one), (-1, other)):
        state.execute("UPDATE audit SET number = ? WHERE number = ?", (new, old))


SPOILED = {
    "a word": ("UPDATE audit SET body = body || ' ' WHERE number = 4", {"T-040"}),
    "a moment": ("UPDATE audit SET moment = '2020' WHERE number = 1", {"T-040"}),
    "a round": ("UPDATE audit SET round = 77 WHERE number = 5", {"T-040"}),
    "a kind": ("UPDATE audit SET kind = 'undo' WHERE kind = 'adopt'", {"T-040"}),
    "a workbook": ("UPDATE audit SET workbook = '别的' WHERE kind = 'plan'", {"T-040"}),
    "what was agreed on": (
        "UPDATE audit SET data = (SELECT data FROM audit WHERE kind = 'base' ORDER BY number DESC) WHERE kind = 'base'",
        {"T-040", "T-046"},
    ),
    "a line gone": ("DELETE FROM audit WHERE kind = 'choice'", {"T-041"}),
    "the first gone": ("DELETE FROM audit WHERE number = 1", {"T-041"}),
    "the last gone": ("DELETE FROM audit WHERE number = (SELECT max(number) FROM audit)", {"T-044", "T-046"}),
    "all gone": ("DELETE FROM audit", {"T-044", "T-045", "T-046"}),
    "the head": ("UPDATE meta SET value = '[1,\"\"]' WHERE name = 'audit'", {"T-044"}),
    "no head": ("DELETE FROM meta WHERE name = 'audit'", {"T-044"}),
    "a cell of the journal": ("UPDATE writes SET \"after\" = '12345' WHERE kind = 'cell'", {"T-045"}),
    "a cell gone": ("DELETE FROM writes WHERE id = (SELECT max(id) FROM writes)", {"T-045"}),
    "agreed values": ("UPDATE bases SET blob = x'00' WHERE tab = '库存数据'", {"T-046"}),
    "a tab gone": ("DELETE FROM bases WHERE tab = '库存数据'", {"T-046"}),
}


@pytest.mark.parametrize("name", SPOILED)
def test_what_is_changed_behind_its_back_shows(office, name):
    statement, expected = SPOILED[name]
    with database(office) as state:
        assert state.execute(statement).rowcount
    assert codes(office) == expected


def test_lines_that_changed_places_are_told_with_where_they_were(office):
    with database(office) as state:
        swapped(state, 3, 6)
    found = [(error.code.id, error.facts) for error in checked(office).wrong]
    assert ("T-042", {"found": 3, "expected": 6}) in found
    assert ("T-042", {"found": 6, "expected": 3}) in found


def test_a_line_put_in_again_with_a_hash_of_its_own_does_not_follow(office):
    with State(office.folder / "state") as state, state.begin():
        lines = list(state.audit.lines())
        forged = lines[3]._replace(body='{"forged":1}')
        forged = forged._replace(hash=forged.hashed())
        values = {"body": forged.body, "hash": forged.hash, "number": forged.number}
        state.connection.exec_driver_sql("UPDATE audit SET body = :body, hash = :hash WHERE number = :number", values)
    assert "T-043" in codes(office)


def test_agreed_values_that_nobody_recorded_show(office):
    with State(office.folder / "state") as state:
        kept, head = state.bases.get("全流程数据", "库存数据"), state.audit.head()
        with state.begin():
            state.bases.put("全流程数据", "库存数据", kept)
        assert state.audit.head().number == head.number + 1
    with State(office.folder / "state") as state, state.begin():
        state.connection.exec_driver_sql("DELETE FROM audit WHERE number > ?", (head.number,))
        state.connection.exec_driver_sql(
            "UPDATE meta SET value = ? WHERE name = 'audit'", (f'[{head[0]},"{head[1]}"]',)
        )
    assert codes(office) == set(), "the same values again"
    with database(office) as state:
        blob = state.execute("SELECT blob FROM bases WHERE tab = '库存数据'").fetchone()[0]
    office.export([item("A", 11), item("B", 50), item("C", 10), item("D", 4)])
    office.once()
    with database(office) as state:
        state.execute("UPDATE bases SET blob = ? WHERE tab = '库存数据'", (blob,))
    (error,) = checked(office).wrong
    assert error.code.id == "T-046"
    assert "50" in error.message()


def planned_and_failed(state):
    with state.begin():
        state.journal.plan(1, "甲", "SENDING", "", "p", [])
        raise ZeroDivisionError


def test_a_transaction_that_fails_leaves_no_line(tmp_path):
    with State(tmp_path) as state:
        head = state.audit.head()
        with pytest.raises(ZeroDivisionError):
            planned_and_failed(state)
        assert state.audit.head() == head
        assert check(state).wrong == []


def table(chance, size):
    values = [None, 1.0, 2.5, "词", True, CellError("#N/A"), "1"]
    titles = [title for title in ("键", "甲", "乙", "丙") if title == "键" or chance.random() < 0.8]
    keys = chance.sample(range(size * 2 + 2), size)
    data = {"键": as_array([f"K{key}" for key in keys])}
    data |= {title: as_array([chance.choice(values) for _ in range(size)]) for title in titles if title != "键"}
    if chance.random() < 0.3:
        data["数"] = np.full(size, np.nan)
    return Table(tuple(data), data)


@pytest.mark.parametrize("seed", range(40))
def test_a_change_of_agreed_values_leads_from_one_to_the_other(seed):
    chance = random.Random(seed)
    old, new = (table(chance, chance.randrange(6)) for _ in range(2))
    for then in (old, None):
        before = columns_of(then) if then else {}
        after = patched(before, patch(then, new, ("键",) if seed % 2 else ()))
        assert list(after) == list(new.columns)
        kinds = [[(type(value), value) for value in values] for values in after.values()]
        assert kinds == [[(type(value), value) for value in values] for values in columns_of(new).values()]


def test_a_small_change_of_many_rows_is_small():
    keys = as_array([f"K{row}" for row in range(5000)])
    old = Table(("键", "数"), {"键": keys, "数": np.arange(5000.0)})
    new = Table(("键", "数"), {"键": keys[1:], "数": np.arange(5000.0)[1:] + (np.arange(4999) % 100 == 0)})
    assert len(patch(old, new, ("键",))) < 300
