"""立即同步: one round now; what it writes into the workbook that is open goes into the open document."""

from __future__ import annotations

from addin.commands.command import Command, Desk, Preview, Report
from addin.commands.preview_sync import planned
from addin.commands.syncing import documents, open_state, round_report
from rules.errors import Busy
from sync.report import RoundReport
from sync.round import run_round
from sync.state.database import G_RUNNING, State, lease_holder


def run(desk: Desk) -> Preview:
    """The plan, and on confirmation exactly that plan (else G-018).

    Raises:
        Busy: G-012 a round is running already.
        Error: K-060 nothing is configured to be synced.
    """
    with open_state(desk.config) as state:
        if holder := lease_holder(state.folder):
            raise Busy(G_RUNNING, file=state.folder, found=holder)
        report, note = planned(desk, state)
        worth_it = _is_worth_it(report, state)
    ids = {book.name: book.plan_id for book in report.workbooks if book.plan_id}

    def finish() -> Report:
        stores, only = documents(desk)
        with open_state(desk.config) as state:
            done = run_round(desk.config, state, only=only, open_books=stores, previewed=ids)
        return round_report(desk.config, done, note)

    return Preview(round_report(desk.config, report, note), finish=finish if worth_it else None)


def _is_worth_it(report: RoundReport, state: State) -> bool:
    """Whether a round would write, or remember anything: new exports, choices, what was saved since."""
    if any(book.changes for book in report.workbooks) or report.files or state.journal.unfinished():
        return True
    return any(state.conflicts.waiting(book.name) for book in report.workbooks)


COMMAND = Command("sync_now", run)
