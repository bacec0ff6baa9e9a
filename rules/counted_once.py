"""R50: stock that is shown more than once counts once.

Shared stock stands on a row of its own and again on every MSKU that draws on it; goods of an
overseas stocking order stand again in the FBA shipment whose number the order names (L351).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from rules.answer import Ledger, Word, rule
from rules.policy.models import Rules
from rules.turnover import Segment


@dataclass(frozen=True)
class Lot:
    """Goods on the way or waiting: where they are, how many, the day they can be sold, the shipment."""

    segment: Segment
    units: float
    due: date | None = None
    shipment: str = ""


@dataclass(frozen=True)
class SharedRow:
    """One row of an export with the stock of a group (SKU, or ASIN and region) and the mark it carries.

    `mark` is the cell as it stands: blank for an ordinary row, 是 for the row that speaks for the
    shared stock, 共享库存 for one that repeats it.
    """

    group: str
    units: float
    mark: str = ""


def shipment_number(written: str) -> str:
    """The shipment's number of a cell that holds it alone or a whole shipment note.

    >>> shipment_number(" fba18SHTRFPP-MEX6-5YDIA35G")
    'FBA18SHTRFPP'
    """
    return written.strip().split("-")[0].strip().upper()


def inbound_once(book: Ledger, orders: Sequence[Lot], lots: Sequence[Lot]) -> tuple[Lot, ...]:
    """The lots, and of the stocking orders' those whose shipment is not among them.

    An order without a number counts: nothing says that it stands twice. Where the two disagree
    about the units the shipment's count and the answer is marked 需确认.

    >>> order, shipment = (Lot(Segment.TRANSIT, 40, shipment="FBA18SHTRFPP") for _ in range(2))
    >>> len(inbound_once(Ledger("R50", date(2025, 4, 3)), [order], [shipment]))
    1
    """
    shipped: dict[str, float] = {}
    for lot in lots:
        if number := shipment_number(lot.shipment):
            shipped[number] = shipped.get(number, 0) + lot.units
    twice: dict[str, float] = {}
    alone = []
    for order in orders:
        number = shipment_number(order.shipment)
        if number in shipped:
            twice[number] = twice.get(number, 0) + order.units
        else:
            alone.append(order)
    for number, units in twice.items():
        book.remark(
            f"{number} 在备货单和FBA货件里各有一次,只算货件",
            f"{number}: in a stocking order and a shipment, counted once",
        )
        if units != shipped[number]:
            book.mark(
                Word.TO_CONFIRM,
                f"{number} 备货单 {units:g} 件,货件 {shipped[number]:g} 件,按货件算",
                f"{number}: {units:g} units in the order, {shipped[number]:g} in the shipment, which counts",
            )
    return (*lots, *alone)


@rule("R50")
def shared_once(book: Ledger, policy: Rules, rows: tuple[SharedRow, ...]) -> float:
    """The units of the rows together, shared stock once.

    Ordinary rows all count. Of the shared rows of a group the one that speaks for them counts; where
    there is none, one of those that repeat it. When these disagree the largest counts, marked 需确认.

    >>> from rules.policy.loader import packaged
    >>> rows = (SharedRow("HI-QPD-CA", 50, "共享库存"), SharedRow("HI-QPD-CA", 50, "共享库存"), SharedRow("HI-CJ-CA", 20))
    >>> shared_once(date(2025, 4, 3), packaged().rules, rows).value
    70.0
    """
    marks = policy.replenishment
    total = 0.0
    groups: dict[str, dict[bool, list[float]]] = {}
    for row in rows:
        mark = row.mark.strip()
        if mark in (*marks.summary_rows, *marks.shared_rows):
            speaks = mark in marks.summary_rows
            groups.setdefault(row.group, {}).setdefault(speaks, []).append(row.units)
        else:
            total += row.units
    for group, found in groups.items():
        counts = found.get(True) or found[False]
        if len(set(counts)) > 1:
            book.mark(
                Word.TO_CONFIRM,
                f"{group} 的共享库存写得不一样,按最大的 {max(counts):g}",
                f"{group}: shared rows disagree, the largest ({max(counts):g}) counts",
            )
        total += max(counts)
    return total
