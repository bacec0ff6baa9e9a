"""R51: a row of 《亚马逊实时备货单》 before the lead approves it (L320–336).

Everything that is missing or wrong is said at once. What the SOP asks for from a day on (target month
and margin 2025-01-01, averages 2025-02-14, warranty label 2025-01-22) is not asked of older rows.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from rules.answer import Ledger, rule
from rules.errors import Code
from rules.findings import Finding
from rules.policy.models import Rules
from rules.product_tests import restock_findings
from rules.sku_check import F_RENEW, check
from rules.stockout import tidy

F_NO_QUANTITY = Code("F-551", "没有数量", "no quantity", "填写采购数量", "give the quantity")
F_NOT_POSITIVE = Code(
    "F-552",
    "数量要是大于 0 的整数,写的是 {found}",
    "the quantity must be a whole number above 0, not {found}",
    "改正数量",
    "correct the quantity",
)
F_BROKEN_CARTON = Code(
    "F-553",
    "{found} 件不是整箱(每箱 {expected})",
    "{found} units are no whole cartons of {expected}",
    "改成 {options}",
    "order {options}",
)
F_NO_CARTON = Code(
    "F-554",
    "提醒:没有箱规,不能检查整箱",
    "note: units per carton unknown, whole cartons not checked",
    "在产品图册填箱规",
    "add the units per carton to the product",
)
F_NO_MONTH = Code("F-555", "没有目标销售月", "no target month of sales", "填写目标销售月", "give the target month")
F_NO_MARGIN = Code("F-556", "没有毛利率", "no gross margin", "填写毛利率", "give the gross margin")
F_NOT_LISTED = Code(
    "F-557",
    "战略性备货没有在备注里单独列示",
    "strategic stock is not listed in the remark",
    "备注里写明“{expected}”",
    "write “{expected}” in the remark",
)
F_NO_AVERAGE = Code("F-558", "没有{found}", "missing: {found}", "填写日均销量", "give the average daily sales")
F_OTHER_AVERAGE = Code(
    "F-559",
    "{name}写的是 {found},ERP 是 {expected}",
    "{name} is {found} here and {expected} in the ERP",
    "按 ERP 改正",
    "take the ERP's",
)
F_NO_ERP_AVERAGE = Code(
    "F-560",
    "提醒:ERP 没有{found},不能核对",
    "note: the ERP has no {found} to compare with",
    "取最新导出再核对",
    "fetch a fresh export and check again",
)
F_NO_WARRANTY_ROW = Code(
    "F-561",
    "要延保标签,但《延保卡需求》里没有这一行",
    "a warranty label is wanted, but 延保卡需求 has no row for it",
    "先填《延保卡需求》,再下采购计划",
    "fill in 延保卡需求 first",
)
F_NO_ATTACHMENT = Code("F-562", "没有附件:{found}", "attachment missing: {found}", "上传附件", "upload it")


@dataclass(frozen=True)
class StockingRow:
    """One row as it stands, None or empty where a cell is blank.

    `carton` and the `erp_…` averages come from the ERP; `warranty_listed` says whether 延保卡需求 has
    a row for it; `attachments` are names of files.
    """

    quantity: float | None = None
    carton: int | None = None
    stage: str = ""
    target_month: str = ""
    margin: float | None = None
    strategic: bool = False
    remark: str = ""
    warranty: bool = False
    warranty_listed: bool = False
    avg7: float | None = None
    avg14: float | None = None
    avg30: float | None = None
    erp_avg7: float | None = None
    erp_avg14: float | None = None
    erp_avg30: float | None = None
    attachments: tuple[str, ...] = ()
    approval: str = ""
    sku: str = ""
    sku_made: date | None = None


Say = Callable[..., None]


@rule("R51")
def stocking_row_findings(book: Ledger, policy: Rules, row: StockingRow) -> tuple[Finding, ...]:
    """Everything there is to say about one row; nothing when it is good.

    A product that is 淘汰 is refused (R23); the order is whole cartons (L326); month and margin are
    there (L112, L119), strategic stock stands in the remark (L132); the averages are there and the
    ERP's (L322); a warranty label has its row in 延保卡需求 first (L333); the attachments are there.
    Without the carton's size, or the ERP's average, only a note says so; another note advises a
    new-style SKU for an old one that is restocked (R01, L286).

    >>> from rules.policy.loader import packaged
    >>> files = ("FNSKU标签.pdf", "备货计划审批表.xlsx")
    >>> row = StockingRow(50, 20, target_month="2025-01", margin=0.3, attachments=files)
    >>> [finding.message() for finding in stocking_row_findings(date(2025, 1, 10), packaged().rules, row).value]
    ['50 件不是整箱(每箱 20)。改成 40/60']
    """
    return findings_of(book, policy, row)


def findings_of(book: Ledger, policy: Rules, row: StockingRow) -> tuple[Finding, ...]:
    """The findings of `stocking_row_findings`, for rules that rest on them."""
    found = restock_findings(book, policy, row.stage)

    def say(code: Code, where: str, *, is_note: bool = False, **facts: Any) -> None:
        found.append(Finding(code, facts, where, is_note))

    numbers = policy.stocking_rows
    _say_quantity(say, row)
    if book.asks(numbers.target_month) and not row.target_month.strip():
        say(F_NO_MONTH, "目标销售月")
    if book.asks(numbers.margin) and row.margin is None:
        say(F_NO_MARGIN, "毛利率")
    if row.strategic and book.asks(numbers.strategic_listed):
        words = numbers.strategic_words
        if not any(word in row.remark for word in words):
            say(F_NOT_LISTED, "备注", expected=words[0])
    if book.asks(numbers.averages):
        _say_averages(say, row, book.take(numbers.average_tolerance))
    if row.warranty and not row.warranty_listed:
        say(F_NO_WARRANTY_ROW, "延保")
    wanted: tuple[str, ...] = book.take(numbers.attachments)
    if row.warranty and numbers.warranty_attachments.on(book.day) is not None:
        wanted += book.take(numbers.warranty_attachments)
    elif row.warranty:
        book.depart(numbers.warranty_attachments)
    for name in wanted:
        if not any(_is_named(file, name, policy) for file in row.attachments):
            say(F_NO_ATTACHMENT, "附件", found=name)
    if row.sku.strip() and row.sku_made:
        book.depart(policy.sku.naming_since, row.sku_made)
        book.depart(policy.sku.restock_since)
    advice = (
        check(row.sku.strip(), policy, book.day, made=row.sku_made, restocked=book.day) if row.sku.strip() else None
    )
    found += [finding for finding in (advice.findings if advice else ()) if finding.code is F_RENEW]
    return tuple(found)


def _say_quantity(say: Say, row: StockingRow) -> None:
    quantity = row.quantity
    if quantity is None:
        say(F_NO_QUANTITY, "数量")
    elif quantity <= 0 or not float(quantity).is_integer():
        say(F_NOT_POSITIVE, "数量", found=f"{quantity:g}")
    elif not row.carton or row.carton < 0:
        say(F_NO_CARTON, "箱规", is_note=True)
    elif loose := quantity % row.carton:
        nearest = [f"{count:g}" for count in (quantity - loose, quantity - loose + row.carton) if count]
        say(F_BROKEN_CARTON, "数量", found=f"{quantity:g}", expected=row.carton, options="/".join(nearest))


def _say_averages(say: Say, row: StockingRow, tolerance: float) -> None:
    pairs = {
        "7天日均": (row.avg7, row.erp_avg7),
        "14天日均": (row.avg14, row.erp_avg14),
        "30天日均": (row.avg30, row.erp_avg30),
    }
    missing = [name for name, (here, _) in pairs.items() if here is None]
    unknown = [name for name, (here, erp) in pairs.items() if here is not None and erp is None]
    if missing:
        say(F_NO_AVERAGE, "日均", found="、".join(missing))
    for name, (here, erp) in pairs.items():
        if here is not None and erp is not None and tidy(abs(here - erp) - tolerance) > 0:
            say(F_OTHER_AVERAGE, name, name=name, found=f"{here:g}", expected=f"{erp:g}")
    if unknown:
        say(F_NO_ERP_AVERAGE, "日均", is_note=True, found="、".join(unknown))


def _is_named(file: str, attachment: str, policy: Rules) -> bool:
    words = policy.stocking_rows.attachment_words.get(attachment, (attachment,))
    return any(word.casefold() in file.casefold() for word in words)
