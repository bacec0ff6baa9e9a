"""Takes a round back: its cells that still hold what it wrote, and nothing else (sync.md, Undo)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Row

from rules.errors import Busy, Code, Error
from rules.policy.loader import Config
from sheets_schema.cells import Value, equal, plain
from sync import guards
from sync.agreed import set_cells
from sync.apply import Edit, cell_value, write_book
from sync.backends.port import Store
from sync.books import Book, hash_on_disk, read_book
from sync.recover import recover
from sync.sheet import SheetView
from sync.state.database import State, now
from sync.state.journal import Written, key_of, row_of, value_of
from sync.state.memory import Base
from sync.state.settlements import Pin

T_NO_ROUND = Code(
    "T-020",
    "没有可撤销的轮次 {found}",
    "no round to take back: {found}",
    "用 qlc sync history 查看",
    "see qlc sync history",
)


@dataclass
class UndoReport:
    """What an undo did: cells restored, appended rows emptied, cells kept because they changed since.

    `round` is 0 for one that was only planned.
    """

    round: int
    undone: int
    restored: int = 0
    removed: int = 0
    kept: list[dict[str, Any]] = field(default_factory=list)
    refused: list[Error] = field(default_factory=list)
    cells: list[tuple[str, Written]] = field(default_factory=list)
    """What is put back, by workbook; of an emptied row one entry without a column."""

    def as_json(self, lang: str = "zh") -> dict[str, Any]:
        """What `--json` shows of it."""
        return {
            "round": self.round,
            "undone": self.undone,
            "restored": self.restored,
            "removed_rows": self.removed,
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
    open_books: Mapping[str, Store] | None = None,
) -> UndoReport:
    """Takes round `number` back; by default the last that wrote (into `workbook`) and was not taken back.

    A cell that somebody changed since is kept and listed. The agreed value from before the round is
    restored too, and the ERP's value is pinned, so that the next round does not bring it again. An
    appended row is emptied when nobody typed in it, and its key is pinned. `open_books` are the
    documents of workbooks that are open in a spreadsheet program. With `dry_run` nothing is written or
    remembered.

    Raises:
        Error: T-020 no such round.
        Busy: G-012 another round is running.
    """
    documents = open_books or {}
    if dry_run:
        report = UndoReport(0, _target(state, number, workbook))
        for item in state.journal.books(report.undone):
            _undo_book(config, state, report, item, documents.get(item.workbook))
        return report
    with state.lease():
        recover(config, state, documents)
        target = _target(state, number, workbook)
        with state.begin():
            report = UndoReport(state.journal.start("undo", now(), undone=target), target)
        for item in state.journal.books(target):
            _undo_book(config, state, report, item, documents.get(item.workbook))
        with state.begin():
            state.journal.finish(report.round, now())
    return report


def _target(state: State, number: int | None, workbook: str | None) -> int:
    rounds = state.journal.rounds(1000)
    taken = {row.undone for row in rounds if row.kind == "undo"}
    for row in rounds:
        wanted = row.id == number if number is not None else row.kind != "undo" and row.id not in taken
        if wanted and row.kind != "undo" and state.journal.written(row.id, workbook, verified_only=False):
            return int(row.id)
    raise Error(T_NO_ROUND, found="" if number is None else number)


def _undo_book(config: Config, state: State, report: UndoReport, item: Row[Any], document: Store | None) -> None:
    workbook = item.workbook
    configured = next((book for book in config.site.workbooks if book.name == workbook), None)
    rows = state.journal.written(report.undone, workbook, verified_only=document is None and item.state != "SENT")
    if configured is None or not rows:
        return
    try:
        if item.state == "SENT" and document is None:
            raise Busy(guards.G_UNSAVED, file=configured.path.name, found=report.undone)
        book = read_book(config, configured, document)
        steps = _Steps(state, report, book)
        for row in rows:
            steps.add(row)
        report.cells += [(workbook, cell) for cell in steps.cells]
        if not steps.edits or not report.round:
            return
        kind, version = ("SENDING", book.version) if document is None else ("SENT", hash_on_disk(book))
        with state.begin():
            state.journal.plan(report.round, workbook, kind, version, f"undo-{report.undone}", steps.cells)
        result = write_book(book, steps.edits, [], config.site.backups)
    except Error as error:
        report.refused.append(error)
        return
    report.refused += result.refused.values()
    lost = [cell for cell in steps.cells if (book.views[cell.tab].tab, cell.cell) in result.refused]
    report.restored -= sum(cell.column != "" for cell in lost)
    report.removed -= sum(cell.column == "" for cell in lost)
    with state.begin():
        state.journal.forget_cells(report.round, workbook, [(cell.tab, cell.cell) for cell in lost])
        if document is None:
            state.journal.verified(report.round, workbook)
            state.journal.move(report.round, workbook, "COMMITTED", sha_after=result.sha256, backup=result.backup)
        steps.remember(set(result.refused))


class _Steps:
    """Collects the cells to restore in one workbook, and what must be remembered of them."""

    def __init__(self, state: State, report: UndoReport, book: Book) -> None:
        self._state, self._report, self._book = state, report, book
        self._row_of: dict[str, dict[tuple[Value, ...], int]] = {
            name: {view.key(row): row for row in range(len(view.table))} for name, view in book.views.items()
        }
        self.edits: list[Edit] = []
        self.cells: list[Written] = []
        self._pins: list[tuple[str, str, Pin]] = []
        self._bases: dict[str, dict[tuple[tuple[Value, ...], str], Value]] = {}

    def add(self, row: Row[Any]) -> None:
        """Plans one written cell or appended row."""
        view = self._book.views.get(row.tab)
        key = key_of(row.key)
        at = self._row_of.get(row.tab, {}).get(key)
        if view is None or at is None:
            self._report.kept.append({"tab": row.tab, "cell": row.cell, "column": row.column or None, "now": None})
        elif row.column == "":
            self._empty_row(view, row, key, at)
        else:
            self._restore_cell(view, row, key, at)

    def _restore_cell(self, view: SheetView, row: Row[Any], key: tuple[Value, ...], at: int) -> None:
        after, before = value_of(row.after), value_of(row.before)
        known = row.column in view.positions
        current = view.table.value(row.column, at) if known else None
        if not known or not equal(current, after) or view.has_formula(at, row.column):
            self._report.kept.append({"tab": row.tab, "cell": row.cell, "column": row.column, "now": plain(current)})
            return
        cell = view.cell(at, row.column)
        self.edits.append(
            Edit(view.tab, view.numbers[at], view.positions[row.column], cell_value(before), view.raw(at, row.column))
        )
        self.cells.append(Written(row.tab, key, row.column, cell, "restore", after, before))
        self._report.restored += 1
        if row.kind in ("cell", "mark", "computed"):
            self._pins.append((row.tab, cell, Pin(key, row.column, row.after, "undo")))
        if row.kind == "cell":
            self._bases.setdefault(row.tab, {})[key, row.column] = value_of(row.base)

    def _empty_row(self, view: SheetView, row: Row[Any], key: tuple[Value, ...], at: int) -> None:
        written = row_of(row.after)
        base = self._state.bases.get(self._book.name, row.tab)
        agreed = base.row(view.sheet.key, key) if base else {}
        if any(self._typed(view, at, title, written, agreed) for title in view.positions) or view.strangers(at):
            self._report.kept.append(
                {"tab": row.tab, "cell": row.cell, "column": None, "now": " / ".join(map(str, key))}
            )
            return
        number = view.numbers[at]
        self.edits += [Edit(view.tab, number, column, None, raw) for column, raw in view.filled(at)]
        self.cells.append(Written(row.tab, key, "", row.cell, "restore", written, None))
        self._report.removed += 1
        self._pins.append((row.tab, row.cell, Pin(key, "", row.after, "undo")))
        self._bases.setdefault(row.tab, {}).update({(key, title): None for title in written})

    def _typed(self, view: SheetView, at: int, title: str, written: dict[str, Value], agreed: dict[str, Value]) -> bool:
        """Whether a person changed this cell of an appended row."""
        column = view.sheet.by_title[title]
        if column.owner == "computed":
            return False
        if view.has_formula(at, title):
            return True
        current = view.table.value(title, at)
        return not (equal(current, written.get(title)) or (title in agreed and equal(current, agreed[title])))

    def remember(self, refused: Iterable[tuple[str, str]]) -> None:
        """Stores pins and the agreed values from before the round, but for cells that were refused."""
        skip = set(refused)
        for tab, cell, pin in self._pins:
            if (self._book.views[tab].tab, cell) not in skip:
                self._state.pins.put(self._book.name, tab, pin, now())
        for tab, cells in self._bases.items():
            base = self._state.bases.get(self._book.name, tab)
            if base:
                table = set_cells(base.table, self._book.views[tab].sheet.key, cells)
                self._state.bases.put(self._book.name, tab, Base(table, self._report.round, base.mapping))
