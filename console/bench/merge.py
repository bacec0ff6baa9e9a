"""`qlc bench merge`: three plain tables of 100,000 × 30 cells merged, start to end, against Python's json reading them.

Nobody says what the columns hold: numbers, ids and texts are told by their cells. The merge alone is the
untyped tables in memory; the command reads three JSON files and prints the merged one. The limits are seconds.
"""

from __future__ import annotations

import json
import random
import tempfile
from pathlib import Path
from typing import Any

from console.bench import measure
from console.bench.plan import KEY, SIDES, TITLES, tables

MERGE_LIMIT, COMMAND_LIMIT = 4.0, 8.0

_READ = """
import json, sys
for path in sys.argv[1:]:
    json.loads(open(path, encoding="utf-8").read())
"""
_MERGE = """
import gc, sys, time
from pathlib import Path
from sync.files.merge import merge
from console.commands.merge import read_table
key = sys.argv[1].split(",")
sides = [read_table(Path(path), key) for path in sys.argv[2:]]
gc.disable()  # as the command does
start = time.process_time()
merge(*sides, key)
print(time.process_time() - start)
"""


def run() -> list[dict[str, Any]]:
    """CPU time of the merge and of the command, and what the command holds in memory."""
    with tempfile.TemporaryDirectory() as folder:
        measure.run(["-m", "console.bench.merge", folder], repeat=1)
        files = [str(Path(folder, f"{side}.json")) for side in SIDES]
        baseline = measure.run(["-c", _READ, *files], repeat=2)
        alone = float(measure.run(["-c", _MERGE, ",".join(KEY), *files], repeat=2).stdout)
        words = ["-m", "console.cli", "merge", *files, "--key", ",".join(KEY), "--json"]
        command = measure.run(words, repeat=2, good=(1,))
    return [
        _row("merge 100k x 30, in memory: CPU s", alone, baseline.cpu, MERGE_LIMIT),
        _row("merge 100k x 30, the command: CPU s", command.cpu, baseline.cpu, COMMAND_LIMIT),
        _row("merge: peak MB", command.peak_mb, baseline.peak_mb, None),
    ]


def _row(name: str, value: float, baseline: float, limit: float | None) -> dict[str, Any]:
    ok = limit is None or value <= limit
    return {"name": name, "value": value, "baseline": baseline, "ratio": value / baseline, "limit": limit, "ok": ok}


def make(folder: Path) -> None:
    """Writes the tables of `qlc bench plan` as JSON, whole numbers without a point."""
    for side, columns in tables(random.Random(7)).items():  # noqa: S311 - the same tables every time
        rows = [[_plain(cell) for cell in row] for row in zip(*columns.values(), strict=True)]
        (folder / f"{side}.json").write_text(json.dumps({"columns": TITLES, "rows": rows}), "utf-8")


def _plain(cell: Any) -> Any:
    return int(cell) if isinstance(cell, float) and cell.is_integer() else cell


if __name__ == "__main__":
    import sys

    make(Path(sys.argv[1]))
