"""Stock adjustments and money that leaves: one tab of five forms, expenses, ads, discounts (SOP L15, L47–57, L99–152, L506–512)."""

from __future__ import annotations

from sheets_schema.model import Outline
from sheets_schema.outlines.people import POSITIVE, choice, day, money, text, whole

_RELABELLED = "类型=调货/换标"

ADJUSTMENTS = Outline(
    "库存调整",
    "库存调整",
    aliases=("换标申请表", "调货申请表", "销毁申请表", "销货单", "调整登记"),
    spellings={"类型": lambda policy: policy.checklists.adjustment_spellings},
    columns=(
        text("调整编号"),
        day("申请日期"),
        text("MSKU", needed="类型=换标/转平台销售"),
        text("原FNSKU", (49,), needed=_RELABELLED),
        text("新FNSKU", (53,), needed=_RELABELLED, limits=("!=原FNSKU",)),
        text("目标店铺", needed="类型=调货"),
        whole("数量", (52,), limits=POSITIVE),
        whole("调整后数量", (512,), limits=(">=0",), needed="类型=换数量"),
        text("附件", (53,), needed=_RELABELLED),
        text("签字人", (510,), role="主管"),
        day("签字日期", (510,), needed="类型=销毁", role="主管"),
        day("交表日期", (57, 510)),
        money("金额", limits=POSITIVE, needed="类型=销货"),
        choice("状态", "待填 待签字 待交财务 待建调整单 待仓库操作 已完成 取消"),
        day("完成日期", needed="状态=已完成"),
    ),
)

EXPENSES = Outline(
    "费用请款",
    "费用请款",
    columns=(
        text("请款编号"),
        day("申请日期"),
        money("金额", limits=POSITIVE),
        choice("币种", "CNY USD MXN CAD"),
        text("收款方", (149,), needed="状态=已提交/已完成"),
        day("付款截止"),
        text("附件", needed="状态=已提交/已完成"),
    ),
)

AD_BUDGETS = Outline(
    "月广告预算",
    "月广告预算表",
    aliases=("月广告预算表",),
    columns=(
        text("月份", (19,), limits=("月",)),
        money("预计销售额", (100,)),
        money("预算", (19,), limits=POSITIVE),
        money("批准预算", (100,), limits=("<=预算",), needed="阶段=新品", role="主管"),
        text("批复编号", (106,), needed="阶段=新品"),
        day("提交财务日期", (20,)),
    ),
)

ADS = Outline(
    "广告数据",
    "广告数据记录",
    aliases=("广告数据记录",),
    columns=(
        text("广告活动"),
        choice(
            "广告细类",
            "关键词 ASIN 类目定位 精准长尾词 回溯 展示性 品牌",
            (168, 186),
            needed="广告类型=SP/SD/SB",
        ),
    ),
)

DISCOUNTS = Outline(
    "折扣",
    "折扣活动",
    aliases=("折扣活动",),
    columns=(
        text("折扣", required=True),
        day("开始", required=True),
        day("结束", required=True, limits=(">=开始",)),
        money("成本", role="财务"),
    ),
)
