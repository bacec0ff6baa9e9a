"""Where a cell's value came from: owner, the ERP's file, and every round that wrote it."""

from __future__ import annotations

import re
from typing import Any

from rules.errors import Code, Error
from rules.policy.loader import Config
from sheets_schema.cells import plain
from sync.backends.port import Store
from sync.books import read_book
from sync.inbox import accepted, library_of
from sync.ingest.theirs import theirs as theirs_of
from sync.sheet import SheetView
from sync.state.database import State
from sync.state.journal import row_of, value_of
from sync.tab_plan import said_by

C_CELL = Code(
    "C-013",
    "{found} 不是已同步的格子",
    "{found} is no synced cell",
    "写成 '库存数据!F12',要在表格范围内",
    "write it as '库存数据!F12', inside the table",
)

_CELL = re.compile(r"(.+)!\$?([A-Za-z]{1,3})\$?([1-9]\d{0,6})")


def cell_history(config: Config, state: State, workbook: str, cell: str, store: Store | None = None) -> dict[str, Any]:
    """Everything known of one cell, newest write first; `store` is the workbook where it is open.

    Raises:
        Error: C-013 when `cell` is no cell of a synced tab.
    """
    configured = next(book for book in config.site.workbooks if book.name == workbook)
    match = _CELL.fullmatch(cell)
    if match is None:
        raise Error(C_CELL, found=cell)
    book = read_book(config, configured, store)
    name, view = next(
        ((name, view) for name, view in book.views.items() if match[1].strip("'") in (name, view.tab)), (None, None)
    )
    if name is None or view is None:
        raise Error(C_CELL, found=cell)
    row, title = _find(view, match[2].upper(), int(match[3]), cell)
    key, column = view.key(row), view.sheet.by_title[title]
    base = state.bases.get(workbook, name)
    agreed = base.row(view.sheet.key, key).get(title) if base else None
    theirs = theirs_of(view.sheet, library_of(config, accepted(config, state)), view.keys)
    rows = {found: row for row, found in enumerate(zip(*map(theirs.table.values, view.sheet.key), strict=True))}
    at = rows.get(key)
    source = theirs.source_of(at, title) if at is not None else None
    shared = source is not None and title in theirs.shared and bool(theirs.shared[title][at])
    return {
        "tab": name,
        "cell": view.cell(row, title),
        "key": [plain(part) for part in key],
        "column": title,
        "owner": column.role or str(column.owner),
        "sheet": plain(view.table.value(title, row)),
        "formula": view.has_formula(row, title),
        "last_agreed": plain(agreed),
        "erp": plain(theirs.table.value(title, at)) if at is not None and source else None,
        "source": said_by(source) if source else None,
        "marks": ["共享"] if shared else [],
        "pinned": [
            plain(value)
            for pin in state.pins.of(workbook, name)
            if (pin.key, pin.column) == (key, title)
            for value in pin.values
        ],
        "history": [
            _entry(item, title)
            for item in state.journal.of_cell(workbook, name, key, title, verified_only=store is None)
        ],
    }


def _find(view: SheetView, letters: str, number: int, cell: str) -> tuple[int, str]:
    if number in view.numbers:
        row = view.numbers.index(number)
        for title in view.positions:
            if view.cell(row, title) == f"{letters}{number}":
                return row, title
    raise Error(C_CELL, found=cell)


def _entry(item: Any, title: str) -> dict[str, Any]:
    whole_row = item.column == ""
    return {
        "round": item.round,
        "kind": item.kind,
        "before": None if whole_row else plain(value_of(item.before)),
        "after": plain(row_of(item.after).get(title)) if whole_row else plain(value_of(item.after)),
        "source": item.source,
        "source_sha256": item.source_sha,
    }
