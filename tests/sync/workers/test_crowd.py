"""Several workers, many workbooks, kills by the hundred: nobody ever has a workbook that another has, nothing is lost.

`QLC_BOOKS` (60), `QLC_ROWS` (4 in each), `QLC_KILLS` (200) say how much; figures are printed, and judge nothing.
"""

import os
import random
import resource
import statistics
import time
from datetime import datetime, timedelta

import openpyxl
import pytest
import yaml

from rules.errors import Busy
from rules.policy.loader import load
from sync.round.round import run_round
from sync.state.database import State
from sync.tab.adopt import Adoption
from sync.workers.queue import Queue
from sync.workers.rounds import RoundsByWorkers
from tests import postgres
from tests.sync.workers.crowd import Crowd, overlaps, parent, takeovers

BOOKS, KILLS = int(os.environ.get("QLC_BOOKS", "60")), int(os.environ.get("QLC_KILLS", "200"))
TITLES = ["店铺", "MSKU", "FBA可售", "FBA入库中", "备注"]
ROWS = int(os.environ.get("QLC_ROWS", "4"))


class Company:
    """Small workbooks, one inbox; each `export` says another number for every row."""

    def __init__(self, folder, address, books):
        self.folder, self.number, self.books = folder, 0, [f"本{at:03}" for at in range(books)]
        self.day = datetime(2026, 11, 2, 9)
        for name in ("inbox", "books"):
            (folder / name).mkdir()
        site = {
            "state": address,
            "inbox": [{"path": "inbox"}],
            "stores": [{"name": "LOMEESS-CA", "site": "CA"}],
            "backups": 1,
            "schedule": {"rounds": "workers"},
            "workbooks": [
                {"name": name, "path": f"books/{name}.xlsx", "tabs": {"库存数据": "库存数据"}} for name in self.books
            ],
        }
        text = yaml.safe_dump({"rules": {}, "site": site}, allow_unicode=True)
        (folder / "config.yaml").write_text(text, "utf-8")
        self.config = load(folder / "config.yaml")
        for name in self.books:
            book = openpyxl.Workbook()
            book.active.title = "库存数据"
            book.active.append(TITLES)
            for at in range(ROWS):
                book.active.append(["LOMEESS-CA", f"M{at}", 1, 1 + at, f"人写的 {name} {at}"])
            book.save(folder / "books" / f"{name}.xlsx")
        self.export()
        with State.of(self.config) as state:
            run_round(self.config, state, adopt=Adoption())

    def export(self):
        self.number += 1
        self.day += timedelta(hours=1)
        path = self.folder / "inbox" / f"库存-{self.day:%Y%m%d%H%M}.csv"
        rows = [
            f"LOMEESS-CA,M{at},HI-{at},灯,X00{at:07},B0{at:08},{self.number},{self.number + at}" for at in range(ROWS)
        ]
        path.write_text("\n".join(["店铺,MSKU,SKU,品名,FNSKU,ASIN,FBA可售,FBA入库中", *rows]) + "\n", "utf-8-sig")
        os.utime(path, (self.day.timestamp(), self.day.timestamp()))

    def rows(self, name):
        tab = openpyxl.load_workbook(self.folder / "books" / f"{name}.xlsx")["库存数据"]
        return [tuple(cell.value for cell in row) for row in tab.iter_rows(min_row=2)]

    def expected(self, name):
        return [("LOMEESS-CA", f"M{at}", self.number, self.number + at, f"人写的 {name} {at}") for at in range(ROWS)]


@pytest.fixture
def server(monkeypatch):
    monkeypatch.setenv("PGPASSWORD", postgres.PASSWORD)
    return postgres.server()


def run_all(company, state, rounds, meanwhile=lambda: None, most=3600):
    """Asks for a round of every workbook until each had a good one, as the service would; `meanwhile` things happen."""
    end, asked, errors = time.monotonic() + most, {}, []
    left = set(company.books)
    while left:
        assert time.monotonic() < end, (left, errors[-5:])
        try:
            for name in left - asked.keys():
                asked[name] = rounds.start([name])
            for name, one in list(asked.items()):
                done = one.ended()
                if done is None:
                    continue
                del asked[name]
                if name in done.books and done.books[name].state == "COMMITTED":
                    left.discard(name)
                else:
                    errors.append((done.error or {}).get("code") or done.books[name].held)
        except Busy as error:  # which the service says, and goes on
            errors.append(error.code.id)
        meanwhile()
        time.sleep(0.05)
    return errors


def report(title, *lines):
    print(f"\n{title}", *(f"  {line}" for line in lines), sep="\n")


