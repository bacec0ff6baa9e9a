"""Takes a round back: its cells that still hold what it wrote, and nothing else (sync.md, Undo)."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Row

from rules.errors import Busy, Code, Error
from rules.policy.loader import Config
from sheets_schema.grid.edits import Place, Receipt
from sync.plan import guards
from sync.plan.change import Change
from sync.round.belonging import checked
from sync.round.books import SeenBook, Stores, home_of, read_book
from sync.round.recover import recover
from sync.round.undo_steps import Steps
from sync.state.database import State, now
from sync.state.leases import Lease

T_NO_ROUND = Code(
    "T-020",
    "没有可撤销的轮次 {found}",
    "no round to take back: {found}",
    "用 qlc sync history 查看",
    "see qlc sync history",
)
T_OF_UNDO = Code(
    "T-022",
    "第 {found} 轮本身是一次撤销,不能再撤销",
    "round {found} is itself an undo and can't be taken back",
    "要重新采用 ERP 值:qlc sync pins --release 编号,或 qlc sync adopt 工作簿",
    "to take the ERP's values again: qlc sync pins --release ID, or qlc sync adopt WORKBOOK",
)


@dataclass
class UndoReport:
    """What an undo did: cells restored, appended rows emptied, cells kept because they changed since.

    `round` is 0 for one that was only planned; `reopened` counts conflicts whose settling was taken back.
    """

    round: int
    undone: int
    restored: int = 0
    removed: int = 0
    reopened: int = 0
    kept: list[dict[str, Any]] = field(default_factory=list)
    refused: list[Error] = field(default_factory=list)
    cells: list[tuple[str, Change]] = field(default_factory=list)
    """What is put back, by workbook; of an emptied row one entry without a column."""

    def as_json(self, lang: str = "zh") -> dict[str, Any]:
        """What `--json` shows of it."""
        return {
            "round": self.round,
            "undone": self.undone,
            "restored": self.restored,
            "removed_rows": self.removed,
            "reopened": self.reopened,
            "kept": self.kept,
            "refused": [error.as_json(lang) for error in self.refused],
        }

    @property
    def exit_code(self) -> int:
        """0 all restored, 1 some kept, the error's code when nothing could be written."""
        if self.refused and not (self.restored or self.removed):
            return max(error.exit_code for error in self.refused)
        return int(bool(self.kept or self.refused))


def undo(
    config: Config,
    state: State,
    number: int | None = None,
    *,
    workbook: str | None = None,
    dry_run: bool = False,
    stores: Stores | None = None,
    who: str | None = None,
) -> UndoReport:
    """Takes round `number` back; by default the last that wrote (into `workbook`) and was not taken back.

    A cell that somebody changed since is kept and listed. The agreed value from before the round is
    restored too, and the ERP's value is pinned, so that the next round does not bring it again; where the
    round carried out a choice, its conflict is open again instead. An appended row is emptied when nobody
    typed in it, and its key is pinned. What is refused keeps what is remembered of it. A file that nobody
    touched since becomes its backup again, byte for byte. `stores` are used instead of the configured ones:
    documents that are open in a spreadsheet program. With `dry_run` nothing is written or remembered.
    `who` asked for it, where that is known.

    Raises:
        Error: T-020 no such round, T-022 the round is an undo.
        Busy: G-012 another round is running.
    """
    stores = stores or {}
    if dry_run:
        report = UndoReport(0, _target(config, state, number, workbook))
        for item in state.journal.books(report.undone):
            _undo_book(config, state, report, item, stores)
        return report
    with state.lease():
        for book in config.site.workbooks:
            with suppress(Busy), state.leases.of(book.name) as lease:
                recover(config, state, stores, lease)
        target = _target(config, state, number, workbook)
        with state.begin():
            start = state.journal.start("undo", now(), undone=target, who=who, runner=state.leases.runner)
            report = UndoReport(start, target)
            state.journal.close_killed(report.round, now(), state.leases.alive())
            state.audit.add("undo", {"undone": target}, round=report.round)
        for item in state.journal.books(target):
            try:
                with state.leases.of(item.workbook) as lease:
                    _undo_book(config, state, report, item, stores, lease)
            except Busy as busy:  # another runner has it, or took it over
                report.refused.append(busy)
        with state.begin():
            state.journal.finish(report.round, now())
    return report


