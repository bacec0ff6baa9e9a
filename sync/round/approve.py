"""Lets through what a guard holds, once, and only as it was held: another plan is held again."""

from __future__ import annotations

from rules.errors import Code, Error, Refused
from sync.plan.force import C_FORCE, OF_TABS
from sync.state.database import State, now
from sync.state.holds import Hold

T_NOTHING_HELD = Code(
    "T-047",
    "《{workbook}》没有拦下什么({found})",
    "nothing is held in {workbook} ({found})",
    "用 qlc sync status 查看;要先跑过一轮才知道",
    "see qlc sync status; only a round can tell",
)
T_NOT_TO_APPROVE = Code(
    "T-048",
    "《{workbook}》拦下的({found})不能放行",
    "what is held in {workbook} ({found}) can't be let through",
    "照它说的改好,下一轮自己就好",
    "correct what it says; the next round goes on by itself",
)


def approve(state: State, workbook: str, code: str | None, who: str) -> list[Hold]:
    """Lets through what holds a workbook: everything that may be lifted, or one code of it. Answers what that is.

    The workbook's next round goes past these guards if it plans just what was held; then the approval is used up.

    Raises:
        Error: C-010 a code that is never lifted, T-047 nothing is held (by that code).
        Refused: T-048 only what can't be lifted is held.
    """
    if code is not None and code not in OF_TABS:
        raise Error(C_FORCE, found=code, expected=", ".join(sorted(OF_TABS)))
    holds = [hold for hold in state.holds.of(workbook) if code in (None, hold.code)]
    if not holds:
        raise Error(T_NOTHING_HELD, workbook=workbook, found=code or "—")
    chosen = [hold for hold in holds if hold.plan is not None]
    if not chosen:
        raise Refused(T_NOT_TO_APPROVE, workbook=workbook, found=", ".join(sorted({hold.code for hold in holds})))
    with state.begin():
        state.holds.approve(chosen, who, now())
        items = [{"tab": hold.tab, "code": hold.code, "plan": hold.plan, "round": hold.round} for hold in chosen]
        state.audit.add("approve", {"who": who, "held": items}, workbook=workbook)
    return chosen