@pytest.mark.proof
@pytest.mark.parametrize("restarts", [0, 5], ids=["", "database restarted"])
def test_kills(tmp_path, server, restarts):
    company, chance = Company(tmp_path, server.database(), BOOKS), random.Random(1)
    kills, began = [], time.monotonic()
    wanted = max(1, KILLS // 2)
    with Crowd(company.config, tmp_path / "trace", 3) as crowd, State.of(company.config) as state:
        next_kill = [time.monotonic() + 1.0]
        restart_at = {wanted * (at + 1) // (restarts + 1) for at in range(restarts)}

        def meanwhile():
            if time.monotonic() < next_kill[0] or len(kills) >= wanted:
                return
            running = list(crowd.rounds().values())
            victim = chance.choice(running) if running and chance.random() < 0.6 else chance.choice(crowd.pids)
            crowd.kill(victim)
            kills.append("round" if victim in running else "worker")
            next_kill[0] = time.monotonic() + chance.uniform(0.2, 1.0)
            if len(kills) in restart_at:
                restart_at.discard(len(kills))
                server.restart()

        with Queue(company.config.site.state_server) as queue:
            rounds, errors = RoundsByWorkers(state, queue), []
            while len(kills) < wanted:
                company.export()
                errors += run_all(company, state, rounds, meanwhile)
            company.export()
            errors += run_all(company, state, rounds)
            lines = crowd.lines()
            assert overlaps(lines) == []
            assert {name: company.rows(name) for name in company.books} == {
                name: company.expected(name) for name in company.books
            }
            assert state.journal.unfinished() == []
            assert all(row.finished for row in state.journal.rounds(None)[:-1])
            epochs = {}
            for row in state.journal.rounds(None):
                for book in state.journal.books(row.id):
                    epochs.setdefault(book.workbook, []).append((row.id, book.epoch))
            assert all(len({epoch for _, epoch in found}) == len(found) for found in epochs.values())
            before = {name: (tmp_path / "books" / f"{name}.xlsx").read_bytes() for name in company.books}
            run_all(company, state, rounds)
            assert before == {name: (tmp_path / "books" / f"{name}.xlsx").read_bytes() for name in before}
    took = takeovers(lines)
    report(
        f"3 workers, {BOOKS} workbooks, {len(kills)} kills, {restarts} restarts of the database",
        f"killed: {kills.count('round')} rounds, {kills.count('worker')} workers; {time.monotonic() - began:.0f} s",
        f"leases taken {sum(line['what'] == 'took' for line in lines)}, overlaps 0, lost writes 0",
        f"until a killed round's workbook had its turn again in the queue: median {statistics.median(took or [0]):.1f} s",
        f"rounds asked for again: {len(errors)} {sorted({str(error) for error in errors})[:8]}",
    )


@pytest.mark.proof
@pytest.mark.parametrize("victims", ["round", "machine"])
def test_takeover(tmp_path, server, victims):
    """A queue with nothing else in it: how long until somebody has the workbook of a round that was killed."""
    company, times = Company(tmp_path, server.database(), 1), max(1, KILLS // 20)
    killed = []

    def meanwhile():
        if len(killed) < times and (held := crowd.rounds()):
            (pid,) = held.values()
            worker = parent(pid)
            crowd.kill(pid)
            if victims == "machine":
                crowd.kill(worker)
            killed.append(pid)

    with (
        Crowd(company.config, tmp_path / "trace", 2) as crowd,
        State.of(company.config) as state,
        Queue(company.config.site.state_server) as queue,
    ):
        rounds = RoundsByWorkers(state, queue)
        while len(killed) < times:
            company.export()
            run_all(company, state, rounds, meanwhile)
        assert overlaps(crowd.lines()) == []
        assert company.rows(*company.books) == company.expected(*company.books)
        took = takeovers(crowd.lines())
    assert len(took) == times
    report(
        f"{times} times the {victims} killed; load of this machine {os.getloadavg()[0]:.1f}",
        f"until somebody else had the workbook: median {statistics.median(took):.1f} s, longest {max(took):.1f} s",
    )


class Load:
    """What rounds cost since it was made: by the clock, in CPU of workers and rounds, and at the database."""

    def __init__(self, server, database):
        self._server, self._database = server, postgres.name_of(database)
        self._then = self._now()

    def _now(self):
        server, name = self._server, self._database
        server.run("SELECT pg_stat_force_next_flush()", name)
        ((commits, size),) = server.run(
            "SELECT xact_commit, pg_database_size(datname) FROM pg_stat_database WHERE datname = current_database()",
            name,
        )
        ((wal,),) = server.run("SELECT pg_current_wal_insert_lsn() - '0/0'::pg_lsn", name)
        return time.monotonic(), commits, float(wal), size, server.cpu()

    def said(self, rounds):
        took, commits, wal, size, cpu = (now - then for now, then in zip(self._now(), self._then, strict=True))
        return (
            f"{rounds / took:.2f} rounds/s ({rounds} in {took:.1f} s); of the database per round "
            f"{commits / rounds:.0f} commits, {wal / rounds / 1024:.1f} KB of log, {size / rounds / 1024:.1f} KB more, "
            f"{cpu / rounds * 1000:.0f} ms CPU"
        )


@pytest.mark.proof
def test_throughput(tmp_path, server):
    figures = []
    for workers in (1, 2, 4):
        folder = tmp_path / str(workers)
        folder.mkdir()
        company = Company(folder, server.database(), BOOKS)
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        with (
            Crowd(company.config, folder / "trace", workers),
            State.of(company.config) as state,
            Queue(company.config.site.state_server) as queue,
        ):
            rounds = RoundsByWorkers(state, queue)
            for kind in ("unchanged", "every row changed"):
                load = Load(server, company.config.site.state_server)
                run_all(company, state, rounds)
                figures.append(f"{workers} workers, {kind}: {load.said(BOOKS)}")
                company.export()
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        figures.append(f"{workers} workers: CPU of workers and rounds {cpu / (2 * BOOKS) * 1000:.0f} ms a round")
    report(f"{BOOKS} workbooks of {ROWS} rows, load of this machine {os.getloadavg()[0]:.1f}", *figures)
