"""`qlc bench plan`: the three-way plan of 100k × 30 typed tables, against polars doing the same.

Each side is a fresh process that loads its own copy of the same three tables, then makes a patch list
and a conflict list; only that job is timed. Peak memory is that of the whole process. The answers must be
the same, cell by cell.
"""

from __future__ import annotations

import gc
import hashlib
import json
import random
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from console.bench import measure

KEY = ("店铺", "MSKU")
TEXTS = {
    "FNSKU": 100_000,
    "SKU": 20_000,
    "品名": 5_000,
    "备注": 2_000,
    "品牌": 40,
    "负责人": 30,
    "仓库": 12,
    "国家": 8,
    "渠道": 6,
    "状态": 5,
}
"""Text columns, and how many distinct values each has."""
NUMBERS = tuple(f"指标{number}" for number in range(1, 19))
TITLES = (*KEY, *TEXTS, *NUMBERS)
SIDES = ("base", "ours", "theirs")
ROWS = 100_000
CHANGED = 0.01
GONE = 500
"""Rows that only the ERP lists, and rows that it no longer lists."""
LIMIT = 1.5
REPEAT = 5

Answer = tuple[Sequence[tuple[Any, ...]], Sequence[tuple[Any, ...]], Sequence[tuple[Any, ...]]]
"""Patches (key, column, before, after), conflicts (key, column, agreed, sheet, ERP), new keys."""
WIDTHS = (4, 5, 2)
"""How many parts of each are compared; the rest says where the rows are."""


def run() -> list[dict[str, Any]]:
    """CPU and wall of the plan against polars', and the peak memory of both processes."""
    with tempfile.TemporaryDirectory() as folder:
        measure.run(["-m", "console.bench.plan", "make", folder], repeat=1)
        subject, baseline = (_best(side, folder) for side in ("qlc", "polars"))
    if subject["digest"] != baseline["digest"]:
        raise RuntimeError(f"the two plans differ: {subject['counts']} and {baseline['counts']}")
    rows = []
    for name, field, limit in (
        ("plan wall s", "wall", LIMIT),
        ("plan CPU s", "cpu", LIMIT),
        ("plan peak MB", "peak", 1.0),
    ):
        value, other = subject[field], baseline[field]
        rows.append(
            {
                "name": name,
                "value": value,
                "baseline": other,
                "ratio": value / other,
                "limit": limit,
                "ok": value <= limit * other,
            }
        )
    return rows


def _best(side: str, folder: str) -> dict[str, Any]:
    """The least of each figure over several runs."""
    found = []
    for _ in range(REPEAT):
        usage = measure.run(["-m", "console.bench.plan", side, folder], repeat=1)
        found.append({"peak": usage.peak_mb, **json.loads(usage.stdout)})
    best = {field: min(item[field] for item in found) for field in ("wall", "cpu", "peak")}
    return {**best, "digest": found[0]["digest"], "counts": found[0]["counts"]}


def make(folder: Path) -> None:
    """Writes the three tables twice: as blobs of our state, and as Arrow files for polars."""
    import polars as pl

    from sheets_schema.blob import pack
    from sheets_schema.table import Table, as_array

    for side, columns in tables(random.Random(7)).items():  # noqa: S311 - the same tables every time
        (folder / f"{side}.blob").write_bytes(
            pack(Table(TITLES, {title: as_array(cells) for title, cells in columns.items()}))
        )
        pl.DataFrame(columns).write_ipc(folder / f"{side}.arrow")


def tables(rng: random.Random) -> dict[str, dict[str, list[Any]]]:
    """The last agreed table, the sheet and the ERP: 1 % of cells changed on each side, rows shuffled."""
    base: dict[str, list[Any]] = {
        "店铺": [f"STORE{rng.randrange(20):02d}-US" for _ in range(ROWS)],
        "MSKU": [f"HI-QPD-{number:06d}-8PCS" for number in range(ROWS)],
    }
    for title, distinct in TEXTS.items():
        blanks = 0.7 if title == "备注" else 0.02
        base[title] = [None if rng.random() < blanks else f"{title}值{rng.randrange(distinct)}" for _ in range(ROWS)]
    for title in NUMBERS:
        base[title] = [None if rng.random() < 0.05 else rng.randrange(200_000) / 4 for _ in range(ROWS)]
    ours, theirs = (_edited(base, rng, word) for word in ("人", "ERP"))
    for title in KEY:
        theirs[title] = [
            f"{cell}-新" if row < GONE and title == "MSKU" else cell for row, cell in enumerate(theirs[title])
        ]
    return {"base": _shuffled(base, rng), "ours": ours, "theirs": _shuffled(theirs, rng)}


