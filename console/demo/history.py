"""A week passes: goods sell, shipments move on, orders arrive, MSKUs come and go."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import timedelta

from console.demo.catalogue import STORES
from console.demo.company import Maker, unbound
from console.demo.records import Company, Line, Offer, Purchase, Shipment, Stocking

NEXT = {"WORKING": "SHIPPED", "SHIPPED": "IN_TRANSIT", "IN_TRANSIT": "RECEIVING", "RECEIVING": "CLOSED"}


def advance_week(company: Company) -> Company:
    """The company seven days later.

    A closed shipment and an MSKU that was deleted are no longer listed; slow sellers don't change.
    """
    maker = Maker(company.seed, company.day + timedelta(days=7), company.serial)
    shipments, arrived = _move_shipments(maker, company.shipments)
    offers = _sell(maker, company, arrived)
    kept = {(offer.store.name, offer.msku) for offer in offers}
    shipments = [_without(shipment, kept) for shipment in shipments]
    stockings = [_move_stocking(maker, order, shipments) for order in company.stockings]
    purchases, delivered = _deliver(maker, company.purchases)
    for store in STORES:
        own = [offer for offer in offers if offer.store.name == store.name]
        if own:
            shipment, order = maker.shipment(store, own, "WORKING")
            shipments.append(shipment)
            stockings += [order] if order else []
    mexican = [offer for offer in offers if offer.store.site == "MX"]
    if mexican:
        store = mexican[0].store
        stockings.append(unbound(maker, store, [offer for offer in mexican if offer.store is store]))
    products = list({offer.product.sku: offer.product for offer in offers}.values())
    for _ in range(max(1, len(offers) // 80)):
        purchases += maker.purchase(products)
    domestic = {
        place: max(0, pieces - (maker.rng.randint(0, 20) if maker.rng.random() < 0.3 else 0)) + delivered[place[1]]
        for place, pieces in company.domestic.items()
    }
    return Company(
        company.seed,
        maker.day,
        tuple(offers),
        tuple(shipment for shipment in shipments if shipment.lines),
        tuple(stockings),
        tuple(purchases),
        domestic,
        maker.serial,
    )


def _sell(maker: Maker, company: Company, arrived: Counter[tuple[str, str]]) -> list[Offer]:
    rng = maker.rng
    idle = [offer for offer in company.offers if not any(offer.weeks)] or list(company.offers)
    gone = {
        (offer.store.name, offer.msku) for offer in rng.sample(idle, min(len(idle), max(1, len(company.offers) // 100)))
    }
    offers = []
    for offer in company.offers:
        key = (offer.store.name, offer.msku)
        if key in gone:
            continue
        sold = min(offer.sellable, maker.week(offer.daily))
        moved = offer.moving
        offers.append(
            replace(
                offer,
                sellable=offer.sellable - sold + arrived[key] + moved,
                moving=offer.transfer,
                transfer=0,
                weeks=(sold, *offer.weeks[:4]),
            )
        )
    products = {offer.product.sku: offer.product for offer in company.offers}
    taken = set(company.by_key)
    for index in range(max(2, len(company.offers) // 60)):
        store = STORES[index % len(STORES)]
        met = maker.product(store)
        offers.append(maker.offer(store, products.setdefault(met.sku, met), taken, new=True))
    return offers


def _move_shipments(maker: Maker, shipments: tuple[Shipment, ...]) -> tuple[list[Shipment], Counter[tuple[str, str]]]:
    arrived: Counter[tuple[str, str]] = Counter()
    moved = []
    for shipment in shipments:
        if shipment.status == "CLOSED":
            continue
        if maker.rng.random() < 0.35:
            moved.append(shipment)
            continue
        status = NEXT[shipment.status]
        lines = shipment.lines
        if status in ("RECEIVING", "CLOSED"):
            share = 1.0 if status == "CLOSED" else maker.rng.uniform(0.2, 0.8)
            lines = tuple(replace(line, received=max(line.received, int(line.declared * share))) for line in lines)
            for line, before in zip(lines, shipment.lines, strict=True):
                arrived[line.offer] += line.received - before.received
        moved.append(
            replace(
                shipment,
                status=status,
                lines=lines,
                sent=shipment.sent or maker.day - timedelta(days=3),
                receiving=shipment.receiving or (maker.day - timedelta(days=1) if status == "RECEIVING" else None),
            )
        )
    return moved, arrived


def _without(shipment: Shipment, kept: set[tuple[str, str]]) -> Shipment:
    lines: tuple[Line, ...] = tuple(line for line in shipment.lines if line.offer in kept)
    return replace(shipment, lines=lines)


def _move_stocking(maker: Maker, order: Stocking, shipments: list[Shipment]) -> Stocking:
    own = next((shipment for shipment in shipments if shipment.order == order.number), None)
    sent = order.sent or (own.sent if own else None)
    status = "待发货" if sent is None else "已完成" if order.eta <= maker.day else "待收货"
    return replace(order, sent=sent, status=status)


def _deliver(maker: Maker, purchases: tuple[Purchase, ...]) -> tuple[list[Purchase], Counter[str]]:
    delivered: Counter[str] = Counter()
    lines = []
    for line in purchases:
        if line.received < line.ordered and maker.rng.random() < 0.3:
            pieces = min(line.ordered - line.received, line.product.carton * maker.rng.randint(1, 4))
            delivered[line.product.sku] += pieces
            line = replace(line, received=line.received + pieces)
        lines.append(line)
    return lines, delivered
