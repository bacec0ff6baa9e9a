"""One round: inbox, workbooks, plans, guards, writing, remembering (sync.md, "A round's states").

`plan` and `--dry-run` are this very code, stopped before anything is written or remembered.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from rules.errors import Busy, Error, Refused
from rules.policy.loader import Config
from rules.policy.site import Workbook
from sheets_schema.problems import Problem
from sheets_schema.sheets import SHEETS
from sync import guards
from sync.adopt import Adoption
from sync.agreed import same_tables, set_cells
from sync.apply import Result, write_book
from sync.backends.port import Store
from sync.books import Book, hash_on_disk, read_book, saved_tabs
from sync.force import Force
from sync.inbox import arrivals, remember
from sync.ingest.library import Library
from sync.ingest.theirs import theirs as theirs_of
from sync.recover import Agreed, recover, unsettled
from sync.report import BookReport, Change, RoundReport
from sync.sheet import SheetView
from sync.state.database import State, now
from sync.state.journal import Key, Written
from sync.state.memory import Base
from sync.tab_plan import Memory, TabPlan
from sync.tabs import Held, plan_tab


@dataclass(frozen=True)
class Options:
    """How a round was asked for."""

    dry_run: bool = False
    only: frozenset[str] = frozenset()
    force: Force = field(default_factory=Force)
    adopt: Adoption | None = None
    open_books: Mapping[str, Store] = field(default_factory=dict)
    previewed: Mapping[str, str] | None = None


def run_round(
    config: Config,
    state: State,
    *,
    dry_run: bool = False,
    only: frozenset[str] = frozenset(),
    force: Force | None = None,
    adopt: Adoption | None = None,
    open_books: Mapping[str, Store] | None = None,
    previewed: Mapping[str, str] | None = None,
    moment: datetime | None = None,
) -> RoundReport:
    """Runs one round over the configured workbooks, or with `dry_run` only plans it.

    A workbook that can't be read or written is reported and the others go on; so is a tab.

    `open_books` are the documents of workbooks that are open in a spreadsheet program: what they show
    counts, they are written into, and until somebody saves them what was written there is agreed on with
    nobody. `previewed` names the plan (by its id) that a person saw of each workbook: another one is
    refused (G-018). `moment` is when what is new in the inbox has arrived (now).

    Raises:
        Error: G-021, G-022 `force` does not say which file, or names none that is held.
        Busy: G-012 another round is running.
    """
    options = Options(dry_run, only, force or Force(), adopt, open_books or {}, previewed)
    with nullcontext() if dry_run else state.lease():
        if not dry_run:
            recover(config, state, options.open_books)
        inbox = arrivals(config, state, options.force, moment or datetime.now(UTC))
        problems = [*_last_good(config), *inbox.problems]
        report = RoundReport(None, files=inbox.as_json(), problems=problems, held=inbox.held)
        if not dry_run:
            with state.begin():
                remember(state, inbox)
                report.round = state.journal.start("adopt" if adopt else "sync", now())
        for book in config.site.workbooks:
            if not only or book.name in only:
                report.workbooks.append(_Book(config, state, book, inbox.library, options, report.round).run())
        if report.round is not None:
            with state.begin():
                state.journal.finish(report.round, now())
    return report


def _last_good(config: Config) -> list[Problem]:
    """A finding of the round where it went by the last good configuration."""
    wrong = config.problem
    return [Problem(wrong.code, wrong.file, facts=wrong.facts)] if wrong else []


def mapping_hash(config: Config, book: Workbook, tab: str) -> str:
    """What decides how titles, stores and tabs are read: a change makes old agreements doubtful."""
    site = config.site
    parts = {
        "tab": book.tabs.get(tab, tab),
        "columns": {title: sorted(words) for title, words in site.column_aliases.get(tab, {}).items()},
        "exports": {name: {f: sorted(w) for f, w in words.items()} for name, words in site.export_aliases.items()},
        "stores": sorted([store.name, *sorted(store.aliases)] for store in site.stores),
    }
    return hashlib.sha256(json.dumps(parts, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


class _Book:
    """One workbook's way through a round."""

    def __init__(
        self, config: Config, state: State, book: Workbook, library: Library, options: Options, number: int | None
    ) -> None:
        self._config, self._state, self._configured, self._library = config, state, book, library
        self._options, self._number = options, number
        self._report = BookReport(book.name)
        self._plans: list[TabPlan] = []
        self._said: dict[str, list[Problem]] = {}
        self._agreed: Agreed = {}
        self._saved: frozenset[str] = frozenset()

    def run(self) -> BookReport:
        """Reads, plans, and unless it is a dry run writes and remembers."""
        try:
            book = read_book(self._config, self._configured, self._options.open_books.get(self._report.name))
            self._agreed = unsettled(self._state, book)
            self._report.refused += book.refused
            self._report.problems += self._unsaid("", book.missing)
            for name, view in book.views.items():
                self._plan(name, view)
            self._report.plan_id = self._plan_id(book)
            self._report.state = "PLANNED"
            previewed = self._options.previewed
            if previewed is not None and previewed.get(self._report.name) != self._report.plan_id:
                raise Busy(guards.G_PREVIEW, file=book.path.name)
            if not self._options.dry_run:
                self._carry_out(book)
        except Error as error:
            self._report.error = error
            self._report.state = "HELD"
            self._report.changes, self._report.appends = [], 0
        return self._report

    def _unsaid(self, tab: str, problems: Sequence[Problem]) -> list[Problem]:
        self._said[tab] = list(problems)
        return self._state.told.unsaid(self._report.name, tab, problems)

    def _plan(self, name: str, view: SheetView) -> None:
        report = self._report
        report.problems += self._unsaid(name, view.problems)
        try:
            memory = self._memory(name)
            theirs = theirs_of(view.sheet, self._library, view.keys)
            plan = plan_tab(
                self._config,
                report.name,
                view,
                theirs,
                memory,
                force=self._options.force.codes,
                adopt=self._options.adopt,
            )
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
        report.appends += len(plan.new_rows)
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

    def _memory(self, name: str) -> Memory:
        workbook, force = self._report.name, self._options.force.codes
        lost = False
        try:
            base = self._state.bases.get(workbook, name)
        except Error as error:
            if guards.G_LOST_BASE.id not in force:
                raise Refused(guards.G_LOST_BASE, file=workbook, tab=name) from error
            base, lost = None, True
        mapping = mapping_hash(self._config, self._configured, name)
        if base is not None and base.mapping != mapping and guards.G_CONFIG.id not in force:
            raise Refused(guards.G_CONFIG, file=workbook, tab=name)
        if base is not None and self._agreed.get(name):
            base = replace(base, table=set_cells(base.table, SHEETS[name].key, self._agreed[name]))
        choices = self._state.conflicts.choices(workbook, name)
        return Memory(base, tuple(self._state.pins.of(workbook, name)), choices, lost)

    def _plan_id(self, book: Book) -> str:
        digest = hashlib.sha256()
        if book.store is None:  # an open document changes with every look at the clock in it
            digest.update(book.version.encode())
        for change in self._report.changes:
            line = (change.tab, change.key, change.column, change.cell, change.before, change.after)
            digest.update(repr(line).encode())
        for conflict in self._report.conflicts:
            digest.update(conflict.id.encode())
        return digest.hexdigest()[:16]

    def _carry_out(self, book: Book) -> None:
        name, number = self._report.name, self._number or 0
        edits = [edit for plan in self._plans for edit in plan.edits]
        rows = [row for plan in self._plans for row in plan.new_rows]
        result = None
        self._saved = saved_tabs(self._config, self._configured, book)
        if edits or rows:
            state, version = ("SENDING", book.version) if book.store is None else ("SENT", hash_on_disk(book))
            with self._state.begin():
                written = (_written(change, plan) for plan in self._plans for change in plan.changes)
                self._state.journal.plan(number, name, state, version, self._report.plan_id or "", written)
            try:
                result = write_book(book, edits, rows, self._config.site.backups)
            except Error:
                with self._state.begin():
                    self._state.journal.forget_unverified(number, name)
                    self._state.journal.move(number, name, "HELD")
                raise
        with self._state.begin():
            self._remember(result, is_open=book.store is not None)
        self._report.state = "SENT" if result is not None and book.store is not None else "COMMITTED"

    def _remember(self, result: Result | None, *, is_open: bool) -> None:
        name, number, state = self._report.name, self._number or 0, self._state
        refused = result.refused if result else {}
        self._report.refused += refused.values()
        if result is not None:
            cells = {(plan.name, change.cell): change for plan in self._plans for change in plan.changes}
            lost = [
                (plan.name, change.cell)
                for plan in self._plans
                for change in plan.changes
                if plan.lost(change, refused)
            ]
            state.journal.forget_cells(number, name, lost)
            self._report.changes = [change for spot, change in cells.items() if spot not in set(lost)]
            if not is_open:
                state.journal.verified(number, name)
                state.journal.move(number, name, "COMMITTED", sha_after=result.sha256, backup=result.backup)
            self._report.backup = result.backup
        for plan in self._plans:
            self._remember_tab(
                plan,
                {(item.key, item.column) for item in plan.changes if is_open or plan.lost(item, refused)},
            )
        for tab, problems in self._said.items():
            state.told.remember(name, tab, problems)

    def _remember_tab(self, plan: TabPlan, unwritten: set[tuple[Key, str]]) -> None:
        name, number, state = self._report.name, self._number or 0, self._state
        if plan.name in self._saved:
            base = plan.next_base(unwritten)
            mapping = mapping_hash(self._config, self._configured, plan.name)
            old = plan.memory.base
            if old is None or old.mapping != mapping or not same_tables(old.table, base):
                state.bases.put(name, plan.name, Base(base, number, mapping))
        state.conflicts.replace(name, plan.name, plan.conflicts, now())
        state.pins.drop(name, plan.name, [*plan.plan.void_pins, *plan.pins_moved])
        for pin in plan.pins:
            state.pins.put(name, plan.name, pin, now())


def _written(change: Change, plan: TabPlan) -> Written:
    before, seen = plan.agreed_before(change)
    return Written(
        change.tab,
        change.key,
        change.column,
        change.cell,
        change.kind,
        change.raw,
        change.after,
        before,
        seen,
        change.source,
        change.source_sha,
    )
