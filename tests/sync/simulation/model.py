"""What must be true after a round, worked out a second time: cell by cell over dictionaries, without the engine."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from tests.sync.simulation.book import Cell, Formula, Row, Sheet

STORE, MSKU, REMARK = "店铺", "MSKU", "备注"
DATA = ("FBA可售", "FBA入库中")
"""Columns of the ERP; every other one is people's."""

Key = tuple[str, str]
Place = tuple[Key, str]


@dataclass(frozen=True)
class Word:
    """A file of the ERP: what it says of which rows, and the moment of its data."""

    rows: dict[Key, dict[str, float]]
    stamp: datetime
    order: int


@dataclass
class Written:
    """A round that wrote: its cells as (before, after, agreed before), appended rows, and whether it settled something."""

    number: int
    cells: dict[Place, tuple[Cell, float, Cell]]
    rows: dict[Key, tuple[dict[str, float], Row | None]]
    settled: bool = False


@dataclass
class Plan:
    """What a round makes of a sheet: the sheet afterwards, what is written, asked, and held back."""

    sheet: Sheet
    cells: dict[Place, tuple[Cell, float, Cell]] = field(default_factory=dict)
    rows: dict[Key, dict[str, float]] = field(default_factory=dict)
    kept: set[Place] = field(default_factory=set)
    asked: dict[Place, tuple[Cell, Cell, float]] = field(default_factory=dict)
    agreed: dict[Place, Cell] = field(default_factory=dict)
    let_go: set[Place] = field(default_factory=set)
    rows_let_go: set[Key] = field(default_factory=set)
    refused: bool = False
    number: int = 0

    @property
    def writes(self) -> bool:
        return bool(self.cells or self.rows)


