"""Finishes what has no known end: cells that hold what was planned are taken as written.

So it is after a crash, and after a round that wrote into an open document, whose end is the saving.
Resume re-reads by key (sync.md): equal to `after` takes `after` as agreed, equal to `before` keeps what
was agreed, any other value is a person's edit. Then the round plans again.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from pathlib import Path
from typing import Any

from sqlalchemy import Row

from rules.errors import Busy, Error
from rules.policy.loader import Config
from sheets_schema.cells import Value, equal, meaning
from sync.agreed import set_cells
from sync.backends.workbook.replace import check_free
from sync.books import Book, read_book
from sync.state.database import State
from sync.state.journal import Key, key_of, row_of, value_of
from sync.state.memory import Base

Agreed = dict[str, dict[tuple[Key, str], Value]]
"""Agreed values by tab, key and column."""


def recover(config: Config, state: State, open_books: Collection[str] = ()) -> None:
    """Settles every workbook whose plan was stored but whose end is unknown.

    What counts is the file. A workbook that can't be read now stays open until a later round can; so does
    one of which a document is open (`open_books`, or elsewhere) and not saved since.
    """
    for item in state.journal.unfinished():
        configured = next((book for book in config.site.workbooks if book.name == item.workbook), None)
        if configured is None:
            continue
        try:
            book = read_book(config, configured)
        except Error:
            continue
        unsaved = item.state == "SENT" and book.version == item.sha_before
        if unsaved and (item.workbook in open_books or _is_open(book.path)):
            continue
        with state.begin():
            _settle(state, item, book)


def _is_open(path: Path) -> bool:
    try:
        check_free(path)
    except (Busy, OSError):
        return True
    return False


def _settle(state: State, item: Row[Any], book: Book) -> None:
    rows = state.journal.written(item.round, item.workbook, verified_only=False)
    moved = book.version != item.sha_before
    there = _arrived(book, rows) if moved else []
    state.journal.verified(item.round, item.workbook, [row.id for row in there])
    state.journal.forget_unverified(item.round, item.workbook)
    for tab, cells in _agreed(book, there).items():
        base = state.bases.get(item.workbook, tab)
        if base is not None:
            table = set_cells(base.table, book.views[tab].sheet.key, cells)
            state.bases.put(item.workbook, tab, Base(table, item.round, base.mapping))
    done = "COMMITTED" if len(there) == len(rows) else "PARTIAL" if there else "STALE"
    state.journal.move(item.round, item.workbook, done, sha_after=book.version if there else None)


def unsettled(state: State, book: Book) -> Agreed:
    """What rounds without a known end agreed on, as far as the workbook holds it."""
    rows = [
        row
        for item in state.journal.unfinished()
        if item.workbook == book.name
        for row in state.journal.written(item.round, item.workbook, verified_only=False)
    ]
    return _agreed(book, _arrived(book, rows))


def _arrived(book: Book, rows: Iterable[Row[Any]]) -> list[Row[Any]]:
    """Those planned cells and rows that a workbook holds as planned."""
    places = {name: {key: row for row, key in enumerate(view.keys)} for name, view in book.views.items()}
    return [row for row in rows if _holds(book, row, places.get(row.tab, {}))]


def _holds(book: Book, row: Row[Any], places: dict[Key, int]) -> bool:
    at = places.get(key_of(row.key))
    if row.column == "":
        return (at is None) == bool(row.kind == "restore")
    if at is None:
        return False
    view = book.views[row.tab]
    if row.column not in view.positions:
        return False
    wanted = meaning(value_of(row.after), view.sheet.by_title[row.column].type)
    return equal(view.table.value(row.column, at), wanted)


def _agreed(book: Book, written: Sequence[Row[Any]]) -> Agreed:
    """What cells written from the ERP agree on with it."""
    cells: Agreed = {}
    for row in written:
        tab = cells.setdefault(row.tab, {})
        if row.kind == "cell":
            tab[key_of(row.key), row.column] = value_of(row.after)
        elif row.kind == "append":
            owned = book.views[row.tab].sheet.by_title
            tab |= {
                (key_of(row.key), title): value
                for title, value in row_of(row.after).items()
                if owned[title].owner == "erp"
            }
    return cells