def _target(config: Config, state: State, number: int | None, workbook: str | None) -> int:
    """The round to take back. Raises T-020, T-022."""
    names = {book.name for book in config.site.workbooks}
    wrote = state.journal.wrote()
    ends = {name: state.journal.of_book(name) for name in names}
    for row in state.journal.rounds(None):
        if number is not None and row.id != number:
            continue
        if row.kind == "undo":
            if number is not None:
                raise Error(T_OF_UNDO, found=number)
            continue
        books = wrote.get(row.id, set()) & names
        if workbook is not None and workbook not in books:
            continue
        if books and (number is not None or not all(taken_back(ends[name], row.id) for name in books)):
            return int(row.id)
    raise Error(T_NO_ROUND, found="" if number is None else number)


def taken_back(rounds: Sequence[Row[Any]], number: int) -> bool:
    """Whether a later one of a workbook's rounds (newest first) took back what this one did to it; one that was refused did not."""
    for later in rounds:
        if later.round <= number:
            break
        done = later.state in ("SENDING", "SENT", "COMMITTED", "PARTIAL")
        undone = later.kind == "undo" and later.undone == number
        if done and (undone or (later.went_back or later.round) <= number):
            return True
    return False


def _undo_book(
    config: Config, state: State, report: UndoReport, item: Row[Any], stores: Stores, lease: Lease | None = None
) -> None:
    """Takes back what a round did to one workbook; without a lease it is only planned."""
    workbook = item.workbook
    configured = next((book for book in config.site.workbooks if book.name == workbook), None)
    if configured is None:
        return
    store = stores.get(workbook) or home_of(config, configured, stores)
    rows = state.journal.written(report.undone, workbook, verified_only=store.durable and item.state != "SENT")
    if not rows:
        return
    book, wrote = None, False
    try:
        if item.state == "SENT" and store.durable:
            raise Busy(guards.G_UNSAVED, file=store.where, found=report.undone)
        book = read_book(config, configured, {workbook: store})
        checked(book, state.identity.get())
        steps = Steps(state, book, rows)
        report.kept += steps.kept
        report.cells += [(workbook, cell) for cell in steps.cells]
        receipt = Receipt(version=book.version_at_home())
        if lease is not None:
            kind, plan = "SENDING" if store.durable else "SENT", f"undo-{report.undone}"
            with state.begin(lease):
                state.journal.plan(report.round, workbook, kind, receipt.version, plan, steps.cells, lease.epoch)
                steps.pin(report.round)
            if steps.edits:
                receipt = _write(book, steps, item)
                wrote = True
                book.verify(receipt)
    except Error as error:
        report.refused.append(error)
        if lease is not None and not wrote and (isinstance(error, Busy) or book is None or book.stands(book.version)):
            with state.begin(lease):
                state.journal.forget_unverified(report.round, workbook)
                state.journal.move(report.round, workbook, "HELD")
        return
    lost = steps.lost(receipt.places)
    done = [cell for cell in steps.cells if cell.place not in lost]
    report.refused += book.refusals(receipt)
    report.restored += sum(cell.column != "" for cell in done)
    report.removed += sum(cell.column == "" for cell in done)
    report.reopened += len(steps.reopened(lost))
    if lease is not None:
        with state.begin(lease):
            _remember(state, report, steps, lost, receipt, is_saved=store.durable or not steps.edits)


def _write(book: SeenBook, steps: Steps, item: Row[Any]) -> Receipt:
    """The whole workbook as it was where nobody touched it since, else its cells one by one."""
    if item.backup and book.version == item.sha_after and not steps.kept:
        receipt = book.store.restore(item.backup, item.sha_before, book.version)
        if receipt is not None:
            return receipt
    return book.store.apply(edits=steps.edits, expected=book.version, whole=steps.emptied)


def _remember(
    state: State, report: UndoReport, steps: Steps, lost: Collection[Place], receipt: Receipt, *, is_saved: bool
) -> None:
    workbook, number = steps.book.name, report.round
    state.journal.forget_cells(number, workbook, {(cell.tab, cell.cell) for cell in steps.cells if cell.place in lost})
    if lost and len(lost) == len(steps.cells):  # all was refused: the round is not taken back
        state.journal.move(number, workbook, "HELD")
    elif is_saved:
        state.journal.verified(number, workbook)
        state.journal.move(number, workbook, "COMMITTED", sha_after=receipt.version, backup=receipt.backup)
    steps.remember(number, lost, bases=is_saved)
