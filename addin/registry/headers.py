"""Which header of a table stands for which argument: the words people put over their columns.

One table for everything that reads headers: filling and inserting functions, and the buttons that
work on a table of their own. A word is compared as `sheets_schema.headers.normal_title`; the first
one that a table has counts.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from addin.registry.entry import Arg, Entry
from sheets_schema.sop_titles import spelled

TITLES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        # what a product is
        "sku": ("SKU", "系统SKU", "领星SKU", "产品SKU", "本地SKU", "新SKU"),
        "msku": spelled("MSKU"),
        "store": spelled("店铺"),
        "brand": ("品牌", "品牌名", "品牌名称", "brand"),
        "product": (
            "品名",
            "产品名称",
            "产品名",
            "产品",
            "中文名",
            "中文名称",
            "商品名称",
            "名称",
            "product",
            "product name",
            "name",
        ),
        "feature": ("特性", "产品特性", "款式", "规格", "feature"),
        "pack": ("多个装", "多个装数", "装数", "个装", "单件数量", "pack"),
        "site": ("站点", "国家", "国家(地区)", "站点缩写", "site", "country"),
        "made": ("创建时间", "创建日期", "建立日期", "created"),
        "restocked": ("补货日期", "补货时间", "下单日期", "restocked"),
        "category": ("品类", "产品品类", "类目", "分类", "产品分类", "category"),
        "stage": ("产品阶段", "阶段", "商品状态"),
        "carton": ("箱规", "单箱数量", "每箱数量", "每箱件数", "装箱数", "carton"),
        "moq": ("起订量", "最小起订量", "MOQ"),
        "text": ("描述", "产品描述", "说明", "需求描述"),
        # shipments
        "shipment": spelled("货件号"),
        "fc": ("FBA仓", "FBA仓库号", "FBA仓库", "FBA仓号", "物流中心编码", "物流中心", "仓库代码"),
        "reference": spelled("追踪编号", "Reference ID"),
        "note": ("货件备注", "备货单备注", "海外仓备货单备注"),
        "boxes": spelled("箱数", "boxes"),
        "lane": ("渠道", "物流渠道", "运输方式", "物流方式", "channel", "lane"),
        "channel": ("渠道", "物流渠道", "运输方式", "物流方式", "channel", "lane"),
        "mode": ("运输方式", "渠道", "物流渠道", "物流方式", "mode"),
        "ship_date": spelled("发货日"),
        "confirmed_days": spelled("物流确认天数"),
        "arrived": ("到仓日", "到仓日期", "到货日期", "到货代仓日期", "到达日期", "实际到达"),
        "segment": ("周转段", "所在段", "库存段"),
        "label_state": ("外箱标", "外箱标状态", "外箱标签", "贴标状态"),
        # appointments
        "slot": spelled("销售-需要预约时间", "送仓日期", "预约日期", "约仓日期"),
        "order": spelled("货件指令"),
        "given": ("指令提交时间",),
        "offered": spelled("物流反馈可约时间"),
        "letter": ("预约信文件名", "预约信命名", "预约信名", "预约信"),
        "relabel": spelled("更换标签", "是否贴标", "是否需要换标"),
        "start": ("开始时间", "预约开始", "预约开始时间"),
        "end": ("结束时间", "预约结束", "预约结束时间"),
        "moment": ("提交时间", "提交日期", "备货单提交时间"),
        # days
        "day": ("日期", "date"),
        "as_of": ("截至日期", "截至", "数据日期"),
        "order_date": ("下单日", "下单日期", "采购日期", "采购开始时间"),
        "need_date": ("需求日期", "可售日期", "要可售的日子", "期望可售日", "需要日期"),
        "applied": ("申请日期",),
        "plan_date": ("计划日期", "采购计划日期", "计划时间", "下单日期"),
        "listed": ("上架日期", "上架时间", "测品上架日期"),
        "sold_out": ("售完日期", "售完日", "售罄日期"),
        "relisted_day": ("二次返单上架日期", "二次返单上架日", "二次返单上架时间"),
        "month_or_day": ("月份", "统计月份", "年月", "月"),
        "n": ("工作日数", "工作日"),
        "calendar": ("日历", "工作日历"),
        # stock and sales
        "purchase_days": ("采购天数", "采购确认天数", "采购交期", "交期天数", "采购周期"),
        "stock": ("库存", "可售库存", "FBA可售", "可用库存", "库存数量"),
        "on_hand": ("现有库存", "库存", "可售库存", "FBA可售", "可用库存", "库存数量"),
        "inbound": ("在途数量", "在途", "在途合计", "在途和采购未到"),
        "daily": ("加权日均", "日均销量", "日均", "日销", "日均销"),
        "avg7": spelled("7日均", "7天平均销量"),
        "avg14": spelled("14日均", "14天平均销量"),
        "avg30": spelled("30日均", "30天平均销量"),
        "lead_days": ("备货周期", "备货天数", "备货周期天数", "周期天数"),
        "review": ("复核间隔", "复核间隔天数"),
        "safety": ("安全天数", "安全库存天数"),
        "safety_days": ("安全天数", "安全库存天数", "多备天数"),
        "quantity": spelled("数量", "发货数量", "发货量", "备货数量", "quantity", "qty"),
        "which": ("口径", "取值"),
        # targets and money
        "planned": ("计划销售数量", "本月计划", "计划数量", "计划销量"),
        "unmet": ("上月未完成", "上月未完成数量", "未完成数量"),
        "sales": ("销售额", "销售额(含税)", "sales"),
        "net_gross_profit": ("净毛利额", "净毛利", "毛利额"),
        "ad_cost": ("广告费", "广告费(含税)", "广告花费"),
        "approved_budget": ("批准预算", "批准的预算", "广告预算"),
        "price": ("价格", "售价", "price"),
        "target_month": spelled("目标销售月", "目标月份", "销售月份"),
        "margin": ("毛利率", "目标毛利率", "毛利"),
        # stocking rows
        "strategic": ("战略性备货", "是否战略性备货", "战略备货"),
        "remark": spelled("备注"),
        "warranty": ("延保", "延保标签", "是否延保", "延保卡"),
        "attachments": ("附件",),
        "approval": ("审批", "主管审批", "审批状态"),
        # people and texts
        "duty": ("职责", "事项", "部门"),
        "report": ("报表", "报表名称", "事项"),
        "old_fnsku": ("旧FNSKU", "原FNSKU", "FNSKU"),
        "asin": ("ASIN", "子ASIN", "新ASIN"),
        "old_asin": ("旧ASIN",),
        "new_asin": ("新ASIN", "ASIN", "子ASIN"),
        "language": ("语言", "话术语言"),
        # what functions of one argument read, and say otherwise where it matters
        "LETTERNAME.day": ("预约日期", "送仓日期", "约仓日期", "日期"),
        "ROUTE.day": ("发货日期", "送仓日期", "日期"),
        "TURNOVERTOTAL.day": ("日期", "采购日期", "下单日期", "计划日期"),
        "TURNOVERNORM.day": ("日期", "采购日期", "下单日期", "计划日期"),
        "ADDWORKDAYS.day": ("日期", "开始日期", "起始日期"),
        "REPORTDUE.as_of": ("截至日期", "截至"),
    }
)
"""Argument (or ``FUNCTION.argument`` where a function means something of its own), and fields that
buttons read beside the arguments: the titles that stand for it, best first."""


def titles_of(entry: Entry, arg: Arg) -> tuple[str, ...]:
    """The titles that stand for an argument; none for ranges, formulas and bounds that no column holds.

    >>> from addin.registry.catalogue import find
    >>> from addin.registry.entry import day
    >>> titles_of(find("ROUTE"), day("day", "", ""))
    ('发货日期', '送仓日期', '日期')
    """
    if arg.is_range:
        return ()
    return TITLES.get(f"{entry.name}.{arg.name}") or TITLES.get(arg.name, ())
