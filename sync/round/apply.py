"""Carries planned cells into a workbook: a file in one verified patch, or the document open in a program."""

from __future__ import annotations

import shutil
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from rules.errors import Code, Error, Refused
from sheets_schema.cells import Value
from sheets_schema.grid.address import cell_name
from sheets_schema.grid.agrees import agrees
from sheets_schema.grid.edits import CellEdit, Formula, PatchReport, RowAppend
from sync.backends.port import Store
from sync.backends.workbook.patcher import patch
from sync.backends.workbook.replace import replace
from sync.round.books import Book

X_NOT_KEPT = Code(
    "X-206",
    "写进打开着的工作簿后读回来不是 {expected},而是 {found}",
    "read back from the open workbook, the cell holds {found} instead of {expected}",
    "检查单元格的格式和数据验证,再同步一次",
    "check the cell's format and validation, then sync again",
)


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
    """What a write left: the backup, cells that were refused by (tab, cell), and the file's new hash.

    An open document has neither hash nor backup before somebody saves it.
    """

    sha256: str | None
    backup: str | None
    refused: dict[tuple[str, str], Error] = field(default_factory=dict)


def cell_value(value: Value) -> Any:
    """A typed value as a cell takes it: whole numbers without a fraction."""
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return int(value)
    return value


def write_book(
    book: Book, edits: Sequence[Edit], rows: Sequence[NewRow], backups: int, *, whole: Sequence[Sequence[Edit]] = ()
) -> Result:
    """Writes cells and rows into the workbook as it was read.

    The file is compared with `book.version` and each cell with what was read; a cell that differs is
    refused, a file that differs is not touched. So it is with an open document, which is read again
    afterwards: a cell that does not hold what was written counts as refused. Each of `whole` are edits that
    are written together or not at all.

    Raises:
        Busy: the file is open, locked or changed since it was read.
        Refused: the file is of a kind that must not be patched.
    """
    cells = [_cell_edit(edit) for edit in edits]
    appends = [RowAppend(row.tab, row.row, row.values, row.like, sorted(row.formulas)) for row in rows]
    if book.store is not None:
        report = book.store.apply(edits=cells, appends=appends, expected=book.version)
        refused = _refused(book, report)
        for tab, cell, found, expected in _not_kept(book.store, cells, appends, set(refused)):
            facts = {"found": found, "expected": expected}
            refused[tab, cell] = Refused(X_NOT_KEPT, file=book.path.name, tab=tab, cell=cell, **facts)
        _restore(book, book.store, _broken(whole, set(refused)), set(refused))
        return Result(None, None, refused)

    def build(target: Path) -> PatchReport:
        report = patch(book.path, target, edits=cells, appends=appends)
        broken = {(edit.tab, edit.row, edit.column) for edit in _broken(whole, set(_refused(book, report)))}
        if broken:
            rest = [edit for edit in cells if (edit.tab, edit.row, edit.col) not in broken]
            again = patch(book.path, target, edits=rest, appends=appends)
            return PatchReport(again.changed, report.refused)
        return report

    done = replace(book.path, build, expected_sha256=book.version, keep_backups=backups)
    return Result(done.sha256, str(done.backup) if done.backup else None, _refused(book, done.report))


def put_back(book: Book, backup: Path, backups: int) -> Result:
    """Makes the workbook its backup again, byte for byte. Raises Busy as `write_book` does."""

    def build(target: Path) -> PatchReport:
        shutil.copyfile(backup, target)
        return PatchReport([backup.name])

    done = replace(book.path, build, expected_sha256=book.version, keep_backups=backups)
    return Result(done.sha256, str(done.backup) if done.backup else None)


def _cell_edit(edit: Edit) -> CellEdit:
    return CellEdit(edit.tab, edit.row, edit.column, edit.value, edit.expect)


def _broken(whole: Sequence[Sequence[Edit]], refused: Collection[tuple[str, str]]) -> list[Edit]:
    """The edits of every group of which some cell was refused."""
    groups = [
        group for group in whole if any((edit.tab, cell_name(edit.row, edit.column)) in refused for edit in group)
    ]
    return [edit for group in groups for edit in group]


def _restore(book: Book, store: Store, edits: Sequence[Edit], refused: Collection[tuple[str, str]]) -> None:
    """Puts back in an open document what stood in the cells that were written all the same."""
    formulas = {view.tab: view.grid.formulas for view in book.views.values()}
    back = [
        CellEdit(edit.tab, edit.row, edit.column, Formula(found) if found else edit.expect)
        for edit in edits
        if (edit.tab, cell_name(edit.row, edit.column)) not in refused
        for found in [formulas[edit.tab].get((edit.row, edit.column))]
    ]
    if back:
        store.apply(edits=back, expected=store.version())


def _refused(book: Book, report: PatchReport) -> dict[tuple[str, str], Error]:
    refused: dict[tuple[str, str], Error] = {}
    for item in report.refused:
        tab, _, cell = item.cell.rpartition("!")
        refused[tab, cell] = Refused(item.code, file=book.path.name, tab=tab, cell=cell, **item.facts)
    return refused


def _not_kept(
    store: Store, edits: Sequence[CellEdit], appends: Sequence[RowAppend], refused: set[tuple[str, str]]
) -> list[tuple[str, str, Any, Any]]:
    """Cells of an open document that do not hold what was written: tab, cell, what they hold, what was written."""
    wanted = [(edit.tab, edit.row, edit.col, edit.value) for edit in edits]
    wanted += [(row.tab, row.row, column, value) for row in appends for column, value in row.values.items()]
    grids = {tab: store.read(tab) for tab in {item[0] for item in wanted}}
    return [
        (tab, cell, found, value)
        for tab, row, column, value in wanted
        if (tab, cell := cell_name(row, column)) not in refused
        and not agrees(found := grids[tab].value(row, column), value)
    ]
