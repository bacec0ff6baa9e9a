"""A day's downloads, dropped into the inbox folders as people drop them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from console.demo.files import saved_at
from console.demo.order_files import write_purchases, write_shipments, write_stockings
from console.demo.records import Company
from console.demo.sales_files import performance_name, write_listing, write_performance
from console.demo.stock_files import write_amazon, write_fba_stock, write_warehouses

ERP = "领星导出"
"""The folder of the ERP's exports, all stores."""

AMAZON_STORE = "LOMEESS-CA"
"""The store whose folder holds Amazon's own report, which names no store."""

FILTERED_STORE = "HIMICAR-MX"
"""The store whose operator exports a filtered list."""

FILTERED = f"林晓 {FILTERED_STORE}"


def drop(company: Company, inbox: Path) -> list[Path]:
    """Writes the exports of the company's day; files of earlier days stay.

    The filtered export comes last and lists three of five MSKUs of its store, all that sold this week
    or not: its filter was a keyword.
    """
    day = f"{company.day:%Y%m%d}"
    for folder in (ERP, AMAZON_STORE, FILTERED):
        (inbox / folder).mkdir(parents=True, exist_ok=True)
    own = [offer for offer in company.offers if offer.store.name == FILTERED_STORE]
    some = [offer for index, offer in enumerate(own) if index % 5 < 3]
    writers: list[tuple[str, Callable[[Path], None]]] = [
        (f"{ERP}/FBA库存明细_{day}.xlsx", lambda path: write_fba_stock(path, company, company.offers)),
        (f"{ERP}/仓库库存明细-{day}.csv", lambda path: write_warehouses(path, company)),
        (f"{ERP}/Listing{day}.xlsx", lambda path: write_listing(path, company)),
        (f"{ERP}/{performance_name(company.day)}", lambda path: write_performance(path, company)),
        (f"{ERP}/采购单{day}.xls", lambda path: write_purchases(path, company)),
        (f"{ERP}/海外仓备货单{day}.xlsx", lambda path: write_stockings(path, company)),
        (f"{ERP}/FBA货件_{day}.xlsx", lambda path: write_shipments(path, company)),
        (
            f"{AMAZON_STORE}/Amazon+Fulfilled+Inventory+{company.day:%m-%d-%Y}.txt",
            lambda path: write_amazon(path, company, AMAZON_STORE),
        ),
        (
            f"{FILTERED}/FBA库存明细 筛选 {day}.xlsx",
            lambda path: write_fba_stock(path, company, some, total=False),
        ),
    ]
    paths = []
    for minute, (name, write) in enumerate(writers):
        path = inbox / name
        write(path)
        paths.append(saved_at(path, company.day, 8, 10 + minute))
    return paths
