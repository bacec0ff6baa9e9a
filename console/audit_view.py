"""`qlc sync audit verify` and `approve`: whether the record is whole, and what was let through."""

from __future__ import annotations

from collections.abc import Sequence

from console.output import Output
from sync.state.audit_check import Checked
from sync.state.holds import Hold

LISTED = 20
"""Findings that are said one by one."""


def show_audit(found: Checked, out: Output) -> int:
    """0 where the record is whole and leads to what is remembered, 1 otherwise."""
    out.json(
        {
            "ok": not found.wrong,
            "head": {"number": found.head.number, "hash": found.head.hash},
            "lines": found.lines,
            "rounds": found.rounds,
            "tabs": found.tabs,
            "wrong": [error.as_json(out.lang) for error in found.wrong],
        }
    )
    for error in found.wrong[:LISTED]:
        out.line(error.text(out.lang))
    if len(found.wrong) > LISTED:
        more = len(found.wrong) - LISTED
        out.say(f"另有 {more} 处", f"{more} more")
    if not found.wrong:
        out.say(
            f"记录完好:{found.lines} 条,{found.rounds} 次写入,从头推一遍得出现在 {found.tabs} 张表的上次一致值。",
            f"the record is whole: {found.lines} lines, {found.rounds} writes; carried out once more it leads to what "
            f"is agreed on in {found.tabs} tabs.",
        )
    out.say(
        f"最后一条:第 {found.head.number} 条 {found.head.hash}",
        f"the newest: line {found.head.number} {found.head.hash}",
    )
    return int(bool(found.wrong))


def show_approved(holds: Sequence[Hold], out: Output) -> None:
    """What was let through, once."""
    out.json({"approved": [{"workbook": hold.workbook, "tab": hold.tab or None, "code": hold.code} for hold in holds]})
    for hold in holds:
        out.line(f"{hold.code} {hold.tab}: {hold.said[out.lang]}")
    out.say(
        "放行了,下一轮照这个计划写,只这一次;计划变了会再拦下。",
        "let through: the next round writes this very plan, once; another plan is held again.",
    )
