"""Whatever people do with an open workbook, in any order: no conflict that nobody made, no typed value lost."""

import random

import pytest

from tests.fakes.document import OpenDocument
from tests.scenarios.office import STOCK
from tests.sync.round.test_open_books import SELLABLE, Desk

STEPS = 16
ROW_OF_C = 4


class Day:
    """One desk and what its sheets must show. Rows A and B are nobody's but the ERP's; people type into C."""

    def __init__(self, folder, chance):
        self.desk, self.chance = Desk(folder), chance
        self.erp = {"A": 10, "B": 10, "C": 10}
        self.typed = self.saved = None
        self.number = 10
        self.lock = self.desk.office.book.with_name(f"~${self.desk.office.book.name}")
        self.log = []
        self.open()

    @property
    def is_open(self):
        return self.lock.exists()

    def open(self):
        self.desk.document = OpenDocument(self.desk.office.book)
        self.lock.write_bytes(b"open")
        self.typed = self.saved

    def step(self):
        open_now = ["export", "export", "type", "round", "round", "round", "outside", "save", "discard", "close"]
        action = self.chance.choice(open_now if self.is_open else ["export", "closed_round", "open"])
        self.log.append(action)
        getattr(self, action)()

    def export(self):
        self.number += 1
        self.erp = {msku: self.number if self.chance.random() < 0.7 else old for msku, old in self.erp.items()}
        self.desk.sells(*self.erp.values())

    def type(self):
        self.number += 1
        self.typed = self.number + 1000
        self.desk.document.type_in(STOCK, ROW_OF_C, SELLABLE, self.typed)

    def round(self):
        report = self.desk.round()
        self.check(report, self.desk.shown(), self.typed)

    def outside(self):
        """A round of the service meanwhile: it finds the file locked."""
        before = self.desk.office.sha()
        self.desk.closed()
        assert self.desk.office.sha() == before, self.log

    def save(self):
        self.desk.document.save()
        self.saved = self.typed

    def discard(self):
        self.lock.unlink()

    def close(self):
        self.save()
        self.lock.unlink()

    def closed_round(self):
        report = self.desk.closed()
        rows = self.desk.office.by_msku()
        self.check(report, {msku: row["FBA可售"] for msku, row in rows.items()}, self.saved)

    def check(self, report, shown, typed):
        assert (report.error, report.refused) == (None, []), self.log
        assert shown == self.erp | ({} if typed is None else {"C": typed}), self.log
        clashing = {conflict.key[-1] for conflict in report.conflicts}
        assert clashing <= ({"C"} if typed is not None else set()), self.log


def live(folder, seed):
    day = Day(folder, random.Random(seed))
    for _ in range(STEPS):
        day.step()


@pytest.mark.parametrize("seed", range(6))
def test_a_day_with_an_open_workbook(tmp_path, seed):
    live(tmp_path, seed)


@pytest.mark.proof
def test_many_days_with_an_open_workbook(tmp_path):
    for seed in range(100):
        folder = tmp_path / str(seed)
        folder.mkdir()
        live(folder, seed)