@dataclass
class Model:
    """What is agreed on, asked, pinned and chosen for one tab, and what the ERP is known to say."""

    agreed: dict[Place, Cell] = field(default_factory=dict)
    rows_agreed: set[Key] = field(default_factory=set)
    asked: dict[Place, tuple[Cell, Cell, float]] = field(default_factory=dict)
    pins: dict[Place, set[float]] = field(default_factory=dict)
    row_pins: dict[Key, dict[str, set[Cell]]] = field(default_factory=dict)
    chosen: dict[Place, tuple[tuple[Cell, Cell, float], bool]] = field(default_factory=dict)
    """A person's choices that wait: the conflict, and whether the ERP's value is taken."""
    rounds: list[Written] = field(default_factory=list)
    late: list[Plan] = field(default_factory=list)
    """What rounds without a known end were about to do."""
    words: dict[str, Word] = field(default_factory=dict)
    """The ERP's files by their bytes."""

    def learn(self, lying: dict[str, tuple[dict[Key, dict[str, float]], datetime, int]], moment: datetime) -> None:
        """The files of the inbox, seen at a moment: no data is of later than that, and bytes once known stay what they are."""
        for sha, (rows, stamp, order) in lying.items():
            if sha not in self.words:
                self.words[sha] = Word(rows, min(stamp, moment), order)

    def says(self) -> dict[Key, dict[str, float]]:
        """What the ERP says: of each row, the file with the newest data."""
        found: dict[Key, tuple[tuple[datetime, int], dict[str, float]]] = {}
        for word in self.words.values():
            for key, cells in word.rows.items():
                rank = word.stamp, word.order
                if key not in found or rank > found[key][0]:
                    found[key] = rank, cells
        return {key: cells for key, (_, cells) in found.items()}

    def plan(self, sheet: Sheet) -> Plan:
        """What a round has to make of a sheet."""
        said, done = self.says(), Plan(sheet.copy())
        keys = [key_of(row) for row in sheet.rows]
        here = {key for key in keys if key is not None}
        if len(here) < sum(key is not None for key in keys):
            done.refused = True  # doubled keys: nothing is touched
            return done
        agreed = dict(self.agreed)
        for late in self.late:
            agreed |= _arrived(late, sheet)
        done.agreed |= {place: value for place, value in agreed.items() if self.agreed.get(place) != value}
        for row in done.sheet.rows:
            key = key_of(row)
            if key in said:
                for title in DATA:
                    if title in sheet.titles:
                        self._cell(done, row, (key, title), said[key][title], agreed)
        done.rows_let_go = {key for key in self.row_pins if key in here}
        drafts = any(row and key_of(row) is None for row in sheet.rows)
        known = self.rows_agreed | {key for late in self.late for key in late.rows}
        for key in said.keys() - here:
            if key in self.row_pins:
                if all(said[key][title] in values for title, values in self.row_pins[key].items() if title in DATA):
                    continue
                done.rows_let_go.add(key)
            if not (drafts and key in known):
                done.rows[key] = {title: said[key][title] for title in DATA if title in sheet.titles}
        if any(row and key is None for row, key in list(zip(sheet.rows, keys, strict=True))[_end(keys) :]):
            done.rows = {}  # content below the table: rows are offered for pasting
        last = _end(keys)
        new: list[Row] = [{STORE: key[0], MSKU: key[1], **cells} for key, cells in done.rows.items()]
        done.sheet.rows[last:last] = sorted(new, key=str)
        return done

    def _cell(self, done: Plan, row: Row, place: Place, theirs: float, agreed: dict[Place, Cell]) -> None:
        title = place[1]
        ours, past = row.get(title), agreed.get(place)
        if isinstance(ours, Formula):
            if place in self.pins and theirs not in self.pins[place]:
                done.let_go.add(place)
            return
        if place in self.pins:
            if ours != theirs and theirs in self.pins[place]:
                return
            done.let_go.add(place)
        if ours == theirs:
            done.agreed[place] = theirs
        elif ours == past:
            row[title] = theirs
            done.cells[place] = ours, theirs, past
        else:
            conflict = past, ours, theirs
            choice = self.chosen.get(place)
            if choice is None or choice[0] != conflict:
                done.asked[place] = conflict
            elif choice[1]:
                row[title] = theirs
                done.cells[place] = ours, theirs, past
            else:
                done.kept.add(place)

    def committed(self, plan: Plan, number: int) -> None:
        """A round has carried a plan out, and remembered it."""
        if plan.refused:
            return
        said = self.says()
        if plan.writes or plan.kept:
            before = {key: self._row_agreed(key) for key in plan.rows}
            settled = bool(plan.kept or any(place in self.chosen for place in plan.cells))
            rows = {key: (cells, before[key]) for key, cells in plan.rows.items()}
            self.rounds.append(Written(number, dict(plan.cells), rows, settled))
        for place in plan.let_go:
            self.pins.pop(place, None)
        for key in plan.rows_let_go:
            self.row_pins.pop(key, None)
        for place in plan.kept:
            self.pins[place] = {said[place[0]][place[1]]}
        self.agreed |= plan.agreed
        self.agreed |= {place: after for place, (_, after, _) in plan.cells.items()}
        for key, cells in plan.rows.items():
            self.agreed |= {(key, title): value for title, value in cells.items()}
        self.rows_agreed |= {key for key, _ in (*plan.agreed, *plan.cells)} | plan.rows.keys()
        self.asked = dict(plan.asked)
        self.chosen = {place: choice for place, choice in self.chosen.items() if self.asked.get(place) == choice[0]}

    def settle_late(self, sheet: Sheet, unfinished: Collection[int]) -> dict[Place, Cell]:
        """Rounds that had no known end and have one now: what a sheet holds of them is agreed on, and answered."""
        found: dict[Place, Cell] = {}
        for late in self.late:
            if late.number not in unfinished:
                arrived = _arrived(late, sheet)
                found |= arrived
                cells = {place: cell for place, cell in late.cells.items() if place in arrived}
                rows = {key: (one, self._row_agreed(key)) for key, one in late.rows.items() if _has(arrived, key)}
                if cells or rows:
                    self.rounds.append(Written(late.number, cells, rows))
                self.agreed |= arrived
                self.rows_agreed |= {key for key, _ in arrived}
        self.late = [late for late in self.late if late.number in unfinished]
        return found

    def known(self) -> dict[Place, Cell]:
        """What is agreed on, blanks left out."""
        return {place: value for place, value in self.agreed.items() if value is not None}

    def undo(self, done: Written, sheet: Sheet) -> tuple[Sheet, int]:
        """Takes a round back, cell by cell; answers the sheet afterwards, and how many cells and rows people changed since."""
        after, kept = sheet.copy(), 0
        keys = [key for row in sheet.rows if (key := key_of(row)) is not None]
        if len(set(keys)) < len(keys):  # the tab can't be read
            return after, len(done.cells) + len(done.rows)
        rows = {key: row for row in after.rows if (key := key_of(row)) is not None}
        for place, (before, value, past) in done.cells.items():
            key, title = place
            if key not in rows or rows[key].get(title) != value:
                kept += 1
                continue
            rows[key].pop(title)
            if before is not None:
                rows[key][title] = before
            self.agreed[place] = past
            self.pins[place] = {value, *self.pins.get(place, set())}
        for key, (cells, agreed) in done.rows.items():
            row = rows.get(key)
            if row is None or any(
                title not in (STORE, MSKU) and not self._is_ours(key, title, cell, cells) for title, cell in row.items()
            ):
                kept += 1
                continue
            self._take_out(key, row, cells, agreed)
        return after, kept

    def _is_ours(self, key: Key, title: str, cell: Cell, cells: dict[str, float]) -> bool:
        return (
            title in DATA
            and not isinstance(cell, Formula)
            and cell in (cells.get(title), self.agreed.get((key, title)))
        )

    def _take_out(self, key: Key, row: Row, cells: dict[str, float], agreed: Row | None) -> None:
        pinned: dict[str, set[Cell]] = {}
        for title, value in cells.items():
            older = self.pins.pop((key, title), set())
            pinned[title] = {
                value,
                self.agreed.get((key, title)),
                *older,
                *self.row_pins.get(key, {}).get(title, set()),
            }
        row.clear()
        self.row_pins[key] = pinned
        for title in DATA:
            self.agreed.pop((key, title), None)
        self.rows_agreed.discard(key)
        if agreed is not None:
            self.rows_agreed.add(key)
            self.agreed |= {(key, title): value for title, value in agreed.items()}

    def _row_agreed(self, key: Key) -> Row | None:
        if key not in self.rows_agreed:
            return None
        return {title: value for (one, title), value in self.agreed.items() if one == key}

    def copy(self) -> Model:
        return deepcopy(self)


