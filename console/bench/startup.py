"""How long one formula takes on the command line, start to end, against importing pydantic alone."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from console.bench import measure

REPEAT = 5
BASELINE = ("-c", "from pydantic import BaseModel")
CASES = (
    ("eval LEADTIME", '=LEADTIME("车机","快线")', 4.0),
    ("eval SKU", '=SKU("HIFILUZ","球泡灯","WIFI款",8,"加拿大站")', 6.0),
    ("eval PINYIN", '=PINYIN("球泡灯")', 6.0),
)
"""Name, formula, and how many times the baseline's wall time it may take."""


def run() -> list[dict[str, Any]]:
    """One row per case; seconds of wall time, the quickest of five runs each, taken in turns.

    Turns make the ratio fair on a machine whose speed changes from one second to the next.
    """
    commands: list[Sequence[str]] = [
        BASELINE,
        *(("-m", "console.cli", "eval", formula) for _, formula, _ in CASES),
    ]
    turns = [[measure.run(command, repeat=1).wall for command in commands] for _ in range(REPEAT)]
    baseline, *walls = (min(column) for column in zip(*turns, strict=True))
    return [
        {
            "name": name,
            "value": wall,
            "baseline": baseline,
            "ratio": wall / baseline,
            "limit": limit,
            "ok": wall <= limit * baseline,
        }
        for (name, _, limit), wall in zip(CASES, walls, strict=True)
    ]
