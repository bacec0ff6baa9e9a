"""One tab of a round: the three-way plan, a person's choices, new rows, marks, computed cells, guards.

Pure: takes what was read and remembered, answers what would be written and remembered.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from pathlib import Path
from string import ascii_uppercase

from rules.errors import Code, Error, Refused
from rules.policy import models as policy
from rules.policy.loader import Config
from sheets_schema.cells import Value, equal
from sheets_schema.model import Column, Owner, Type
from sheets_schema.problems import Problem
from sheets_schema.table import Table
from sync import guards
from sync.adopt import Adoption, Choice
from sync.agreed import set_cells
from sync.apply import Edit, NewRow, cell_value
from sync.computed import ANCHORS, FILLERS, GONE, Context
from sync.guards import Volume, check_volume
from sync.ingest.theirs import FileRef, TheirsOfTab
from sync.plan.three_way import Append, Conflict, Plan, Rules, advance, plan
from sync.report import Change, ColumnAdoption
from sync.sheet import SheetView, column_letters
from sync.state.journal import Key, row_of, value_of, value_text
from sync.state.memory import Base
from sync.state.settlements import OpenConflict, Pin

STATUS = "sync_status"
"""The `fill` name of 同步状态."""

S_FORMULA = Code(
    "S-020",
    "ERP 列里有公式,没有覆盖;ERP值 {erp}",
    "a formula stands in an ERP column and was left alone; the ERP says {erp}",
    "如果不需要公式,删掉它,下一轮会填 ERP 值",
    "delete the formula if it is not needed; the next round fills the ERP's value",
)
S_GONE = Code(
    "S-021",
    "ERP 不再列出 {found} 行:{keys}",
    "the ERP no longer lists {found} rows: {keys}",
    "这张表没有“同步状态”列,所以只在这里报告",
    "the tab has no 同步状态 column, so this is said only here",
)


@dataclass(frozen=True)
class Memory:
    """What is remembered of a tab. `lost`: its base is damaged, and the round goes on without it."""

    base: Base | None = None
    pins: tuple[Pin, ...] = ()
    choices: Mapping[str, tuple[str, Value]] = field(default_factory=dict)
    lost: bool = False


@dataclass
class TabPlan:
    """What a round would do to one tab, and what is remembered once it is done."""

    workbook: str
    view: SheetView
    theirs: TheirsOfTab
    memory: Memory
    plan: Plan
    changes: list[Change] = field(default_factory=list)
    edits: list[Edit] = field(default_factory=list)
    new_rows: list[NewRow] = field(default_factory=list)
    conflicts: list[OpenConflict] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    refused: list[Error] = field(default_factory=list)
    adoption: list[ColumnAdoption] = field(default_factory=list)
    skipped: int = 0
    pins: list[Pin] = field(default_factory=list)
    pins_moved: list[tuple[Key, str]] = field(default_factory=list)
    """Taken-back computed cells that are filled with something else now."""
    agreed: dict[tuple[Key, str], Value] = field(default_factory=dict)
    """Cells whose conflict is settled for the ERP: their agreed value once written."""
    appended: list[Append] = field(default_factory=list)
    paste: list[str] = field(default_factory=list)
    """Rows that could not be appended, tab-separated in the sheet's column order."""

    @property
    def name(self) -> str:
        """Our name of the sheet: what state knows the tab by."""
        return self.view.sheet.name

    def next_base(self, unwritten: set[tuple[Key, str]]) -> Table:
        """The base after the round; `unwritten` cells were refused and keep their old one."""
        done = {item.key for item in self.appended}
        missing = [item.key for item in self.plan.appends if item.key not in done or (item.key, "") in unwritten]
        table = advance(self.plan, unverified=unwritten, missing=missing)
        cells = {cell: value for cell, value in self.agreed.items() if cell not in unwritten}
        return set_cells(table, self.view.sheet.key, cells)

    def lost(self, change: Change, refused: Collection[tuple[str, str]]) -> bool:
        """Whether a change was refused by (tab, cell); one refused cell refuses its appended row."""
        if change.kind != "append":
            return (self.view.tab, change.cell) in refused
        number = change.cell.lstrip(ascii_uppercase)
        return any(tab == self.view.tab and cell.lstrip(ascii_uppercase) == number for tab, cell in refused)

    def agreed_before(self, change: Change) -> tuple[Value, bool]:
        """What was agreed on for a cell before the round, and whether anything was."""
        base = self.memory.base
        row = self._base_rows.get(change.key)
        if base is None or row is None or change.column not in base.table.data:
            return None, False
        return base.table.value(change.column, row), True

    @cached_property
    def _base_rows(self) -> dict[Key, int]:
        base, key = self.memory.base, self.view.sheet.key
        if base is None or any(title not in base.table.data for title in key):
            return {}
        return {found: row for row, found in enumerate(zip(*(base.table.values(title) for title in key), strict=True))}


