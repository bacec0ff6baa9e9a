"""R22 and R23: whether a test product sells in time, and whether it may be stocked again (L93–94)."""

from __future__ import annotations

from datetime import date

from rules.answer import Fault, Ledger, rule
from rules.errors import Code
from rules.findings import Finding, told
from rules.policy.kinds import named
from rules.policy.models import Rules
from rules.turnover import F_ORDER

F_DROPPED = Code(
    "F-502",
    "产品阶段是“{found}”,不能再次备货上架",
    "the product's stage is “{found}”: it can't be stocked again",
    "从备货单里拿掉;还要卖的先改产品阶段",
    "take it off the stocking list, or correct its stage first",
)
F_NO_REPORT = Code(
    "F-503",
    "二次返单没有测品后的评估报告",
    "a second order without the test's evaluation report",
    "先做评估报告",
    "write the report first",
)
F_INDICATORS = Code(
    "F-504",
    "继续销售的产品要纳入库存管控指标",
    "a product that goes on joins the inventory indicators",
)
F_STAGE = Code(
    "F-505",
    "不认识产品阶段“{found}”,没有检查是否淘汰",
    "unknown stage “{found}”: whether the product was dropped is not checked",
    "可用:{expected}",
    "use one of {expected}",
)


@rule("R22")
def trial_stage(book: Ledger, policy: Rules, listed: date, sold_out: date | None, today: date) -> str:
    """How a test product does against the days in which it must sell out (L93).

    Days count from listing, as a plain difference; the last day still counts. A product that sold
    out is judged by that day, whatever day it is seen from. Seen before its listing it is 未上架.
    Raises F-213 (#NUM!) for one sold out before it was listed.

    >>> from rules.policy.loader import packaged
    >>> def on(sold_out, today): return trial_stage(listed, packaged().rules, listed, sold_out, today).value
    >>> listed = date(2025, 4, 3)
    >>> on(None, date(2025, 4, 15)), on(None, date(2025, 5, 18)), on(None, date(2025, 5, 19))
    ('测品中 第12天(剩33天)', '测品中 第45天(剩0天)', '未达标 第46天未售完(超1天)')
    >>> on(date(2025, 5, 3), date(2025, 12, 31))
    '合格 第30天售完'
    """
    allowed = book.take(policy.product_tests.selling_days)
    if sold_out is not None and sold_out < listed:
        raise Fault("#NUM!", F_ORDER, found=f"售完 {sold_out}", expected=f"上架 {listed}")
    days = ((sold_out or today) - listed).days
    if days < 0:
        return "未上架"
    book.part("上架后天数", "days since listing", days)
    book.part("最多天数", "days allowed", allowed)
    over = days - allowed
    if sold_out is None and over <= 0:
        return f"测品中 第{days}天(剩{-over}天)"
    if over <= 0:
        return f"合格 第{days}天售完"
    return f"未达标 第{days}天{'售完' if sold_out else '未售完'}(超{over}天)"


def restock_findings(
    book: Ledger, policy: Rules, stage: str, *, second_order: bool = False, evaluated: bool = False
) -> list[Finding]:
    """What R23 has against stocking a product, and what it reminds of (L94).

    A dropped product is refused (F-502). A second order needs the evaluation report (F-503); a
    product that goes on joins the inventory indicators (F-504, a note). An unknown stage is a note
    (F-505); a blank one says nothing.
    """
    numbers = policy.product_tests
    known = named(stage, numbers.stages)
    if known in book.take(numbers.dropped):
        return [Finding(F_DROPPED, {"found": known}, "产品阶段")]
    found = []
    if stage.strip() and known is None:
        expected = ", ".join(numbers.stages)
        found.append(Finding(F_STAGE, {"found": stage.strip(), "expected": expected}, "产品阶段", is_note=True))
    if second_order:
        if not evaluated:
            found.append(Finding(F_NO_REPORT))
        found.append(Finding(F_INDICATORS, is_note=True))
    return found


@rule("R23")
def restock_check(
    book: Ledger, policy: Rules, stage: str, *, second_order: bool = False, evaluated: bool = False
) -> str:
    """The findings of `restock_findings` in one text, empty when there are none.

    >>> from rules.policy.loader import packaged
    >>> restock_check(date(2025, 4, 3), packaged().rules, "淘汰").value
    '产品阶段是“淘汰”,不能再次备货上架。从备货单里拿掉;还要卖的先改产品阶段'
    >>> restock_check(date(2025, 4, 3), packaged().rules, "正常").value
    ''
    """
    return told(book, restock_findings(book, policy, stage, second_order=second_order, evaluated=evaluated))
