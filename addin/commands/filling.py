"""Filling a column: an existing one by its title, or a new one to the right of the table."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from addin.commands.command import ShownChange
from addin.commands.tables import TabTable
from sheets_schema.grid.edits import CellEdit, Formula


@dataclass(frozen=True)
class Target:
    """A column to fill; `is_new` when its title has still to be written."""

    column: int
    title: str
    is_new: bool = False


def target(table: TabTable, words: tuple[str, ...], taken: int = 0) -> Target:
    """The column that bears one of these titles; else a new one titled with the first of them.

    `taken` counts the new columns that were given away before. Raises K-012 for a doubled title.
    """
    column = table.titled(words)
    if column is not None:
        return Target(column, table.titles[column])
    return Target(table.free_column + taken, words[0], is_new=True)


def fill(table: TabTable, goal: Target, values: Mapping[int, Any]) -> list[CellEdit]:
    """The edits that write values by row into empty cells, and the title of a new column.

    New cells look like their left neighbours. Each edit expects the blank that it fills.
    """
    edits = []
    beside = goal.column - 1 if goal.is_new else None

    def like(row: int) -> tuple[int, int] | None:
        return None if beside is None or beside < 0 else (row, beside)

    if goal.is_new and values:
        row = table.header_row
        edits.append(CellEdit(table.tab, row, goal.column, goal.title, None, like(row)))
    edits += [CellEdit(table.tab, row, goal.column, value, None) for row, value in values.items()]
    return edits


def changes(edits: list[CellEdit]) -> tuple[ShownChange, ...]:
    """The lines of a preview for cells that were blank."""
    return tuple(ShownChange(edit.name, None, shown(edit.value)) for edit in edits)


def shown(value: Any) -> Any:
    """A value as a preview shows it: a formula with its ``=``."""
    return f"={value}" if isinstance(value, Formula) else value
