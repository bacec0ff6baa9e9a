"""在途: every shipment to Amazon by MSKU (SOP L123, L351). The pair is the shipment's store in the ERP."""

from __future__ import annotations

from typing import Any

from rules.answer import SILENT, Answer, Fault, Ledger
from rules.errors import Code, Text
from rules.lanes import channel_named
from rules.policy.meanings import Stage
from rules.turnover import transit_state
from sheets_schema.exports.shipments import SHIPMENTS
from sheets_schema.exports.stocking import STOCKING
from sheets_schema.filling import Day, Facts, Filling, Unknown
from sheets_schema.model import Column, Owner, Rows, Sheet, Type
from sheets_schema.shared_columns import REMARK, STATUS, fed, msku
from sheets_schema.sop_titles import also
from sheets_schema.sources import Level, Source, summed

_ERP, _PEOPLE, _COMPUTED = Owner.ERP, Owner.PEOPLE, Owner.COMPUTED

S_STATE = Code(
    "S-061",
    "{found} 行的状态不认识,没有算在途天数和异常:{words}",
    "{found} rows are in a state that nobody knows; their days in transit were not computed: {words}",
    "在 config.yaml 的 site.statuses 里写明,如 FBA货件: {{在途: [新状态]}}",
    "say what it means in site.statuses of config.yaml, as FBA货件: {{在途: [the state]}}",
)


def transit_days(tab: Facts, row: int, day: Day) -> float | None:
    """在途天数: from dispatch to the day of the data; blank once arrived, before dispatch, or in an unknown state."""
    shipped = tab.day("发货日", row)
    if shipped is None or _stage(tab, row, day) not in (Stage.WAITING, Stage.MOVING) or day.as_of < shipped:
        return None
    return float((day.as_of - shipped).days)


def transit_verdict(tab: Facts, row: int, day: Day) -> Any:
    """异常: 正常, 超期 or 异常 with days (R20); blank once arrived, or without lane or dispatch.

    ``SOP未规定`` for a lane that the SOP does not know.
    """
    confirmed = tab.number("物流确认天数", row)
    if confirmed is not None and confirmed < 0:
        return None
    try:
        answer = why_verdict(tab, row, day)
    except Fault:
        return SILENT
    return None if answer is None else str(answer.value)


def why_days(tab: Facts, row: int, day: Day) -> Answer | None:
    """The days since dispatch; None where none are counted."""
    days, shipped = transit_days(tab, row, day), tab.day("发货日", row)
    if days is None or shipped is None:
        return None
    book = Ledger("R20", shipped)
    book.part("从发货日", "from dispatch", shipped)
    book.part("到数据截至", "to the day of the data", day.as_of)
    return book.answer(days)


def why_verdict(tab: Facts, row: int, day: Day) -> Answer | None:
    """The state of a lot with its days; None where no days are counted."""
    shipped, lane = tab.day("发货日", row), tab.text("渠道", row)
    if shipped is None or lane is None or transit_days(tab, row, day) is None:
        return None
    channel = channel_named(Ledger("R20", shipped), lane, day.rules)
    confirmed = tab.number("物流确认天数", row)
    return transit_state(shipped, day.rules, shipped, channel, day.as_of, confirmed)


def no_days(tab: Facts, row: int, day: Day) -> Text | None:
    """Why a shipment's days in transit are not counted; None where they are."""
    shipped, state, stage = tab.day("发货日", row), tab.text("状态", row), _stage(tab, row, day)
    if stage is None:
        return Text(
            f"状态 {state or '空'} 不认识(site.statuses),不知道到了没有",
            f"nobody said what the state {state or '(blank)'} means (site.statuses): arrived or not is unknown",
        )
    if stage not in (Stage.WAITING, Stage.MOVING):
        return Text(f"状态 {state} 是{stage},不再计算", f"the state {state} means {stage}: days are not counted on")
    if shipped is None:
        return Text("没有发货日", "no day of dispatch")
    if day.as_of < shipped:
        return Text("发货日在数据截至之后", "dispatched after the day of the data")
    return None


def no_verdict(tab: Facts, row: int, day: Day) -> Text | None:
    """Why nothing is said of a shipment's days."""
    return no_days(tab, row, day) or (Text("没有渠道", "no lane") if tab.text("渠道", row) is None else None)


def unknown_state(tab: Facts, row: int, day: Day) -> str | None:
    """The state of a shipment that left, where nobody knows what it means."""
    if tab.day("发货日", row) is None or _stage(tab, row, day) is not None:
        return None
    return tab.text("状态", row) or "∅"


def _stage(tab: Facts, row: int, day: Day) -> Stage | None:
    return day.meanings.stage(SHIPMENTS.name, tab.text("状态", row))


def _shipment(field: str) -> Source:
    return Source(SHIPMENTS.name, field)


def _order(field: str) -> Source:
    """What the stocking order says that names the shipment."""
    return Source(STOCKING.name, field, Level.SHIPMENT)


def _pieces(field: str) -> Source:
    return summed(SHIPMENTS.name, field)


TRANSIT = Sheet(
    name="在途",
    workbook="全流程数据",
    rows=Rows.ERP,
    key=("货件号", "MSKU"),
    rule="R20",
    aliases=("在途表",),
    makers=(SHIPMENTS.name,),
    anchor="状态",
    fillings={
        "transit_days": Filling(transit_days, why_days, no_days, Unknown(S_STATE, unknown_state)),
        "transit_state": Filling(transit_verdict, why_verdict, no_verdict),
    },
    columns=(
        Column("货件号", Type.ID, _ERP, aliases=also("货件号"), required=True, field="shipment"),
        msku(_ERP),
        fed("备货单号", Type.ID, ("海外仓备货单号", "海外备货单号"), _order("order_no")),
        fed(
            "FBA仓",
            Type.ID,
            also("FBA仓", "FBA仓库", "物流中心编码", "物流中心"),
            _shipment("fba_warehouse"),
            _order("fba_warehouse"),
        ),
        fed("追踪编号", Type.ID, also("追踪编号"), _shipment("reference"), _order("reference")),
        fed(
            "渠道",
            Type.TEXT,
            ("物流渠道", "运输方式", "物流方式"),
            *(_shipment("channel"), _order("channel"), _shipment("transport")),
        ),
        fed("数量", Type.INTEGER, ("发货数量", "发货量"), _pieces("shipped"), _pieces("declared")),
        fed("箱数", Type.INTEGER, also("箱数"), _pieces("boxes")),
        fed("发货日", Type.DATE, also("发货日"), _shipment("shipped_on")),
        fed(
            "预计到达",
            Type.DATE,
            ("预计到达日期", "预计到货", "预计到货时间", "ETA"),
            *(_shipment("slot_start"), _shipment("slot_end"), _order("arriving_on")),
        ),
        fed("状态", Type.TEXT, ("货件状态",), _shipment("status")),
        Column("物流确认天数", Type.INTEGER, _PEOPLE, "物流", also("物流确认天数"), limits=(">=1", "<=120")),
        Column("清关异常", Type.TEXT, _PEOPLE, "物流"),
        Column("移至海外仓", Type.TEXT, _PEOPLE, "运营", ("转海外仓", "移至海外仓日期")),
        REMARK,
        Column("在途天数", Type.INTEGER, _COMPUTED, fill="transit_days", reads=("发货日", "状态")),
        Column(
            "异常",
            Type.TEXT,
            _COMPUTED,
            fill="transit_state",
            aliases=("异常状态", "是否异常"),
            reads=("发货日", "渠道", "状态", "物流确认天数"),
        ),
        STATUS,
    ),
)