def plan_tab(
    config: Config,
    workbook: str,
    view: SheetView,
    theirs: TheirsOfTab,
    memory: Memory,
    *,
    force: frozenset[str] = frozenset(),
    adopt: Adoption | None = None,
) -> TabPlan:
    """What a round would do to one tab. Writes nothing.

    Raises:
        Refused: G-006 or G-007, too much would change; G-013, first contact without `adopt`.
    """
    rules = Rules(view.sheet.key, view.sheet.rows, _owners(view))
    pins = {(pin.key, pin.column): value_of(pin.value) for pin in memory.pins if pin.column}
    pinned_rows = {pin.key: row_of(pin.value) for pin in memory.pins if not pin.column}
    outcome = plan(
        memory.base.table if memory.base else None,
        view.table,
        theirs.side,
        rules,
        formulas=view.formulas,
        pins=pins,
        pinned_rows=pinned_rows,
        lost=memory.lost,
    )
    answer = TabPlan(workbook, view, theirs, memory, outcome, skipped=outcome.held)
    first = memory.base is None and not memory.lost
    if first:
        answer.adoption = _adoption(view.sheet.name, outcome)
        if adopt is None and guards.G_ADOPT.id not in force and _matters(outcome):
            raise Held(answer)
    _write_cells(answer)
    _settle(answer, (adopt or Adoption()) if first else None)
    _append_rows(answer)
    _find_formulas(answer)
    _tell_gone(answer)
    _mark_and_fill(answer, config.rules)
    if not first:
        marks = sum(change.kind == "mark" for change in answer.changes)
        rows = len(view.table)
        check_volume(_volumes(answer), marks, rows, config.site.guards, force, file=workbook, tab=view.tab)
    return answer


class Held(Refused):
    """G-013: first contact with a tab, waiting for `qlc sync adopt`; `tab` says what it would do."""

    def __init__(self, answer: TabPlan) -> None:
        self.plan = answer
        fill, differ = (sum(getattr(item, name) for item in answer.adoption) for name in ("fill", "differ"))
        facts = {"fill": fill, "differ": differ, "workbook": answer.workbook}
        super().__init__(guards.G_ADOPT, file=answer.workbook, tab=answer.view.tab, **facts)


def _owners(view: SheetView) -> dict[str, Column]:
    """The columns that the ERP may fill and the tab has; its key columns are not planned."""
    return {
        title: column
        for title in view.positions
        if title not in view.sheet.key and ((column := view.sheet.by_title[title]).owner is Owner.ERP or column.prefill)
    }


def _matters(outcome: Plan) -> bool:
    return bool(outcome.writes or outcome.conflicts or len(outcome.new_rows))


def _adoption(tab: str, outcome: Plan) -> list[ColumnAdoption]:
    fills = {title: len(at) for title, at in outcome.taken.items()}
    differs = {title: len(at) for title, at in outcome.clashing.items()}
    titles = [title for title in outcome.rules.owners if fills.get(title) or differs.get(title)]
    return [ColumnAdoption(tab, title, fills.get(title, 0), differs.get(title, 0)) for title in titles]


def _write(answer: TabPlan, row: int, title: str, after: Value, kind: str, theirs_row: int | None = None) -> None:
    """Plans one cell of an existing row."""
    view = answer.view
    source = answer.theirs.source_of(theirs_row, title) if theirs_row is not None else None
    before = view.table.value(title, row)
    answer.changes.append(
        Change(
            answer.name,
            view.key(row),
            title,
            view.cell(row, title),
            kind,
            before,
            after,
            said_by(source) if source else None,
            source.sha256 if source else None,
        )
    )
    answer.edits.append(
        Edit(
            view.tab,
            view.numbers[row],
            view.positions[title],
            _spelled(answer, title, theirs_row, after),
            view.raw(row, title),
        )
    )


def _spelled(answer: TabPlan, title: str, theirs_row: int | None, value: Value) -> object:
    """A value as it is written: text keeps the ERP's own spelling, numbers and dates are typed."""
    kind = answer.view.sheet.by_title[title].type
    if theirs_row is not None and isinstance(value, str) and kind in (Type.TEXT, Type.ID):
        return answer.theirs.table.original(title, theirs_row)
    return cell_value(value)


def _write_cells(answer: TabPlan) -> None:
    for item in answer.plan.writes:
        _write(answer, item.ours_row, item.column, item.after, "cell", item.theirs_row)


def _settle(answer: TabPlan, adopt: Adoption | None) -> None:
    """Carries out choices on conflicts; the rest stays open."""
    for item in answer.plan.conflicts:
        conflict = _open(answer, item)
        if adopt is not None:
            choice, manual = adopt.choice(answer.name, item.column), None
        else:
            word, manual = answer.memory.choices.get(conflict.id, (Choice.ASK, None))
            choice = Choice(word)
        if choice is Choice.ASK:
            answer.conflicts.append(conflict)
        elif choice is Choice.ERP:
            _write(answer, item.ours_row, item.column, item.theirs, "cell", item.theirs_row)
            answer.agreed[item.key, item.column] = item.theirs
        else:
            answer.pins.append(Pin(item.key, item.column, value_text(item.theirs), "choice"))
            answer.skipped += 1
            if choice is Choice.MANUAL and not equal(manual, item.ours):
                _write(answer, item.ours_row, item.column, manual, "manual")


