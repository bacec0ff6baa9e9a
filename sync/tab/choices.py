"""What a person decided about cells that differ: choices on conflicts, and the choices of `adopt`."""

from __future__ import annotations

from dataclasses import replace

from rules.errors import Code
from sheets_schema.cells import Value, cell_value, equal
from sheets_schema.problems import Problem
from sheets_schema.table import Table
from sync.plan.change import KEPT
from sync.plan.keys import Key
from sync.plan.outcome import UNKNOWN, Conflict
from sync.state.pins import ALWAYS, CHOICE, UNDO, Pin
from sync.state.settlements import OpenConflict
from sync.tab.adopt import WORDS, Adoption, Choice
from sync.tab.agreed import set_cells
from sync.tab.tab_plan import Memory, TabPlan, change_of, said_by
from sync.tab.view import SheetView

T_VOID = Code(
    "T-021",
    "为 {key} 选的“{choice}”已作废:格子、ERP 值或行后来变了;现在表格值 {found}",
    "the choice “{choice}” for {key} is void: the cell, the ERP's value or the row changed meanwhile; the sheet says {found}",
    "仍不一致的会重新列为冲突;用 qlc sync conflicts 查看",
    "where they still differ it is a conflict again; see qlc sync conflicts",
)


def contact_again(memory: Memory, view: SheetView, adopt: Adoption) -> tuple[Memory, Table | None, list[Pin]]:
    """What is remembered of a tab when `adopt` meets it again: (memory, agreed values to plan with, lifted pins).

    What was taken back is as never agreed on: blanks are filled, cells that differ are asked, rows are
    appended. A cell settled for the sheet is asked only in columns that now take the ERP's value.
    """
    lifted = [
        pin
        for pin in memory.pins
        if pin.reason == UNDO or (pin.reason == CHOICE and adopt.choice(view.sheet.name, pin.column) is Choice.ERP)
    ]
    rows = {key: row for row, key in enumerate(view.keys)}
    unknown: dict[tuple[Key, str], Value] = {
        (pin.key, pin.column): None if view.table.value(pin.column, rows[pin.key]) is None else UNKNOWN
        for pin in lifted
        if pin.column in view.positions and pin.key in rows and view.sheet.is_filled(pin.column)
    }
    agreed = set_cells(memory.base.table, view.sheet.key, unknown) if memory.base else None
    return replace(memory, pins=tuple(pin for pin in memory.pins if pin not in lifted)), agreed, lifted


def settle(answer: TabPlan, adopt: Adoption | None) -> None:
    """Carries out choices on conflicts; the rest stays open. A choice whose conflict is gone is said to be void."""
    found = [(item, _open(answer, item)) for item in answer.plan.conflicts]
    for item, conflict in found:
        choice, manual = adopt.choice(answer.name, item.column) if adopt else Choice.ASK, None
        if choice is Choice.ASK and conflict.id in answer.memory.choices:
            chosen = answer.memory.choices[conflict.id]
            choice, manual = Choice(chosen.choice), chosen.manual
        if choice is Choice.ASK:
            answer.conflicts.append(conflict)
            continue
        answer.settled[item.key, item.column] = conflict, choice
        if choice is Choice.ERP:
            answer.changes.append(
                change_of(answer, item.ours_row, item.column, item.theirs, "cell", item.theirs_row, conflict.id)
            )
            answer.agreed[item.key, item.column] = item.theirs
            continue
        answer.skipped += 1
        if choice is Choice.MANUAL and not equal(manual, item.ours):
            answer.changes.append(change_of(answer, item.ours_row, item.column, manual, "manual", conflict=conflict.id))
        else:
            kept = change_of(answer, item.ours_row, item.column, item.ours, KEPT, item.theirs_row, conflict.id)
            answer.kept.append(kept)
    _tell_void(answer, {conflict.id for _, conflict in found})


def pin_of(key: Key, column: str, theirs: Value, choice: Choice, number: int | None) -> Pin | None:
    """The pin that keeps a settled cell: none where the ERP's value was taken."""
    if choice is Choice.ERP:
        return None
    if choice is Choice.ALWAYS:
        return Pin(key, column, ALWAYS, round=number)
    return Pin(key, column, CHOICE, (theirs,), round=number)


def _open(answer: TabPlan, item: Conflict) -> OpenConflict:
    source = answer.theirs.source_of(item.theirs_row, item.column)
    return OpenConflict(
        answer.workbook,
        answer.name,
        item.key,
        item.column,
        answer.view.cell(item.ours_row, item.column),
        item.kind.value,
        item.base,
        item.ours,
        item.theirs,
        said_by(source) if source else None,
    )


def _tell_void(answer: TabPlan, found: set[str]) -> None:
    """Choices on conflicts that are no more, but for cells that now say what the ERP says."""
    view, gone = answer.view, [item for one, item in answer.memory.choices.items() if one not in found]
    if not gone:
        return
    rows = {key: row for row, key in enumerate(view.keys)}
    pairs = {int(ours): at for at, ours in enumerate(answer.plan.pairs[0])}
    for chosen in gone:
        row, title = rows.get(chosen.key), chosen.column
        agreed = answer.plan.agreed.get(title)
        there = row is not None and title in view.positions
        if row is not None and agreed is not None and row in pairs and agreed[pairs[row]]:
            continue
        shown = view.table.value(title, row) if row is not None and title in view.positions else None
        facts = {
            "key": f"{' / '.join(map(str, chosen.key))} · {title}",
            "choice": WORDS[Choice(chosen.choice)],
            "found": "∅" if shown is None else cell_value(shown),
        }
        cell = view.cell(row, title) if row is not None and there else None
        answer.problems.append(Problem(T_VOID, answer.workbook, view.tab, cell, column=title, facts=facts))
