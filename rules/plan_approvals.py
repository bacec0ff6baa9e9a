"""R51: the two gates of a stocking row, and the approvals of its purchase plan (L320, L326, L336).

The lead approves the row; only approved rows go into the file of the purchase plan. Once that is
submitted, the ERP's chain follows: 部门主管 → 采购主管 → 财务 → Nancy.
"""

from __future__ import annotations

from enum import StrEnum

from rules.answer import Fault, Ledger, rule
from rules.errors import Code
from rules.findings import Finding, told
from rules.plain_text import bare
from rules.policy.kinds import named
from rules.policy.models import Rules
from rules.stocking_rows import StockingRow, findings_of

F_PENDING = Code("F-563", "主管还没审批", "the lead has not approved yet", "等主管审批", "wait for the lead")
F_REFUSED = Code(
    "F-564",
    "主管没有通过(“{found}”)",
    "the lead refused (“{found}”)",
    "改好再请主管审批",
    "correct it and ask again",
)
F_APPROVAL = Code(
    "F-565",
    "看不懂审批“{found}”",
    "approval “{found}” is not understood",
    "写 {expected} 或留空",
    "write {expected}, or leave it blank",
)
F_STATE = Code(
    "F-566",
    "看不懂 ERP 审批状态“{found}”",
    "ERP approval state “{found}” is not understood",
    "审批人应是 {expected} 之一",
    "the approver should be one of {expected}",
)

NOT_SUBMITTED, FINISHED, RETURNED = "未提交", "审批完成", "退回修改"


class Approval(StrEnum):
    """What the lead said of a row."""

    PENDING = "待审批"
    APPROVED = "通过"
    REFUSED = "不通过"


def approval_named(written: str, policy: Rules) -> Approval:
    """What 审批 of a row means; blank is not decided yet. Raises F-565 (#N/A).

    >>> from rules.policy.loader import packaged
    >>> str(approval_named("合格", packaged().rules)), str(approval_named("", packaged().rules))
    ('通过', '待审批')
    """
    if not written.strip():
        return Approval.PENDING
    said = named(written, policy.stocking_rows.approvals)
    if said is None:
        raise Fault("#N/A", F_APPROVAL, found=written.strip(), expected=f"{Approval.APPROVED}/{Approval.REFUSED}")
    return Approval(said)


@rule("R51")
def ready_for_plan(book: Ledger, policy: Rules, row: StockingRow) -> bool:
    """Whether a row goes into the purchase plan's file: approved by the lead, and nothing wrong with it.

    What keeps it out is said in remarks; notes don't. Raises F-565 (#N/A) for an approval that
    can't be understood.
    """
    approval = approval_named(row.approval, policy)
    keeping = [finding for finding in findings_of(book, policy, row) if not finding.is_note]
    if approval is Approval.PENDING:
        keeping.insert(0, Finding(F_PENDING, where="审批"))
    elif approval is Approval.REFUSED:
        keeping.insert(0, Finding(F_REFUSED, {"found": row.approval.strip()}, where="审批"))
    return not told(book, keeping)


@rule("R51")
def next_approver(book: Ledger, policy: Rules, state: str) -> str:
    """Who has to approve next, from the ERP's state of a purchase plan.

    An approver with 待 or 审批中 is the one; with 已审批, 通过 or alone, the next of the chain is. A
    blank state is 未提交; after the last one it is 审批完成; sent back it is 退回修改. Raises F-566
    (#N/A) for what can't be understood.

    >>> from datetime import date
    >>> from rules.policy.loader import packaged
    >>> states = ("", "已提交", "待采购主管审批", "采购主管已审批", "Nancy", "财务驳回")
    >>> [next_approver(date(2025, 4, 3), packaged().rules, state).value for state in states]
    ['未提交', '部门主管', '采购主管', '财务', '审批完成', '退回修改']
    """
    numbers = policy.stocking_rows
    chain = book.take(numbers.chain)
    text = bare(state)
    if not text:
        return NOT_SUBMITTED
    person, said = _approver(text, chain, numbers.chain_spellings)
    whole = named(said, numbers.plan_states)
    if whole == RETURNED or (whole == FINISHED and not person):
        return whole
    if whole and not person:
        return chain[0]
    of_person = named(said, numbers.approver_states)
    if person and of_person == "待审批":
        return person
    if person and (of_person or not said):
        return (*chain, FINISHED)[chain.index(person) + 1]
    raise Fault("#N/A", F_STATE, found=state.strip(), expected="、".join(chain))


def _approver(text: str, chain: tuple[str, ...], spellings: dict[str, tuple[str, ...]]) -> tuple[str, str]:
    """The approver that a state names, and the state without the name."""
    for person in chain:
        for word in (*spellings.get(person, ()), person):
            if word in text:
                return person, text.replace(word, "", 1)
    return "", text
