"""What is bought: products, listings, stocking rows, approvals, warranty cards (SOP L94–132, L246–336, L513–527)."""

from __future__ import annotations

from sheets_schema.model import Outline
from sheets_schema.outlines.people import AT_LEAST_ONE, POSITIVE, choice, day, money, share, text, whole, yes_no
from sheets_schema.sop_titles import also

_BOOK, _REPLENISHMENT, _STOCKING = "全流程数据", "补货建议表", "亚马逊实时备货单"
_DEVELOPING = "状态=开发中~已完成"

PRODUCTS = Outline(
    "产品图册",
    _BOOK,
    aliases=("图册",),
    columns=(
        text("品名", (249,)),
        text("品牌", (279,)),
        text("站点", (279,), words="站点"),
        whole("多个装", (279,), limits=AT_LEAST_ONE),
        yes_no("跨部门已有", (251,)),
        text("定制信息", (251,), needed="跨部门已有=YES"),
        money("供应商报价", (249,), limits=POSITIVE),
        day("发SPU日期", (266,)),
        day("通知采购日期", (270,)),
        whole("起订量", limits=AT_LEAST_ONE, role="采购"),
        choice("产品标准资料", "未建 制作中 已建", (292,), role="采购"),
        choice("测品结论", "继续 淘汰", (94,)),
    ),
)

LISTINGS = Outline(
    "子-2链接负责人",
    _BOOK,
    columns=(
        day("售完日期", (93,), limits=(">=上架日期",)),
        text("产品阶段", (93,), words="产品阶段"),
        yes_no("延保", (333,)),
        text("产品标签", (326,)),
    ),
)

ROWS = Outline(
    "备货",
    _STOCKING,
    aliases=("亚马逊实时备货单", "备货单", "备货表"),
    columns=(
        text("申请编号"),
        day("申请日期"),
        whole("数量", (326,), aliases=also("数量")),
        text("目标销售月", (113,), aliases=also("目标销售月"), limits=("月", "月起 申请日期")),
        share("毛利率", (119,)),
        choice("备货类型", "正常 批复 季节性 战略性", (113, 117)),
        yes_no("战略性备货", (132,), limits=("=YES if 备货类型=战略性",)),
        text("批复编号", (115,), needed="备货类型=批复/季节性"),
        text("运输方式", (326,), words="运输方式"),
        whole("多备天数", (326,), limits=(">=0", "<=90")),
        text("产品标签码", (327,), required=True),
        text("包装", (327,), required=True),
        yes_no("延保", (333,)),
        yes_no("直发平台仓", (382,)),
        text("附件", (326, 386), limits=("含 外箱标 if 直发平台仓=YES",)),
        choice("审批", "通过 不通过", (320,), role="主管"),
        day("审批日期", needed="审批", role="主管"),
        whole("采购确认天数", (121,), limits=(">=1", "<=180"), role="采购"),
    ),
)

WARRANTIES = Outline(
    "延保卡需求",
    _BOOK,
    aliases=("延保卡需求汇总-Amazon",),
    columns=(
        text("申请编号", (333,)),
        whole("数量", (394,), limits=POSITIVE),
        day("交采购日期", (394,), needed="状态=已交采购"),
    ),
)

APPROVALS = Outline(
    "批复",
    _STOCKING,
    columns=(
        text("批复编号"),
        choice("类型", "滞销计划 季节性计划 新品广告预算 国内仓延期 货代仓有偿贴标", (96, 122), role="主管"),
        text("月份", (115,), limits=("月",), needed="类型=滞销计划/季节性计划/新品广告预算"),
        whole("数量", (115,), limits=POSITIVE, needed="类型=滞销计划/季节性计划"),
        money("金额", (100,), limits=POSITIVE, needed="类型=新品广告预算"),
        day("延期至", (122,), needed="类型=国内仓延期"),
        text("批复人", (115,), required=True, role="主管"),
        day("批复日期", required=True, role="主管"),
        day("提交财务日期", (96,)),
    ),
)

PROPOSALS = Outline(
    "补货建议",
    _REPLENISHMENT,
    columns=(
        choice("采纳", "采纳 不采纳 稍后"),
        whole("采纳数量", limits=POSITIVE, needed="采纳=采纳"),
        text("不采纳原因", needed="采纳=不采纳"),
    ),
)

SKU_LIST = Outline(
    "SKU清单",
    "公司产品SKU清单明细",
    aliases=("公司产品SKU清单明细",),
    columns=(
        choice("ERP录入", "待录入 已录入", (301,), role="采购"),
        whole("箱规", (271,), limits=AT_LEAST_ONE, needed="ERP录入=已录入", role="采购"),
        money("采购单价", (290,), limits=POSITIVE, needed="ERP录入=已录入", role="采购"),
        day("录入日期", needed="ERP录入=已录入", role="采购"),
    ),
)

NEW_SKUS = Outline(
    "新增SKU管理",
    "亚马逊新增SKU管理表",
    aliases=("亚马逊新增SKU管理表",),
    columns=(
        day("申请日期"),
        whole("多个装", (279,), limits=AT_LEAST_ONE),
        text("站点", (279,), words="站点"),
        choice("来源", "新品 老品补货 翻新 绿标", (282, 286)),
        day("通知采购日期", (270,)),
        whole("箱规", (271,), limits=AT_LEAST_ONE, role="采购"),
        day("截图已发", (288,), needed="来源=老品补货"),
    ),
)

DEVELOPMENT = Outline(
    "新品开发",
    "新品开发",
    columns=(
        text("需求编号"),
        day("提出日期", (247,)),
        text("站点", (110,), words="站点"),
        share("核算毛利率", (248,)),
        yes_no("跨部门已有", (251,)),
        text("定制信息", (251,), needed="跨部门已有=YES"),
        choice("主管审批", "同意 不同意", (258,), needed="状态=待总经理审批~已完成", role="主管"),
        choice("总经理审批", "同意 不同意", (259,), needed=_DEVELOPING, role="主管"),
        day("审批完成日", (254,), needed=_DEVELOPING, role="主管"),
        day("开发完成日", (260,), needed="状态=样品测试~已完成", role="采购"),
        choice("样品测试结果", "合格 不合格", (261,), needed="状态=终审~已完成"),
        day("终审日期", (262,), needed="状态=待上架~已完成", role="主管"),
        choice("状态", "待主管审批 待总经理审批 开发中 样品测试 终审 待上架 首批 返单 已完成 终止", (254, 292)),
    ),
)
