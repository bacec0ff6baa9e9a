"""What is looked at after each round and each day; the numbers are those of the list in `test_simulation.py`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sync.plan.change import KEPT
from sync.state.database import State
from sync.state.journal import key_of as key_in
from sync.state.journal import value_of
from sync.state.packed import WrittenCell
from tests.sync.simulation.book import TAB, Cell, Row, Sheet
from tests.sync.simulation.model import DATA, MSKU, STORE, Key, Model, Place, Plan, key_of

BOOK = "全流程数据"


class Broken(AssertionError):
    """An invariant does not hold."""


def agreed_in(state: State) -> dict[Place, Cell]:
    """What the state has as agreed, blanks left out."""
    base = state.bases.get(BOOK, TAB)
    if base is None:
        return {}
    keys = list(zip(*(base.table.values(title) for title in (STORE, MSKU)), strict=True))
    return {
        ((str(key[0]), str(key[1])), title): value  # type: ignore[misc]
        for title in DATA
        if title in base.table.columns
        for key, value in zip(keys, base.table.values(title), strict=True)
        if value is not None
    }


def asked_in(state: State) -> dict[Place, tuple[Cell, Cell, Cell]]:
    """The open conflicts of the state."""
    return {
        (_key(row.key), row.column): (value_of(row.base), value_of(row.ours), value_of(row.theirs))  # type: ignore[misc]
        for row in state.conflicts.open(BOOK)
    }


def rows_in(state: State) -> set[Key]:
    """The keys that the state has an agreed row of."""
    base = state.bases.get(BOOK, TAB)
    keys = zip(*(base.table.values(title) for title in (STORE, MSKU)), strict=True) if base else ()
    return {(str(store), str(msku)) for store, msku in keys}


def pins_in(state: State) -> tuple[dict[Place, set[float]], dict[Key, dict[str, set[Cell]]]]:
    """The pins of the state: of cells, and of whole rows."""
    cells: dict[Place, set[float]] = {}
    rows: dict[Key, dict[str, set[Cell]]] = {}
    for pin in state.pins.of(BOOK, TAB):
        key = str(pin.key[0]), str(pin.key[1])
        if pin.column:
            cells[key, pin.column] = set(pin.values)  # type: ignore[arg-type]
        else:
            rows[key] = {title: set(values) for title, values in pin.row.items()}  # type: ignore[arg-type]
    return cells, rows


def same_memory(state: State, model: Model) -> bool:
    """Whether the state remembers what the model does."""
    return agreed_in(state) == model.known() and asked_in(state) == model.asked


def difference(state: State, model: Model) -> list[object]:
    """Where it does not: agreed and asked, of the state and of the model."""
    pairs = ((agreed_in(state), model.known()), (asked_in(state), model.asked))
    return [
        {place: value for place, value in one.items() if other.get(place) != value}
        for two in pairs
        for one, other in (two, two[::-1])
    ]  # type: ignore[attr-defined]


def place_of(row: Any) -> Place:
    """Which cell a conflict of the state is about."""
    return _key(row.key), row.column


def people_untouched(before: Sheet, after: Sheet) -> bool:
    """7, 8: cells of people's columns, whole rows of theirs, and the order of rows are as they were."""

    def theirs(sheet: Sheet) -> list[tuple[object, ...]]:
        return [tuple(row.get(title) for title in sheet.titles if title not in DATA) for row in sheet.rows]

    if before.titles != after.titles:
        return False
    left = iter(theirs(after))
    return all(any(found == line for found in left) for line in theirs(before) if any(line))


def nothing_doubled(before: Sheet, after: Sheet) -> bool:
    """2: no key stands twice that did not before."""
    keys = [key_of(row) for row in after.rows if key_of(row)]
    old = [key_of(row) for row in before.rows if key_of(row)]
    return all(keys.count(key) <= max(1, old.count(key)) for key in set(keys))


def only_the_erps_values(before: Sheet, after: Sheet, said: dict[Key, dict[str, float]]) -> bool:
    """9: whatever changed in an ERP column is what the ERP says in that very cell."""
    stood: dict[Key | None, list[Row]] = {}
    for row in before.rows:
        stood.setdefault(key_of(row), []).append(row)
    for row in after.rows:
        key = key_of(row)
        for title in DATA:
            here = [old.get(title) for old in stood.get(key, [{}])]
            if key and row.get(title) not in (*here, said.get(key, {}).get(title)):
                return False
    return True


def history_is_the_plan(rows: list[WrittenCell], plan: Plan) -> bool:
    """13: the journal has each written cell with what stood there and what came, and nothing else."""
    cells = {
        (_key(row.key), row.column): (value_of(row.before), value_of(row.after)) for row in rows if row.kind == "cell"
    }
    appended = {_key(row.key) for row in rows if row.kind == "append"}
    return appended == plan.rows.keys() and cells == {place: cell[:2] for place, cell in plan.cells.items()}


def left_beside(book: Path) -> list[str]:
    """11: hidden files beside the workbook that a round left there."""
    return [path.name for path in book.parent.iterdir() if path.name.startswith(".") and path.is_file()]


def is_what_stood_there(backup: str | None, before: bytes) -> bool:
    """14: the backup of a round is the workbook that it found."""
    return bool(backup) and Path(str(backup)).read_bytes() == before


def forgotten(state: State, wrote: dict[Place, Cell]) -> list[object]:
    """15: cells that rounds wrote and of which the history does not know the last."""
    answer: list[object] = []
    for (key, title), value in wrote.items():
        found = [row for row in state.journal.of_cell(BOOK, TAB, key, title) if row.kind != KEPT]
        if not found or (found[0].column and value_of(found[0].after) != value):
            answer.append(((key, title), value, found[:2]))
    return answer


def sound(state: State) -> bool:
    """18: the database is whole."""
    return str(state.connection.exec_driver_sql("PRAGMA integrity_check").scalar()) == "ok"


def _key(text: str) -> Key:
    store, msku = key_in(text)
    return str(store), str(msku)
