"""The cells that taking a round back restores in one workbook, and what is remembered of them."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace
from typing import Any

from sheets_schema.cells import Value, cell_value, equal, plain
from sheets_schema.grid.edits import CellEdit, Place
from sync.plan.change import KEPT, Change
from sync.plan.keys import Key
from sync.round.books import SeenBook
from sync.state.database import State, now
from sync.state.journal import key_of, row_of, value_of
from sync.state.memory import Base
from sync.state.packed import WrittenCell
from sync.state.pins import ALWAYS, CHOICE, UNDO, Cell, Pin
from sync.tab.agreed import set_cells, without_rows
from sync.tab.view import SheetView


class Steps:
    """What must be written to take `rows` of the journal back, and remembered once it is.

    `kept` lists what somebody changed since. Places are those of now, found by key.
    """

    def __init__(self, state: State, book: SeenBook, rows: Iterable[WrittenCell]) -> None:
        self.book = book
        self.edits: list[CellEdit] = []
        self.emptied: list[list[CellEdit]] = []
        """Rows to empty, whole or not at all; their edits are among `edits`."""
        self.cells: list[Change] = []
        self.kept: list[dict[str, Any]] = []
        self._state = state
        self._rows = {name: {key: row for row, key in enumerate(view.keys)} for name, view in book.views.items()}
        self._pinned = {
            name: {(pin.key, pin.column): pin for pin in state.pins.of(book.name, name)} for name in book.views
        }
        self._bases: dict[str, Base | None] = {name: state.bases.get(book.name, name) for name in book.views}
        self._base_rows: dict[str, dict[Key, int]] = {}
        self._pins: list[tuple[Place, Pin]] = []
        self._unpinned: list[tuple[Place, Cell]] = []
        self._agreed: list[tuple[Place, Key, dict[str, Value] | None]] = []
        self._conflicts: list[tuple[Place, str]] = []
        for row in rows:
            self._add(row)

    def _add(self, row: WrittenCell) -> None:
        """Plans one written cell or appended row."""
        view, key = self.book.views.get(row.tab), key_of(row.key)
        at = self._rows.get(row.tab, {}).get(key)
        if view is None or at is None:
            self._keep(row, None, None)
        elif row.column == "":
            self._empty_row(view, row, key, at)
        elif row.kind == KEPT:
            self._reopen(self._place(view, at, row.column), row, key)
        else:
            self._restore_cell(view, row, key, at)

    def _keep(self, row: WrittenCell, cell: str | None, found: Any) -> None:
        key = [plain(part) for part in key_of(row.key)]
        self.kept.append({"tab": row.tab, "key": key, "cell": cell, "column": row.column or None, "now": found})

    def _place(self, view: SheetView, at: int, title: str) -> tuple[str, int, int]:
        """Where a cell stands now; of a row, or where the column is gone, its first key cell."""
        return view.tab, view.numbers[at], view.positions[title if title in view.positions else view.sheet.key[0]]

    def _restore_cell(self, view: SheetView, row: WrittenCell, key: Key, at: int) -> None:
        after, before = value_of(row.after), value_of(row.before)
        known = row.column in view.positions
        current = view.table.value(row.column, at) if known else None
        place = self._place(view, at, row.column)
        if not known or not equal(current, after) or view.has_formula(at, row.column):
            self._keep(row, view.cell(at, row.column) if known else None, plain(current))
            return
        base = value_of(row.base)
        restored = Change(
            row.tab,
            key,
            row.column,
            place,
            "restore",
            current,
            before,
            raw=after,
            spelled=cell_value(before),
            base=base,
            seen=row.base is not None,
        )
        self.edits.append(CellEdit(*place, restored.spelled, view.raw(at, row.column)))
        self.cells.append(restored)
        if row.conflict:
            self._reopen(place, row, key)
        elif row.kind in ("cell", "mark", "computed", "again"):
            pin = Pin(key, row.column, UNDO, (value_of(row.after),))
            self._pins.append((place, pin.beside(self._pinned[row.tab].get((key, row.column)))))
        if row.kind == "cell":
            self._agreed.append((place, key, {row.column: base}))

    def _reopen(self, place: Place, row: WrittenCell, key: Key) -> None:
        """The choice that a cell carried out no longer counts: its pin goes, its conflict is open again."""
        pin = self._pinned[row.tab].get((key, row.column))
        if pin is not None and pin.reason in (CHOICE, ALWAYS):
            self._unpinned.append((place, (key, row.column)))
        if row.conflict is not None:
            self._conflicts.append((place, row.conflict))

    def _empty_row(self, view: SheetView, row: WrittenCell, key: Key, at: int) -> None:
        written, agreed = row_of(row.after), self._agreed_row(view, key)
        if any(self._typed(view, at, title, written, agreed) for title in view.positions) or view.strangers(at):
            self._keep(row, view.cell(at, view.sheet.key[0]), " / ".join(map(str, key)))
            return
        place = self._place(view, at, "")
        edits = [CellEdit(view.tab, view.numbers[at], column, None, raw) for column, raw in view.filled(at)]
        self.edits += edits
        self.emptied.append(edits)
        before = row_of(row.base) if row.base is not None else None
        self.cells.append(
            Change(row.tab, key, "", place, "restore", None, None, raw=written, base=before, seen=before is not None)
        )
        self._pins.append((place, self._row_pin(row.tab, key, written, agreed)))
        self._agreed.append((place, key, before))

    def _agreed_row(self, view: SheetView, key: Key) -> dict[str, Value]:
        """What is agreed on for a row now, by title."""
        name, base = view.sheet.name, self._bases[view.sheet.name]
        if base is None:
            return {}
        if name not in self._base_rows:
            keys = zip(*(base.table.values(title) for title in view.sheet.key), strict=True)
            self._base_rows[name] = {found: at for at, found in enumerate(keys)}
        at = self._base_rows[name].get(key)
        return {} if at is None else {title: base.table.value(title, at) for title in base.table.columns}

    def _row_pin(self, tab: str, key: Key, written: dict[str, Value], agreed: dict[str, Value]) -> Pin:
        """A row stays out while the ERP says of it what was brought, then or since, or was taken back meanwhile."""
        values: dict[str, tuple[Value, ...]] = {title: (value,) for title, value in written.items()}
        for title in values:
            if title in agreed:
                values[title] = (*values[title], agreed[title])
            older = self._pinned[tab].get((key, title))
            if older is not None:
                values[title] = (*values[title], *older.values)
        return Pin(key, "", UNDO, row=values).beside(self._pinned[tab].get((key, "")))

    def _typed(self, view: SheetView, at: int, title: str, written: dict[str, Value], agreed: dict[str, Value]) -> bool:
        """Whether a person changed this cell of an appended row."""
        column = view.sheet.by_title[title]
        if column.owner == "computed":
            return False
        if view.has_formula(at, title):
            return True
        current = view.table.value(title, at)
        return not (equal(current, written.get(title)) or (title in agreed and equal(current, agreed[title])))

    def lost(self, refused: Collection[Place]) -> set[Place]:
        """The cells and rows that stay as they were because the workbook refused them."""
        rows = {at[:2] for edits in self.emptied if refused for edit in edits if (at := edit.place) in refused}
        return {cell.place for cell in self.cells if (cell.place in refused if cell.column else cell.place[:2] in rows)}

    def reopened(self, lost: Collection[Place]) -> list[str]:
        """The conflicts that are open again."""
        return [conflict for place, conflict in self._conflicts if place not in lost]

    def pin(self, number: int) -> None:
        """Stores what keeps the next round from bringing it all again: before anything is written.

        A pin whose cell was never restored ends by itself: the cell still says what the ERP says.
        """
        for tab, view in self.book.views.items():
            gone = [cell for place, cell in self._unpinned if place[0] == view.tab]
            pins = [replace(pin, round=number) for place, pin in self._pins if place[0] == view.tab]
            rows = {pin.key for pin in pins if not pin.column}
            gone += [cell for cell in self._pinned[tab] if cell[0] in rows and cell[1]]
            self._state.pins.drop(self.book.name, tab, gone)
            self._state.pins.put(self.book.name, tab, pins, now())

    def remember(self, number: int, lost: Collection[Place], *, bases: bool) -> None:
        """Stores what else follows; cells that were refused get their old pins again. Agreed values only of a saved workbook."""
        for tab, pinned in self._pinned.items():
            name = self.book.views[tab].tab
            refused = {(pin.key, pin.column) for place, pin in self._pins if place[0] == name and place in lost}
            refused |= {cell for place, cell in self._unpinned if place[0] == name and place in lost}
            rows = {key for key, column in refused if not column}
            older = [pin for cell, pin in pinned.items() if cell in refused or cell[0] in rows]
            self._state.pins.drop(self.book.name, tab, refused)
            self._state.pins.put(self.book.name, tab, older, now())
        self._state.conflicts.reopen(self.reopened(lost))
        if bases:
            self._restore_bases(number, lost)

    def _restore_bases(self, number: int, lost: Collection[Place]) -> None:
        for tab, base in self._bases.items():
            name = self.book.views[tab].tab
            cells: dict[Cell, Value] = {}
            gone: set[Key] = set()
            for place, key, agreed in self._agreed:
                if place[0] != name or place in lost:
                    continue
                if agreed is None:
                    gone.add(key)
                else:
                    cells |= {(key, title): value for title, value in agreed.items()}
            if base is not None and (cells or gone):
                key_columns = self.book.views[tab].sheet.key
                table = without_rows(set_cells(base.table, key_columns, cells), key_columns, gone)
                self._state.bases.put(self.book.name, tab, replace(base, table=table, round=number))
