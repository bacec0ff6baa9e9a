"""海外仓备货单: goods sent to an overseas warehouse. No export header was found: API words, assumed."""

from __future__ import annotations

import re
from dataclasses import dataclass

from rules.policy.meanings import Meanings, Stage
from sheets_schema.cells import Value
from sheets_schema.exports.derived import count_in, counts_nowhere, text_in
from sheets_schema.exports.notation import ERP_BLANKS, fields
from sheets_schema.exports.shipments import SHIPMENTS
from sheets_schema.model import Cells, CountedOnce, Report, Window

NAME = "海外仓备货单"
_SHIPMENT = re.compile(
    r"(?<![0-9A-Za-z])(FBA[0-9A-Z]{6,12})(?:[-_ ]+([A-Z]{3}[0-9]{1,2}))?(?:[-_ ]+([0-9A-Z]{8}))?(?![0-9A-Za-z])",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Note:
    """A shipment note (R02): shipment number, Amazon warehouse, reference id; the last two may be missing."""

    shipment: str
    warehouse: str | None = None
    reference: str | None = None


def notes_in(remark: str | None) -> list[Note]:
    """The shipment notes in a remark, in order.

    >>> notes_in("加急 FBA18SHTRFPP-MEX6-5YDIA35G")
    [Note(shipment='FBA18SHTRFPP', warehouse='MEX6', reference='5YDIA35G')]
    >>> notes_in("货件fba18shtrfpp"), notes_in("FBA仓库"), notes_in(None)
    ([Note(shipment='FBA18SHTRFPP', warehouse=None, reference=None)], [], [])
    """
    return [
        Note(*(part.upper() if part else None for part in match.groups()))  # type: ignore[arg-type]  # the shipment is there always
        for match in _SHIPMENT.finditer(remark or "")
        if any(char.isdigit() for char in match[1])
    ]


def where(cells: Cells, meanings: Meanings, _window: Window | None = None) -> dict[str, list[Value]]:
    """Pieces on their way and pieces arrived of each line, and the shipment that the remark names.

    An order that has not left the domestic warehouse is neither; one that arrived without a received
    quantity arrived whole. Without a state the shipped and received pieces say it, if both are there.
    """
    rows = len(next(iter(cells.values()), ()))
    found = [_where(cells, row, meanings) for row in range(rows)]
    notes = [notes_in(text_in(cells, "remark", row)) for row in range(rows)]
    only = [names[0] if len(names) == 1 else None for names in notes]
    return {
        "shipment": [note.shipment if note else None for note in only],
        "reference": [note.reference if note else None for note in only],
        "fba_warehouse": [note.warehouse if note else None for note in only],
        "overseas_transit": [there for there, _ in found],
        "overseas_arrived": [back for _, back in found],
    }


def _where(cells: Cells, row: int, meanings: Meanings) -> tuple[float | None, float | None]:
    """(on the way, arrived) of one line; None for unknown."""
    shipped, received = (count_in(cells, name, row) for name in ("shipped", "received"))
    sent = count_in(cells, "quantity", row) if shipped is None else shipped
    word = text_in(cells, "status", row)
    stage = meanings.stage(NAME, word)
    if stage is Stage.VOID or counts_nowhere(cells, "to_warehouse", row, meanings):
        return 0.0, 0.0
    if sent is None or (word and stage is None):
        return None, None
    if stage is Stage.WAITING and not received:
        return 0.0, 0.0
    if stage is Stage.ARRIVED:
        return 0.0, sent if received is None else received
    if stage is None and (shipped is None or received is None):
        return None, None
    return max(0.0, sent - (received or 0.0)), received or 0.0


STOCKING = Report(
    name=NAME,
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
    derive=where,
    called_by=("order_no", "to_warehouse", "status"),
    once=CountedOnce(
        by=SHIPMENTS.name,
        document="shipment",
        moving="overseas_transit",
        arrived="overseas_arrived",
        sent=("shipped", "declared"),
    ),
)
