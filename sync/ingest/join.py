"""Goods that stand in two documents are counted once, by shipment number (R02, R50; sync.md).

A stocking order whose remark names an FBA shipment sends the same goods that Amazon lists as on their
way. Once the shipment has left, its pieces are Amazon's; until then they are the stocking order's.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from rules.policy.meanings import Stage

LEFT = (Stage.MOVING, Stage.ARRIVED)
"""What the state of a shipment means whose pieces Amazon counts itself."""


@dataclass(frozen=True)
class Order:
    """A line of a stocking order: pieces on their way and pieces that arrived overseas."""

    order_no: str
    sku: str
    shipment: str | None
    transit: float
    arrived: float


@dataclass(frozen=True)
class Overlap:
    """Pieces of an order line that a shipment counts already."""

    order_no: str
    sku: str
    shipment: str
    pieces: float


def count_once(
    orders: Iterable[Order], shipments: Mapping[tuple[str, str], float]
) -> tuple[list[tuple[float, float]], list[Overlap]]:
    """What is left of each order line, (on the way, arrived), and what was taken out.

    `shipments` gives, per (shipment, SKU), the pieces sent in shipments that have left. They are taken
    from the arrived pieces first (goods leave the overseas warehouse for Amazon), then from those on
    their way; pieces beyond the shipment's stay the order's.

    >>> order = Order("OS1", "HI-QPD-CA", "FBA18SHTRFPP", transit=100, arrived=0)
    >>> count_once([order], {("FBA18SHTRFPP", "HI-QPD-CA"): 80})[0]
    [(20.0, 0.0)]
    """
    left = dict(shipments)
    answer: list[tuple[float, float]] = []
    overlaps: list[Overlap] = []
    for order in orders:
        transit, arrived = max(0.0, order.transit), max(0.0, order.arrived)
        key = (order.shipment or "", order.sku)
        pieces = min(left.get(key, 0.0), transit + arrived)
        if pieces > 0:
            left[key] -= pieces
            taken = min(pieces, arrived)
            arrived -= taken
            transit -= pieces - taken
            overlaps.append(Overlap(order.order_no, order.sku, key[0], pieces))
        answer.append((float(transit), float(arrived)))
    return answer, overlaps
