"""What a round does with an older copy once a person has answered: go back there, or bring it up to date."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from sheets_schema.cells import Value, equal, meaning
from sheets_schema.table import Table, as_array
from sync.plan.keys import Key
from sync.round.old_copy import OldCopy, spots
from sync.state.journal import key_of, row_of, value_of
from sync.state.packed import WrittenCell
from sync.state.pins import ALWAYS, CHOICE, UNDO, Cell, Pin
from sync.tab.agreed import set_cells, without_rows
from sync.tab.fill import STATUS
from sync.tab.tab_plan import Memory, TabPlan, change_of
from sync.tab.view import SheetView


@dataclass
class Back:
    """What is remembered of one tab that goes back: as if every round since had been taken back, unwritten."""

    agreed: dict[Cell, Value] = field(default_factory=dict)
    gone: set[Key] = field(default_factory=set)
    """Rows that those rounds appended: nothing was agreed on before."""
    pins: dict[Cell, Pin] = field(default_factory=dict)
    released: set[Cell] = field(default_factory=set)
    """Cells whose conflict is open again."""

    def memory(self, then: Memory, key: tuple[str, ...]) -> Memory:
        """What is remembered of the tab from now on."""
        base = then.base
        if base is not None:
            base = replace(base, table=without_rows(set_cells(base.table, key, self.agreed), key, self.gone))
        ended = {cell for cell in self.released if cell not in self.pins}
        stay = [
            pin
            for pin in then.pins
            if (pin.key, pin.column) not in self.pins
            and not ((pin.key, pin.column) in ended and pin.reason in (CHOICE, ALWAYS))
        ]
        return replace(then, base=base, pins=(*stay, *self.pins.values()))


def go_back(copy: OldCopy, view: SheetView, then: Memory, number: int | None) -> Back:
    """What a tab goes back to. Cells that a person changed in the copy are judged against the values of then."""
    answer, rows = Back(), {key: row for row, key in enumerate(view.keys)}
    older = {(pin.key, pin.column): pin for pin in then.pins}
    mine = [row for row in copy.writes if row.tab == view.sheet.name]
    for (_, key, title), writes in spots(mine):
        first, at = writes[0], rows.get(key)
        if title == "":
            if first.kind == "append" and at is None:
                _without(answer, key, [row for row in mine if key_of(row.key) == key], older, number)
        elif title in view.positions and at is not None and not _shows(view, at, writes[-1], before=False):
            _cell_back(answer, view, at, writes, older.get((key, title)), number)
    return answer


def _without(
    answer: Back, key: Key, writes: Sequence[WrittenCell], older: Mapping[Cell, Pin], number: int | None
) -> None:
    """A row that is not there (yet): it stays out until the ERP's row changes."""
    values: dict[str, tuple[Value, ...]] = {}
    for row in writes:
        cells = row_of(row.after) if row.kind == "append" else {row.column: value_of(row.after)} if row.column else {}
        for title, value in cells.items():
            values[title] = (*values.get(title, ()), value)
    answer.pins[key, ""] = Pin(key, "", UNDO, row=values, round=number).beside(older.get((key, "")))
    base = next(row.base for row in writes if row.kind == "append")
    if base is None:
        answer.gone.add(key)
    else:
        answer.agreed |= {(key, title): value for title, value in row_of(base).items()}


def _cell_back(
    answer: Back, view: SheetView, at: int, writes: Sequence[WrittenCell], older: Pin | None, number: int | None
) -> None:
    first, key, title = writes[0], view.key(at), writes[0].column
    if view.sheet.is_filled(title):
        undone = first.kind == "restore" and not first.conflict
        answer.agreed[key, title] = value_of(first.before if undone else first.base)
    values = tuple(value_of(row.after) for row in writes if row.kind in ("cell", "mark", "computed", "again"))
    if any(row.conflict for row in writes):
        answer.released.add((key, title))
    elif values and _shows(view, at, first, before=True):
        answer.pins[key, title] = Pin(key, title, UNDO, values, round=number).beside(older)


def _shows(view: SheetView, at: int, row: WrittenCell, *, before: bool) -> bool:
    wanted = meaning(value_of(row.before if before else row.after), view.sheet.by_title[row.column].type)
    return equal(view.table.value(row.column, at), wanted)


Again = dict[tuple[int, str], Value]
"""Values to write again, by row of the view and column."""


def up_to_date(copy: OldCopy, view: SheetView) -> tuple[SheetView, Again]:
    """The tab as it was before it was replaced, and the cells that make it so.

    Only cells that show what stood there before are brought up to date; rows follow from the ERP. A row
    that an undo had emptied stays.
    """
    rows = {key: row for row, key in enumerate(view.keys)}
    again: Again = {}
    for (_, key, title), writes in spots([row for row in copy.writes if row.tab == view.sheet.name]):
        at = rows.get(key)
        if at is None or title not in view.positions or view.has_formula(at, title):
            continue
        if _shows(view, at, writes[0], before=True) and not _shows(view, at, writes[-1], before=False):
            again[at, title] = value_of(writes[-1].after)
    return replace(view, table=_with(view, again)), again


def _with(view: SheetView, cells: Again) -> Table:
    data, kinds = dict(view.table.data), dict(view.table.kinds)
    for title in {title for _, title in cells}:
        values = view.table.values(title)
        for (row, column), value in cells.items():
            if column == title:
                values[row] = meaning(value, view.sheet.by_title[title].type)
        data[title] = as_array(values)
        kinds.pop(title, None)
    return Table(view.table.columns, data, view.table.raw, kinds)


def write_again(plan: TabPlan, view: SheetView, again: Again) -> None:
    """Adds to a plan made on the brought-up tab what it does not write anyway; `view` is the tab as it is."""
    waiting = {(view.key(row), title): (row, title, value) for (row, title), value in again.items()}
    changes = []
    for change in plan.changes:
        if (change.key, change.column) in waiting:
            row, title, _ = waiting.pop((change.key, change.column))
            change = replace(change, before=view.table.value(title, row))
            if equal(change.before, change.after):  # the ERP says again what the copy shows
                continue
        changes.append(change)
    plan.changes = changes
    for row, title, value in waiting.values():
        fill = view.sheet.by_title[title].fill
        kind = "again" if fill is None else "mark" if fill == STATUS else "computed"
        change = change_of(plan, row, title, value, kind)
        plan.changes.append(replace(change, before=view.table.value(title, row)))
