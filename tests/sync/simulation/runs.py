"""Stories by their seeds, and the table of those that were lived through."""

from __future__ import annotations

import csv
import shutil
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from importlib import metadata
from pathlib import Path

from tests.sync.simulation.checks import Broken
from tests.sync.simulation.world import World

TABLE = Path(__file__).with_name("seeds.csv")
"""One line per run: first and last seed, days in all, what came of it, the version that was tried, CPU seconds."""
COLUMNS = ("first", "last", "days", "result", "version", "cpu_seconds")
DAYS = 10
"""Days of one seed in the table."""
BATCH = 20
"""Seeds of one line."""
MEMORY = Path("/dev/shm")  # noqa: S108 - a disk that is memory


def live(seed: int, days: int = DAYS) -> World:
    """One story, on a disk in memory where there is one. Raises `Broken`."""
    folder = Path(tempfile.mkdtemp(dir=MEMORY if MEMORY.is_dir() else None))
    try:
        return World(folder, seed).run(days)
    finally:
        shutil.rmtree(folder)


def lived() -> list[dict[str, str]]:
    """The lines of the table."""
    with TABLE.open(newline="") as file:
        return list(csv.DictReader(file))


def days_lived() -> int:
    """Days without a broken invariant, in all."""
    return sum(int(row["days"]) for row in lived())


def carry_on(days: int, tell: Callable[[str], None]) -> list[str]:
    """Lives so many more days with the seeds that come next, and writes them down; answers what broke."""
    broken: list[str] = []
    counts: Counter[str] = Counter()
    while days > 0:
        first = max((int(row["last"]) for row in lived()), default=-1) + 1
        seeds = range(first, first + min(BATCH, -(-days // DAYS)))
        began, found = time.process_time(), []
        for seed in seeds:
            try:
                counts += live(seed).counts
            except Broken as error:
                found.append(f"seed {seed}: {error}")
        spent = time.process_time() - began
        good = (len(seeds) - len(found)) * DAYS
        result = "ok" if not found else "broken: " + " ".join(text.split(":")[0] for text in found)
        _write_down((seeds[0], seeds[-1], good, result, metadata.version("quanliucheng"), round(spent)))
        tell(
            f"seeds {seeds[0]}–{seeds[-1]}: {result}; {good / max(spent, 0.01):.1f} days per CPU second, {days_lived()} in all"
        )
        broken += found
        days -= len(seeds) * DAYS
    tell(" · ".join(f"{name} {count}" for name, count in sorted(counts.items())))
    return broken


def _write_down(row: tuple[object, ...]) -> None:
    with TABLE.open("a", newline="") as file:
        csv.writer(file, lineterminator="\n").writerow(row)
