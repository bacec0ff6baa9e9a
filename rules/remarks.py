"""R04: the remarks of three ERP documents, and what is attached to them.

Purchase plan (L327–333, L525), quantity adjustment (L508), and the adjustment that relabels goods
(L49–54). What is missing is said as findings; the remark holds what is there.
"""

from __future__ import annotations

from dataclasses import dataclass

from rules.answer import Ledger, rule
from rules.contradictions import WARRANTY_FORM
from rules.errors import Code
from rules.findings import Finding
from rules.policy.models import Rules

F_PART = Code("F-421", "备注缺少:{found}", "the remark lacks {found}")
F_ATTACHMENT = Code("F-422", "缺少附件:{found}", "not attached: {found}")
F_WARRANTY = Code("F-423", "先填《{found}》,再下采购计划", "fill in 《{found}》 before the purchase plan is made")

REASON = "调整原因"


@dataclass(frozen=True)
class Document:
    """A document's remark, the attachments it needs, and what is still missing."""

    remark: str
    attachments: tuple[str, ...] = ()
    findings: tuple[Finding, ...] = ()


def _text(written: str | None) -> str:
    return " ".join((written or "").split())


@rule("R04")
def purchase_remark(
    book: Ledger,
    policy: Rules,
    label_code: str | None,
    packaging: str | None,
    customization: str | None = None,
    *,
    warranty: bool = False,
    warranty_listed: bool = False,
) -> Document:
    """The remark of a purchase plan: label code, packaging, customization, and the warranty label if any.

    A needed part that is blank is a finding; customization may be. A warranty label that is not yet
    listed in 《延保卡需求》 is one too (L333).

    >>> from datetime import date
    >>> from rules.policy.loader import packaged
    >>> purchase_remark(date(2025, 4, 3), packaged().rules, "X001ABC2DE", "彩盒", warranty=True).value.remark
    '产品标签码:X001ABC2DE;包装:彩盒;需要延保标签'
    """
    numbers = policy.remarks
    names = book.take(numbers.purchase_parts)
    parts = dict(zip(names, map(_text, (label_code, packaging, customization)), strict=True))
    needed = book.take(numbers.purchase_needed)
    findings = [Finding(F_PART, {"found": name}, name) for name, said in parts.items() if name in needed and not said]
    words = [f"{name}:{said}" for name, said in parts.items() if said]
    if warranty:
        words.append(book.take(numbers.warranty_note))
        if not warranty_listed:
            sheet = book.take(numbers.warranty_sheet)
            book.contradict(WARRANTY_FORM)
            findings.append(Finding(F_WARRANTY, {"found": sheet}, sheet))
    return Document(";".join(words), findings=tuple(findings))


@rule("R04")
def adjustment_remark(book: Ledger, policy: Rules, reason: str | None) -> Document:
    """The remark of a quantity adjustment: ``YJM`` and the reason; without a reason there is none.

    >>> from datetime import date
    >>> from rules.policy.loader import packaged
    >>> adjustment_remark(date(2025, 4, 3), packaged().rules, "库存转平台销售").value.remark  # L507–508
    'YJM库存转平台销售'
    """
    prefix = book.take(policy.remarks.adjustment_prefix)
    why = _text(_text(reason).removeprefix(prefix))
    if not why:
        return Document("", findings=(Finding(F_PART, {"found": REASON}, REASON),))
    return Document(prefix + why)


@rule("R04")
def relabel_document(book: Ledger, policy: Rules, reason: str | None, attached: tuple[str, ...] = ()) -> Document:
    """The adjustment that relabels goods: the reason of 换标申请表 as its remark, and its attachments.

    `attached` are the names of the files; one counts as an attachment when it holds its name.

    >>> from datetime import date
    >>> from rules.policy.loader import packaged
    >>> document = relabel_document(date(2025, 4, 3), packaged().rules, "FNSKU更换", ("产品标.pdf",)).value
    >>> document.remark, [finding.message() for finding in document.findings]
    ('FNSKU更换', ['缺少附件:换标申请'])
    """
    needed = book.take(policy.remarks.relabel_attachments)
    why = _text(reason)
    findings = [] if why else [Finding(F_PART, {"found": REASON}, REASON)]
    findings += [
        Finding(F_ATTACHMENT, {"found": name}, name) for name in needed if not any(name in file for file in attached)
    ]
    return Document(why, needed, tuple(findings))
