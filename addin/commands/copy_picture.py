"""复制为图片: the selected cells as a PNG, for a chat or a mail."""

from __future__ import annotations

from addin.commands.command import ButtonReport, Command, Desk, Preview
from addin.commands.picture_codes import K_BLANK, K_TOO_LARGE
from addin.commands.tables import is_blank
from rules.errors import Error, Text
from sheets_schema.grid.address import Range
from sheets_schema.grid.contents import Grid

MOST_ROWS, MOST_COLUMNS = 200, 40


def run(desk: Desk) -> Preview:
    """The selection, without blank rows and columns at its end; a single cell means all of the tab.

    Dates as ISO, numbers without trailing zeros: a cell's own number format is not known here. Raises
    K-050 without a Chinese font, K-051 when too much is selected, K-052 when nothing is.
    """
    from addin.commands.picture import drawn

    grid = desk.store.read(desk.selection.tab)
    area = _area(grid, desk)
    rows = [
        [grid.value(row, column) for column in range(area.left, area.right + 1)]
        for row in range(area.top, area.bottom + 1)
    ]
    picture = drawn(rows, _bold_rows(grid, area))
    title = Text(f"{area} 复制成图片", f"{area} as a picture")
    return Preview(ButtonReport(title), picture=picture)


def _area(grid: Grid, desk: Desk) -> Range:
    """The part of the selection that holds anything; its first row and column stay."""
    chosen = desk.selection
    single = (chosen.top, chosen.left) == (chosen.bottom, chosen.right)
    top, left, bottom, right = 0, 0, 0, -1
    for number, row in zip(grid.numbers, grid.rows, strict=True):
        for column, value in enumerate(row):
            inside = chosen.covers(number) and chosen.left <= column <= chosen.right
            if (single or inside) and not is_blank(value):
                top, left = (top or number), (min(left, column) if right >= 0 else column)
                bottom, right = number, max(right, column)
    if right < 0:
        raise Error(K_BLANK, file=desk.file or None, tab=grid.name)
    area = Range(top, left, bottom, right) if single else Range(chosen.top, chosen.left, bottom, right)
    height, width = area.bottom - area.top + 1, area.right - area.left + 1
    if height > MOST_ROWS or width > MOST_COLUMNS:
        facts = {"found": f"{height}×{width}", "expected": f"{MOST_ROWS}×{MOST_COLUMNS}"}
        raise Error(K_TOO_LARGE, file=desk.file or None, tab=grid.name, **facts)
    return area


def _bold_rows(grid: Grid, area: Range) -> set[int]:
    """The rows of the area that look like a header: the first of the tab's texts, if it is selected."""
    first = next((number for number, row in zip(grid.numbers, grid.rows, strict=True) if len(row) > 1), None)
    return {first - area.top} if first is not None and area.top <= first <= area.bottom else set()


COMMAND = Command("copy_picture", run)
