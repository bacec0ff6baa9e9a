"""How many calls a second `evaluate_batch` answers, against the rule called directly in a loop.

Every call has other arguments, so nothing is answered from memory. The floor has its arguments typed
and its policy resolved; for SKU it is bare pypinyin reading the same names. Both take turns in one
process, the quickest of nine runs counts.
"""

from __future__ import annotations

import cProfile
import pstats
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from addin.functions.batch import BatchCall, evaluate_batch
from rules.policy.loader import packaged

REPEAT = 9
LIMIT = 3.0
"""Times the floor that a call may take."""
CALLS = 2_000
TODAY = date(2025, 4, 3)
_ROOMS = {"addin": "arguments and batch", "rules": "the rule", "sheets_schema": "cells"}


@dataclass(frozen=True)
class Case:
    """One function: its calls as cells, and the same work without the add-in around it."""

    function: str
    calls: Sequence[BatchCall]
    floor: Callable[[], object]


def run() -> list[dict[str, Any]]:
    """One row per function: calls per second, the floor's, and the ratio of their times."""
    return [_measured(case) for case in _cases()]


def _measured(case: Case) -> dict[str, Any]:
    policy = packaged().rules

    def batch() -> object:
        return evaluate_batch(case.calls, policy, TODAY)

    turns = [(_seconds(batch), _seconds(case.floor)) for _ in range(REPEAT)]
    ours, floor = (min(column) for column in zip(*turns, strict=True))
    return {
        "name": f"rules {case.function}, calls/s",
        "value": round(len(case.calls) / ours),
        "baseline": round(len(case.calls) / floor),
        "ratio": ours / floor,
        "limit": LIMIT,
        "ok": ours <= LIMIT * floor,
        "profile": _profile(batch),
    }


def _seconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def _profile(work: Callable[[], object]) -> dict[str, float]:
    """Share of the time by where it is spent: our rooms, and everything below them."""
    watch = cProfile.Profile()
    watch.runcall(work)
    spent: Counter[str] = Counter()
    for (file, _, _), (_, _, own, _, _) in pstats.Stats(watch).stats.items():  # type: ignore[attr-defined]
        spent[_room(file)] += own
    total = sum(spent.values())
    return {name: round(seconds / total, 2) for name, seconds in spent.most_common()}


def _room(file: str) -> str:
    parts = Path(file).parts
    library = next((part for part in ("pypinyin", "pydantic", "holidays", "chinese_calendar") if part in parts), None)
    room = next((part for part in parts if part in _ROOMS), None)
    return library or _ROOMS.get(room or "", "python")


def _cases() -> list[Case]:
    return [_lead_time(), _slot_deadline(), _restock(), _sku()]


def _lead_time() -> Case:
    from rules.lead_time import Which, lead_time

    policy = packaged().rules
    categories = [f"品类{number}" for number in range(CALLS)]
    return Case(
        "LEADTIME",
        [("LEADTIME", [category, "快线", "max"]) for category in categories],
        lambda: [lead_time(TODAY, policy, category, "快线", Which.MAX) for category in categories],
    )


def _slot_deadline() -> Case:
    from rules.instructions import slot_deadline

    policy = packaged().rules
    slots = [TODAY + timedelta(days=number % 1000) for number in range(CALLS)]
    relabels = [number >= 1000 for number in range(CALLS)]
    return Case(
        "SLOTDEADLINE",
        [
            ("SLOTDEADLINE", [slot.isoformat(), "YES" if relabel else "NO"])
            for slot, relabel in zip(slots, relabels, strict=True)
        ],
        lambda: [slot_deadline(slot, policy, slot, relabel) for slot, relabel in zip(slots, relabels, strict=True)],
    )


def _restock() -> Case:
    from rules.replenishment import restock

    policy = packaged().rules
    rows = [(1 + number / 7, float(number), float(number % 300)) for number in range(CALLS)]
    return Case(
        "RESTOCK",
        [("RESTOCK", [daily, stock, inbound, 94, None, None, 12]) for daily, stock, inbound in rows],
        lambda: [restock(TODAY, policy, daily, stock, inbound, 94.0, None, None, 12) for daily, stock, inbound in rows],
    )


def _sku() -> Case:
    from pypinyin import Style, lazy_pinyin

    names = [chr(0x4E00 + number) + chr(0x5E00 + number) + "灯" for number in range(CALLS)]
    return Case(
        "SKU",
        [("SKU", ["HIFILUZ", name, "WIFI款", 8, "加拿大站"]) for name in names],
        lambda: [lazy_pinyin(name, style=Style.FIRST_LETTER) for name in names],
    )
