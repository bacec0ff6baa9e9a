"""kill -9 at every moment of a round: the next one ends where an unbroken one does, and nothing is there twice."""

import sys
import time

import pytest

from rules.policy.loader import load
from sync.backends.document import DocumentStore
from sync.round.round import run_round
from sync.state import leases
from sync.state.database import State
from sync.state.journal import key_of, row_of, value_of
from sync.state.locks import G_RUNNING
from sync.tab.adopt import Adoption
from tests import postgres
from tests.fakes.document import OpenDocument
from tests.scenarios.office import STOCK, QuickOffice, agreed_in, item
from tests.sync.kill import dying

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="no fork, and no kill -9")

BOOK = "全流程数据"
SHEET = ["店铺", "MSKU", "FBA可售", "FBA入库中", "备注"]
ENGINES = ("sqlite", "postgresql")
"""What the state is kept in."""
PATIENCE = 60
"""Seconds within which a dead runner's lease must be free."""
PLACES = ("file", "document")


class Team:
    """An office whose sheet a person changed and of which the ERP says something new, before the round that dies."""

    def __init__(self, folder, address, place):
        self.office = QuickOffice(folder)
        self.office.site["state"] = address or "state"
        self.office.write_config()
        self.office.make_book(
            [{"店铺": "LOMEESS-CA", "MSKU": msku, "FBA可售": 10, "备注": "人写的"} for msku in "ABC"], SHEET
        )
        self.office.export([item(msku, 10) for msku in "ABC"])
        self.round(adopt=Adoption())
        self.office.edit({"C4": 77})
        self.office.export([item("A", 11), item("B", 10, FBA入库中=4), item("C", 12), item("D", 5), item("E", 6)])
        self.document = OpenDocument(self.office.book) if place == "document" else None

    def round(self, far=None, **options):
        config = load(self.office.folder / "config.yaml")
        sheets = far or getattr(self, "document", None)
        stores = {BOOK: DocumentStore(sheets, "全流程数据.xlsx")} if sheets is not None else {}
        until = time.monotonic() + PATIENCE
        while True:
            with State.of(config) as state:
                (book,) = run_round(config, state, stores=stores, **options).workbooks
            if book.error is None:
                return book
            assert book.error.code is G_RUNNING, book.error  # who was killed counts as alive for a moment
            assert time.monotonic() < until
            time.sleep(0.05)

    def killed(self, at):
        """The round of another process, which dies at a moment."""
        return dying.run(lambda far: self.round(far), at, self.document)

    def settled(self):
        """The next round, and, of a document, the one after somebody saved and closed it."""
        self.round()
        if self.document is not None:
            self.document.save()
            self.document = None
            self.round()
        return self.end()

    def end(self):
        """What stands in the end: the sheet row by row, what is agreed and asked, every cell's history, what is left over."""
        with State.of(load(self.office.folder / "config.yaml")) as state:
            rounds = [row.id for row in state.journal.rounds(None)]
            cells, rows = [], []
            for row in (row for one in rounds for row in state.journal.written(one)):
                if row.column:
                    cells.append((key_of(row.key), row.column, value_of(row.before), value_of(row.after)))
                else:
                    rows.append((key_of(row.key), tuple(row_of(row.after).items())))
            asked = [(row.key, row.column, row.base, row.ours, row.theirs) for row in state.conflicts.open()]
            unfinished, both = len(state.journal.unfinished()), agreed_in(state)
        beside = [
            path.name for path in self.office.book.parent.iterdir() if path.name.startswith(".") and path.is_file()
        ]
        sheet = [tuple(row[title] for title in SHEET) for row in self.office.rows(STOCK)]
        return {
            "sheet": sheet, "agreed": both, "asked": asked, "cells": sorted(cells, key=str),
            "rows": sorted(rows, key=str), "unfinished": unfinished, "beside": beside,
        }  # fmt: skip


@pytest.fixture(params=ENGINES)
def engine(request, monkeypatch):
    """A state's engine; on a server who died is taken for dead soon."""
    if request.param == "postgresql":
        monkeypatch.setenv("PGPASSWORD", postgres.PASSWORD)
        monkeypatch.setattr(leases, "LIVES", 0.6)
        monkeypatch.setattr(leases, "BEAT", 0.1)
        postgres.server()
    return request.param


@pytest.fixture
def teams(tmp_path):
    made = []

    def make(engine, place):
        folder = tmp_path / str(len(made))
        folder.mkdir()
        made.append(folder)
        return Team(folder, postgres.server().database() if engine == "postgresql" else "", place)

    return make


def unbroken(teams, engine, place):
    team = teams(engine, place)
    _, moments = team.killed(None)
    end = team.settled()
    assert {row[1] for row in end["sheet"]} == set("ABCDE")
    assert (end["unfinished"], end["beside"], len(end["asked"])) == (0, [], 1)
    return end, moments


def dies(teams, engine, place, at, end):
    """A round that is killed at a moment, and the rounds after it; answers the moment's name."""
    team = teams(engine, place)
    name, _ = team.killed(at)
    found = team.settled()
    for part, wanted in end.items():
        assert found[part] == wanted, f"killed {name}: {part}"
    before = team.office.book.read_bytes()
    assert team.round().changes == []
    assert team.office.book.read_bytes() == before, name
    return name


@pytest.mark.parametrize("place", PLACES)
def test_a_moment(teams, engine, place):
    end, moments = unbroken(teams, engine, place)
    assert moments >= 24
    dies(teams, engine, place, 2 * moments // 3, end)


@pytest.mark.proof
@pytest.mark.parametrize("place", PLACES)
def test_every_moment(teams, engine, place):
    end, moments = unbroken(teams, engine, place)
    names = [dies(teams, engine, place, at, end) for at in range(moments)]
    print(f"\n{engine} × {place}: killed at {len(names)} moments, each ended as an unbroken round")
    for at, name in enumerate(names):
        print(f"  {at:2} {name}")
