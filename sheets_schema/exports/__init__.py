"""The kinds of ERP and Amazon exports, by header set. A new one is one module and one line here."""

from __future__ import annotations

from sheets_schema.exports.amazon import INVENTORY_SUMMARY, MANAGE_INVENTORY
from sheets_schema.exports.fba_stock import FBA_STOCK
from sheets_schema.exports.listing import LISTING
from sheets_schema.exports.performance import PERFORMANCE
from sheets_schema.exports.purchase import PURCHASE
from sheets_schema.exports.restock import RESTOCK
from sheets_schema.exports.rivals import SAIHU
from sheets_schema.exports.shipments import PACKING, SHIPMENTS
from sheets_schema.exports.stocking import STOCKING
from sheets_schema.exports.warehouse import WAREHOUSE_STOCK
from sheets_schema.model import Report

REPORTS: dict[str, Report] = {
    report.name: report
    for report in (
        FBA_STOCK,
        WAREHOUSE_STOCK,
        LISTING,
        PERFORMANCE,
        RESTOCK,
        PURCHASE,
        STOCKING,
        SHIPMENTS,
        PACKING,
        MANAGE_INVENTORY,
        INVENTORY_SUMMARY,
        SAIHU,
    )
}
"""Every report by its name."""
