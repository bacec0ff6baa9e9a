"""FBA货件: tab 货件详情 (what is in each shipment) and tab 装箱明细 (how it is packed).

Shipment-level cells stand on the first row of each shipment only.
"""

from __future__ import annotations

from collections.abc import Sequence

from sheets_schema.cells import Value
from sheets_schema.exports.derived import number
from sheets_schema.exports.notation import ERP_BLANKS, fields
from sheets_schema.model import Cells, Companion, Report

PACKING = Report(
    name="FBA装箱明细",
    source="领星",
    key=("shipment", "msku", "box"),
    pair=(),
    any_of=(("box", "box_count"),),
    sheet_title="装箱明细",
    forward_fill=("shipment", "box"),
    blanks=ERP_BLANKS,
    fields=fields("""
shipment              id!?  货件单号|货件号|货件编号|FBA货件号
msku                  id!?  MSKU
sku                   id?   SKU
fnsku                 id?   FNSKU
name                  text? 品名
store                 text? 店铺
box                   text? 箱号|箱子编号|箱序号|箱编号|箱唛
box_count             integer? 箱数|总箱数
per_box               integer? 单箱数量|每箱数量|装箱数量|装箱量|箱内数量|数量
weight                number? 重量|箱重|箱重(kg)|单箱重量|毛重
length                number? 长|箱长|长(cm)
width                 number? 宽|箱宽|宽(cm)
height                number? 高|箱高|高(cm)
size                  text? 箱规|尺寸|箱子尺寸
"""),
)


def boxes(packing: Cells, wanted: Sequence[tuple[Value, ...]]) -> list[Value]:
    """Boxes per (shipment, MSKU) from the packing list: stated counts added, else distinct box ids.

    A box that holds several MSKU counts for each. None for keys of which the list says nothing.
    """
    counted: dict[tuple[Value, ...], float] = {}
    seen: set[tuple[Value, ...]] = set()
    stated = packing.get("box_count")
    ids = packing.get("box")
    for row, key in enumerate(zip(packing["shipment"], packing["msku"], strict=True)):
        if stated is not None and (found := number(stated[row])) is not None:
            counted[key] = counted.get(key, 0.0) + found
        elif stated is None and ids is not None and ids[row] is not None and (*key, ids[row]) not in seen:
            seen.add((*key, ids[row]))
            counted[key] = counted.get(key, 0.0) + 1.0
    return [counted.get(key) for key in wanted]


SHIPMENTS = Report(
    name="FBA货件",
    source="领星",
    key=("shipment", "msku"),
    pair=("store",),
    companion=Companion(PACKING.name, "boxes", boxes),
    called_by=("shipment",),
    any_of=(("declared", "shipped", "received"),),
    sheet_title="货件详情",
    forward_fill=(
        "shipment",
        "shipment_name",
        "store",
        "country",
        "status",
        "transport",
        "channel",
        "reference",
        "shipped_on",
        "receiving_on",
        "slot_start",
        "slot_end",
        "fba_warehouse",
        "delivery_order",
        "total_declared",
        "created_on",
    ),
    blanks=ERP_BLANKS,
    fields=fields("""
shipment              id!   货件单号|货件号|货件编号|FBA货件号
shipment_name         text? 货件名称
store                 text  店铺|店铺名称
country               text  国家|国家（地区）
status                text  货件状态
transport             text  运输方式
channel               text? 物流渠道|渠道
reference             id?   货件追踪编号|追踪编号|亚马逊追踪编号|Amazon Reference ID|Reference ID|参考编号
shipped_on            datetime SHIPPED状态变更时间
receiving_on          datetime RECEIVING状态变更时间
slot_start            datetime 送达时段(开始时间)
slot_end              datetime 送达时段(结束时间)
fba_warehouse         id    物流中心编码|物流中心
delivery_order        id    发货单|发货单号
msku                  id!   MSKU
fnsku                 id?   FNSKU
asin                  id?   ASIN
parent_asin           id    父ASIN
name                  text  品名
sku                   id    SKU
total_declared        integer 总申报量
declared              integer 申报量
shipped               integer 已发货|已发货量|发货量
received              integer 签收量|已签收|接收量
received_detail       text  签收明细
created_on            datetime? 创建时间
boxes                 integer? 箱数
"""),
)
