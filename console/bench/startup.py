"""What one formula takes on the command line, start to end, in CPU time, against importing pydantic alone."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from console.bench import measure

REPEAT = 5
BASELINE = ("-c", "from pydantic import BaseModel")
CASES = (
    ("--help", ("--help",), 4.0),
    ("eval LEADTIME", ("eval", '=LEADTIME("车机","快线")'), 5.0),
    ("eval SKU", ("eval", '=SKU("HIFILUZ","球泡灯","WIFI款",8,"加拿大站")'), 6.0),
    ("eval PINYIN", ("eval", '=PINYIN("球泡灯")'), 6.0),
)
"""Name, words, and how many times the baseline's CPU time it may take; 4 is the aim for a formula, too."""


def run() -> list[dict[str, Any]]:
    """One row per case; seconds of CPU, the least of five runs each, taken in turns.

    Turns make the ratio fair on a machine whose speed changes from one second to the next.
    """
    commands: list[Sequence[str]] = [
        BASELINE,
        *(("-m", "console.cli", *words) for _, words, _ in CASES),
    ]
    turns = [[measure.run(command, repeat=1).cpu for command in commands] for _ in range(REPEAT)]
    baseline, *taken = (min(column) for column in zip(*turns, strict=True))
    return [
        {
            "name": name,
            "value": seconds,
            "baseline": baseline,
            "ratio": seconds / baseline,
            "limit": limit,
            "ok": seconds <= limit * baseline,
        }
        for (name, _, limit), seconds in zip(CASES, taken, strict=True)
    ]
