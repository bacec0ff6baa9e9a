"""Packed rounds answer what rows answer; what is not ended stays as it is."""

import random

import pytest

from rules.errors import Error
from sync.plan.change import KEPT, Change
from sync.state.database import State
from sync.state.journal import KEPT_ROUNDS
from sync.state.tables import packed, writes

BOOKS, TABS, KEYS = ("甲", "乙"), ("库存数据", "在途"), [("LOMEESS-CA", f"M{number}") for number in range(5)]
COLUMNS = ("FBA可售", "备注", "")


def change(chance, tab):
    column = chance.choice(COLUMNS)
    after = {"MSKU": "M1", "FBA可售": 3.0} if column == "" else chance.choice([1.0, "词", None, True])
    kind = "append" if column == "" else chance.choice(["cell", "computed", KEPT])
    place = (tab, chance.randrange(2, 99), chance.randrange(9))
    more = {"source": chance.choice([None, "a.xlsx(报表)"]), "conflict": chance.choice([None, "c1"])}
    base, before = ({"MSKU": "M1"}, None) if column == "" else (5.0, chance.choice([None, 2.0]))
    return Change(tab, chance.choice(KEYS), column, place, kind, before, after, before, base=base, seen=True, **more)


@pytest.fixture
def state(place):
    with place.open() as made:
        yield made


def wrote(state, rounds, seed=1, end="COMMITTED"):
    """Rounds that wrote a few cells, most of which arrived."""
    chance = random.Random(seed)
    with state.begin():
        for _ in range(rounds):
            number = state.journal.start("sync", "2026-04-27")
            for book in chance.sample(BOOKS, chance.randrange(1, 3)):
                cells = [change(chance, chance.choice(TABS)) for _ in range(chance.randrange(1, 8))]
                state.journal.plan(number, book, "SENDING", "s", "p", cells)
                ids = [row.id for row in state.journal.written(number, book, verified_only=False)]
                state.journal.verified(number, book, ids[: len(ids) - chance.randrange(2)])
                state.journal.move(number, book, end)


def answers(state):
    """All that is asked of the journal about written cells."""
    journal = state.journal
    rounds = [row.id for row in journal.rounds(None)]
    return {
        "rounds": {
            (number, book, only): journal.written(number, book, verified_only=only)
            for number in rounds
            for book in (*BOOKS, None)
            for only in (True, False)
        },
        "cells": {
            (book, tab, key, column, only): journal.of_cell(book, tab, key, column, verified_only=only)
            for book in BOOKS
            for tab in TABS
            for key in KEYS
            for column in ("FBA可售", "备注", "别的")
            for only in (True, False)
        },
        "counts": [journal.counts(limit) for limit in (3, 10, 99)],
        "wrote": journal.wrote(),
    }


@pytest.mark.parametrize(("place", "seed"), [("SQLite", 0), ("SQLite", 1), ("PostgreSQL", 2)], indirect=["place"])
def test_answers_stay_the_same(state, seed):
    wrote(state, 12, seed)
    before = answers(state)
    assert any(before["cells"].values())
    with state.begin():
        assert state.journal.pack(4) > 0
    assert answers(state) == before
    rows = {row.round for row in state.connection.execute(writes.select())}
    assert rows == set(range(9, 13)), "the newest four stay rows"
    with state.begin():
        assert state.journal.pack(4) == 0
    wrote(state, 3, seed + 100)
    before = answers(state)
    with state.begin():
        state.journal.pack(2)
    assert answers(state) == before


def test_rounds_that_have_not_ended_stay_rows(state):
    wrote(state, 3, end="SENT")
    wrote(state, 3)
    with state.begin():
        assert state.journal.pack(2) > 0
    left = {row.round for row in state.connection.execute(writes.select())}
    assert left == {1, 2, 3, 5, 6}
    assert state.journal.unfinished()


def test_few_rounds_are_left_alone(state):
    wrote(state, KEPT_ROUNDS - 1)
    with state.begin():
        assert state.journal.pack() == 0


def test_a_packed_round_takes_a_fraction(state):
    chance = random.Random(1)
    cells = [
        Change("库存数据", ("LOMEESS-CA", f"HI-M{at:06}-CA"), "FBA可售", ("库存数据", at + 2, 7), "cell", 1.0, float(chance.randrange(900)),
               base=1.0, seen=True, source="FBA库存明细_20260427.xlsx(FBA库存明细,数据截至 2026-04-27)", source_sha="a" * 64)
        for at in range(4000)
    ]  # fmt: skip
    with state.begin():
        for _ in range(2):
            number = state.journal.start("sync", "2026-04-27")
            state.journal.plan(number, "甲", "SENDING", "s", "p", cells)
            state.journal.verified(number, "甲")
            state.journal.move(number, "甲", "COMMITTED")
        assert state.journal.pack(1) == 0, "so many are packed at once"
    assert state.connection.execute(writes.select()).first() is None
    row = state.connection.execute(packed.select()).first()
    assert (row.round, row.count) == (1, 4000)
    assert len(row.cells) + len(row.row_keys) < 50_000


@pytest.mark.parametrize("seed", range(2))
def test_what_is_packed_at_once_goes_the_ways_of_rows(tmp_path, monkeypatch, seed):
    found = []
    for many in (1, 99):
        monkeypatch.setattr("sync.state.journal.MANY", many)
        with State(tmp_path / str(many)) as state:
            wrote(state, 8, seed)
            wrote(state, 2, seed + 50, "SENT")
            number, book = state.journal.unfinished()[0][:2]
            with state.begin():
                cells = state.journal.written(number, book, verified_only=False)
                state.journal.forget_cells(number, book, {(cells[0].tab, cells[0].cell)})
                state.journal.forget_unverified(number, book)
            said = answers(state)
            for rows in (*said["rounds"].values(), *said["cells"].values()):
                rows[:] = [cell._replace(id=0) for cell in rows]
            found.append((said, [line.kind for line in state.audit.lines()]))
            assert bool(state.connection.execute(writes.select()).first()) == (many == 99)
    assert found[0] == found[1]


def test_what_is_damaged_is_said(state):
    wrote(state, 3)
    with state.begin():
        state.journal.pack(1)
        state.connection.execute(packed.update().values(cells=b"broken"))
    with pytest.raises(Error, match="T-003"):
        state.journal.written(1)
