"""What a round would do to one tab, as data, and what is remembered once it is done."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from rules.errors import Error
from sheets_schema.cells import Value, cell_value
from sheets_schema.grid.edits import Place
from sheets_schema.model import Type
from sheets_schema.problems import Problem
from sheets_schema.table import Table
from sync.files.told import FileRef, TheirsOfTab
from sync.plan.advance import advance
from sync.plan.change import Change
from sync.plan.keys import Key
from sync.plan.outcome import Append, MergePlan
from sync.state.memory import Base
from sync.state.pins import Pin
from sync.state.settlements import Chosen, OpenConflict
from sync.tab.adopt import Choice, ColumnAdoption
from sync.tab.agreed import set_cells
from sync.tab.view import SheetView


@dataclass(frozen=True)
class Memory:
    """What is remembered of a tab. `lost`: its base is damaged or doubtful, and the round goes on as if without it."""

    base: Base | None = None
    pins: tuple[Pin, ...] = ()
    choices: Mapping[str, Chosen] = field(default_factory=dict)
    lost: bool = False

    def keys(self, titles: tuple[str, ...]) -> set[Key]:
        """The keys that were ever agreed on."""
        base = self.base
        if base is None or any(title not in base.table.data for title in titles):
            return set()
        return set(zip(*(base.table.values(title) for title in titles), strict=True))


@dataclass
class TabPlan:
    """What a round would do to one tab, and what is remembered once it is done."""

    workbook: str
    view: SheetView
    theirs: TheirsOfTab
    memory: Memory
    plan: MergePlan
    changes: list[Change] = field(default_factory=list)
    conflicts: list[OpenConflict] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    untold: list[Problem] = field(default_factory=list)
    """What is said once, not in every round, as long as it holds."""
    refused: list[Error] = field(default_factory=list)
    adoption: list[ColumnAdoption] = field(default_factory=list)
    skipped: int = 0
    settled: dict[tuple[Key, str], tuple[OpenConflict, Choice]] = field(default_factory=dict)
    """Conflicts whose choice this round carries out, by cell."""
    kept: list[Change] = field(default_factory=list)
    """Cells left as they stand by such a choice: nothing is written, but it can be taken back."""
    pins_moved: list[tuple[Key, str]] = field(default_factory=list)
    """Pins that end: taken-back computed cells filled with something else now, and those that `adopt` lifts."""
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

    def carried_out(self, unwritten: Collection[tuple[Key, str]]) -> list[tuple[OpenConflict, Choice]]:
        """The settled conflicts whose cell holds what was chosen, `unwritten` ones excepted."""
        return [settled for cell, settled in self.settled.items() if cell not in unwritten]

    def lost(self, change: Change, refused: Collection[Place]) -> bool:
        """Whether a change was refused, by place; one refused cell refuses its appended row."""
        if change.kind != "append":
            return change.place in refused
        return any(place[:2] == change.place[:2] for place in refused)

    def agreed_before(self, key: Key, column: str) -> tuple[Any, bool]:
        """What was agreed on for a cell before the round (of a row, without column: by title), and whether anything was."""
        base = self.memory.base
        row = self._base_rows.get(key)
        if base is None or row is None:
            return None, False
        if not column:
            return {title: base.table.value(title, row) for title in base.table.columns}, True
        if column not in base.table.data:
            return None, False
        return base.table.value(column, row), True

    @cached_property
    def _base_rows(self) -> dict[Key, int]:
        base, key = self.memory.base, self.view.sheet.key
        if base is None or any(title not in base.table.data for title in key):
            return {}
        return {found: row for row, found in enumerate(zip(*(base.table.values(title) for title in key), strict=True))}


def change_of(
    answer: TabPlan,
    row: int,
    title: str,
    after: Value,
    kind: str,
    theirs_row: int | None = None,
    conflict: str | None = None,
) -> Change:
    """What becomes of one cell of an existing row; `conflict` is the one that is settled so."""
    view = answer.view
    source = answer.theirs.source_of(theirs_row, title) if theirs_row is not None else None
    key = view.key(row)
    base, seen = answer.agreed_before(key, title)
    return Change(
        answer.name,
        key,
        title,
        (view.tab, view.numbers[row], view.positions[title]),
        kind,
        view.table.value(title, row),
        after,
        view.raw(row, title),
        spelled(answer, title, theirs_row, after),
        said_by(source) if source else None,
        source.sha256 if source else None,
        conflict,
        base=base,
        seen=seen,
    )


def spelled(answer: TabPlan, title: str, theirs_row: int | None, value: Value) -> object:
    """A value as it is written: text keeps the ERP's own spelling, numbers and dates are typed."""
    kind = answer.view.sheet.by_title[title].type
    if theirs_row is not None and isinstance(value, str) and kind in (Type.TEXT, Type.ID):
        return answer.theirs.table.original(title, theirs_row)
    return cell_value(value)


def said_by(file: FileRef) -> str:
    """A source as people read it: file, report, 数据截至."""
    return f"{Path(file.path).name}({file.report},数据截至 {file.as_of_text})"
