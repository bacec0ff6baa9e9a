"""Exports about stock: FBA库存明细, 仓库库存明细, and Amazon's own FBA inventory.

Titles are those seen in other people's importers, written down here on their own: what reads them
must not have named them.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from random import Random

from console.demo.files import Cell, Row, Sheet, letters, titles, write_csv, write_xlsx
from console.demo.records import Company, Offer

FRONT = titles("父ASIN,所属仓库,店铺,ASIN,MSKU,FNSKU,SKU,品名,SPU,款名,属性,一级分类,二级分类,三级分类,品牌,负责人")
PAIRS = titles(
    "FBA总库存,FBA可用库存,FBA可售,FBM可售,FBA预留,FBA待调仓,FBA调仓中,FBA待发货,FBA计划入库,FBA标发在途,FBA实际在途,FBA入库中,FBA不可售,"
    "FBA调查中"
)
AGES = titles("0-30,31-60,61-90,91-180,181-270,271-330,331-365,365+")
AWD = titles("AWD在库,AWD可用量,AWD待发货量,AWD标发在途")
BACK = titles("单位采购成本,单位头程费用,FBA总货值,FBA总库存成本,仓储类型,配送方式")
DOUBLE = [*PAIRS, *(f"{age}天库龄" for age in AGES), *AWD]
"""Labels over a 数量 and a 成本 column each."""


def write_fba_stock(path: Path, company: Company, offers: Iterable[Offer], *, total: bool = True) -> None:
    """FBA库存明细: a two-row merged header, one row per MSKU, 合计 last.

    A filtered export has fewer rows and (`total` false) no 合计.
    """
    top: list[Cell] = [*FRONT]
    under: list[Cell] = [None] * len(FRONT)
    merged = [f"{letters(n)}1:{letters(n)}2" for n in range(len(FRONT))]
    for label in DOUBLE:
        merged.append(f"{letters(len(top))}1:{letters(len(top) + 1)}1")
        top += [label, None]
        under += ["数量", "成本"]
    merged += [f"{letters(len(top) + n)}1:{letters(len(top) + n)}2" for n in range(len(BACK))]
    rows = [_stock_row(company, offer) for offer in offers]
    body: list[Row] = [[*top, *BACK], under, *rows]
    if total:
        body.append(_total(rows))
    write_xlsx(path, [Sheet("FBA库存明细", body, merged)])


def _total(rows: list[list[Cell]]) -> list[Cell]:
    sums: list[Cell] = []
    for cells in zip(*rows, strict=True):
        numbers = [cell for cell in cells if isinstance(cell, (int, float))]
        sums.append(round(sum(numbers), 2) if numbers else None)
    return ["合计", *sums[1:]]


def _stock_row(company: Company, offer: Offer) -> list[Cell]:
    product = offer.product
    planned, sent, receiving = company.inbound.get((offer.store.name, offer.msku), (0, 0, 0))
    usable = offer.sellable + offer.transfer + offer.reserved + receiving
    pieces = {
        "FBA总库存": usable + sent,
        "FBA可用库存": usable,
        "FBA可售": offer.sellable,
        "FBA预留": offer.reserved,
        "FBA待调仓": offer.transfer,
        "FBA调仓中": offer.moving,
        "FBA计划入库": planned,
        "FBA标发在途": sent,
        "FBA实际在途": sent,
        "FBA入库中": receiving,
        "FBA不可售": offer.unsellable,
    }
    pieces |= dict(zip((f"{age}天库龄" for age in AGES), _ages(offer), strict=True))
    row: list[Cell] = [
        offer.parent,
        f"{offer.store.name}{offer.store.country}仓",
        offer.store.name,
        offer.asin,
        offer.msku,
        offer.fnsku,
        product.sku,
        product.name,
        product.spu,
        product.kind,
        None,
        "汽摩用品",
        product.category,
        product.kind,
        product.brand,
        offer.store.operator,
    ]
    for label in DOUBLE:
        count = pieces.get(label, 0)
        row += [count, round(count * product.cost, 2)]
    freight = round(product.cost * 0.4, 2)
    value = round(usable * product.cost, 2)
    return [*row, product.cost, freight, value, round(usable * (product.cost + freight), 2), "标准尺寸", "FBA"]


def _ages(offer: Offer) -> list[int]:
    """The stock spread over the age classes; older when it sells slowly."""
    left, answer = offer.sellable, []
    per_class = max(1, round(offer.daily * 30))
    for _ in AGES[:-1]:
        answer.append(min(left, per_class))
        left -= answer[-1]
    return [*answer, left]


def write_warehouses(path: Path, company: Company) -> None:
    """仓库库存明细: GBK csv, one row per warehouse and SKU, domestic and overseas in one list, 合计 last."""
    names = {offer.product.sku: offer.product for offer in company.offers}
    waiting: dict[str, int] = {}
    for line in company.purchases:
        waiting[line.product.sku] = waiting.get(line.product.sku, 0) + line.ordered - line.received
    rows: list[Row] = [["仓库", "SKU", "品名", "一级分类", "品牌", "可用量", "可用锁定量", "次品量", "待检待上架量", "待到货量", "总量", "单位成本"]]  # fmt: skip
    sums = [0] * 6
    for (warehouse, sku), pieces in sorted([*company.domestic.items(), *company.overseas.items()]):
        if sku not in names:
            continue
        product = names[sku]
        bad = Random(f"{warehouse}/{sku}").choice((0, 0, 0, 1, 3))  # noqa: S311 - repeatable
        due = waiting.get(sku, 0) if warehouse == "深圳仓" else 0
        counts = [pieces, 0, bad, 0, due, pieces + bad]
        sums = [total + count for total, count in zip(sums, counts, strict=True)]
        rows.append([warehouse, sku, product.name, product.category, product.brand, *counts, f"{product.cost:.2f}"])
    rows.append(["合计", None, None, None, None, *sums, None])
    write_csv(path, rows, encoding="gbk")


AMAZON = titles(
    "sku,fnsku,asin,product-name,condition,your-price,mfn-listing-exists,mfn-fulfillable-quantity,"
    "afn-listing-exists,afn-warehouse-quantity,afn-fulfillable-quantity,afn-unsellable-quantity,"
    "afn-reserved-quantity,afn-total-quantity,per-unit-volume,afn-inbound-working-quantity,"
    "afn-inbound-shipped-quantity,afn-inbound-receiving-quantity,afn-researching-quantity,"
    "afn-reserved-future-supply,afn-future-supply-buyable"
)

NAMES = {
    "摩托车": "Éclairage moto",
    "汽车": "Éclairage auto",
    "对讲机": "Talkie-walkie sans fil",
    "车衣车罩": "Housse été/hiver",
}


def write_amazon(path: Path, company: Company, store: str) -> None:
    """Amazon's FBA Manage Inventory of one store: tab-separated cp1252 without a store column."""
    rows: list[Row] = [AMAZON]
    for offer in company.offers:
        if offer.store.name != store:
            continue
        planned, sent, receiving = company.inbound.get((store, offer.msku), (0, 0, 0))
        reserved = offer.reserved + offer.transfer + offer.moving
        house = offer.sellable + reserved + offer.unsellable
        title = next((name for word, name in NAMES.items() if word in offer.product.category), "Accessoire véhicule")
        rows.append(
            [
                offer.msku,
                offer.fnsku,
                offer.asin,
                f"{offer.product.brand} {title} {offer.product.sku}",
                "New",
                f"{offer.price:.2f}",
                "No",
                None,
                "Yes",
                house,
                offer.sellable,
                offer.unsellable,
                reserved,
                house + planned + sent + receiving,
                "0.06",
                planned,
                sent,
                receiving,
                0,
                0,
                0,
            ]
        )
    write_csv(path, rows, encoding="cp1252", delimiter="\t")
