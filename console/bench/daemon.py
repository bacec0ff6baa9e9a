"""`qlc bench daemon`: what an idle hour of the service takes, and how soon a dropped export stands in the workbook.

The hour is lived by a clock that passes where the service would wait: looks and rounds are those of a quarter of an
hour, rounds run in their processes, and the CPU time of all of them is multiplied by four. Latency is a real
service's: from the moment the file has its name in the inbox to the moment the workbook is another one.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from queue import Queue
from threading import Thread
from typing import Any

import yaml

from console.bench import measure
from console.bench.files import write_workbook
from console.bench.round import STOCK, copy_of, make

BOOKS = (1, 10, 100)
ROWS_EACH = 100
STRETCH = 900
"""Seconds of the service's time that are lived; an interval of looks."""
ROWS = 5_000
REPEAT = 3
LATENCY = 8.0
"""Seconds that a dropped export may take."""
PATIENCE = 120.0

_IDLE = """
import json, random, resource, sys, time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from console.rounds_apart import RoundsApart
from rules.policy.loader import load
from sync.daemon.daemon import Daemon
from sync.round.round import run_round
from sync.state.database import State
from sync.state.due import Due
from sync.tab.adopt import Adoption

class Clock:
    def __init__(self):
        self.wall, self.ticks = datetime.now(UTC), 0.0
    def now(self):
        return self.wall
    def steady(self):
        return self.ticks
    def wake(self):
        pass
    def wait(self, seconds):
        if service._turns.running:
            seconds = 0.05
            time.sleep(seconds)
        self.wall += timedelta(seconds=seconds)
        self.ticks += seconds
        if self.ticks >= stretch:
            service.stop()

def spent():
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)

def heard(event, facts):
    rounds.append(len(facts["books"])) if event == "ended" else None
    if event in ("failed", "trouble"):
        raise SystemExit(str(facts))

config, stretch, rounds = load(Path(sys.argv[1])), float(sys.argv[2]), []
with State(config.folder / config.site.state) as state:
    run_round(config, state, adopt=Adoption())
    clock, chance = Clock(), random.Random(1)
    with state.begin():
        for book in config.site.workbooks:
            state.agenda.put(Due(book.name, clock.now() + timedelta(seconds=chance.random() * 900)))
    service = Daemon(lambda: config, state, clock, RoundsApart(config.path, "zh"), heard, chance)
    before = spent()
    service.run()
    print(json.dumps([spent() - before, len(rounds), sum(rounds)]))
"""


def run() -> list[dict[str, Any]]:
    """Idle hours as CPU seconds, then the latency as wall seconds, as rows of `qlc bench`."""
    return [*(row for books in BOOKS for row in idle(books)), latency()]


def idle(books: int) -> list[dict[str, Any]]:
    """The CPU seconds of an hour in which nothing comes: of looks, and of the rounds that are due all the same."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        _company(folder, books)
        done = measure.run(["-c", _IDLE, str(folder / "config.yaml"), str(STRETCH)], repeat=1)
    spent, rounds, looks = json.loads(done.stdout)
    hour = 3600 / STRETCH
    label = f"idle hour, {books} workbooks ({STRETCH} s lived, x {hour:g})"
    return [_row(f"{label}: CPU s", spent * hour), _row(f"{label}: rounds, of {looks * hour:.0f} looks", rounds * hour)]


def latency() -> dict[str, Any]:
    """The middle one of some drops of an export into the inbox of a real service."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        make(folder, ROWS, "first")
        qlc = ["-m", "console.cli", "--config", str(folder / "config.yaml"), "sync"]
        measure.run([*qlc, "adopt", STOCK.workbook, "--all", "ask", "--yes", "--json"], repeat=1, good=(0, 1))
        make(folder, ROWS, "second")
        (folder / "inbox" / "second.xlsx").rename(folder / "second.xlsx")
        found = sorted(_drop(folder, number) for number in range(REPEAT))
    taken = found[len(found) // 2]
    return _row(f"a dropped export of {ROWS} x 30 to the written workbook: wall s", taken, LATENCY)


def _drop(folder: Path, number: int) -> float:
    copy = copy_of(folder, number)
    words = ["-m", "console.cli", "--config", str(copy / "config.yaml"), "sync", "daemon", "--json"]
    process = subprocess.Popen([sys.executable, *words], stdout=subprocess.PIPE, text=True)  # noqa: S603 - our own command
    try:
        events: Queue[str] = Queue()
        Thread(target=_hear, args=(process, events), daemon=True).start()
        while events.get(timeout=PATIENCE) != "ended":
            pass
        shutil.copy2(folder / "second.xlsx", copy / "second.xlsx")
        before = (copy / "book.xlsx").stat().st_ino
        began = time.perf_counter()
        (copy / "second.xlsx").rename(copy / "inbox" / "second.xlsx")
        while (copy / "book.xlsx").stat().st_ino == before:
            if time.perf_counter() - began > PATIENCE:
                raise RuntimeError("the service did not write the workbook")
            time.sleep(0.02)
        return time.perf_counter() - began
    finally:
        process.terminate()
        process.wait()


def _hear(process: subprocess.Popen[str], events: Queue[str]) -> None:
    for line in process.stdout or ():
        events.put(json.loads(line)["event"])


def _company(folder: Path, books: int) -> None:
    """Some small workbooks that agree with one export."""
    (folder / "inbox").mkdir()
    names = [f"工作簿{number}" for number in range(books)]
    for name in names:
        write_workbook(folder / f"{name}.xlsx", {STOCK.name: _rows(("店铺", "MSKU", "FBA可售", "FBA入库中", "备注"))})
    titles = ("店铺", "MSKU", "FBA可售", "FBA入库中", "所属仓库", "SKU", "品名", "FBA待调仓", "FBA调仓中")
    write_workbook(folder / "inbox" / "FBA库存明细_20260427.xlsx", {"Sheet1": _rows(titles)})
    site = {
        "inbox": [{"path": "inbox"}],
        "stores": [{"name": "STORE-CA", "site": "CA"}],
        "workbooks": [{"name": name, "path": f"{name}.xlsx", "tabs": {STOCK.name: STOCK.name}} for name in names],
    }
    text = yaml.safe_dump({"rules": {}, "site": site}, allow_unicode=True)
    (folder / "config.yaml").write_text(text, "utf-8")
    os.utime(folder / "inbox" / "FBA库存明细_20260427.xlsx", (1_777_250_000, 1_777_250_000))


def _rows(titles: tuple[str, ...]) -> Iterator[list[str | float | None]]:
    yield [*titles]
    for row in range(ROWS_EACH):
        cells: dict[str, str | float] = {
            "店铺": "STORE-CA",
            "MSKU": f"HI-M{row:04}-CA",
            "FBA可售": 1.0 + row,
            "FBA入库中": 2.0,
        }
        cells |= {
            "SKU": f"HI-{row}",
            "品名": "球泡灯",
            "所属仓库": "仓",
            "FBA待调仓": 0.0,
            "FBA调仓中": 0.0,
            "备注": f"备注 {row}",
        }
        yield [cells[title] for title in titles]


def _row(name: str, value: float, limit: float | None = None) -> dict[str, Any]:
    ok = limit is None or value <= limit
    return {"name": name, "value": value, "baseline": None, "ratio": None, "limit": limit, "ok": ok}
