"""Finishes what a crash left open: cells that hold what was planned are taken as written.

Resume re-reads by key (sync.md): equal to `after` takes `after` as agreed, equal to `before` keeps what
was agreed, any other value is a person's edit. Then the round plans again.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Row

from rules.errors import Error
from rules.policy.loader import Config
from sheets_schema.cells import Value, equal
from sync.agreed import set_cells
from sync.books import Book, read_book
from sync.state.database import State
from sync.state.journal import Key, key_of, row_of, value_of
from sync.state.memory import Base


def recover(config: Config, state: State) -> None:
    """Settles every workbook whose plan was stored but whose end is unknown.

    A workbook that can't be read now stays open until a later round can.
    """
    for item in state.journal.unfinished():
        configured = next((book for book in config.site.workbooks if book.name == item.workbook), None)
        if configured is None:
            continue
        try:
            book = read_book(config, configured)
        except Error:
            continue
        with state.begin():
            _settle(state, item, book)


def _settle(state: State, item: Row[Any], book: Book) -> None:
    rows = state.journal.written(item.round, item.workbook, verified_only=False)
    row_of_key = {name: {key: row for row, key in enumerate(view.keys)} for name, view in book.views.items()}
    moved = book.sha256 != item.sha_before
    arrived = [row for row in rows if moved and _arrived(book, row, row_of_key.get(row.tab, {}))]
    state.journal.verified(item.round, item.workbook, [row.id for row in arrived])
    state.journal.forget_unverified(item.round, item.workbook)
    cells: dict[str, dict[tuple[Key, str], Value]] = {}
    for row in arrived:
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
    for tab_name, agreed in cells.items():
        base = state.bases.get(item.workbook, tab_name)
        if base is not None:
            table = set_cells(base.table, book.views[tab_name].sheet.key, agreed)
            state.bases.put(item.workbook, tab_name, Base(table, item.round, base.mapping))
    done = "COMMITTED" if len(arrived) == len(rows) else "PARTIAL" if arrived else "STALE"
    state.journal.move(item.round, item.workbook, done, sha_after=book.sha256 if arrived else None)


def _arrived(book: Book, row: Row[Any], row_of_key: dict[Key, int]) -> bool:
    at = row_of_key.get(key_of(row.key))
    if at is None or row.column == "":
        return at is not None
    view = book.views[row.tab]
    return row.column in view.positions and equal(view.table.value(row.column, at), value_of(row.after))
