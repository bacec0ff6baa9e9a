"""R52: batches are taken first in, first out (L351)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Any

from rules.answer import Ledger, not_negative, rule
from rules.stockout import tidy


@dataclass(frozen=True)
class Batch:
    """Goods that came in together: the day, the ERP's batch number and what is left."""

    received: date
    number: str
    units: float


@dataclass(frozen=True)
class Taken:
    """What is taken of one batch."""

    number: str
    units: float


@dataclass(frozen=True)
class Picking:
    """Batches to take, in order, and the units that no batch has."""

    taken: tuple[Taken, ...]
    short: float


_DIGITS = re.compile(r"(\d+)")


def _in_order(batch: Batch) -> tuple[date, list[Any]]:
    """By day, then by number, where 9 comes before 10: words and figures stand in turn."""
    words = _DIGITS.split(batch.number)
    words[1::2] = map(int, words[1::2])
    return batch.received, words


@rule("R52")
def pick_batches(book: Ledger, batches: tuple[Batch, ...], quantity: float) -> Picking:
    """The batches for a quantity, oldest first; of one day, the smaller number first.

    The last one is taken in part, empty ones are passed over. What is not there is `short`, with a
    remark, and never invented. Nothing wanted is nothing taken. Raises F-201 (#NUM!) for negative
    numbers.

    >>> day = date(2025, 4, 3)
    >>> lots = (Batch(day, "B10", 50), Batch(day, "B9", 20), Batch(date(2025, 3, 1), "B11", 30))
    >>> [(taken.number, taken.units) for taken in pick_batches(day, lots, 60).value.taken]
    [('B11', 30), ('B9', 20), ('B10', 10)]
    """
    not_negative("数量", quantity)
    left, taken = quantity, []
    for batch in sorted(batches, key=_in_order):
        not_negative(f"批次 {batch.number}", batch.units)
        units = min(batch.units, left)
        if units > 0:
            taken.append(Taken(batch.number, units))
            left = tidy(left - units)
            book.part(f"批次 {batch.number}({batch.received})", f"batch {batch.number} ({batch.received})", units)
    if left > 0:
        book.remark(f"批次不够,还差 {left:g} 件", f"{left:g} units short: no batch has them")
    return Picking(tuple(taken), left)