def _edited(table: dict[str, list[Any]], rng: random.Random, word: str) -> dict[str, list[Any]]:
    answer = {title: list(cells) for title, cells in table.items()}
    for title in (*TEXTS, *NUMBERS):
        for row in rng.sample(range(ROWS), int(ROWS * CHANGED)):
            answer[title][row] = rng.randrange(10**6) / 8 if title in NUMBERS else f"{word}改{rng.randrange(9999)}"
    return answer


def _shuffled(table: dict[str, list[Any]], rng: random.Random) -> dict[str, list[Any]]:
    order = list(range(ROWS))
    rng.shuffle(order)
    return {title: [cells[row] for row in order] for title, cells in table.items()}


def with_plan(folder: Path) -> Callable[[], Answer]:
    """The job by `sync.plan`."""
    from sheets_schema.blob import unpack
    from sheets_schema.model import Column, Owner, Rows, Type
    from sync.plan.outcome import Rules, Theirs
    from sync.plan.three_way import plan

    base, ours, theirs = (unpack((folder / f"{side}.blob").read_bytes())[0] for side in SIDES)
    kinds = {title: Type.NUMBER if title in NUMBERS else Type.TEXT for title in (*TEXTS, *NUMBERS)}
    rules = Rules(KEY, Rows.ERP, {title: Column(title, kind, Owner.ERP) for title, kind in kinds.items()})

    def job() -> Answer:
        done = plan(base, ours, Theirs(theirs), rules)
        return done.writes, done.conflicts, [item.key for item in done.appends]

    return job


def with_polars(folder: Path) -> Callable[[], Answer]:
    """The job by polars: two joins, then one filter per column."""
    import polars as pl

    base, ours, theirs = (pl.read_ipc(folder / f"{side}.arrow") for side in SIDES)

    def job() -> Answer:
        both = ours.join(theirs, on=KEY, how="inner", suffix="_erp", maintain_order="left")
        joined = both.join(base, on=KEY, how="left", suffix="_base", maintain_order="left")
        patch: list[tuple[Any, ...]] = []
        conflicts: list[tuple[Any, ...]] = []
        for title in (*TEXTS, *NUMBERS):
            mine, erp, past = pl.col(title), pl.col(f"{title}_erp"), pl.col(f"{title}_base")
            differing = joined.select(*KEY, mine, erp, past).filter(mine.ne_missing(erp))
            kept = differing.filter(mine.eq_missing(past))
            patch += [((row[0], row[1]), title, row[2], row[3]) for row in kept.rows()]
            asked = differing.filter(mine.ne_missing(past))
            conflicts += [((row[0], row[1]), title, row[4], row[2], row[3]) for row in asked.rows()]
        return patch, conflicts, theirs.join(ours, on=KEY, how="anti").select(KEY).rows()

    return job


def _digest(items: Sequence[tuple[Any, ...]], width: int) -> int:
    """A sum that does not depend on the order of the items."""
    words = (repr(tuple(item[:width])).encode() for item in items)
    return sum(int.from_bytes(hashlib.sha256(word).digest()[:8], "big") for word in words) % 2**64


def main(side: str, folder: str) -> None:
    """One child: loads, does the job once, prints figures and digest; or makes the tables."""
    if side == "make":
        make(Path(folder))
        return
    job = {"qlc": with_plan, "polars": with_polars}[side](Path(folder))
    gc.collect()
    wall, cpu = time.perf_counter(), time.process_time()
    answer = job()
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    figures: dict[str, Any] = {"wall": wall, "cpu": cpu, **_own_peak()}
    figures["counts"] = [len(part) for part in answer]
    figures["digest"] = [_digest(part, width) for part, width in zip(answer, WIDTHS, strict=True)]
    print(json.dumps(figures))


def _own_peak() -> dict[str, float]:
    """The peak of this process in MB, where Linux tells it: what a parent is told starts at its own."""
    status = Path("/proc/self/status")
    if not status.exists():
        return {}
    text = status.read_text("ascii")
    return {"peak": int(text.split("VmHWM:")[1].split()[0]) / 1024}


if __name__ == "__main__":
    main(*sys.argv[1:])
