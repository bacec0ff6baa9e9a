"""仓库库存明细: stock per warehouse and SKU. Domestic and overseas warehouses stand in one list."""

from __future__ import annotations

from rules.policy.meanings import Meanings
from sheets_schema.cells import Value
from sheets_schema.exports.derived import text_in
from sheets_schema.exports.notation import ERP_BLANKS, fields
from sheets_schema.model import Cells, Report, Window


def places(cells: Cells, meanings: Meanings, _window: Window | None = None) -> dict[str, list[Value]]:
    """`place`: what each row's warehouse is, by the installation's list, its type and its name.

    Blank where nobody placed it, a file that names no warehouses included.

    >>> from rules.policy.loader import packaged
    >>> names = ["深圳仓", "墨西哥海外仓", "墨西哥DF仓"]
    >>> places({"available": [5.0, 7.0, 9.0], "warehouse": names}, Meanings(usual=packaged().site.warehouses))
    {'place': ['国内', '海外', None]}
    """
    known: dict[tuple[str | None, str | None], str | None] = {}
    answer: list[Value] = []
    for row in range(len(cells["available"])):
        pair = text_in(cells, "warehouse", row), text_in(cells, "warehouse_type", row)
        if pair not in known:
            known[pair] = meanings.warehouse(*pair).kind
        answer.append(known[pair])
    return {"place": answer}


WAREHOUSE_STOCK = Report(
    name="仓库库存明细",
    source="领星",
    key=("warehouse", "sku", "fnsku"),
    pair=("warehouse",),
    blanks=ERP_BLANKS,
    fields=fields("""
warehouse             text? 仓库|仓库名称|仓库名|所属仓库
warehouse_type        text? 仓库类型
sku                   id!   SKU
fnsku                 id    FNSKU
msku                  id    MSKU
store                 text  店铺
name                  text  品名|产品名称
spu                   id    SPU
category              text? 分类|产品分类
category_1            text? 一级分类
category_2            text? 二级分类
category_3            text? 三级分类
brand                 text? 品牌
owner                 text? 负责人|产品负责人
bin                   text? 仓位
total                 integer-? 总量|库存总量|实际库存|实际库存总量|总库存
available             integer-! 可用量|可用库存|可用数量
good                  integer-? 良品量|良品
defective             integer? 次品量|不良品量|次品
locked                integer? 锁定量|可用锁定量|预占量
inspection            integer? 待检量|待检|待检待上架量|质检中
expected              integer 待到货量|待到货|待到货数量
in_transit            integer? 调拨在途|调拨在途量|在途量
unit_cost             money? 单位采购成本|单位库存成本|采购单价|库存成本
stock_value           money? 库存货值|货值|总货值|库存总成本
age_days              number? 平均库龄
updated_on            datetime? 更新时间|数据更新时间|统计时间
place                 text
"""),
    as_of="updated_on",
    derive=places,
    called_by=("warehouse",),
    pieces="available",
)
