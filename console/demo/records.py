"""What the ERP of the demo company knows: products, MSKUs, shipments, orders."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from console.demo.catalogue import Store


@dataclass(frozen=True)
class Product:
    """What a SKU stands for."""

    sku: str
    name: str
    brand: str
    category: str
    kind: str
    buyer: str
    spu: str
    carton: int
    cost: float
    """Yuan a piece."""
    dollars: float


@dataclass(frozen=True)
class Offer:
    """An MSKU in a store with its stock at FBA.

    `weeks` are units sold per week, newest first, five of them.
    """

    store: Store
    msku: str
    asin: str
    parent: str
    fnsku: str
    product: Product
    price: float
    created: date
    on_sale: bool
    daily: float
    sellable: int
    reserved: int
    transfer: int
    moving: int
    unsellable: int
    weeks: tuple[int, ...]

    def sold(self, days: int) -> int:
        """Units sold in the last `days` (up to 30)."""
        whole, rest = divmod(days, 7)
        return sum(self.weeks[:whole]) + round(self.weeks[whole] * rest / 7)


@dataclass(frozen=True)
class Line:
    """Goods in a shipment or stocking order; `offer` is the (store, MSKU)."""

    offer: tuple[str, str]
    declared: int
    received: int = 0


@dataclass(frozen=True)
class Shipment:
    """An FBA shipment; `order` is the overseas stocking order that brings the goods, if any."""

    number: str
    store: Store
    fba: str
    reference: str
    lane: str
    status: str
    made: date
    sent: date | None
    receiving: date | None
    invoice: str
    order: str | None
    lines: tuple[Line, ...]

    @property
    def shipped(self) -> bool:
        """Whether the goods have left."""
        return self.sent is not None


@dataclass(frozen=True)
class Stocking:
    """An overseas stocking order; the remark holds the R02 note once a shipment exists."""

    number: str
    store: Store
    source: str
    target: str
    lane: str
    status: str
    made: date
    sent: date | None
    eta: date
    remark: str
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Purchase:
    """One line of a purchase order; orders with two lines share the number."""

    number: str
    plan: str
    supplier: str
    product: Product
    ordered: int
    received: int
    made: date
    expected: date


@dataclass(frozen=True)
class Company:
    """Everything that the ERP would know on `day`."""

    seed: int
    day: date
    offers: tuple[Offer, ...]
    shipments: tuple[Shipment, ...]
    stockings: tuple[Stocking, ...]
    purchases: tuple[Purchase, ...]
    domestic: Mapping[tuple[str, str], int]
    """(warehouse, SKU) -> pieces."""
    serial: int
    """How many things have been numbered so far."""

    @cached_property
    def by_key(self) -> dict[tuple[str, str], Offer]:
        """Offers by (store, MSKU)."""
        return {(offer.store.name, offer.msku): offer for offer in self.offers}

    @cached_property
    def inbound(self) -> dict[tuple[str, str], tuple[int, int, int]]:
        """Per (store, MSKU): 计划入库, 标发在途 and 入库中, from the shipments."""
        totals: dict[tuple[str, str], list[int]] = {}
        for shipment in self.shipments:
            at = {"WORKING": 0, "SHIPPED": 1, "IN_TRANSIT": 1, "RECEIVING": 2}.get(shipment.status)
            for line in shipment.lines if at is not None else ():
                totals.setdefault(line.offer, [0, 0, 0])[at or 0] += max(0, line.declared - line.received)
        return {key: (planned, sent, receiving) for key, (planned, sent, receiving) in totals.items()}

    @cached_property
    def overseas(self) -> dict[tuple[str, str], int]:
        """(warehouse, SKU) -> pieces that arrived overseas and that no FBA shipment has taken."""
        offers = self.by_key
        totals: dict[tuple[str, str], int] = {}
        for order in self.stockings:
            for line in order.lines:
                if order.status == "已完成" and not order.remark.startswith("FBA") and line.offer in offers:
                    place = (order.target, offers[line.offer].product.sku)
                    totals[place] = totals.get(place, 0) + line.declared
        return totals
