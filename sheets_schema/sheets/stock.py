"""库存数据: stock in the five segments and daily sales, per store and MSKU (SOP L120-131).

What it fills is worked out in `sync.tab.cover`; here is which cells the days of cover rest on.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from rules.policy.meanings import Place
from rules.turnover import Segment
from sheets_schema.exports import REPORTS
from sheets_schema.exports.amazon import INVENTORY_SUMMARY, MANAGE_INVENTORY
from sheets_schema.exports.fba_stock import FBA_STOCK
from sheets_schema.exports.listing import LISTING
from sheets_schema.exports.performance import PERFORMANCE
from sheets_schema.exports.purchase import PURCHASE
from sheets_schema.exports.restock import RESTOCK
from sheets_schema.exports.shipments import SHIPMENTS
from sheets_schema.exports.stocking import STOCKING
from sheets_schema.exports.warehouse import WAREHOUSE_STOCK
from sheets_schema.model import Column, Owner, Rows, Sheet, Type
from sheets_schema.shared_columns import REMARK, STATUS, STORES, fed, msku, store
from sheets_schema.sop_titles import also
from sheets_schema.sources import Level, Source, summed, told

_ERP, _COMPUTED = Owner.ERP, Owner.COMPUTED
_SHARED = "按 SKU 统计,同一 SKU 的每个 MSKU 显示同一个数(共享),不可相加"
_NEW = "0.3.0"

_FBA, _LISTING, _PERFORMANCE, _RESTOCK = FBA_STOCK.name, LISTING.name, PERFORMANCE.name, RESTOCK.name
_AMAZON = (MANAGE_INVENTORY.name, INVENTORY_SUMMARY.name)
_STAND_IN = 7
"""Days that a stand-in (a report made for something else) may be old. Reading: the weekly rhythm of L39-41."""


class Stock(NamedTuple):
    """Columns whose pieces lie together, and whether all MSKUs of the SKU share them."""

    titles: tuple[str, ...]
    shared: bool


SEGMENTS: Mapping[Segment, tuple[Stock, ...]] = {
    Segment.PURCHASED: (Stock(("采购未交",), True),),
    Segment.DOMESTIC: (Stock(("国内仓",), True),),
    Segment.TRANSIT: (Stock(("海外在途",), True), Stock(("FBA在途",), False)),
    Segment.OVERSEAS: (Stock(("货代仓/海外仓",), True),),
    Segment.PLATFORM: (Stock(("FBA可售", "FBA待调仓", "FBA调仓中", "FBA入库中"), False),),
}
"""The five segments of R20, and the columns that hold their stock."""

NAMES: Mapping[Segment, str] = {
    Segment.PURCHASED: "采购未交",
    Segment.DOMESTIC: "国内仓",
    Segment.TRANSIT: "海外在途",
    Segment.OVERSEAS: "货代仓/海外仓",
    Segment.PLATFORM: "平台仓",
}
"""What people are told that is missing."""

AVERAGES = ("7日均", "14日均", "30日均")
"""Average daily sales, by the days of their windows."""


def _per_sku(report: str, field: str) -> Source:
    return summed(report, field, Level.SKU)


def _shared(title: str, aliases: tuple[str, ...], *sources: Source) -> Column:
    """Stock that the ERP knows per SKU."""
    return Column(title, Type.INTEGER, _ERP, aliases=aliases, help_zh=_SHARED, sources=sources)


def _warehouses(*places: Place) -> Source:
    return Source(WAREHOUSE_STOCK.name, "available", Level.SKU, "sum", places=places)


def _amazon(title: str, alias: str, field: str, *more: str) -> Column:
    """Amazon's stock: the ERP's stock list, then Listing, then Amazon's own files, then 产品表现."""
    sources = [
        summed(report, name, max_age_days=None if report == _FBA else _STAND_IN)
        for report in (_FBA, _LISTING, *_AMAZON)
        for name in (field, *more)
        if name in REPORTS[report].by_name
    ]
    sources.append(Source(_PERFORMANCE, field, max_age_days=_STAND_IN))
    return fed(title, Type.INTEGER, (alias, f"FBA-{alias}"), *sources)


