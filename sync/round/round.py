"""One round: inbox, workbooks, plans, guards, writing, remembering (sync.md, "A round's states").

`plan` and `--dry-run` are this very code, stopped before anything is written or remembered.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from rules.errors import Busy, Error, Refused
from rules.policy.loader import Config
from rules.policy.site import AnyWorkbook
from sheets_schema.grid.edits import Receipt
from sheets_schema.problems import Problem
from sync.files.inbox import arrivals, remember
from sync.files.library import Library
from sync.files.theirs import theirs as theirs_of
from sync.plan import guards
from sync.plan.force import Force
from sync.round.books import SeenBook, Stores, read_book, saved_tabs
from sync.round.old_copy import Answer, OldCopy, find
from sync.round.old_copy_answers import Again, go_back, up_to_date, write_again
from sync.round.owners import Owners
from sync.round.recover import Unsettled, recover, unsettled
from sync.round.remember import remember_base, remember_choices, went_back
from sync.round.report import BookReport, RoundReport
from sync.round.used_numbers import record
from sync.state.database import State, now
from sync.tab import mapping
from sync.tab.adopt import Adoption
from sync.tab.agreed import set_cells
from sync.tab.planning import Held, plan_tab
from sync.tab.tab_plan import Memory, TabPlan
from sync.tab.view import SheetView


@dataclass(frozen=True)
class Options:
    """How a round was asked for."""

    dry_run: bool = False
    only: frozenset[str] = frozenset()
    force: Force = field(default_factory=Force)
    adopt: Adoption | None = None
    stores: Stores = field(default_factory=dict)
    previewed: Mapping[str, str] | None = None
    old_copy: Answer | None = None


def run_round(
    config: Config,
    state: State,
    *,
    dry_run: bool = False,
    only: frozenset[str] = frozenset(),
    force: Force | None = None,
    adopt: Adoption | None = None,
    stores: Stores | None = None,
    previewed: Mapping[str, str] | None = None,
    old_copy: Answer | None = None,
    moment: datetime | None = None,
) -> RoundReport:
    """Runs one round over the configured workbooks, or with `dry_run` only plans it.

    A workbook that can't be read or written is reported and the others go on; so is a tab.

    `stores` are used instead of the configured ones: documents that are open in a spreadsheet program, whose
    word counts, which are written into, and of which until somebody saves them nothing is agreed on. `previewed` names the plan (by its id) that a person saw of each workbook: another one is
    refused (G-018). `old_copy` says what becomes of a workbook that turns out to be an older copy (G-040),
    `moment` when what is new in the inbox has arrived (now).

    Raises:
        Error: G-021, G-022 `force` does not say which file, or names none that is held.
        Busy: G-012 another round is running.
    """
    options = Options(dry_run, only, force or Force(), adopt, stores or {}, previewed, old_copy)
    with nullcontext() if dry_run else state.lease():
        if not dry_run:
            recover(config, state, options.stores)
        inbox = arrivals(config, state, options.force, moment or datetime.now(UTC))
        problems = [*_last_good(config), *inbox.problems]
        report = RoundReport(None, files=inbox.as_json(), problems=problems, held=inbox.held)
        if not dry_run:
            with state.begin():
                remember(state, inbox)
                report.round = state.journal.start("adopt" if adopt else "sync", now())
                state.journal.close_killed(report.round, now())
                record(state, report.round, config.rules)
        for book in config.site.workbooks:
            if not only or book.name in only:
                report.workbooks.append(_Book(config, state, book, inbox.library, options, report.round).run())
        if report.round is not None:
            with state.begin():
                state.journal.finish(report.round, now())
                state.journal.pack()
    return report


def _last_good(config: Config) -> list[Problem]:
    """A finding of the round where it went by the last good configuration."""
    wrong = config.problem
    return [Problem(wrong.code, wrong.file, facts=wrong.facts)] if wrong else []


class _Book:
    """One workbook's way through a round."""

    def __init__(
        self, config: Config, state: State, book: AnyWorkbook, library: Library, options: Options, number: int | None
    ) -> None:
        self._config, self._state, self._configured, self._library = config, state, book, library
        self._options, self._number = options, number
        self._report = BookReport(book.name, owners=Owners(config, options.stores).of)
        self._plans: list[TabPlan] = []
        self._said: dict[str, list[Problem]] = {}
        self._unsettled = Unsettled()
        self._saved: frozenset[str] = frozenset()
        self._copy: OldCopy | None = None
        self._gone_back: dict[str, tuple[Memory, Memory]] = {}
        """By tab what was remembered, and what is once an older copy counts."""
        self._wrote = False

    def run(self) -> BookReport:
        """Reads, plans, and unless it is a dry run writes and remembers."""
        try:
            book = read_book(self._config, self._configured, self._options.stores)
            self._saved = saved_tabs(self._config, self._configured, book)
            self._copy = self._older_copy(book)
            self._unsettled = unsettled(self._state, book)
            self._report.known = frozenset(row.id for row in self._state.conflicts.open(self._report.name))
            self._report.refused += book.refused
            self._report.problems += [*self._unsaid("", book.missing), *book.idle]
            for name, view in book.views.items():
                self._plan(name, view, book)
            self._report.plan_id = self._plan_id(book)
            self._report.state = "PLANNED"
            previewed = self._options.previewed
            if previewed is not None and previewed.get(self._report.name) != self._report.plan_id:
                raise Busy(guards.G_PREVIEW, file=book.where)
            if not self._options.dry_run:
                self._carry_out(book)
        except Error as error:
            self._report.error = error
            self._report.state = "UNKNOWN" if self._wrote else "HELD"
            if not self._wrote:
                self._report.changes, self._report.appends = [], 0
        return self._report

    def _older_copy(self, book: SeenBook) -> OldCopy | None:
        """The older copy that the workbook is, with an answer what becomes of it. Raises G-040, G-041."""
        if guards.G_OLD_COPY.id in self._options.force.codes:
            return None
        found = find(self._state, book)
        if found is not None and self._options.old_copy is None:
            raise found.refusal(book)
        if found is not None and self._options.old_copy is Answer.BACK and not set(book.views) <= self._saved:
            raise Busy(guards.G_UNSAVED_COPY, file=book.where)
        return found

    def _unsaid(self, tab: str, problems: Sequence[Problem]) -> list[Problem]:
        self._said[tab] = list(problems)
        return self._state.told.unsaid(self._report.name, tab, problems)

    def _plan(self, name: str, view: SheetView, book: SeenBook) -> None:
        report, options = self._report, self._options
        report.problems += self._unsaid(name, view.problems)
        try:
            memory = self._memory(view, book)
            theirs = theirs_of(view.sheet, self._library, view.keys)
            shown, again = view, Again()
            if self._copy is not None and options.old_copy is Answer.UPDATE:
                shown, again = up_to_date(self._copy, view)
            force, adopt = options.force.codes, options.adopt
            plan = plan_tab(self._config, report.name, shown, theirs, memory, force=force, adopt=adopt)
            write_again(plan, view, again)
        except Held as held:
            report.adoption += held.plan.adoption
            report.refused.append(held)
            return
        except Refused as error:
            report.refused.append(error)
            return
        report.ran += 1
        report.adoption += plan.adoption
        report.changes += plan.changes
        report.appends += len(plan.appended)
        report.skipped += plan.skipped
        report.conflicts += plan.conflicts
        report.problems += plan.problems
        report.problems += self._state.told.unsaid(report.name, name, plan.untold)
        self._said[name] += plan.untold
        report.refused += plan.refused
        report.as_of |= theirs.as_of
        if plan.paste:
            report.paste[name] = plan.paste
        self._plans.append(plan)

    def _memory(self, view: SheetView, book: SeenBook) -> Memory:
        workbook, name, force = self._report.name, view.sheet.name, self._options.force.codes
        lost = False
        try:
            base = self._state.bases.get(workbook, name)
        except Error as error:
            if guards.G_LOST_BASE.id not in force:
                raise Refused(guards.G_LOST_BASE, file=workbook, tab=name) from error
            base, lost = None, True
        if base is not None and guards.G_CONFIG.id not in force:
            moved = mapping.changes(base.mapping, self._config, self._configured, view, self._library, book.tabs)
            if moved:
                raise Refused(guards.G_CONFIG, file=workbook, tab=name, found=";".join(moved[:5]))
        waiting, late = self._state.conflicts.choices(workbook, name), self._unsettled
        choices = {one: chosen for one, chosen in waiting.items() if one not in late.carried}
        memory = Memory(base, tuple(self._state.pins.of(workbook, name)), choices, lost)
        if self._copy is not None and self._options.old_copy is Answer.BACK:
            back = go_back(self._copy, view, memory, self._number)
            self._gone_back[name] = memory, (memory := back.memory(memory, view.sheet.key))
        if memory.base is not None and late.agreed.get(name):
            table = set_cells(memory.base.table, view.sheet.key, late.agreed[name])
            memory = replace(memory, base=replace(memory.base, table=table))
        return replace(memory, pins=(*memory.pins, *late.pins.get(name, ())))

    def _plan_id(self, book: SeenBook) -> str:
        digest = hashlib.sha256()
        if book.store.durable:  # an open document changes with every look at the clock in it
            digest.update(book.version.encode())
        for change in self._report.changes:
            line = (change.tab, change.key, change.column, change.cell, change.before, change.after)
            digest.update(repr(line).encode())
        for conflict in self._report.conflicts:
            digest.update(conflict.id.encode())
        return digest.hexdigest()[:16]

    def _carry_out(self, book: SeenBook) -> None:
        name, number, journal = self._report.name, self._number or 0, self._state.journal
        changes = [change for plan in self._plans for change in plan.changes]
        edits = [edit for change in changes if (edit := change.edit) is not None]
        rows = [change.row for change in changes if change.row is not None]
        cells = [*changes, *(change for plan in self._plans for change in plan.kept)]
        receipt: Receipt | None = None
        with self._state.begin():
            if cells or self._gone_back:
                sends = bool(edits or rows) and not book.store.durable
                state = "SENT" if sends else "SENDING"
                version = book.version_at_home() if sends else book.version
                journal.plan(number, name, state, version, self._report.plan_id or "", cells)
            if self._gone_back and self._copy is not None:
                journal.move(number, name, state, went_back=self._copy.round)
                for tab, (then, since) in self._gone_back.items():
                    went_back(self._state, name, tab, then, since)
        if edits or rows:
            try:
                receipt = book.store.apply(edits=edits, appends=rows, expected=book.version)
            except Error as error:
                self._wrote = not (isinstance(error, Busy) or book.stands(book.version))
                if not self._wrote:  # else something arrived, perhaps ours: the next round asks the cells
                    with self._state.begin():
                        journal.forget_unverified(number, name)
                        journal.move(number, name, "HELD")
                raise
            self._wrote = True
            book.verify(receipt)
        with self._state.begin():
            self._remember(book, receipt)
            if receipt is None and (cells or self._gone_back):
                journal.verified(number, name)
                journal.move(number, name, "COMMITTED", sha_after=book.version_at_home())
        self._report.state = "SENT" if receipt is not None and not book.store.durable else "COMMITTED"

    def _remember(self, book: SeenBook, receipt: Receipt | None) -> None:
        name, number, state = self._report.name, self._number or 0, self._state
        waits = receipt is not None and not book.store.durable
        refused = receipt.places if receipt else frozenset()
        if receipt is not None:
            self._report.refused += book.refusals(receipt)
            lost = [change for plan in self._plans for change in plan.changes if plan.lost(change, refused)]
            gone = {change.place for change in lost}
            state.journal.forget_cells(number, name, {(change.tab, change.cell) for change in lost})
            self._report.changes = [change for change in self._report.changes if change.place not in gone]
            if not waits:
                state.journal.verified(number, name)
                state.journal.move(number, name, "COMMITTED", sha_after=receipt.version, backup=receipt.backup)
            self._report.backup = receipt.backup
        for plan in self._plans:
            cells = {(item.key, item.column) for item in plan.changes if waits or plan.lost(item, refused)}
            if plan.name in self._saved:
                remember_base(state, plan, number, cells, mapping.mapping_of(self._config, self._configured, plan.name))
            waiting = remember_choices(state, plan, number, cells, self._unsettled.carried)
            self._report.conflicts += [] if waits else waiting
        for tab, problems in self._said.items():
            state.told.remember(name, tab, problems)
