"""Exports about goods on their way: 采购单 (HTML named .xls), 海外仓备货单, FBA货件."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from itertools import groupby
from math import ceil
from pathlib import Path

from console.demo.catalogue import DAYS, HOME
from console.demo.files import Cell, Row, Sheet, Span, titles, write_html_xls, write_xlsx
from console.demo.records import Company, Offer, Shipment


def write_purchases(path: Path, company: Company) -> None:
    """采购单: an order's number, plan and supplier span its lines; 合计 last."""
    rows: list[list[Cell | Span]] = [
        [
            *titles(
                "采购单号,采购计划编号,供应商,仓库,采购员,SKU,品名,计划采购量,采购量,到货量,待到货量,单价,下单时间,期望到货时间,状态,备注"
            )
        ]
    ]
    for _, group in groupby(company.purchases, key=lambda line: line.number):
        lines = list(group)
        for index, line in enumerate(lines):
            whole = [line.number, line.plan, line.supplier, HOME[0], line.product.buyer]
            head: list[Cell | Span] = [Span(text, len(lines)) for text in whole] if index == 0 else []
            state = "已完成" if line.received == line.ordered else "部分到货" if line.received else "待到货"
            rows.append(
                [
                    *head,
                    line.product.sku,
                    line.product.name,
                    line.ordered,
                    line.ordered,
                    line.received,
                    line.ordered - line.received,
                    f"¥{line.product.cost:,.2f}",
                    f"{line.made} 10:20:00",
                    str(line.expected),
                    state,
                    None,
                ]
            )
    ordered = sum(line.ordered for line in company.purchases)
    received = sum(line.received for line in company.purchases)
    rows.append(["合计", *[None] * 6, ordered, ordered, received, ordered - received, *[None] * 5])
    write_html_xls(path, rows)


def write_stockings(path: Path, company: Company) -> None:
    """海外仓备货单: one row per order and MSKU; the remark holds the shipment note (R02)."""
    offers = company.by_key
    rows: list[Row] = [
        titles(
            "备货单号,状态,发货仓库,收货仓库,物流渠道,店铺,MSKU,FNSKU,SKU,品名,备货数量,收货数量,箱数,创建时间,发货时间,预计到货时间,备注"
        )
    ]
    for order in company.stockings:
        for line in order.lines:
            offer = offers.get(line.offer)
            if offer is None:
                continue
            rows.append(
                [
                    order.number,
                    order.status,
                    order.source,
                    order.target,
                    order.lane,
                    order.store.name,
                    offer.msku,
                    offer.fnsku,
                    offer.product.sku,
                    offer.product.name,
                    line.declared,
                    line.declared if order.status == "已完成" else 0,
                    _cartons(offer, line.declared),
                    str(order.made),
                    _day(order.sent),
                    str(order.eta),
                    order.remark or None,
                ]
            )
    write_xlsx(path, [Sheet("海外仓备货单", rows)])


def _cartons(offer: Offer, pieces: int) -> int:
    return ceil(pieces / offer.product.carton)


def _day(day: date | None) -> str | None:
    return str(day) if day else None


SHIPMENT = (
    *titles("货件单号,店铺,国家,货件状态,运输方式,SHIPPED状态变更时间,RECEIVING状态变更时间"),
    *titles("送达时段(开始时间),送达时段(结束时间),物流中心编码,发货单"),
    "Amazon Reference ID",
)
"""Cells that stand on a shipment's first row only."""


def write_shipments(path: Path, company: Company) -> None:
    """FBA货件: 货件详情 with shipment cells on each shipment's first row only, and 装箱明细."""
    offers = company.by_key
    details: list[Row] = [[*SHIPMENT, *titles("MSKU,父ASIN,品名,SKU,总申报量,申报量,已发货,签收量,签收明细")]]
    boxes: list[Row] = [titles("货件单号,箱号,MSKU,SKU,数量,箱规,重量(kg)")]
    for shipment in company.shipments:
        lines = [(line, offers[line.offer]) for line in shipment.lines if line.offer in offers]
        whole = _whole(shipment)
        total = sum(line.declared for line, _ in lines)
        box = 0
        for index, (line, offer) in enumerate(lines):
            sent = line.declared if shipment.shipped else 0
            detail = f"{shipment.receiving} +{line.received}" if line.received else None
            details.append(
                [
                    *(whole if index == 0 else [None] * len(whole)),
                    offer.msku,
                    offer.parent,
                    offer.product.name,
                    offer.product.sku,
                    total if index == 0 else None,
                    line.declared,
                    sent,
                    line.received,
                    detail,
                ]
            )
            for count in _boxes(line.declared, offer.product.carton):
                box += 1
                boxes.append(
                    [
                        shipment.number,
                        f"{shipment.number}U{box:06d}",
                        offer.msku,
                        offer.product.sku,
                        count,
                        offer.product.carton,
                        round(4 + count * 0.21, 2),
                    ]
                )
    write_xlsx(path, [Sheet("货件详情", details), Sheet("装箱明细", boxes)])


def _whole(shipment: Shipment) -> list[Cell]:
    eta = shipment.sent + timedelta(days=DAYS[shipment.lane]) if shipment.sent else None
    window = eta + timedelta(days=6) if eta else None
    return [
        shipment.number,
        shipment.store.name,
        shipment.store.country,
        shipment.status,
        shipment.lane,
        f"{shipment.sent} 16:00:00" if shipment.sent else None,
        f"{shipment.receiving} 09:30:00" if shipment.receiving else None,
        _day(eta),
        _day(window),
        shipment.fba,
        shipment.invoice,
        shipment.reference,
    ]


def _boxes(pieces: int, carton: int) -> Iterable[int]:
    full, rest = divmod(pieces, carton)
    return [carton] * full + ([rest] if rest else [])