def _arrived(late: Plan, sheet: Sheet) -> dict[Place, Cell]:
    """What a round without a known end wrote, as far as a sheet holds it."""
    rows = {key: row for row in sheet.rows if (key := key_of(row)) is not None}
    found: dict[Place, Cell] = {}
    for (key, title), (_, after, _) in late.cells.items():
        if key in rows and rows[key].get(title) == after:
            found[key, title] = after
    for key, cells in late.rows.items():
        if key in rows:
            found |= {(key, title): value for title, value in cells.items()}
    return found


def _end(keys: Sequence[Key | None]) -> int:
    """Behind the last row of the table."""
    return max((at for at, key in enumerate(keys) if key is not None), default=-1) + 1


def _has(places: Collection[Place], key: Key) -> bool:
    return any(place[0] == key for place in places)


def key_of(row: Row) -> Key | None:
    """The key of a row; None where it is not whole."""
    store, msku = row.get(STORE), row.get(MSKU)
    return (store, msku) if isinstance(store, str) and isinstance(msku, str) else None


def same_rows(one: Sheet, other: Sheet) -> bool:
    """Whether two sheets show the same; the order of rows that were appended together is nobody's."""
    return one.titles == other.titles and _sorted_tail(one) == _sorted_tail(other)


def _sorted_tail(sheet: Sheet) -> list[Any]:
    return [tuple(row.get(title) for title in sheet.titles) for row in _trimmed(sheet.rows)]


def _trimmed(rows: Iterable[Row]) -> list[Row]:
    answer = [{title: cell for title, cell in row.items() if cell is not None} for row in rows]
    while answer and not answer[-1]:
        answer.pop()
    return answer
