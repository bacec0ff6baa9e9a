"""R22, R40–R42 and R53 in cells: tests, targets, budgets and prices."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from addin.registry.convert import F_DATE, argument, is_blank, numbers
from addin.registry.entry import Arg, Context, Entry, Kind, Shape, cells, day, number, text
from rules.answer import Answer, Fault
from rules.errors import Code
from sheets_schema.cells import clean

F_TWO_COLUMNS = Code(
    "F-535",
    "折扣要两列:种类、百分比或金额,给了 {found} 列",
    "discounts need two columns, kind and percentage or amount; {found} given",
    "选两列的区域",
    "give a range of two columns",
)

_MONTH = re.compile(r"(\d{4})\s*(?:[-/.]\s*(\d{1,2})|年\s*(\d{1,2})\s*月)|(20\d\d)(0[1-9]|1[0-2])")
"""2025-03, 2025/3, 2025年3月, 202503."""

_RELISTED = day("relisted_day", "二次返单上架日", "day on which the return order was listed")
_MONTH_OR_DAY = text(
    "month_or_day", "月份的文字如 2025-03(按月末算),或日期", "a month as text, 2025-03 (its last day), or a day"
)
_AS_DAY = day(_MONTH_OR_DAY.name, _MONTH_OR_DAY.zh, _MONTH_OR_DAY.en)
_SALES = number("sales", "销售额", "sales", blank_counts=True)
_PROFIT = number("net_gross_profit", "净毛利额", "net gross profit", blank_counts=True)


def _last_day(here: Context, written: str) -> date:
    """The day that a text means, a month's last one for a month. Raises F-012 (#VALUE!, #NUM!)."""
    from rules.months import last_day

    if month := _MONTH.fullmatch(clean(written)):
        year, *months = (part for part in month.groups() if part)
        try:
            return last_day(date(int(year), int(months[0]), 1))
        except ValueError as error:
            raise Fault("#VALUE!", F_DATE, expected=_MONTH_OR_DAY.name, found=written) from error
    found: date = argument(written, _AS_DAY, here.zone)
    return found


def _test_stage(here: Context, listed: date, sold_out: date | None, as_of: date | None) -> Answer:
    from rules.product_tests import trial_stage

    return trial_stage(listed, here.policy, listed, sold_out, as_of or here.today)


def _sales_target(here: Context, planned: float, unmet: float) -> Answer:
    from rules.targets import sales_target

    return sales_target(here.today, here.policy, planned, unmet)


def _margin_target(here: Context, margins: list[list[Any]]) -> Answer:
    from rules.targets import margin_target

    return margin_target(here.today, here.policy, numbers(margins, "margins"))


def _ad_cap(here: Context, relisted: date, on: str, sales: float | None, profit: float | None) -> Answer:
    from rules.ad_budget import ad_cap

    return ad_cap(_last_day(here, on), here.policy, relisted, sales, profit)


def _ad_state(
    here: Context,
    relisted: date,
    on: str,
    sales: float | None,
    profit: float | None,
    cost: float,
    budget: float | None,
) -> Answer:
    from rules.ad_budget import ad_state

    return ad_state(_last_day(here, on), here.policy, relisted, sales, profit, cost, budget)


def _stacked_price(here: Context, price: float, discounts: list[list[Any]]) -> Answer:
    from rules.discounts import Discount, stacked_price

    given = []
    for row in discounts:
        if all(is_blank(cell) for cell in row):
            continue
        if len(row) != 2:
            raise Fault("#VALUE!", F_TWO_COLUMNS, found=len(row))
        kind, written = row
        if not is_blank(written):
            value = argument(written, Arg("discounts", Kind.NUMBER, "", ""))
            field = "share" if _is_share(written, value) else "amount"
            given.append(Discount(clean(str(kind or "")), **{field: value}))
    return stacked_price(here.today, here.policy, price, given)


def _is_share(written: Any, value: float) -> bool:
    """A percentage is written with its sign, or as a number below 1 without a currency."""
    body = clean(written) if isinstance(written, str) else ""
    if body.endswith("%"):
        return True
    return value < 1 and not re.match(r"[^\d.+-]", body)


ENTRIES: tuple[Entry, ...] = (
    Entry(
        "TESTSTAGE",
        "测品状态",
        "R22",
        Shape.MAP,
        (
            day("listed", "测品上架日", "day on which the test product was listed"),
            day("sold_out", "售完日,没售完为空", "day on which it sold out", optional=True),
            day("as_of", "截至哪天,默认今天", "day to look from, default today", optional=True),
        ),
        "测品是否在 45 天内售完:测品中、合格、未达标,带天数",
        "whether a test product sells out within 45 days: 测品中, 合格 or 未达标, with the days",
        '=TESTSTAGE("2025-04-03",,"2025-04-15")',
        _test_stage,
    ),
    Entry(
        "SALESTARGET",
        "销量目标",
        "R40",
        Shape.MAP,
        (
            number("planned", "本月计划销售数量", "quantity planned for the month"),
            number("unmet", "上月未完成数量(超额为负,按 0)", "not reached last month; negative counts as 0"),
        ),
        "本月绩效目标销量:计划加上月未完成",
        "the month's sales target: planned and carried over",
        "=SALESTARGET(50000,10000)",
        _sales_target,
    ),
    Entry(
        "MARGINTARGET",
        "毛利目标",
        "R41",
        Shape.AGGREGATE,
        (cells("margins", "同一商品同一月的毛利率,如 35% 或 0.35", "margins of one product and month, 35% or 0.35"),),
        "毛利率目标:有两个或以上取最高",
        "the gross margin that counts: the highest",
        '=MARGINTARGET({"30%";0.35})',
        _margin_target,
    ),
    Entry(
        "ADCAP",
        "广告上限",
        "R42",
        Shape.MAP,
        (_RELISTED, _MONTH_OR_DAY, _SALES, _PROFIT),
        "广告费(含税)上限金额;新品为 无上限,需批准",
        "what advertising may cost, tax included; 无上限,需批准 for a new product",
        '=ADCAP("2024-09-01","2025-04",60000,10000)',
        _ad_cap,
    ),
    Entry(
        "ADSTATE",
        "广告状态",
        "R42",
        Shape.MAP,
        (
            _RELISTED,
            _MONTH_OR_DAY,
            _SALES,
            _PROFIT,
            number("ad_cost", "广告费(含税)", "ad cost, tax included"),
            number("approved_budget", "批准的预算,新品需要", "approved budget, for a new product", optional=True),
        ),
        "广告费 正常、超标、超预算 或 需批准,带占比",
        "正常, 超标, 超预算 or 需批准, with the share that advertising takes",
        '=ADSTATE("2024-09-01","2025-04",60000,10000,3500)',
        _ad_state,
    ),
    Entry(
        "STACKEDPRICE",
        "叠加到手价",
        "R53",
        Shape.AGGREGATE,
        (
            number("price", "价格", "price"),
            cells(
                "discounts",
                "两列:种类(优惠券、秒杀、促销、折扣码、会员专享)、折扣(20% 或 0.2;金额 5 或 $0.5)",
                "two columns: kind, and 20% or 0.2, or an amount: 5 or $0.5",
            ),
        ),
        "折扣叠加后买家能拿到的最低价",
        "the lowest price that a buyer can reach with these discounts",
        '=STACKEDPRICE(100,{"coupon","10%";"折扣码",0.2})',
        _stacked_price,
    ),
)
