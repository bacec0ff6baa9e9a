"""The rest of a tab once the ERP's cells are planned: computed columns, 同步状态, and whole new rows."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from rules.policy import models as policy
from sheets_schema.cells import Value, equal
from sheets_schema.model import Owner
from sync.apply import NewRow
from sync.backends.workbook.address import letters
from sync.computed import ANCHORS, FILLERS, GONE, Context
from sync.ingest.theirs import FileRef
from sync.plan.three_way import Append
from sync.report import Change
from sync.state.journal import Key
from sync.state.pins import UNDO
from sync.tab_plan import TabPlan, said_by, spelled, write_cell

STATUS = "sync_status"
"""The `fill` name of 同步状态."""


def mark_and_fill(answer: TabPlan, rules: policy.Rules) -> None:
    """Fills computed columns of all rows, marks 同步状态, and completes the new rows."""
    view, size = answer.view, len(answer.view.table)
    columns = _after(answer)
    days = _days(answer)
    undone, quiet = _undone(answer)
    of_day = {day: Context(rules, day) for day in set(days) if day is not None}
    contexts = [None if day is None else of_day[day] for day in days]
    for column in view.sheet.columns:
        title = column.title
        if column.owner is not Owner.COMPUTED or title not in columns:
            continue
        current, formulas = columns[title], view.formulas.get(title)
        if column.fill == STATUS:
            wanted, kind = _status(answer, current), "mark"
        else:
            filler = FILLERS[column.fill or ""]
            wanted = [
                current[row] if context is None else filler(columns, row, context)
                for row, context in enumerate(contexts)
            ]
            kind = "computed"
        for row in [row for row, now in enumerate(view.table.values(title)) if not equal(wanted[row], now)]:
            key = view.keys[row]
            again = any(equal(wanted[row], value) for value in undone.get((key, title), ()))
            if again or (formulas is not None and formulas[row]) or (kind == "computed" and key in quiet):
                wanted[row] = current[row]
            else:
                write_cell(answer, row, title, wanted[row], kind)
                answer.pins_moved += [(key, title)] * ((key, title) in undone)
        columns[title] = wanted
    _new_rows(answer, columns, size)


def _undone(answer: TabPlan) -> tuple[dict[tuple[Key, str], tuple[Value, ...]], set[Key]]:
    """Computed cells and marks that were taken back, and rows whose ERP cells still are.

    A cell is not filled again with what was taken back; a row that shows taken-back stock is not
    computed anew until the ERP moves one of its cells.
    """
    pins = [pin for pin in answer.memory.pins if pin.reason == UNDO and pin.column]
    owners, moved = answer.plan.rules.owners, set(answer.plan.void_pins)
    written = {change.key for change in answer.changes}
    cells = {(pin.key, pin.column): pin.values for pin in pins if pin.column not in owners}
    held = {pin.key for pin in pins if pin.column in owners and (pin.key, pin.column) not in moved}
    return cells, held - written


def _after(answer: TabPlan) -> dict[str, list[Value]]:
    """The tab's columns as they will be, new rows included."""
    view = answer.view
    columns = {title: view.table.values(title) for title in view.table.columns}
    row_at = {number: row for row, number in enumerate(view.numbers)}
    for edit, change in zip(answer.edits, answer.changes, strict=True):
        columns[change.column][row_at[edit.row]] = change.after
    for item in answer.appended:
        for title, values in columns.items():
            values.append(item.values.get(title))
    return columns


def _days(answer: TabPlan) -> list[date | None]:
    """数据截至 of each row: of its anchor column, else of its newest cell; None for a row without data.

    A tab whose cells are computed from people's columns alone takes the newest data of the tab.
    """
    theirs, anchor = answer.theirs, ANCHORS.get(answer.name)
    newest = max((moment.date() for moment in theirs.row_as_of if moment), default=None)
    by_row: list[date | None] = []
    for row, moment in enumerate(theirs.row_as_of):
        file = theirs.source_of(row, anchor) if anchor else None
        by_row.append(file.as_of.date() if file else moment.date() if moment else None)
    days: list[date | None] = [None if anchor else newest] * (len(answer.view.table) + len(answer.appended))
    ours_rows, theirs_rows, _ = answer.plan.pairs
    for ours_row, theirs_row in zip(ours_rows.tolist(), theirs_rows.tolist(), strict=True):
        days[ours_row] = by_row[theirs_row]
    for offset, item in enumerate(answer.appended):
        days[len(answer.view.table) + offset] = by_row[item.theirs_row]
    return days


def _status(answer: TabPlan, current: list[Value]) -> list[Value]:
    """同步状态: ERP已无 where the ERP no longer lists the row, cleared only where it lists it again."""
    gone, keys, listed = answer.theirs.gone, answer.view.keys, answer.theirs.listed
    return [
        GONE if row < len(keys) and keys[row] in gone else None if now == GONE and keys[row] in listed else now
        for row, now in enumerate(current)
    ]


def _new_rows(answer: TabPlan, columns: Mapping[str, list[Value]], size: int) -> None:
    """Appended rows: what the ERP says, computed cells, formulas of the row above; people's cells blank."""
    view = answer.view
    like = view.last_row if view.numbers else None
    filled_down = {
        title
        for title in view.positions
        if view.sheet.by_title[title].owner is Owner.COMPUTED and size and view.has_formula(size - 1, title)
    }
    formulas = frozenset(view.positions[title] for title in filled_down)
    for offset, item in enumerate(answer.appended):
        number = view.last_row + 1 + offset
        values = {title: columns[title][size + offset] for title in view.positions if title not in filled_down}
        values = {title: value for title, value in values.items() if value is not None}
        source = _row_source(answer, item)
        answer.changes.append(
            Change(
                answer.name,
                item.key,
                "",
                f"{letters(view.positions[view.sheet.key[0]])}{number}",
                "append",
                None,
                values,
                said_by(source) if source else None,
                source.sha256 if source else None,
            )
        )
        cells = {
            view.positions[title]: spelled(answer, title, _row(item, title), value) for title, value in values.items()
        }
        answer.new_rows.append(NewRow(view.tab, number, cells, like, formulas))


def _row(item: Append, title: str) -> int | None:
    return item.theirs_row if title in item.values else None


def _row_source(answer: TabPlan, item: Append) -> FileRef | None:
    found = (answer.theirs.source_of(item.theirs_row, title) for title in item.values)
    return next((file for file in found if file is not None), None)
