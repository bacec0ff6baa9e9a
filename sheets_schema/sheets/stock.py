"""库存数据: stock in the five segments and daily sales, per store and MSKU (SOP L120-131)."""

from __future__ import annotations

from sheets_schema.model import Column, Owner, Rows, Sheet, Type
from sheets_schema.sop_titles import also

_ERP, _COMPUTED = Owner.ERP, Owner.COMPUTED
_SHARED = "按 SKU 统计,同一 SKU 的每个 MSKU 显示同一个数(共享),不可相加"

_NEW = "0.3.0"


def _cover(title: str, fill: str, line: int) -> Column:
    """Days of cover of one segment; blank where its stock or sales are unknown."""
    return Column(title, Type.NUMBER, _COMPUTED, fill=fill, since=_NEW, sop=(line,))


STOCK = Sheet(
    name="库存数据",
    workbook="全流程数据",
    rows=Rows.ERP,
    key=("店铺", "MSKU"),
    pair=("店铺",),
    rule="R20",
    columns=(
        Column("店铺", Type.TEXT, _ERP, aliases=("店铺名", "店铺名称", "Store"), required=True),
        Column("MSKU", Type.ID, _ERP, aliases=("Seller SKU", "卖家SKU"), required=True),
        Column(
            "SKU",
            Type.ID,
            _ERP,
            aliases=("系统SKU",),
            since=_NEW,
            help_zh="同一 SKU 的 MSKU 共用采购、国内、在途、海外的库存",
        ),
        Column("采购未交", Type.INTEGER, _ERP, aliases=("已采购未交货", "采购未交货", "采购在途"), help_zh=_SHARED),
        Column("国内仓", Type.INTEGER, _ERP, aliases=("国内仓库存", "本地仓", "本地可用"), help_zh=_SHARED),
        Column("海外在途", Type.INTEGER, _ERP, aliases=("海外仓在途", "海外在途量"), help_zh=_SHARED),
        Column(
            "货代仓/海外仓",
            Type.INTEGER,
            _ERP,
            aliases=("货代仓", "海外仓", "货代仓或海外仓", "海外仓库存"),
            help_zh=_SHARED,
        ),
        Column("FBA可售", Type.INTEGER, _ERP, aliases=("可售", "FBA-可售")),
        Column("FBA待调仓", Type.INTEGER, _ERP, aliases=("待调仓", "FBA-待调仓")),
        Column("FBA调仓中", Type.INTEGER, _ERP, aliases=("调仓中", "FBA-调仓中")),
        Column("FBA入库中", Type.INTEGER, _ERP, aliases=("入库中", "FBA-入库中")),
        Column("FBA在途", Type.INTEGER, _ERP, aliases=("在途", "FBA-在途")),
        Column(
            "7日均", Type.NUMBER, _ERP, aliases=also("7日均", "7天日均", "7日日均", "7天均", "7日均销", "7日均销量")
        ),
        Column(
            "14日均",
            Type.NUMBER,
            _ERP,
            aliases=also("14日均", "14天日均", "14日日均", "14天均", "14日均销", "14日均销量"),
        ),
        Column(
            "30日均",
            Type.NUMBER,
            _ERP,
            aliases=also("30日均", "30天日均", "30日日均", "30天均", "30日均销", "30日均销量"),
        ),
        Column("备注", Type.TEXT, Owner.PEOPLE, "运营", ("运营备注",)),
        Column("加权日均", Type.NUMBER, _COMPUTED, fill="weighted_daily", aliases=("加权日均销量",)),
        Column("可售天数", Type.NUMBER, _COMPUTED, fill="cover_days", aliases=("可售天数(总)",)),
        Column("断货日期", Type.DATE, _COMPUTED, fill="stockout_date", aliases=("断货时间", "断货日")),
        _cover("可售·采购", "cover_purchased", 121),
        _cover("可售·国内", "cover_domestic", 122),
        _cover("可售·在途", "cover_transit", 123),
        _cover("可售·海外", "cover_overseas", 127),
        _cover("可售·平台", "cover_platform", 130),
        Column(
            "可售合计", Type.NUMBER, _COMPUTED, fill="cover_total", aliases=("合计", "周转合计", "合计天数"), sop=(131,)
        ),
        Column(
            "可售>120",
            Type.TEXT,
            _COMPUTED,
            fill="over_120",
            aliases=(">120", "超120", "超过120", ">120天", "是否超120"),
            sop=(131,),
        ),
        Column(
            "五段周转",
            Type.TEXT,
            _COMPUTED,
            fill="segments",
            aliases=("五段周转天数", "周转"),
            retired=True,
            sop=(131,),
        ),
        Column("同步状态", Type.TEXT, _COMPUTED, fill="sync_status"),
    ),
)
