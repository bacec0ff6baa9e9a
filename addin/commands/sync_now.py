"""立即同步: one round now; what it writes into the workbook that is open goes into the open document."""

from __future__ import annotations

from addin.commands.at_server import by_server
from addin.commands.command import Ask, ButtonReport, Command, Desk, Preview, Question
from addin.commands.preview_sync import planned
from addin.commands.syncing import documents, open_state, round_report
from rules.errors import Busy, Text
from sync.plan.guards import G_OLD_COPY
from sync.round.old_copy import ANSWERS
from sync.round.report import RoundReport
from sync.round.round import run_round
from sync.state.database import State
from sync.state.locks import G_RUNNING

OLD_COPY = Question(
    "old_copy",
    Text("这像是一份旧副本", "this looks like an older copy"),
    Ask.CHOICE,
    (
        ("update", Text("补到最新", "bring it up to date")),
        ("back", Text("回到那时", "go back there")),
    ),
    "update",
)


def run(desk: Desk) -> Preview:
    """The plan, and on confirmation exactly that plan (else G-018). An older copy asks what becomes of it (G-040).

    Raises:
        Busy: G-012 a round is running already.
        Error: K-060 nothing is configured to be synced.
    """
    with open_state(desk.config) as state:
        if not state.is_shared and (holder := state.running()):
            raise Busy(G_RUNNING, file=state.where, found=holder)
        old_copy = ANSWERS.get(desk.answers.get("old_copy") or "")
        report, note = planned(desk, state, old_copy)
        worth_it = old_copy is not None or _is_worth_it(report, state)
    if any(book.error is not None and book.error.code is G_OLD_COPY for book in report.workbooks):
        return Preview(round_report(desk.config, report, note), questions=(OLD_COPY,))
    ids = {book.name: book.plan_id for book in report.workbooks if book.plan_id}

    def finish() -> ButtonReport:
        stores, only = documents(desk)
        with open_state(desk.config) as state:
            done = run_round(
                desk.config, state, only=only, stores=stores, previewed=ids, old_copy=old_copy, who=desk.who
            )
        return round_report(desk.config, done, note)

    return Preview(round_report(desk.config, report, note), finish=finish if worth_it else None)


def _is_worth_it(report: RoundReport, state: State) -> bool:
    """Whether a round would write, or remember anything: new exports, choices, what was saved since."""
    if any(book.changes for book in report.workbooks) or report.files or state.journal.unfinished():
        return True
    return any(state.conflicts.waiting(book.name) for book in report.workbooks)


COMMAND = Command("sync_now", by_server("sync_now", run))
