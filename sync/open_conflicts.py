"""Open conflicts and pins as people see them: where they stand now, and who answers for them.

Places are found by key at the moment of showing: rows are sorted, columns inserted, tabs renamed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row

from rules.answer import Text
from rules.errors import Error
from rules.policy.loader import Config
from sheets_schema.cells import Value, plain
from sync.backends.port import Store
from sync.books import Book, read_book
from sync.owners import Owners
from sync.plan.outcome import Kind
from sync.report import group
from sync.state.database import State, now
from sync.state.journal import Key, key_of, value_of
from sync.state.pins import Pin

REASONS = {
    Kind.TYPED_OVER: Text("人改过,ERP没变", "typed over, the ERP did not move"),
    Kind.BOTH_CHANGED: Text("人和ERP都改了", "both changed"),
    Kind.NEVER_AGREED: Text("从未一致", "never agreed"),
}
"""Why a cell is a conflict, as people read it."""


@dataclass(frozen=True)
class Shown:
    """One open conflict. `cell` is None where its row or column is gone, or the workbook can't be read."""

    id: str
    workbook: str
    tab: str
    key: Key
    column: str
    cell: str | None
    reason: str
    last_agreed: Value
    sheet: Value
    erp: Value
    owner: str
    source: str | None
    first_seen: str
    new: bool
    """Nobody was shown it before."""
    choice: str | None
    """What was chosen and waits for the next round."""
    manual: Value

    @property
    def group(self) -> str:
        """What it is listed and settled with."""
        return group(self.tab, self.column, self.reason)

    def as_json(self) -> dict[str, Any]:
        """What `--json` shows of it."""
        return {
            "id": self.id,
            "workbook": self.workbook,
            "tab": self.tab,
            "key": [plain(part) for part in self.key],
            "column": self.column,
            "cell": self.cell,
            "reason": self.reason,
            "last_agreed": plain(self.last_agreed),
            "sheet": plain(self.sheet),
            "erp": plain(self.erp),
            "owner": self.owner,
            "source": self.source,
            "first_seen": self.first_seen,
            "new": self.new,
            "group": self.group,
            "choice": self.choice,
        }


def open_conflicts(
    config: Config, state: State, only: str | None = None, documents: Mapping[str, Store] | None = None
) -> tuple[list[Shown], list[Error]]:
    """The open conflicts, by tab, column and reason, and why a workbook's places could not be found.

    `only` is one workbook, `documents` are those open in a spreadsheet program.
    """
    places = Places(config, documents or {})
    owners = Owners(config, documents or {})
    return [_shown(row, places, owners) for row in state.conflicts.open(only)], places.unread


def note_shown(state: State, shown: Sequence[Shown]) -> None:
    """Notes that a person has seen conflicts: the next look tells them from new ones.

    A state that can't be written (or is busy) lets them look new once more.
    """
    fresh = [item.id for item in shown if item.new]
    if fresh:
        try:
            with state.begin():
                state.conflicts.show(fresh, now())
        except Error:
            return


class Places:
    """Where cells stand now; each workbook is read when it is first asked for. `unread` tells which could not be."""

    def __init__(self, config: Config, documents: Mapping[str, Store]) -> None:
        self._config, self._documents = config, documents
        self._books: dict[str, Book | None] = {}
        self._rows: dict[tuple[str, str], dict[Key, int]] = {}
        self.unread: list[Error] = []

    def cell(self, workbook: str, tab: str, key: Key, column: str) -> str | None:
        """The address of a cell (of a row, without a column); None where it is nowhere."""
        book = self._book(workbook)
        view = book.views.get(tab) if book else None
        if view is None:
            self._tell(book, workbook, tab)
            return None
        if (workbook, tab) not in self._rows:
            self._rows[workbook, tab] = {found: row for row, found in enumerate(view.keys)}
        row = self._rows[workbook, tab].get(key)
        title = column or view.sheet.key[0]
        return view.cell(row, title) if row is not None and title in view.positions else None

    def value(self, workbook: str, tab: str, key: Key, column: str) -> Value:
        """What a cell holds now; None where it is nowhere."""
        if self.cell(workbook, tab, key, column) is None or not column:
            return None
        book = self._books[workbook]
        return book.views[tab].table.value(column, self._rows[workbook, tab][key]) if book else None

    def _tell(self, book: Book | None, workbook: str, tab: str) -> None:
        """Notes, once, why a tab could not be read."""
        names = next((item.tabs for item in self._config.site.workbooks if item.name == workbook), {})
        for error in book.refused if book else ():
            if error.tab == names.get(tab, tab) and error not in self.unread:
                self.unread.append(error)

    def _book(self, name: str) -> Book | None:
        if name not in self._books:
            self._books[name] = None
            configured = next((book for book in self._config.site.workbooks if book.name == name), None)
            if configured is not None:
                try:
                    self._books[name] = read_book(self._config, configured, self._documents.get(name))
                except Error as error:
                    self.unread.append(error)
        return self._books[name]


def _shown(row: Row[Any], places: Places, owners: Owners) -> Shown:
    key = key_of(row.key)
    return Shown(
        row.id,
        row.workbook,
        row.tab,
        key,
        row.column,
        places.cell(row.workbook, row.tab, key, row.column),
        row.reason,
        value_of(row.base),
        value_of(row.ours),
        value_of(row.theirs),
        owners.of(row.tab, key, row.column),
        row.source,
        row.first_seen,
        row.shown is None,
        row.choice,
        value_of(row.manual),
    )


def pin_json(workbook: str, tab: str, pin: Pin, places: Places) -> dict[str, Any]:
    """A pin as `--json` shows it: what is held back, where, since when, and why."""
    held: Any = [plain(value) for value in pin.values]
    if not pin.column:
        held = {title: [plain(value) for value in values] for title, values in pin.row.items()}
    return {
        "id": pin.id(workbook, tab),
        "workbook": workbook,
        "tab": tab,
        "key": [plain(part) for part in pin.key],
        "column": pin.column or None,
        "cell": places.cell(workbook, tab, pin.key, pin.column) if pin.key else None,
        "sheet": plain(places.value(workbook, tab, pin.key, pin.column)) if pin.key else None,
        "held": held,
        "reason": pin.reason,
        "made": pin.made,
        "round": pin.round,
    }
