"""采购单: what was ordered from suppliers and what arrived. Titles from the ERP's API words."""

from __future__ import annotations

from rules.policy.meanings import Meanings, Stage
from sheets_schema.cells import Value
from sheets_schema.exports.derived import count_in, counts_nowhere, text_in
from sheets_schema.exports.notation import ERP_BLANKS, fields
from sheets_schema.model import Cells, Report, Window

NAME = "采购单"


def outstanding(cells: Cells, meanings: Meanings, _window: Window | None = None) -> dict[str, list[Value]]:
    """`outstanding`: what the export says is undelivered, else ordered − received, never below 0.

    A void or finished order has nothing outstanding, nor has one for a warehouse that counts nowhere. Unknown
    where the quantities are, or where a state is unknown and something is left.

    >>> from rules.policy.loader import packaged
    >>> site = packaged().site
    >>> cells = {"ordered": [100.0, 50.0, 9.0], "received": [30.0, None, 0.0], "status": ["待到货", "已作废", "乱"]}
    >>> outstanding(cells, Meanings(usual_statuses=site.statuses))
    {'outstanding': [70.0, 0.0, None]}
    """
    if "undelivered" not in cells and not {"ordered", "received"} <= cells.keys():
        return {}
    rows = len(cells["undelivered"] if "undelivered" in cells else cells["ordered"])
    return {"outstanding": [_left(cells, row, meanings) for row in range(rows)]}


def _left(cells: Cells, row: int, meanings: Meanings) -> float | None:
    left = count_in(cells, "undelivered", row)
    if left is None and {"ordered", "received"} <= cells.keys():
        total = count_in(cells, "ordered", row)
        left = None if total is None else total - (count_in(cells, "received", row) or 0.0)
    word = text_in(cells, "status", row)
    stage = meanings.stage(NAME, word)
    if stage is Stage.OVER or counts_nowhere(cells, "warehouse", row, meanings):
        return 0.0
    if left is None or (word and stage is None and left > 0):
        return None
    return max(0.0, left)


PURCHASE = Report(
    name=NAME,
    source="领星",
    key=("order_no", "sku"),
    pair=("warehouse",),
    any_of=(("ordered", "received", "undelivered"),),
    forward_fill=("order_no", "plan_no", "status", "supplier", "buyer", "warehouse", "ordered_on", "created_on"),
    blanks=ERP_BLANKS,
    fields=fields("""
order_no              id!?  采购单号|采购单编号|采购订单号|采购订单|单据编号
plan_no               id?   采购计划编号|采购计划单号|计划编号
status                text? 状态|采购单状态|订单状态|单据状态
approval              text? 审批状态
supplier              text? 供应商|供应商名称
buyer                 text? 采购员|采购人员
warehouse             text? 仓库|采购仓库|收货仓库|到货仓库|入库仓库
sku                   id!?  SKU|产品SKU|商品SKU
fnsku                 id?   FNSKU
msku                  id?   MSKU
store                 text? 店铺
name                  text? 品名|产品名称|商品名称
ordered               integer? 采购量|采购数量|实际采购量|下单数量|订购数量|订购量|数量
plan_quantity         integer? 计划采购量
received              integer? 已到货量|到货量|到货数量|已到货|入库量|已入库|已入库量|入库数量|已入库数量|收货量|已收货量|收货数量
undelivered           integer-? 未到货量|未到货|未到货数量|未交数量|未交量|未交货|未交货量|未入库量|待到货量|待到货|待到货数量|待交付
returned              integer? 退货量|退货数量
cartons               number? 箱数
per_carton            number? 单箱数量|箱规
unit_price            money? 采购单价|单价|含税单价
amount                money? 采购金额|金额|总金额|货值|价税合计
freight               money? 运费
currency              text? 币种
ordered_on            date? 下单时间|下单日期|采购时间|采购日期
created_on            datetime? 创建时间|创建日期|制单时间
creator               text? 创建人
expected_on           date? 预计到货时间|期望到货时间|预计到货日期|期望到货日期|交期|预计到货|预计交货日期|交货日期
remark                text? 备注|采购备注|单据备注|产品备注
updated_on            datetime? 数据更新时间|统计时间
outstanding           integer
"""),
    as_of="updated_on",
    derive=outstanding,
    called_by=("order_no", "status"),
)
