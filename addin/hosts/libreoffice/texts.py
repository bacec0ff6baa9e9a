"""What dialogs show of a report, a question and an outcome, in the person's language."""

from __future__ import annotations

import os
from dataclasses import replace
from typing import Any

from addin.commands.command import ButtonReport
from rules.errors import Text
from sheets_schema.cells import plain
from sheets_schema.grid.edits import Formula, Receipt

MOST = 5_000
"""Lines that a list shows; the counts above it are of everything."""


def language() -> str:
    """``zh``, or what QLC_LANG says."""
    return "en" if os.environ.get("QLC_LANG", "").startswith("en") else "zh"


def say(zh: str, en: str) -> str:
    """One of the two."""
    return zh if language() == "zh" else en


def counts(report: ButtonReport) -> str:
    """The sentence of a report, and how much it has to show."""
    lines = [report.title.say(language()), *(detail.say(language()) for detail in report.details)]
    found = [
        say(f"{len(report.changes)} 处改动", f"{len(report.changes)} changes") if report.changes else "",
        say(f"{len(report.problems)} 个问题", f"{len(report.problems)} problems") if report.problems else "",
    ]
    if any(found):
        lines.append(say("、", ", ").join(filter(None, found)))
    return "\n".join(lines)


def lines(report: ButtonReport) -> list[str]:
    """Every change and problem of the open document, a line each."""
    shown = []
    for change in report.changes:
        why = f"  {change.why.say(language())}" if isinstance(change.why, Text) else ""
        shown.append(f"{change.place}: {value(change.before)} → {value(change.after)}{why}")
    shown += [replace(problem, file=None).text(language()) for problem in report.problems]
    if len(shown) > MOST:
        return [*shown[:MOST], say(f"…… 一共 {len(shown)} 行", f"… {len(shown)} lines in all")]
    return shown


def value(cell: Any) -> str:
    """A cell as a line shows it; ∅ for a blank."""
    if isinstance(cell, Formula):
        return f"={cell}"
    return "∅" if cell is None or cell == "" else str(plain(cell))


def outcome(report: Receipt) -> str:
    """What was written, and what was refused."""
    written = say(
        f"写了 {len(report.changed)} 处,可以撤销(Ctrl+Z)", f"{len(report.changed)} written; Ctrl+Z takes it back"
    )
    refused = [f"{item.code.id} {item.cell}: {item.message(language())}" for item in report.refused]
    return "\n".join([written, *refused[:20], *([f"…… {len(refused)}"] if len(refused) > 20 else [])])
