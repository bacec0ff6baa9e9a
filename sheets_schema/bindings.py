"""Which report and field feeds each ERP column, in order of precedence; and which reports make rows.

A source that says nothing (no file, no such column, a file too old, a blank cell) gives way to the next.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from rules.policy.meanings import Place
from sheets_schema.exports import REPORTS


class Level(StrEnum):
    """What a source speaks about, and so how it finds the rows of a sheet."""

    KEY = "key"
    """The sheet's own key: store and MSKU, or shipment and MSKU."""
    SKU = "sku"
    """The ERP's SKU: shown on every MSKU of it, marked 共享; to be counted once."""
    SHIPMENT = "shipment"
    """A stocking order whose remark names the shipment (R02)."""


@dataclass(frozen=True)
class Source:
    """One place a column's value may come from.

    `aggregate` joins several rows of one key in one file: ``sum`` of quantities, ``first`` filled cell.
    `divide` makes days of a window: 7日销量 / 7. `max_age_days` is the age allowed, None for any; the
    installation may set its own per report (`site.max_age_days`). `places` are the kinds of warehouses whose rows
    count; without any all do.
    """

    report: str
    field: str
    level: Level = Level.KEY
    aggregate: str = "first"
    divide: float = 1.0
    max_age_days: int | None = None
    places: tuple[Place, ...] = ()


def _sum(report: str, field: str, level: Level = Level.KEY, max_age_days: int | None = None) -> Source:
    return Source(report, field, level, "sum", max_age_days=max_age_days)


def _warehouses(*places: Place) -> Source:
    return Source("仓库库存明细", "available", Level.SKU, "sum", places=places)


_FBA, _LISTING, _PERF, _RESTOCK = "FBA库存明细", "Listing", "产品表现", "补货建议"
_AMAZON = ("Amazon FBA Manage Inventory", "Amazon FBA Inventory Summary")
_STAND_IN = 7
"""Days that a stand-in (a report made for something else) may be old. Reading: the weekly rhythm of L39-41."""


def _fba(field: str, *also: str) -> tuple[Source, ...]:
    """Amazon stock: the ERP's stock list, then Listing, then Amazon's own files, then 产品表现."""
    order = [
        _sum(report, name, max_age_days=None if report == _FBA else _STAND_IN)
        for report in (_FBA, _LISTING, *_AMAZON)
        for name in (field, *also)
        if name in REPORTS[report].by_name
    ]
    return (*order, Source(_PERF, field, max_age_days=_STAND_IN))


def _daily(days: int) -> tuple[Source, ...]:
    """Average daily sales: the ERP's own average, else sales of the window over its days."""
    return (
        Source(_RESTOCK, f"daily_{days}"),
        Source(_LISTING, f"sold_{days}", aggregate="sum", divide=float(days)),
        Source(_PERF, f"daily_{days}", aggregate="sum"),
    )


def _identity(field: str, *reports: str) -> tuple[Source, ...]:
    return tuple(Source(report, field) for report in reports)


SKU_OF: tuple[str, ...] = (_FBA, _PERF, _LISTING, _RESTOCK, "FBA货件")
"""Reports that say which SKU a store's MSKU is, best first."""

BINDINGS: Mapping[str, Mapping[str, tuple[Source, ...]]] = {
    "子-2链接负责人": {
        "ASIN": _identity("asin", _LISTING, _FBA, _PERF, *_AMAZON),
        "父ASIN": _identity("parent_asin", _LISTING, _FBA, _PERF),
        "FNSKU": _identity("fnsku", _LISTING, _FBA, *_AMAZON),
        "SKU": _identity("sku", _FBA, _LISTING, _PERF, _RESTOCK, "FBA货件"),
        "品名": _identity("name", _FBA, _LISTING, _PERF, _RESTOCK),
        "领星负责人": _identity("owner", _FBA, _LISTING, _PERF),
        "链接状态": _identity("status", _LISTING),
    },
    "库存数据": {
        "SKU": _identity("sku", *SKU_OF),
        "采购未交": (_sum("采购单", "outstanding", Level.SKU),),
        "国内仓": (_warehouses(Place.DOMESTIC),),
        "海外在途": (_sum("海外仓备货单", "overseas_transit", Level.SKU),),
        "货代仓/海外仓": (
            _warehouses(Place.OVERSEAS),
            _sum("海外仓备货单", "overseas_arrived", Level.SKU),
        ),
        "FBA可售": _fba("fba_sellable"),
        "FBA待调仓": _fba("fba_transfer_waiting"),
        "FBA调仓中": _fba("fba_transferring"),
        "FBA入库中": _fba("fba_receiving"),
        "FBA在途": _fba("fba_in_transit", "fba_shipped"),
        "7日均": _daily(7),
        "14日均": _daily(14),
        "30日均": _daily(30),
    },
    "在途": {
        "备货单号": (Source("海外仓备货单", "order_no", Level.SHIPMENT),),
        "FBA仓": (Source("FBA货件", "fba_warehouse"), Source("海外仓备货单", "fba_warehouse", Level.SHIPMENT)),
        "追踪编号": (Source("FBA货件", "reference"), Source("海外仓备货单", "reference", Level.SHIPMENT)),
        "渠道": (
            Source("FBA货件", "channel"),
            Source("海外仓备货单", "channel", Level.SHIPMENT),
            Source("FBA货件", "transport"),
        ),
        "数量": (_sum("FBA货件", "shipped"), _sum("FBA货件", "declared")),
        "箱数": (_sum("FBA货件", "boxes"),),
        "发货日": (Source("FBA货件", "shipped_on"),),
        "预计到达": (
            Source("FBA货件", "slot_start"),
            Source("FBA货件", "slot_end"),
            Source("海外仓备货单", "arriving_on", Level.SHIPMENT),
        ),
        "状态": (Source("FBA货件", "status"),),
    },
}
"""Sheet -> ERP column -> its sources, best first."""

ROW_MAKERS: Mapping[str, tuple[str, ...]] = {
    "子-2链接负责人": (_LISTING, _FBA),
    "库存数据": (_FBA, _LISTING, *_AMAZON),
    "在途": ("FBA货件",),
}
"""Sheet -> the reports whose rows are its rows: per store the first of which there is a file."""

KEY_FIELDS: Mapping[str, str] = {"店铺": "store", "MSKU": "msku", "货件号": "shipment"}
"""Key column of a sheet -> our field of a report."""
