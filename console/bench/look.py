"""`qlc bench look`: a tab of 100,000 × 30 read again after 1 % of its rows changed, against python-calamine reading it.

The store has read the tab before, as a program that watches a workbook has; what that reading holds is the base that
memory is counted beyond (on Linux; elsewhere nothing tells).
"""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import Any

from console.bench import measure
from console.bench.patch import COLUMNS, ROWS, TAB, write_workbook

CPU_LIMIT, MEMORY_LIMIT_MB = 0.5, 64

_CHANGE = """
import random, sys
from pathlib import Path
from sheets_schema.grid.edits import CellEdit
from sync.backends.workbook.patcher import patch
source, target, tab, rows, columns = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3], int(sys.argv[4]), int(sys.argv[5])
choose = random.Random(7)
chosen = choose.sample(range(2, rows + 2), rows // 100)
patch(source, target, edits=[CellEdit(tab, row, choose.randrange(2, columns), row) for row in chosen])
"""
_LOOK = """
import gc, json, os, sys, time
from pathlib import Path
from sync.backends.file import FileStore
first, second, tab = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3]
status = Path("/proc/self/status")

def megabytes(name):
    lines = status.read_text().splitlines() if status.exists() else []
    return next((int(line.split()[1]) / 1024 for line in lines if line.startswith(name)), None)

gc.disable()  # as rounds do
store = FileStore(first, rereads=True)
store.read(tab)
os.replace(second, first)
base = megabytes("VmRSS")
if base is not None:
    Path("/proc/self/clear_refs").write_text("5")  # the peak is counted from here
start = time.process_time()
grid = store.read(tab)
took = time.process_time() - start
peak = megabytes("VmHWM")
assert len(grid.numbers) == int(sys.argv[4]) + 1
print(json.dumps([took, None if base is None else peak - base]))
"""
_READ = """
import sys
from python_calamine import CalamineWorkbook
CalamineWorkbook.from_path(sys.argv[1]).get_sheet_by_index(0).to_python()
"""


def run() -> list[dict[str, Any]]:
    """CPU time of the second reading as a ratio to calamine's whole one, and memory beyond the first reading."""
    with tempfile.TemporaryDirectory() as folder:
        source, target = Path(folder, "in.xlsx"), Path(folder, "out.xlsx")
        write_workbook(source, ROWS, COLUMNS)
        measure.run(["-c", _CHANGE, str(source), str(target), TAB, str(ROWS), str(COLUMNS)], repeat=1)
        baseline = measure.run(["-c", _READ, str(target)])
        done = measure.run(["-c", _LOOK, str(source), str(target), TAB, str(ROWS)], repeat=1)
    took, beyond = json.loads(done.stdout)
    ratio = took / baseline.cpu
    name = f"second look at {ROWS // 1000}k x {COLUMNS}, 1 % of rows changed"
    return [
        {
            "name": f"{name}: CPU s / calamine",
            "value": took,
            "baseline": baseline.cpu,
            "ratio": ratio,
            "limit": CPU_LIMIT,
            "ok": ratio <= CPU_LIMIT,
        },
        {
            "name": f"{name}: MB beyond the base" + ("" if beyond is not None else " (not known here)"),
            "value": beyond,
            "baseline": None,
            "ratio": None,
            "limit": MEMORY_LIMIT_MB,
            "ok": beyond is not None and beyond <= MEMORY_LIMIT_MB,
        },
    ]
