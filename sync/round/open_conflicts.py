"""Open conflicts and pins as people see them: where they stand now, and who answers for them.

Places are found by key at the moment of showing: rows are sorted, columns inserted, tabs renamed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row

from rules.errors import Error, Refused, Text
from rules.policy.loader import Config
from rules.policy.site import AnyWorkbook
from sheets_schema.cells import Value, plain
from sheets_schema.sheets import SHEETS
from sync.plan.keys import Key
from sync.plan.outcome import Kind
from sync.round.books import S_NO_TAB, SeenBook, Stores, look_up, read_book, tab_name
from sync.round.owners import Owners
from sync.round.report import group
from sync.state.database import State, now
from sync.state.journal import key_of, value_of
from sync.state.pins import Pin
from sync.tab.view import SheetView

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
    config: Config, state: State, only: str | None = None, stores: Stores | None = None
) -> tuple[list[Shown], list[Error]]:
    """The open conflicts, by tab, column and reason, and why a workbook's places could not be found.

    `only` is one workbook, `stores` are used instead of the configured ones.
    """
    places = Places(config, stores or {})
    owners = Owners(config, stores or {})
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
    """Where cells stand now; each workbook is read when it is first asked for.

    A tab that no round may touch (a doubled key) is looked up all the same: a key that stands there once has
    a place. `unread` tells what could not be read.
    """

    def __init__(self, config: Config, stores: Stores) -> None:
        self._config, self._stores = config, stores
        self._books: dict[str, SeenBook | None] = {}
        self._views: dict[tuple[str, str], tuple[SheetView, dict[Key, int]] | None] = {}
        self.unread: list[Error] = []

    def cell(self, workbook: str, tab: str, key: Key, column: str) -> str | None:
        """The address of a cell (of a row, without a column); None where it is nowhere, or nobody can tell."""
        found = self._find(workbook, tab, key, column)
        return found[0].cell(found[1], found[2]) if found else None

    def value(self, workbook: str, tab: str, key: Key, column: str) -> Value:
        """What a cell holds now; None where it is nowhere."""
        found = self._find(workbook, tab, key, column)
        return found[0].table.value(column, found[1]) if found and column else None

    def _find(self, workbook: str, tab: str, key: Key, column: str) -> tuple[SheetView, int, str] | None:
        if (workbook, tab) not in self._views:
            self._views[workbook, tab] = self._view(workbook, tab)
        known = self._views[workbook, tab]
        if known is None:
            return None
        view, rows = known
        title = column or view.sheet.key[0]
        return (view, rows[key], title) if key in rows and title in view.positions else None

    def _view(self, workbook: str, tab: str) -> tuple[SheetView, dict[Key, int]] | None:
        configured = next((book for book in self._config.site.workbooks if book.name == workbook), None)
        if configured is None or tab not in SHEETS:
            return None
        book = self._book(configured)
        if book is None:
            return None
        view = book.views.get(tab) or look_up(self._config, configured, tab, self._stores)
        if view is None:
            name = tab_name(configured, tab, book.tabs)
            why = [error for error in book.refused if error.tab == name]
            self.unread += why or [Refused(S_NO_TAB, file=configured.path.name, expected=name)]
            return None
        count = Counter(view.keys)
        return view, {key: row for row, key in enumerate(view.keys) if count[key] == 1}

    def _book(self, configured: AnyWorkbook) -> SeenBook | None:
        name = configured.name
        if name not in self._books:
            self._books[name] = None
            try:
                self._books[name] = read_book(self._config, configured, self._stores)
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
