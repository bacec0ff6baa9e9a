"""What a computer tells of a round that it wrote into its open document: the cells that it did not write."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from sheets_schema.grid.address import parse_range
from sync.state.database import State
from sync.state.packed import WrittenCell


def not_arrived(
    state: State, number: int, workbook: str, refused: Collection[tuple[str, int, int]], tabs: Mapping[str, str]
) -> int | None:
    """Forgets the cells of a round that were refused where it was written; answers how many.

    Places are tab (as the workbook calls it; `tabs` gives our name), row and column; one refused cell refuses its
    row. A round of which nothing arrived is HELD. None where the saved file has decided already, or the round was none
    of this workbook: nothing is done then.
    """
    book = next((item for item in state.journal.books(number) if item.workbook == workbook), None)
    if book is None or book.state != "SENT":
        return None
    places = {(tabs[tab], row, column) for tab, row, column in refused if tab in tabs}
    rows = {(tab, row) for tab, row, _ in places}
    planned = state.journal.written(number, workbook, verified_only=False)
    gone = [cell for cell in planned if _is_among(cell, places, rows)]
    with state.begin():
        state.journal.forget_cells(number, workbook, {(cell.tab, cell.cell) for cell in gone})
        if gone and len(gone) == len(planned):
            state.journal.move(number, workbook, "HELD")
    return len(gone)


def _is_among(cell: WrittenCell, places: Collection[tuple[str, int, int]], rows: Collection[tuple[str, int]]) -> bool:
    area = parse_range(cell.cell)
    if area is None:
        return False
    if cell.column == "":
        return (cell.tab, area.top) in rows
    return (cell.tab, area.top, area.left) in places
