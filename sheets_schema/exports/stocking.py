"""海外仓备货单: goods sent to an overseas warehouse. No export header was found: API words, assumed."""

from __future__ import annotations

from sheets_schema.exports.notation import ERP_BLANKS, fields
from sheets_schema.model import Report

STOCKING = Report(
    name="海外仓备货单",
    source="领星",
    key=("order_no", "sku", "msku"),
    pair=("to_warehouse",),
    any_of=(("quantity", "shipped"), ("to_warehouse", "channel", "from_warehouse", "received", "arriving_on")),
    forward_fill=(
        "order_no",
        "status",
        "from_warehouse",
        "to_warehouse",
        "channel",
        "transport",
        "logistics_no",
        "shipped_on",
        "arriving_on",
        "arrived_on",
        "created_on",
        "remark",
    ),
    blanks=ERP_BLANKS,
    fields=fields("""
order_no              id!?  备货单号|海外仓备货单号|海外备货单号|备货单编号
status                text? 状态|备货单状态|单据状态
from_warehouse        text? 发货仓库|发货仓|发出仓库
to_warehouse          text? 收货仓库|目的仓库|目的仓|海外仓|海外仓库|收货仓
channel               text? 物流渠道|渠道|物流方式
transport             text? 运输方式
logistics_no          id?   物流单号|运单号|跟踪号|物流跟踪号|追踪号
provider              text? 物流商|物流服务商|货代
sku                   id!?  SKU|产品SKU
fnsku                 id?   FNSKU
msku                  id?   MSKU
store                 text? 店铺
name                  text? 品名|产品名称
quantity              integer? 备货数量|备货量|计划备货量|数量
shipped               integer? 发货数量|发货量|已发货量|已发货|实发数量|实际发货量
received              integer? 收货数量|收货量|已收货量|已收货|到货数量|到货量|入库数量|已入库|已入库量|签收量|签收数量|上架数量
cartons               number? 箱数|总箱数
per_carton            number? 单箱数量
shipped_on            date? 发货时间|发货日期|实际发货时间|出库时间
arriving_on           date? 预计到货时间|预计到货日期|预计到达时间|预计到达|预计到仓时间
arrived_on            date? 实际到货时间|到货时间|到仓时间|收货时间|签收时间|到货日期
created_on            datetime? 创建时间|创建日期
creator               text? 创建人|制单人
remark                text? 备注|单据备注|备货备注
updated_on            datetime? 数据更新时间|统计时间
shipment              id
reference             id
fba_warehouse         id
overseas_transit      integer
overseas_arrived      integer
"""),
    as_of="updated_on",
)
