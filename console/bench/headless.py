"""`qlc bench headless`: a workbook of 100 000 formulas answered and patched, against openpyxl loading and saving it."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from console.bench import measure

ROWS = 33_334
"""Three formulas each: a function of ours, one that reads it, and a plain one that reads both itself and the row above."""
TIME_LIMIT, MEMORY_LIMIT = 3.0, 2.0

_MAKE = """
import sys
from openpyxl import Workbook
book = Workbook(write_only=True)
tab = book.create_sheet("备货")
tab.append(["品类", "渠道", "天数", "到货", "共"])
for row in range(2, int(sys.argv[2]) + 2):
    calls = [f"=LEADTIME(A{row},B{row})", f'=ADDWORKDAYS("2025-04-03",C{row},"CN")', f"=C{row}+E{row - 1}" if row > 2 else "=C2"]
    tab.append([f"品类{row}", "快线", *calls])
book.save(sys.argv[1])
"""
_SAVE = """
import sys
from openpyxl import load_workbook
load_workbook(sys.argv[1]).save(sys.argv[2])
"""
_COMPUTE = """
import sys
from datetime import date
from pathlib import Path
from addin.hosts.headless import compute
from rules.policy.loader import packaged
found = compute(Path(sys.argv[1]), packaged().rules, date(2025, 4, 3), out=Path(sys.argv[2]))
rows = int(sys.argv[3])
assert (len(found.changed), found.answered, found.formulas) == (2 * rows, 2 * rows, 3 * rows)
assert sum(item.outdated for item in found.left) == rows
"""


def run() -> list[dict[str, Any]]:
    """CPU time and peak memory, as ratios to openpyxl's."""
    with tempfile.TemporaryDirectory() as folder:
        source, target = Path(folder, "in.xlsx"), Path(folder, "out.xlsx")
        measure.run(["-c", _MAKE, str(source), str(ROWS)], repeat=1)
        baseline = measure.run(["-c", _SAVE, str(source), str(target)], repeat=2)
        ours = measure.run(["-c", _COMPUTE, str(source), str(target), str(ROWS)], repeat=2)
    return [
        _row(f"headless, {3 * ROWS} formulas: CPU s", ours.cpu, baseline.cpu, TIME_LIMIT),
        _row("headless: peak MB", ours.peak_mb, baseline.peak_mb, MEMORY_LIMIT),
    ]


def _row(name: str, value: float, baseline: float, limit: float) -> dict[str, Any]:
    ratio = value / baseline
    return {"name": name, "value": value, "baseline": baseline, "ratio": ratio, "limit": limit, "ok": ratio <= limit}
