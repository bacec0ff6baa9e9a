"""Carries planned cells into a workbook file: one patch, verified, replaced atomically."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from rules.errors import Error, Refused
from sheets_schema.cells import Value
from sync.backends.workbook.edits import CellEdit, PatchReport, RowAppend
from sync.backends.workbook.patcher import patch
from sync.backends.workbook.replace import replace
from sync.books import Book


@dataclass(frozen=True)
class Edit:
    """One existing cell: sheet row (from 1), column (from 0), what to write, what must stand there."""

    tab: str
    row: int
    column: int
    value: Any
    expect: Any


@dataclass(frozen=True)
class NewRow:
    """A row appended at sheet row `row`, formatted like row `like`; formulas of `formulas` are filled down."""

    tab: str
    row: int
    values: dict[int, Any]
    like: int | None
    formulas: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Result:
    """What a write left: the file's new hash, the backup, cells that were refused by (tab, cell)."""

    sha256: str
    backup: str | None
    refused: dict[tuple[str, str], Error] = field(default_factory=dict)


def cell_value(value: Value) -> Any:
    """A typed value as a cell takes it: whole numbers without a fraction."""
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return int(value)
    return value


def write_book(book: Book, edits: Sequence[Edit], rows: Sequence[NewRow], backups: int) -> Result:
    """Writes cells and rows into the workbook as it was read.

    The file is compared with `book.sha256` and each cell with what was read; a cell that differs is
    refused, a file that differs is not touched.

    Raises:
        Busy: the file is open, locked or changed since it was read.
        Refused: the file is of a kind that must not be patched.
    """
    cells = [CellEdit(edit.tab, edit.row, edit.column, edit.value, edit.expect) for edit in edits]
    appends = [RowAppend(row.tab, row.row, row.values, row.like, sorted(row.formulas)) for row in rows]

    def build(target: Path) -> PatchReport:
        return patch(book.path, target, edits=cells, appends=appends)

    done = replace(book.path, build, expected_sha256=book.sha256, keep_backups=backups)
    refused: dict[tuple[str, str], Error] = {}
    for item in done.report.refused:
        tab, _, cell = item.cell.rpartition("!")
        refused[tab, cell] = Refused(item.code, file=book.path.name, tab=tab, cell=cell, **item.facts)
    return Result(done.sha256, str(done.backup) if done.backup else None, refused)
