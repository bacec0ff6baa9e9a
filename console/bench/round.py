"""`qlc bench round`: a whole round, from process start to the verified file.

One percent of the tab's cells change: a fourth of them the ERP's, the others computed from them. 5,000 rows
are timed beyond the start of the interpreter; at 100,000 rows the CPU time is compared with python-calamine reading
the same two files and doing nothing else.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from console.bench.files import Cell, write_workbook
from console.bench.measure import Usage
from console.bench.measure import run as measured
from rules.policy.loader import packaged
from sheets_schema.sheets import SHEETS

STOCK = SHEETS["库存数据"]
EXPORT = (
    "店铺",
    "MSKU",
    "FNSKU",
    "ASIN",
    "父ASIN",
    "SKU",
    "品名",
    "所属仓库",
    "FBA可售",
    "FBA待调仓",
    "FBA调仓中",
    "FBA入库中",
    "FBA标发在途",
)
OWN = tuple(f"自用{number}" for number in range(1, 30 - len(STOCK.columns) + 1))
"""The operators' own columns: the tab has 30 in all."""
MORNING = 1_789_953_000
"""When the first export was saved: 21 September 2026, 09:10 in Shanghai; the second follows that afternoon."""

NUMBERS = ("FBA可售", "FBA待调仓", "FBA调仓中", "FBA入库中")

_READ = """
import sys
from python_calamine import CalamineWorkbook
for path in sys.argv[1:]:
    book = CalamineWorkbook.from_path(path)
    for name in book.sheet_names:
        book.get_sheet_by_name(name).to_python()
"""


def run() -> list[dict[str, Any]]:
    """Both sizes, as rows of `qlc bench`."""
    return [*_size(5_000, wall_limit=1.0), *_size(100_000, cpu_limit=3.5)]


def _size(rows: int, wall_limit: float | None = None, cpu_limit: float | None = None) -> list[dict[str, Any]]:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        done, files = _round(folder, rows)
        written = json.loads(done.stdout)["workbooks"][0]["writes"]
        if not written:
            raise RuntimeError("the benchmark's round wrote nothing")
        label = f"round {rows // 1000}k x 30 ({written} cells)"
        if wall_limit is not None:
            start = measured(["-c", "pass"]).wall
            return [
                _row(f"{label}: wall s beyond the interpreter's start", done.wall - start, None, wall_limit),
                _row(f"{label}: peak MB", done.peak_mb, None, None),
            ]
        baseline = measured(["-c", _READ, *map(str, files)], repeat=2)
        return [
            _row(f"{label}: CPU s / calamine", done.cpu, baseline.cpu, cpu_limit),
            _row(f"{label}: peak MB", done.peak_mb, baseline.peak_mb, None),
        ]


def _row(name: str, value: float, baseline: float | None, limit: float | None) -> dict[str, Any]:
    ratio = value / baseline if baseline else None
    judged = value if baseline is None else ratio
    return {
        "name": name,
        "value": value,
        "baseline": baseline,
        "ratio": ratio,
        "limit": limit,
        "ok": limit is None or (judged is not None and judged <= limit),
    }


def _round(folder: Path, rows: int) -> tuple[Usage, tuple[Path, Path]]:
    """Agrees on one export, then measures the round that brings the next."""
    _made(folder, rows, "first")
    qlc = ["-m", "console.cli", "--config", str(folder / "config.yaml"), "sync"]
    measured([*qlc, "adopt", STOCK.workbook, "--all", "ask", "--yes", "--json"], repeat=1, good=(0, 1))
    _made(folder, rows, "second")
    runs = []
    for number in range(2):
        copy = copy_of(folder, number)
        words = ["-m", "console.cli", "--config", str(copy / "config.yaml"), "sync", "once", "--json"]
        runs.append(measured(words, repeat=1, good=(0, 1)))
    return min(runs, key=lambda usage: usage.cpu), (folder / "book.xlsx", folder / "inbox" / "second.xlsx")


def copy_of(folder: Path, number: int) -> Path:
    """A company as it stands before the measured round, in a folder of its own."""
    copy = folder / f"copy{number}"
    copy.mkdir()
    for name in ("book.xlsx", "config.yaml"):
        shutil.copy2(folder / name, copy)
    for name in ("inbox", "state"):
        shutil.copytree(folder / name, copy / name)
    return copy


def _made(folder: Path, rows: int, which: str) -> None:
    """Makes files in a process of its own, whose memory is not counted as its children's."""
    call = (
        f"from console.bench.round import make; import pathlib; make(pathlib.Path({str(folder)!r}), {rows}, {which!r})"
    )
    measured(["-c", call], repeat=1)


def make(folder: Path, rows: int, which: str) -> None:
    """The `first` day's configuration, workbook and export, or the `second` day's export."""
    chance = random.Random(7)  # noqa: S311 - benchmark data
    stock = {row: [float(chance.randint(0, 900)) for _ in NUMBERS] for row in range(rows)}
    inbox = folder / "inbox"
    if which == "first":
        inbox.mkdir()
        write_workbook(folder / "book.xlsx", {STOCK.name: _sheet(stock)})
        _write_config(folder)
    else:
        cells = [(row, at) for row in stock for at in range(len(NUMBERS))]
        for row, at in chance.sample(cells, rows * 30 // 400):
            stock[row][at] += 1
    write_workbook(inbox / f"{which}.xlsx", {"Sheet1": _export(stock)})
    moment = MORNING if which == "first" else MORNING + 6 * 3600
    os.utime(inbox / f"{which}.xlsx", (moment, moment))


def _write_config(folder: Path) -> None:
    site = {
        "inbox": [{"path": "inbox"}],
        "stores": [{"name": f"STORE{n}-CA", "site": "CA"} for n in range(5)],
        "workbooks": [{"name": STOCK.workbook, "path": "book.xlsx"}],
        "guards": {"max_change_count": 10_000_000},
    }
    rules = yaml.safe_load(packaged().path.read_text("utf-8"))["rules"]
    (folder / "config.yaml").write_text(yaml.safe_dump({"rules": rules, "site": site}, allow_unicode=True), "utf-8")


def _key(row: int) -> tuple[str, str]:
    return f"STORE{row % 5}-CA", f"HI-M{row:06}-CA"


def _sheet(stock: dict[int, list[float]]) -> Iterator[list[Cell]]:
    titles = [column.title for column in STOCK.columns]
    yield [*titles, *OWN]
    for row, numbers in stock.items():
        cells: dict[str, Cell] = dict(zip(NUMBERS, numbers, strict=True))
        cells["店铺"], cells["MSKU"] = _key(row)
        cells |= {"7日均": row % 9, "14日均": row % 8, "30日均": row % 7, "备注": f"备注 {row % 500}"}
        yield [*(cells.get(title) for title in titles), *(f"{title} {row % 90}" for title in OWN)]


def _export(stock: dict[int, list[float]]) -> Iterator[list[Cell]]:
    yield list(EXPORT)
    for row, numbers in stock.items():
        store, msku = _key(row)
        yield [
            store,
            msku,
            f"X00{row:07}",
            f"B0{row:08}",
            f"B1{row:08}",
            f"HI-{row % 9000}",
            "球泡灯",
            f"{store}仓",
            *numbers,
            0,
        ]
