"""How long LibreOffice takes to recalculate 10,000 cells of ours, against its own ``=LEN()`` in the same run.

The cells read a column of 1,000 different categories, more than any company has, and a word that every
turn changes: nothing was answered before. One row has 10,000 different ones. Native formulas and ours
take turns in one program; the quickest of three counts. The limits are seconds: a native cell costs
about a microsecond, less than a call of any kind.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from console.bench.office import office

ROWS = 10_000
REPEAT = 3
DIFFERENT = 1_000


@dataclass(frozen=True)
class Case:
    """A kind of formula and the seconds it may take; ``#`` is the row, or for an array the last row."""

    name: str
    formula: str
    limit: float
    array: bool = False
    different: int = DIFFERENT


_ARRAY = "=LEADTIME(A1:A#&$D$1;B1:B#)"
CASES = (
    Case("native", "=LEN(A#&$D$1)", 1.0),
    Case("bare names", "=LEADTIME(A#&$D$1;B#)", 3.0),
    Case("add-in names", "=CN.QUANLIUCHENG.FUNCTIONS.LEADTIME(A#&$D$1;B#)", 1.0),
    Case("one array formula", _ARRAY, 0.3, array=True),
    Case("one array formula, all different", _ARRAY, 1.0, array=True, different=ROWS),
)


def run() -> list[dict[str, Any]]:
    """One row per kind of formula. Raises C-024 without LibreOffice."""
    with office() as program:
        cases = [asdict(case) for case in CASES]
        answer = program.run("console.bench.functions_session", rows=ROWS, repeat=REPEAT, cases=cases)
    native, *ours = (min(column) for column in zip(*answer["turns"], strict=True))
    return [
        {
            "name": f"functions {case.name}, {ROWS:,} cells, s",
            "value": round(seconds, 3),
            "baseline": round(native, 4),
            "ratio": seconds / native,
            "limit": case.limit,
            "ok": seconds <= case.limit and isinstance(shown[0], float) and shown[0] == shown[1],
        }
        for case, seconds, shown in zip(CASES[1:], ours, answer["shown"][1:], strict=True)
    ]
