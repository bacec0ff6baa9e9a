"""The titles that the team's own SOP and its tabs write over their columns, each beside what we call it.

One table for everything that reads headers: sheets, their outlines, the functions' arguments.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

SOP_TITLES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "销售-需要预约时间": ("需要预约时间", "预约时间", "约仓时间", "送仓时间"),  # L503
        "更换标签": ("是否换标", "换标", "是否需要换标签", "贴标"),  # L419, L421
        "销售备注": ("预约信ID", "预约ID"),  # L417
        "物流反馈可约时间": ("可约仓时间",),  # L501
        "货代仓操作": ("货代操作",),  # L496
        "货件指令": ("销售-货件指令",),  # L495
        "追踪编号": ("货件追踪编号", "追踪编码", "Amazon Reference ID"),  # L351, L360
        "货件号": ("FBA货件号", "货件单号"),  # L351, L360
        "FBA仓": ("FBA仓库号", "仓库"),  # L351, L360
        "数量": ("采购数量", "采购数量(整箱)"),  # L326
        "期望到达": ("期望到达时间",),  # L326
        "目标销售月": ("计划销售月份",),  # L113
        "7日均": ("7天日均销量",),  # L322
        "14日均": ("14天日均销量",),  # L322
        "30日均": ("30天日均销量",),  # L322
    }
)
"""Our title -> the SOP's."""


def _average(days: int) -> tuple[str, ...]:
    return f"{days}天日均", f"{days}日日均", f"{days}天均", f"{days}日均销量"


_COMMON: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "店铺": ("店铺名", "店铺名称", "Store"),
        "MSKU": ("Seller SKU", "卖家SKU"),
        "货件号": ("货件编号", "Shipment ID"),
        "追踪编号": ("追踪号", "亚马逊追踪编号"),
        "箱数": ("总箱数",),
        "发货日": ("发货日期", "发货时间"),
        "物流确认天数": ("确认天数", "物流天数"),
        "备注": ("运营备注",),
        "7日均": _average(7),
        "14日均": _average(14),
        "30日均": _average(30),
    }
)
"""Our title -> other words that people write for it, on tabs as over the arguments of a function."""


def spelled(title: str, *more: str) -> tuple[str, ...]:
    """A title, the SOP's spellings of it, people's, and further ones; each once.

    >>> spelled("销售备注", "预约信编号")
    ('销售备注', '预约信ID', '预约ID', '预约信编号')
    """
    return tuple(dict.fromkeys((title, *SOP_TITLES.get(title, ()), *_COMMON.get(title, ()), *more)))


def also(title: str, *more: str) -> tuple[str, ...]:
    """The other spellings alone, as a column's aliases."""
    return spelled(title, *more)[1:]
