"""Carries planned cells into a workbook file: one patch, verified, replaced atomically."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from rules.errors import Error
from sheets_schema.cells import Value
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
    raise NotImplementedError