def _daily(title: str, days: int) -> Column:
    """Average daily sales: the ERP's own average, else sales of the window over its days."""
    sources = (
        Source(_RESTOCK, f"daily_{days}"),
        Source(_LISTING, f"sold_{days}", aggregate="sum", divide=float(days)),
        Source(_PERFORMANCE, f"daily_{days}", aggregate="sum"),
    )
    return fed(title, Type.NUMBER, also(title, f"{days}日均销"), *sources)


def _resting(title: str, kind: Type, fill: str, *rests: Segment, **more: Any) -> Column:
    """A column of cover; blank where the stock of one of the segments, or the sales are unknown."""
    stocks = [stock for segment in rests for stock in SEGMENTS[segment]]
    reads = (*(title for stock in stocks for title in stock.titles), *AVERAGES)
    return Column(title, kind, _COMPUTED, fill=fill, rests=rests, reads=reads, **more)


STOCK = Sheet(
    name="库存数据",
    workbook="全流程数据",
    rows=Rows.ERP,
    key=(STORES, "MSKU"),
    pair=(STORES,),
    rule="R20",
    makers=(_FBA, _LISTING, *_AMAZON),
    anchor="FBA可售",
    averages=AVERAGES,
    columns=(
        store(_ERP),
        msku(_ERP),
        Column(
            "SKU",
            Type.ID,
            _ERP,
            aliases=("系统SKU",),
            since=_NEW,
            help_zh="同一 SKU 的 MSKU 共用采购、国内、在途、海外的库存",
            sources=told("sku", _FBA, _PERFORMANCE, _LISTING, _RESTOCK, SHIPMENTS.name),
        ),
        _shared("采购未交", ("已采购未交货", "采购未交货", "采购在途"), _per_sku(PURCHASE.name, "outstanding")),
        _shared("国内仓", ("国内仓库存", "本地仓", "本地可用"), _warehouses(Place.DOMESTIC)),
        _shared("海外在途", ("海外仓在途", "海外在途量"), _per_sku(STOCKING.name, "overseas_transit")),
        _shared(
            "货代仓/海外仓",
            ("货代仓", "海外仓", "货代仓或海外仓", "海外仓库存"),
            _warehouses(Place.OVERSEAS),
            _per_sku(STOCKING.name, "overseas_arrived"),
        ),
        _amazon("FBA可售", "可售", "fba_sellable"),
        _amazon("FBA待调仓", "待调仓", "fba_transfer_waiting"),
        _amazon("FBA调仓中", "调仓中", "fba_transferring"),
        _amazon("FBA入库中", "入库中", "fba_receiving"),
        _amazon("FBA在途", "在途", "fba_in_transit", "fba_shipped"),
        *(_daily(title, days) for title, days in zip(AVERAGES, (7, 14, 30), strict=True)),
        REMARK,
        Column("加权日均", Type.NUMBER, _COMPUTED, fill="weighted_daily", aliases=("加权日均销量",), reads=AVERAGES),
        _resting("可售天数", Type.NUMBER, "cover_days", Segment.PLATFORM, aliases=("可售天数(总)",)),
        _resting("断货日期", Type.DATE, "stockout_date", Segment.PLATFORM, aliases=("断货时间", "断货日")),
        _resting("可售·采购", Type.NUMBER, "cover_purchased", Segment.PURCHASED, since=_NEW, sop=(121,)),
        _resting("可售·国内", Type.NUMBER, "cover_domestic", Segment.DOMESTIC, since=_NEW, sop=(122,)),
        _resting("可售·在途", Type.NUMBER, "cover_transit", Segment.TRANSIT, since=_NEW, sop=(123,)),
        _resting("可售·海外", Type.NUMBER, "cover_overseas", Segment.OVERSEAS, since=_NEW, sop=(127,)),
        _resting("可售·平台", Type.NUMBER, "cover_platform", Segment.PLATFORM, since=_NEW, sop=(130,)),
        _resting(
            "可售合计", Type.NUMBER, "cover_total", *Segment, aliases=("合计", "周转合计", "合计天数"), sop=(131,)
        ),
        _resting(
            "可售>120",
            Type.TEXT,
            "over_120",
            *Segment,
            aliases=(">120", "超120", "超过120", ">120天", "是否超120"),
            sop=(131,),
        ),
        _resting(
            "五段周转", Type.TEXT, "segments", *Segment, aliases=("五段周转天数", "周转"), retired=True, sop=(131,)
        ),
        STATUS,
    ),
)
