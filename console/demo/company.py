"""The demo company on one day: products, MSKUs, stock, shipments, orders.

Everything comes from the seed: the same seed and size give the same company. `history.advance_week`
makes the company of a week later from it.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from random import Random

from console.demo.catalogue import (
    BRAND_LETTERS,
    BRANDS,
    CATEGORIES,
    DAYS,
    DIRECT,
    HOME,
    LANES,
    OVERSEAS,
    PACKS,
    STORES,
    SUPPLIERS,
    Store,
)
from console.demo.records import Company, Line, Offer, Product, Purchase, Shipment, Stocking

FIRST_DAY = date(2026, 4, 20)
"""The Monday of the first exports."""

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"


class Maker:
    """Numbers and choices for one day of one company."""

    def __init__(self, seed: int, day: date, serial: int) -> None:
        self.rng = Random(f"{seed}/{day}")  # noqa: S311 - a repeatable company, not a secret
        self.day = day
        self.serial = serial

    def code(self, length: int) -> str:
        """Letters and digits."""
        return "".join(self.rng.choices(LETTERS, k=length))

    def number(self, prefix: str) -> str:
        """The next document number, ``PO2604200001``."""
        self.serial += 1
        return f"{prefix}{self.day:%y%m%d}{self.serial:04d}"

    def product(self, store: Store) -> Product:
        """One of the products that a store could sell."""
        category = self.rng.choice(CATEGORIES)
        kind, letters = self.rng.choice(category.products)
        feature, segment = self.rng.choice(category.features)
        pack = self.rng.choice(PACKS) if category.price < 40 else 1
        brand = self.rng.choice(BRANDS[store.name])
        parts = [BRAND_LETTERS[brand], letters, segment, f"{pack}PCS" if pack > 1 else "", store.site]
        fixed = Random("-".join(parts))  # noqa: S311 - a product's cost doesn't depend on who met it first
        dollars = round(category.price * fixed.uniform(0.7, 1.6) * pack**0.6)
        return Product(
            sku="-".join(part for part in parts if part),
            name=f"{kind} {feature}款" + (f" {pack}个装" if pack > 1 else ""),
            brand=brand,
            category=category.name,
            kind=kind,
            buyer=category.buyer,
            spu=f"SPU-{letters}",
            carton=max(1, category.carton // pack),
            cost=round(dollars * 7.1 * fixed.uniform(0.18, 0.33), 2),
            dollars=dollars,
        )

    def offer(self, store: Store, product: Product, taken: set[tuple[str, str]], *, new: bool) -> Offer:
        """A new MSKU of a product; a taken name gets the suffix people use (relisted, green label)."""
        names = self._names(product)
        msku = next(name for name in names if (store.name, name) not in taken)
        taken.add((store.name, msku))
        rng = self.rng
        daily = 0.0 if new or rng.random() < 0.28 else round(math.exp(rng.gauss(0.6, 1.1)), 2)
        stock = int(daily * rng.uniform(5, 60)) + rng.choice((0, 0, 3, 12))
        return Offer(
            store=store,
            msku=msku,
            asin="B0" + self.code(8),
            parent="B0" + self.code(8),
            fnsku="X00" + self.code(7),
            product=product,
            price=round(product.dollars * store.rate) - 0.01,
            created=self.day if new else self.day - timedelta(days=rng.randint(40, 900)),
            on_sale=rng.random() < 0.94,
            daily=daily,
            sellable=0 if new else stock,
            reserved=0 if new else int(stock * rng.choice((0, 0, 0.05, 0.1))),
            transfer=0 if new else int(stock * rng.choice((0, 0, 0, 0.2))),
            moving=0 if new else int(stock * rng.choice((0, 0, 0.08))),
            unsellable=rng.choice((0, 0, 0, 1, 2, 5)) if not new else 0,
            weeks=tuple(self.week(daily) for _ in range(5)),
        )

    def _names(self, product: Product) -> Iterator[str]:
        old = self.rng.random()
        if old < 0.03:
            yield f"{self.rng.randrange(10**6):010d}"  # MSKUs from before the naming rule
        elif old < 0.06:
            yield f"{self.rng.randint(1, 9)}E{self.rng.randrange(10**5):05d}"
        yield product.sku
        yield f"{product.sku}-RE"
        yield f"{product.sku}-GL"
        number = 2
        while True:
            yield f"{product.sku}-{number}"
            number += 1

    def week(self, daily: float) -> int:
        """Units sold in a week."""
        mean = daily * 7
        return max(0, round(self.rng.gauss(mean, math.sqrt(mean) + mean * 0.1))) if mean else 0

    def lines(self, offers: list[Offer]) -> tuple[Line, ...]:
        """Whole cartons of two to six MSKUs of one store."""
        chosen = self.rng.sample(offers, min(len(offers), self.rng.randint(2, 6)))
        return tuple(
            Line((offer.store.name, offer.msku), offer.product.carton * self.rng.randint(1, 6)) for offer in chosen
        )

    def shipment(self, store: Store, offers: list[Offer], status: str) -> tuple[Shipment, Stocking | None]:
        """A shipment, and for Mexico the stocking order that carries it."""
        rng = self.rng
        lane = rng.choice(LANES if store.site == "MX" else DIRECT[store.site])
        late = rng.uniform(0.5, 1.25)  # some are past their norm (R20)
        past = {"WORKING": 0, "SHIPPED": 0.2, "IN_TRANSIT": late, "RECEIVING": 1.05, "CLOSED": 1.2}[status]
        sent = self.day - timedelta(days=round(DAYS[lane] * past)) if past else None
        made = (sent or self.day) - timedelta(days=rng.randint(2, 6))
        shipment = Shipment(
            number="FBA" + self.code(9),
            store=store,
            fba=rng.choice(store.fba),
            reference=self.code(8),
            lane=lane,
            status=status,
            made=made,
            sent=sent,
            receiving=self.day - timedelta(days=2) if status in ("RECEIVING", "CLOSED") else None,
            invoice=self.number("SP"),
            order=None,
            lines=self.lines(offers),
        )
        if status == "RECEIVING":
            lines = tuple(replace(line, received=int(line.declared * rng.uniform(0.1, 0.7))) for line in shipment.lines)
            shipment = replace(shipment, lines=lines)
        if store.site != "MX" or rng.random() < 0.2:
            return shipment, None
        order = self.stocking(store, shipment.lines, lane, sent, made)
        note = f"{shipment.number}-{shipment.fba}-{shipment.reference}"
        return replace(shipment, order=order.number), replace(order, remark=note)

    def stocking(self, store: Store, lines: tuple[Line, ...], lane: str, sent: date | None, made: date) -> Stocking:
        """An overseas stocking order without a remark."""
        eta = (sent or self.day + timedelta(days=5)) + timedelta(days=DAYS[lane])
        status = "待发货" if sent is None else "已完成" if eta <= self.day else "待收货"
        return Stocking(
            self.number("OWS"), store, HOME[0], self.rng.choice(OVERSEAS), lane, status, made, sent, eta, "", lines
        )

    def purchase(self, products: list[Product]) -> list[Purchase]:
        """An order of one or two products, partly delivered or not at all."""
        rng = self.rng
        number, plan, supplier = self.number("PO"), self.number("PP"), rng.choice(SUPPLIERS)
        made = self.day - timedelta(days=rng.randint(1, 35))
        order = []
        for product in rng.sample(products, min(len(products), rng.choice((1, 1, 2)))):
            ordered = product.carton * rng.randint(2, 15)
            received = int(ordered * rng.choice((0, 0, 0, 0.3, 0.5)))
            order.append(Purchase(number, plan, supplier, product, ordered, received, made, made + timedelta(days=30)))
        return order


def make_company(rows: int, seed: int) -> Company:
    """The company on its first day, with `rows` MSKUs spread over the stores."""
    maker = Maker(seed, FIRST_DAY, 0)
    products: dict[str, Product] = {}
    offers: list[Offer] = []
    taken: set[tuple[str, str]] = set()
    for index in range(rows):
        store = STORES[index % len(STORES)]
        met = maker.product(store)
        product = products.setdefault(met.sku, met)
        offers.append(maker.offer(store, product, taken, new=False))
    offers = _twins(offers)
    shipments: list[Shipment] = []
    stockings: list[Stocking] = []
    statuses = (
        "WORKING",
        "IN_TRANSIT",
        "SHIPPED",
        "RECEIVING",
        "IN_TRANSIT",
        "IN_TRANSIT",
        "SHIPPED",
        "CLOSED",
        "IN_TRANSIT",
    )
    for store in STORES:
        own = [offer for offer in offers if offer.store is store]
        for index in range(max(3, min(30, len(own) // 8))):
            if not own:
                break
            shipment, order = maker.shipment(store, own, statuses[index % len(statuses)])
            shipments.append(shipment)
            stockings += [order] if order else []
        if store.site == "MX" and own:
            for _ in range(max(1, len(own) // 30)):
                stockings.append(unbound(maker, store, own))
    known = list(products.values())
    purchases = [line for _ in range(max(2, rows // 10)) for line in maker.purchase(known)]
    domestic = {
        (HOME[0], product.sku): product.carton * maker.rng.randint(0, 6)
        for product in known
        if maker.rng.random() < 0.7
    }
    domestic |= {(HOME[1], product.sku): product.carton for product in known if maker.rng.random() < 0.1}
    return Company(
        seed,
        FIRST_DAY,
        tuple(offers),
        tuple(shipments),
        tuple(stockings),
        tuple(purchases),
        domestic,
        maker.serial,
    )


def unbound(maker: Maker, store: Store, offers: list[Offer]) -> Stocking:
    """Stock for the overseas warehouse that no FBA shipment has claimed yet."""
    sent = maker.day - timedelta(days=maker.rng.randint(3, 70))
    order = maker.stocking(store, maker.lines(offers), maker.rng.choice(LANES), sent, sent - timedelta(days=3))
    return replace(order, remark="备货海外仓,暂不约仓")


def _twins(offers: list[Offer]) -> list[Offer]:
    """Relisted MSKUs of a SKU share its ASIN with the first one in the store."""
    first: dict[tuple[str, str], Offer] = {}
    answer = []
    for offer in offers:
        leader = first.setdefault((offer.store.name, offer.product.sku), offer)
        same = offer.msku.endswith("-RE")
        answer.append(replace(offer, asin=leader.asin, parent=leader.parent) if same else offer)
    return answer
