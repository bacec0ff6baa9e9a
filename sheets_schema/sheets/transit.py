"""在途: every shipment to Amazon by MSKU (SOP L123, L351). The pair is the shipment's store in the ERP."""

from __future__ import annotations

from sheets_schema.model import Column, Owner, Rows, Sheet, Type
from sheets_schema.sop_titles import also

_ERP, _PEOPLE, _COMPUTED = Owner.ERP, Owner.PEOPLE, Owner.COMPUTED

TRANSIT = Sheet(
    name="在途",
    workbook="全流程数据",
    rows=Rows.ERP,
    key=("货件号", "MSKU"),
    rule="R20",
    aliases=("在途表",),
    columns=(
        Column("货件号", Type.ID, _ERP, aliases=also("货件号", "货件编号", "Shipment ID"), required=True),
        Column("MSKU", Type.ID, _ERP, aliases=("Seller SKU", "卖家SKU"), required=True),
        Column("备货单号", Type.ID, _ERP, aliases=("海外仓备货单号", "海外备货单号")),
        Column("FBA仓", Type.ID, _ERP, aliases=also("FBA仓", "FBA仓库", "物流中心编码", "物流中心")),
        Column("追踪编号", Type.ID, _ERP, aliases=also("追踪编号", "追踪号", "亚马逊追踪编号")),
        Column("渠道", Type.TEXT, _ERP, aliases=("物流渠道", "运输方式", "物流方式")),
        Column("数量", Type.INTEGER, _ERP, aliases=("发货数量", "发货量")),
        Column("箱数", Type.INTEGER, _ERP, aliases=("总箱数",)),
        Column("发货日", Type.DATE, _ERP, aliases=("发货日期", "发货时间")),
        Column("预计到达", Type.DATE, _ERP, aliases=("预计到达日期", "预计到货", "预计到货时间", "ETA")),
        Column("状态", Type.TEXT, _ERP, aliases=("货件状态",)),
        Column("物流确认天数", Type.INTEGER, _PEOPLE, "物流", ("确认天数", "物流天数"), limits=(">=1", "<=120")),
        Column("清关异常", Type.TEXT, _PEOPLE, "物流"),
        Column("移至海外仓", Type.TEXT, _PEOPLE, "运营", ("转海外仓", "移至海外仓日期")),
        Column("备注", Type.TEXT, _PEOPLE, "运营", ("运营备注",)),
        Column("在途天数", Type.INTEGER, _COMPUTED, fill="transit_days"),
        Column("异常", Type.TEXT, _COMPUTED, fill="transit_state", aliases=("异常状态", "是否异常")),
        Column("同步状态", Type.TEXT, _COMPUTED, fill="sync_status"),
    ),
)
