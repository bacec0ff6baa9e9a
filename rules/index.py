"""The rules of the rule book: title, lines of the SOP, and where their numbers stand."""

from __future__ import annotations

from dataclasses import dataclass

from rules.answer import Text


@dataclass(frozen=True)
class Rule:
    """One rule of the rule book. `families` are the sections of `rules:` with its numbers."""

    id: str
    title: Text
    lines: tuple[int, ...]
    families: tuple[str, ...]


RULES = {
    rule.id: rule
    for rule in (
        Rule("R01", Text("SKU 命名", "SKU names"), (*range(276, 283), 286), ("sku",)),
        Rule("R02", Text("货件备注", "shipment notes"), (351, *range(357, 366)), ("shipment_notes",)),
        Rule(
            "R03",
            Text("预约信文件名", "file names of appointment letters"),
            (*range(435, 438), *range(468, 471)),
            ("letter_names",),
        ),
        Rule(
            "R04",
            Text("ERP 单据备注", "remarks of ERP documents"),
            (*range(49, 55), *range(327, 331), 333, 508, 525),
            ("remarks",),
        ),
        Rule("R05", Text("映射 case 话术", "text of a mapping case"), tuple(range(205, 214)), ("remarks",)),
        Rule(
            "R10",
            Text("备货周期:采购开始到可售", "lead time: from purchasing until sellable"),
            (*range(302, 320), *range(352, 357)),
            (
                "channels",
                "lead_time",
                "appointments",
            ),
        ),
        Rule("R11", Text("期望到货日", "expected arrival"), (326,), ("arrivals",)),
        Rule("R12", Text("新品开发时间表", "timeline of a new product"), (*range(246, 293),), ("new_products",)),
        Rule("R13", Text("图需时间", "design requests"), (30, 59, *range(64, 69)), ("new_products", "moments")),
        Rule("R20", Text("五段周转", "turnover in five segments"), tuple(range(120, 133)), ("turnover",)),
        Rule("R21", Text("可售天数和加权日均", "days of cover and daily sales"), (322,), ("cover",)),
        Rule("R22", Text("测品阶段", "test stage"), (93,), ("product_tests",)),
        Rule("R23", Text("淘汰产品不再备货", "no stock for dropped products"), (94,), ("product_tests",)),
        Rule("R24", Text("免仓期", "free storage"), (426, 459, 480), ("storage",)),
        Rule(
            "R30",
            Text("操作指令截止", "appointment instructions"),
            (*range(422, 426), *range(455, 459), *range(477, 482)),
            ("instructions", "calendars"),
        ),
        Rule("R31", Text("发货信息更新", "shipping information"), (398, 410, 443), ("instructions", "routes")),
        Rule(
            "R32",
            Text("送仓窗口", "delivery slots"),
            (317, *range(400, 410), *range(438, 443)),
            ("appointments", "calendars"),
        ),
        Rule("R33", Text("海外仓备货单截止", "overseas stocking orders"), tuple(range(368, 382)), ("stocking_orders",)),
        Rule("R34", Text("报表和时点", "reports and moments"), (*range(17, 44), 121, 472), ("moments",)),
        Rule("R35", Text("发货路线", "routes by season"), (*range(382, 399), *range(482, 492)), ("routes",)),
        Rule("R36", Text("货代仓直送", "direct from the forwarder"), tuple(range(499, 506)), ("routes",)),
        Rule("R37", Text("周末送货确认", "weekend confirmation"), tuple(range(471, 477)), ("instructions", "routes")),
        Rule("R40", Text("月销量目标", "monthly sales targets"), tuple(range(111, 118)), ("targets",)),
        Rule("R41", Text("毛利率目标", "gross margin target"), (118, 119), ("targets",)),
        Rule("R42", Text("广告费用管控", "advertising budget"), tuple(range(99, 107)), ("ad_budget",)),
        Rule("R43", Text("批复类销售计划", "approved plans"), tuple(range(95, 99)), ("targets",)),
        Rule("R50", Text("补货建议", "restock proposal"), (302, 303, 322, 326, 343, 351), ("replenishment",)),
        Rule(
            "R51",
            Text("备货单检查", "check of a stocking row"),
            (94, 112, 119, 132, 286, *range(320, 338)),
            ("stocking_rows",),
        ),
        Rule("R52", Text("批次先进先出", "batches first in, first out"), (351,), ("replenishment",)),
        Rule("R53", Text("折扣叠加", "stacked discounts"), (15,), ("discounts",)),
        Rule("R60", Text("跨部门负责人", "directory"), tuple(range(225, 246)), ("directory",)),
        Rule("R61", Text("账户风控清单", "account risk checklist"), tuple(range(7, 17)), ("checklists",)),
        Rule("R62", Text("翻新链接", "relisting"), (*range(191, 215), *range(215, 225)), ("checklists",)),
        Rule(
            "R63",
            Text("新品上架和关键词", "new listing and keywords"),
            (*range(154, 164), *range(263, 276)),
            ("checklists",),
        ),
        Rule("R64", Text("费用和请款", "expenses and payment requests"), tuple(range(136, 153)), ("checklists",)),
        Rule("R65", Text("库存调整", "stock adjustments"), (*range(47, 58), *range(506, 513)), ("checklists",)),
        Rule("R66", Text("延保卡", "warranty cards"), (394, *range(513, 528)), ("checklists",)),
        Rule("R67", Text("广告数据记录", "ad data log"), tuple(range(188, 191)), ("checklists",)),
        Rule("calendars", Text("工作日历", "working calendars"), (422, 425), ("calendars",)),
    )
}
