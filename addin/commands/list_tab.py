"""A tab of our own in somebody's workbook: made when it is missing, rewritten cell by cell when it is there."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rules.errors import Code, Error
from sheets_schema.cells import equal, meaning
from sheets_schema.grid.address import cell_name
from sheets_schema.grid.edits import UNSET, CellEdit, Formula, NewTab
from sheets_schema.model import Type
from sync.backends.port import Tabs

K_NOT_OURS = Code(
    "K-013",
    "表“{found}”不是插件写的,没有改动",
    "the tab “{found}” was not written by the add-in; it was left alone",
    "给那张表改个名字再试",
    "rename that tab and try again",
)

Rows = Sequence[Sequence[Any]]


def existing(store: Tabs, name: str) -> str | None:
    """The tab of that name, as the document spells it."""
    return next((tab for tab in store.tabs() if tab.casefold() == name.casefold()), None)


def rewritten(
    store: Tabs, name: str, rows: Rows, *, widths: Sequence[float] = (), hidden: bool = False
) -> tuple[list[CellEdit], list[NewTab]]:
    """What makes the tab hold exactly these rows, the first of which is its header.

    What people wrote to the right of these columns stays.
    Raises K-013 when a tab of that name has another header: it is somebody's own.
    """
    tab = existing(store, name)
    if tab is None:
        return [], [NewTab(name, rows, widths, hidden=hidden)]
    grid = store.read(tab)
    header = list(rows[0])
    if grid.rows and [grid.value(1, column) for column in range(len(header))] != header:
        raise Error(K_NOT_OURS, found=tab)
    width = len(header)
    wanted = {
        (number, column): value
        for number, row in enumerate(rows, 1)
        for column, value in enumerate(row)
        if value is not None
    }
    there: dict[tuple[int, int], Any] = {
        (number, column): value
        for number, row in zip(grid.numbers, grid.rows, strict=True)
        for column, value in enumerate(row[:width])
        if value is not None
    }
    formulas = {place for place in grid.formulas if place[1] < width}
    edits = []
    for place in sorted(wanted.keys() | there.keys() | formulas):
        value, formula = wanted.get(place), grid.formulas.get(place)
        if not _stands(value, there.get(place), formula):
            expect = UNSET if formula is not None else there.get(place)
            edits.append(CellEdit(tab, *place, value, expect))
    return edits, []


def _stands(value: Any, now: Any, formula: str | None) -> bool:
    if isinstance(value, Formula):
        return formula == value
    return formula is None and type(value) is type(now) and equal(meaning(value, Type.TEXT), meaning(now, Type.TEXT))


def link(tab: str, row: int, column: int) -> Formula:
    """A formula that shows a cell's address and leads to it.

    >>> link("库存 数据", 2, 1)
    'HYPERLINK("#\\'库存 数据\\'!B2","库存 数据!B2")'
    """
    cell = cell_name(row, column)
    quoted = tab.replace("'", "''").replace('"', '""')
    shown = tab.replace('"', '""')
    return Formula(f'HYPERLINK("#\'{quoted}\'!{cell}","{shown}!{cell}")')
