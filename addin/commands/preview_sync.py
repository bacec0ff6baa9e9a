"""看看会改什么: the very plan that 立即同步 would carry out, cell by cell; nothing is written."""

from __future__ import annotations

from addin.commands.at_server import by_server
from addin.commands.command import Command, Desk, Preview
from addin.commands.syncing import documents, open_state, round_report
from rules.errors import Text
from sync.round.old_copy import Answer
from sync.round.report import RoundReport
from sync.round.round import run_round
from sync.state.database import State

ALL = Text(
    "这份文档不是要同步的工作簿,下面是全部工作簿的计划",
    "this document is no configured workbook: this is the plan of all of them",
)


def planned(desk: Desk, state: State, old_copy: Answer | None = None) -> tuple[RoundReport, Text | None]:
    """The plan for the open workbook (its document counts, saved or not), or for all; with a note which."""
    stores, only = documents(desk)
    report = run_round(desk.config, state, dry_run=True, only=only, stores=stores, old_copy=old_copy)
    return report, None if only else ALL


def run(desk: Desk) -> Preview:
    """The plan. Raises K-060 where nothing is configured to be synced."""
    with open_state(desk.config) as state:
        report, note = planned(desk, state)
    return Preview(round_report(desk.config, report, note))


COMMAND = Command("preview_sync", by_server("preview_sync", run))
