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
from sync.files.library import Library
from sync.files.theirs import theirs as theirs_of
from sync.files.told import TheirsOfTab
from sync.plan import guards
from sync.plan.force import Force
from sync.round.begin import begin
from sync.round.belonging import Owner, checked, mine
from sync.round.books import SeenBook, Stores, read_book, saved_tabs
from sync.round.gate import Gate
from sync.round.old_copy import Answer, OldCopy, find
from sync.round.old_copy_answers import Again, go_back, up_to_date, write_again
from sync.round.owners import Owners
from sync.round.recover import Unsettled, recover, unsettled
from sync.round.remember import remember_base, remember_choices, went_back
from sync.round.report import BookReport, RoundReport
from sync.state.database import DATABASE, State, now
from sync.state.leases import T_LOST, Lease
from sync.state.space import give_back
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
    take_over: bool = False


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
    who: str | None = None,
    take_over: bool = False,
) -> RoundReport:
    """Runs one round over the configured workbooks, or with `dry_run` only plans it.

    A workbook that can't be read or written is reported and the others go on; so is a tab.

    `stores` are used instead of the configured ones: documents that are open in a spreadsheet program, whose
    word counts, which are written into, and of which until somebody saves them nothing is agreed on. `previewed` names the plan (by its id) that a person saw of each workbook: another one is
    refused (G-018). `old_copy` says what becomes of a workbook that turns out to be an older copy (G-040),
    `moment` when what is new in the inbox has arrived (now), `who` asked for the round, where that is known.
    With `take_over` a workbook of another state, or a copy, is this state's from here on (else G-042, G-043).

    Raises:
        Error: G-021, G-022 `force` does not say which file, or names none that is held.
        Busy: G-012 another round is running.
    """
    options = Options(dry_run, only, force or Force(), adopt, stores or {}, previewed, old_copy, take_over)
    with nullcontext() if dry_run else state.lease():
        moment = moment or datetime.now(UTC)
        inbox, number = begin(config, state, options.force, moment, adopt=adopt, who=who, dry_run=dry_run)
        problems = [*_last_good(config), *inbox.problems]
        report = RoundReport(number, files=inbox.as_json(), problems=problems, held=inbox.held)
        for book in config.site.workbooks:
            if not only or book.name in only:
                report.workbooks.append(_Book(config, state, book, inbox.library, options, report.round).run())
        if report.round is not None:
            with state.begin():
                state.journal.finish(report.round, now())
                state.journal.pack()
            if not state.is_shared:
                give_back(state.folder / DATABASE)
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
        self._gate = Gate(state, book.name, options.force.codes, is_dry=options.dry_run)
        self._wrote = False
        self._lease: Lease | None = None

    def run(self) -> BookReport:
        """Reads, plans, and unless it is a dry run writes and remembers, holding the workbook's lease."""
        try:
            if self._options.dry_run:
                self._run()
            else:
                with self._state.leases.of(self._report.name) as self._lease:
                    self._report.state = "LEASED"
                    recover(self._config, self._state, self._options.stores, self._lease)
                    self._run()
        except Error as error:
            self._report.error = error
            self._report.state = "UNKNOWN" if self._wrote else "STALE" if error.code is T_LOST else "HELD"
            if not self._wrote:
                self._report.changes, self._report.appends = [], 0
        if self._number is not None:
            self._gate.remember(self._number, self._report)
        return self._report

    def _run(self) -> None:
        book = read_book(self._config, self._configured, self._options.stores)
        owner = checked(book, self._state.identity.get(), take_over=self._options.take_over)
        self._report.state = "READ"
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
        if self._lease is not None:
            self._carry_out(book, owner, self._lease)

    def _older_copy(self, book: SeenBook) -> OldCopy | None:
        """The older copy that the workbook is, with an answer what becomes of it. Raises G-040, G-041."""
        if guards.G_OLD_COPY.id in self._options.force.codes:
            return None
        found = find(self._state, book)
        if found is not None and self._options.old_copy is None:
            refusal = found.refusal(book)
            if self._gate.lets(refusal, f"{found.round} {found.found} {book.version if book.store.durable else ''}"):
                return None
            raise refusal
        if found is not None and self._options.old_copy is Answer.BACK and not set(book.views) <= self._saved:
            raise Busy(guards.G_UNSAVED_COPY, file=book.where)
        return found

    def _unsaid(self, tab: str, problems: Sequence[Problem]) -> list[Problem]:
        self._said[tab] = list(problems)
        return self._state.told.unsaid(self._report.name, tab, problems)

    def _plan(self, name: str, view: SheetView, book: SeenBook) -> None:
        report = self._report
        report.problems += self._unsaid(name, view.problems)
        theirs = theirs_of(view.sheet, self._library, view.keys)
        plan, refused = self._gate.through(lambda force: self._planned(view, theirs, book, force))
        if plan is None:
            report.refused += refused
            report.adoption += [item for held in refused if isinstance(held, Held) for item in held.plan.adoption]
            return
        if plan.memory.base is not None and plan.memory.base.doubtful:
            report.problems.append(Problem(guards.G_RESTORED, report.name, view.tab))
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

    def _planned(self, view: SheetView, theirs: TheirsOfTab, book: SeenBook, force: frozenset[str]) -> TabPlan:
        """What would be done to a tab past the guards of `force`. Raises Refused."""
        memory = self._memory(view, book, force)
        shown, again = view, Again()
        if self._copy is not None and self._options.old_copy is Answer.UPDATE:
            shown, again = up_to_date(self._copy, view)
        adopt = self._options.adopt
        plan = plan_tab(self._config, self._report.name, shown, theirs, memory, force=force, adopt=adopt)
        write_again(plan, view, again)
        return plan

    def _memory(self, view: SheetView, book: SeenBook, force: frozenset[str]) -> Memory:
        workbook, name = self._report.name, view.sheet.name
        lost = False
        try:
            base = self._state.bases.get(workbook, name)
        except Error as error:
            if guards.G_LOST_BASE.id not in force:
                raise Refused(guards.G_LOST_BASE, file=workbook, tab=name) from error
            base, lost = None, True
        lost = lost or (base is not None and base.doubtful)
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

    def _carry_out(self, book: SeenBook, owner: Owner | None, lease: Lease) -> None:
        name, number, journal = self._report.name, self._number or 0, self._state.journal
        changes = [change for plan in self._plans for change in plan.changes]
        edits = [edit for change in changes if (edit := change.edit) is not None]
        rows = [change.row for change in changes if change.row is not None]
        cells = [*changes, *(change for plan in self._plans for change in plan.kept)]
        receipt: Receipt | None = None
        with self._state.begin(lease):
            if cells or self._gone_back:
                sends = bool(edits or rows) and not book.store.durable
                state = "SENT" if sends else "SENDING"
                version = book.version_at_home() if sends else book.version
                journal.plan(number, name, state, version, self._report.plan_id or "", cells, lease.epoch)
            if self._gone_back and self._copy is not None:
                journal.move(number, name, state, went_back=self._copy.round)
                for tab, (then, since) in self._gone_back.items():
                    went_back(self._state, name, tab, then, since)
        own = mine(self._state.identity.get(), name, datetime.now(self._config.site.zone).date())
        new = None if owner is not None and (owner.state, owner.workbook) == (own.state, own.workbook) else own.text
        if edits or rows or (new and self._options.take_over):
            try:
                receipt = book.store.apply(edits=edits, appends=rows, expected=book.version, owner=new)
            except Error as error:
                self._wrote = not (isinstance(error, Busy) or book.stands(book.version))
                if not self._wrote:  # else something arrived, perhaps ours: the next round asks the cells
                    with self._state.begin(lease):
                        journal.forget_unverified(number, name)
                        journal.move(number, name, "HELD")
                raise
            self._wrote = True
            book.verify(receipt)
        with self._state.begin(lease):
            self._remember(book, receipt)
            if receipt is None and (cells or self._gone_back):
                journal.verified(number, name)
                journal.move(number, name, "COMMITTED", sha_after=book.version_at_home())
        self._report.state = "SENT" if receipt is not None and not book.store.durable else "COMMITTED"
        self._report.left = receipt.version if receipt is not None and book.store.durable else book.version_at_home()

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
        self._gate.use_up(number)
