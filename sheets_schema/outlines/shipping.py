"""Appointments, overseas orders and what is on its way (SOP L340–505)."""

from __future__ import annotations

from sheets_schema.model import Column, Outline, Owner, Type
from sheets_schema.outlines.people import AT_LEAST_ONE, POSITIVE, choice, day, moment, text, whole, yes_no
from sheets_schema.sop_titles import also

_BOOK = "全流程数据"
TO_OVERSEAS, DIRECT = "货件指令=海外仓送仓", "货件指令=货代直送"

APPOINTMENTS = Outline(
    "货件预约及时间填写",
    _BOOK,
    aliases=("货件预约", "货件预约及时间"),
    columns=(
        Column("货件号", Type.ID, Owner.ERP, aliases=also("货件号"), required=True, sop=(361,)),
        Column("FBA仓", Type.ID, Owner.ERP, aliases=also("FBA仓"), sop=(400, 428)),
        Column("追踪编号", Type.ID, Owner.ERP, aliases=also("追踪编号"), sop=(361,)),
        text("品牌", (437,), needed=TO_OVERSEAS),
        whole("箱数", (401,), limits=AT_LEAST_ONE),
        day("到货代仓日期", (128,)),
        choice("货件指令", "海外仓送仓 货代直送 移至海外仓 货代仓贴标", (495, 504), aliases=also("货件指令")),
        text("物流反馈可约时间", (501,), aliases=also("物流反馈可约时间"), needed=DIRECT),
        moment("销售-需要预约时间", (503,), aliases=also("销售-需要预约时间"), needed="货件指令=海外仓送仓/货代直送"),
        moment("预约结束", (437,), limits=(">销售-需要预约时间", "同日 销售-需要预约时间")),
        yes_no("更换标签", (421,), aliases=also("更换标签"), needed="货件指令=海外仓送仓/移至海外仓"),
        text("产品标签", (421, 424), needed="更换标签=YES"),
        Column(
            "销售备注",
            Type.ID,
            Owner.PEOPLE,
            "运营",
            also("销售备注"),
            needed=f"{TO_OVERSEAS} & 销售-需要预约时间",
            never=DIRECT,
            limits=("数字",),
            sop=(417, 505),
        ),
        moment("指令提交时间", (422,), needed=TO_OVERSEAS),
        choice("海外仓确认", "已确认 冲突", (471, 475)),
        moment("新可约时间", (476,), needed="海外仓确认=冲突"),
        choice("货代仓贴标审批", "同意 不同意", (491,), needed="货件指令=货代仓贴标"),
        choice("货代仓操作", "待处理 已提货 已转海外仓 已预约 已派送 已签收", (496,), aliases=also("货代仓操作")),
    ),
)

ORDERS = Outline(
    "海外仓备货单",
    _BOOK,
    columns=(
        text("备货单号", (351,)),
        whole("备货数量", (351,), limits=POSITIVE),
        text("备注", (359,)),
        choice("外箱标", "有 无", (381,)),
        day("提醒日期", (366,)),
    ),
)

TRANSIT = Outline(
    "在途",
    _BOOK,
    columns=(
        day("警示已发", (123,)),
        choice("外箱标", "已贴 需更改 未贴", (485, 489)),
    ),
)