def _open(answer: TabPlan, item: Conflict) -> OpenConflict:
    column = answer.view.sheet.by_title[item.column]
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
        column.role or "ERP",
    )


def _append_rows(answer: TabPlan) -> None:
    rows = answer.plan.appends
    view = answer.view
    if rows and view.below is not None:
        titles = sorted(view.positions, key=view.positions.__getitem__)
        answer.paste = ["\t".join(_shown(item.values.get(title)) for title in titles) for item in rows]
        first = " / ".join(map(str, rows[0].key))
        place = {"file": answer.workbook, "tab": view.tab}
        answer.refused.append(Refused(guards.G_BELOW, **place, row=view.below, found=len(rows), first=first))
        return
    answer.appended = rows


def _shown(value: Value) -> str:
    shown = cell_value(value)
    return "" if shown is None else str(shown)


def _find_formulas(answer: TabPlan) -> None:
    view = answer.view
    for item in answer.plan.formulas:
        answer.skipped += 1
        answer.problems.append(
            Problem(
                S_FORMULA,
                answer.workbook,
                view.tab,
                view.cell(item.ours_row, item.column),
                view.numbers[item.ours_row],
                item.column,
                facts={"erp": _shown(item.theirs) or "∅"},
            )
        )


def _tell_gone(answer: TabPlan) -> None:
    """Rows that are gone, where the tab has no column to say so."""
    gone = [key for key in answer.view.keys if key in answer.theirs.gone]
    marked = any(answer.view.sheet.by_title[title].fill == STATUS for title in answer.view.positions)
    if gone and not marked:
        shown = "、".join("/".join(map(str, key)) for key in gone[:10]) + (" …" if len(gone) > 10 else "")
        facts = {"found": len(gone), "keys": shown}
        answer.problems.append(Problem(S_GONE, answer.workbook, answer.view.tab, facts=facts))


def _mark_and_fill(answer: TabPlan, rules: policy.Rules) -> None:
    """Fills computed columns of all rows, marks 同步状态, and completes the new rows."""
    view, size = answer.view, len(answer.view.table)
    columns = _after(answer)
    days = _days(answer)
    undone, quiet = _undone(answer)
    context: dict[date, Context] = {day: Context(rules, day) for day in set(days) if day is not None}
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
                current[row] if day is None else filler(columns, row, context[day]) for row, day in enumerate(days)
            ]
            kind = "computed"
        for row in [row for row, now in enumerate(view.table.values(title)) if not equal(wanted[row], now)]:
            key = view.keys[row]
            again = (key, title) in undone and equal(wanted[row], undone[key, title])
            if again or (formulas is not None and formulas[row]) or (kind == "computed" and key in quiet):
                wanted[row] = current[row]
            else:
                _write(answer, row, title, wanted[row], kind)
                answer.pins_moved += [(key, title)] * ((key, title) in undone)
        columns[title] = wanted
    _new_rows(answer, columns, size)


def _undone(answer: TabPlan) -> tuple[dict[tuple[Key, str], Value], set[Key]]:
    """Computed cells and marks that were taken back, and rows whose ERP cells still are.

    A cell is not filled again with what was taken back; a row that shows taken-back stock is not
    computed anew until the ERP moves one of its cells.
    """
    pins = [pin for pin in answer.memory.pins if pin.reason == "undo" and pin.column]
    owners, moved = answer.plan.rules.owners, set(answer.plan.void_pins)
    written = {change.key for change in answer.changes}
    cells = {(pin.key, pin.column): value_of(pin.value) for pin in pins if pin.column not in owners}
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
                f"{column_letters(view.positions[view.sheet.key[0]])}{number}",
                "append",
                None,
                values,
                said_by(source) if source else None,
                source.sha256 if source else None,
            )
        )
        cells = {
            view.positions[title]: _spelled(answer, title, _row(item, title), value) for title, value in values.items()
        }
        answer.new_rows.append(NewRow(view.tab, number, cells, like, formulas))


def said_by(file: FileRef) -> str:
    """A source as people read it: file, report, 数据截至."""
    return f"{Path(file.path).name}({file.report},数据截至 {file.as_of_text})"


def _row_source(answer: TabPlan, item: Append) -> FileRef | None:
    found = (answer.theirs.source_of(item.theirs_row, title) for title in item.values)
    return next((file for file in found if file is not None), None)


def _row(item: Append, title: str) -> int | None:
    return item.theirs_row if title in item.values else None


def _volumes(answer: TabPlan) -> list[Volume]:
    """Cells that held something and would change, per owner."""
    changed: dict[str, int] = {}
    for change in answer.changes:
        if change.kind in ("cell", "computed") and change.before is not None:
            owner = str(answer.view.sheet.by_title[change.column].owner)
            changed[owner] = changed.get(owner, 0) + 1
    totals: dict[str, int] = {}
    for title in answer.view.positions:
        owner = str(answer.view.sheet.by_title[title].owner)
        totals[owner] = totals.get(owner, 0) + len(answer.view.table)
    return [Volume(owner, count, totals[owner]) for owner, count in changed.items() if owner == Owner.ERP]
