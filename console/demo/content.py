"""What stands in the workbook before the first round: this morning's figures, pasted by hand.

Most ERP cells agree with the exports, some are blank, some rows are missing, and a few cells say
something else.
"""

from __future__ import annotations

from random import Random
from typing import Any

from console.demo.company import FIRST_DAY
from console.demo.records import Company, Offer
from console.demo.workbook import COVER, LINKS, OWN, STOCK, TRANSIT, Page, day, page_of

REMARKS = ("清库存", "等新包装", "主推款", "竞品降价,观察一周", "合规资料待补", "可做秒杀")

Row = dict[str, Any]


def first_pages(company: Company) -> dict[str, Page]:
    """The three tabs on the first day."""
    rng = Random(f"{company.seed}/pages")  # noqa: S311 - repeatable
    return {
        LINKS: page_of(LINKS, _links(company, rng)),
        STOCK: page_of(STOCK, _stock(company, rng), own=(OWN,)),
        TRANSIT: page_of(TRANSIT, _transit(company, rng)),
    }


def _store(offer: Offer, rng: Random) -> str:
    """The store's name, sometimes as people say it."""
    return rng.choice(offer.store.aliases) if rng.random() < 0.06 else offer.store.name


def _links(company: Company, rng: Random) -> list[Row]:
    rows = []
    for offer in company.offers:
        done = rng.random() < 0.9
        row = {
            "店铺": _store(offer, rng),
            "MSKU": offer.msku,
            "ASIN": offer.asin if done else None,
            "父ASIN": offer.parent if done else None,
            "FNSKU": offer.fnsku if done else None,
            "SKU": offer.product.sku,
            "品名": offer.product.name,
            "领星负责人": offer.store.operator,
            "运营负责人": offer.store.operator,
            "上架日期": day(offer.created),
            "产品阶段": rng.choice(("新品", "测试", "正常", "正常", "正常", "淘汰")),
            "备注": rng.choice(REMARKS) if rng.random() < 0.15 else None,
        }
        rows.append(row)
    for row in rng.sample(rows, min(2, len(rows))):
        row["品名"] = f"{row['品名']}(新包装)"
    return rows


def _stock(company: Company, rng: Random) -> list[Row]:
    rows: list[Row] = []
    for offer in company.offers:
        if rng.random() < 0.04:
            continue
        receiving = company.inbound.get((offer.store.name, offer.msku), (0, 0, 0))[2]
        rows.append(
            {
                "店铺": _store(offer, rng),
                "MSKU": offer.msku,
                "FBA可售": offer.sellable,
                "FBA待调仓": offer.transfer,
                "FBA调仓中": offer.moving,
                "FBA入库中": receiving,
                "备注": rng.choice(REMARKS) if rng.random() < 0.1 else None,
                COVER: "=",
                OWN: "=",
            }
        )
    for row in rng.sample(rows, min(3, len(rows))):
        row["FBA可售"] += rng.randint(5, 40)
    for row in rng.sample(rows, min(5, len(rows))):
        row["FBA调仓中"] = f" {row['FBA调仓中']}.0"  # pasted as text: says the same
    return rows


def _transit(company: Company, rng: Random) -> list[Row]:
    rows: list[Row] = []
    for shipment in company.shipments:
        if shipment.made == FIRST_DAY or rng.random() < 0.15:
            continue
        confirmed = rng.choice((40, 45, 50)) if shipment.shipped and rng.random() < 0.5 else None
        rows += [
            {
                "货件号": shipment.number,
                "MSKU": line.offer[1],
                "FBA仓": shipment.fba,
                "状态": shipment.status,
                "物流确认天数": confirmed,
                "清关异常": "否" if shipment.status == "RECEIVING" else None,
            }
            for line in shipment.lines
        ]
    return rows
