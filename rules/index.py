"""The rules of the rule book: title, lines of the SOP, and where their numbers stand."""

from __future__ import annotations

from dataclasses import dataclass

from rules.errors import Text


@dataclass(frozen=True)
class Rule:
    """One rule of the rule book. `families` are the sections of `rules:` with its numbers.

    `lines` are the SOP's; a line that only repeats an earlier one belongs to the same rules without
    being named (see `rules.sop_trace`).
    """

    id: str
    title: Text
    lines: tuple[int, ...]
    families: tuple[str, ...]


def _rule(name: str, zh: str, en: str, lines: str, *families: str) -> Rule:
    return Rule(name, Text(zh, en), _numbers(lines), families)


def _numbers(written: str) -> tuple[int, ...]:
    """The lines of a text like ``30 59 64-66``, in their order.

    >>> _numbers("30 59 64-66")
    (30, 59, 64, 65, 66)
    """
    spans = ([int(end) for end in span.split("-")] for span in written.split())
    return tuple(sorted({line for span in spans for line in range(span[0], span[-1] + 1)}))


RULES = {
    rule.id: rule
    for rule in (
        # A. Names and notes
        _rule("R01", "SKU 命名", "SKU names", "264 276-282 286", "sku"),
        _rule("R02", "货件备注", "shipment notes", "351 357-361 385 400 428 438 461", "shipment_notes"),
        _rule("R03", "预约信文件名", "file names of appointment letters", "427 435-437 460 468-470", "letter_names"),
        _rule("R04", "ERP 单据备注", "remarks of ERP documents", "49-54 326-328 333 394 508 525 527", "remarks"),
        _rule("R05", "映射 case 话术", "text of a mapping case", "205-208 213", "remarks"),
        # B. Time before stock can be sold
        _rule(
            "R10",
            "备货周期:采购开始到可售",
            "lead time: from purchasing until sellable",
            "125-126 302-319 352-356",
            *("channels", "lead_time", "appointments"),
        ),
        _rule("R11", "期望到货日", "expected arrival", "326", "arrivals"),
        _rule("R12", "新品开发时间表", "timeline of a new product", "246-292", "new_products"),
        _rule("R13", "图需时间", "design requests", "30 59 62 64-68", "new_products", "moments"),
        # C. Turnover
        _rule("R20", "五段周转", "turnover in five segments", "120-132", "turnover"),
        _rule("R21", "可售天数和加权日均", "days of cover and daily sales", "321-322", "cover"),
        _rule("R22", "测品阶段", "test stage", "93", "product_tests"),
        _rule("R23", "淘汰产品不再备货", "no stock for dropped products", "94", "product_tests"),
        _rule("R24", "免仓期", "free storage", "426 459 480", "storage"),
        # D. Deadlines
        _rule("R30", "操作指令截止", "appointment instructions", "419-425 452-458 477-479 481", "instructions"),
        _rule("R31", "发货信息更新", "shipping information", "398 410-418 443-451 533-535", "instructions"),
        _rule("R32", "送仓窗口", "delivery slots", "317 400-409 438-442", "appointments"),
        _rule("R33", "海外仓备货单截止", "overseas stocking orders", "340-341 347 368-381", "stocking_orders"),
        _rule("R34", "报表和时点", "reports and moments", "17-43 45 64 66 121 472", "moments"),
        _rule("R35", "发货路线", "routes by season", "382-398 410-412 443-445 482-491", "routes"),
        _rule("R36", "货代仓直送", "direct from the forwarder", "499-505", "routes"),
        _rule("R37", "周末送货确认", "weekend confirmation", "471-476", "instructions"),
        # E. Targets and budgets
        _rule("R40", "月销量目标", "monthly sales targets", "111-117 132", "targets"),
        _rule("R41", "毛利率目标", "gross margin target", "118-119 132", "targets"),
        _rule("R42", "广告费用管控", "advertising budget", "99-106", "ad_budget"),
        _rule("R43", "批复类销售计划", "approved plans", "95-98 115", "targets"),
        # F. Stock decisions
        _rule("R50", "补货建议", "restock proposal", "302-303 322 326 343 348 351", "replenishment"),
        _rule(
            "R51",
            "备货单检查",
            "check of a stocking row",
            "94 112 119 132 286 318 320-322 325-328 332-336",
            "stocking_rows",
        ),
        _rule("R52", "批次先进先出", "batches first in, first out", "350-351"),
        _rule("R53", "折扣叠加", "stacked discounts", "15", "discounts"),
        # G. Who, and checklists
        _rule(
            "R60",
            "跨部门负责人",
            "directory",
            "26 29 64 66-67 106 108 115 117 225-245 258-259 264 266 270 286 288 297 310 320 336 375 475-476 491 510 522",
            "directory",
        ),
        _rule("R61", "账户风控清单", "account risk checklist", "7-16", "checklists"),
        _rule("R62", "翻新链接", "relisting", "191-217", "checklists"),
        _rule(
            "R63",
            "新品上架和关键词",
            "new listing and keywords",
            "154-163 263-275 283-288 293-301 528-532",
            "checklists",
        ),
        _rule("R64", "费用和请款", "expenses and payment requests", "136-152", "checklists"),
        _rule("R65", "库存调整", "stock adjustments", "47-57 506-512", "checklists"),
        _rule("R66", "延保卡", "warranty cards", "332-333 394 513-527", "checklists"),
        _rule("R67", "广告数据记录", "ad data log", "165 167 176 185 188-190", "checklists"),
        _rule("calendars", "工作日历", "working calendars", "422 425 455 458 478-479", "calendars"),
    )
}
