"""Which formulas that were left to a spreadsheet program show a value from before a change."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping

from addin.functions.layout import Layout
from addin.functions.places import Area, Cells, Place
from sheets_schema.grid.address import parse_range

_LOCAL = re.compile(r"_xlpm\.", re.IGNORECASE)
"""A name that a formula gives itself."""
_OTHER_FILE = re.compile(r"'?[^'\[]*\[(?!0\])[^\[\]]+\][^'!]*'?!")
"""What stands before a name in another workbook."""
_CONSTANT = re.compile(r'"(?:[^"]|"")*"|[-+]?[\d.]+(?:[eE][-+]?\d+)?|TRUE|FALSE')
_FIXED = re.compile(
    r"(?:'((?:[^']|'')+)'|([^\W\d][\w.]*))!"
    r"(\$[A-Z]{1,3}\$\d+(?::\$[A-Z]{1,3}\$\d+)?|\$[A-Z]{1,3}:\$[A-Z]{1,3}|\$\d+:\$\d+)"
)


def outdated(layout: Layout, left: Iterable[Place], changed: Collection[Place], names: Mapping[str, str]) -> set[Place]:
    """Those of the formulas in `left` that read a changed cell, directly or through one another.

    `names` are the workbook's defined names and what they stand for. A formula that reads cells which can't
    be seen from here (INDIRECT, OFFSET, an unknown name) counts as reading a changed one.
    """
    if not changed:
        return set()
    words = _Words(layout, names)
    waiting: dict[Place, list[Area]] = {}
    found: set[Place] = set()
    for place in left:
        areas = [area for area in layout.areas(place) if area]
        for word in layout.shapes[place].elsewhere:
            meant = words.areas(word, place)
            if meant is None:
                found.add(place)
                break
            areas += meant
        else:
            waiting[place] = areas
    cells = Cells(changed)
    for place in found:
        _add(cells, layout, place)
    order = list(waiting)
    grows = True
    while grows:
        grows = False
        for place in order:
            if place in waiting and any(map(cells.touch, waiting[place])):
                grows = True
                found.add(place)
                del waiting[place]
                _add(cells, layout, place)
        order = [place for place in reversed(order) if place in waiting]
    return found


def _add(cells: Cells, layout: Layout, place: Place) -> None:
    for cell in layout.cells(place):
        cells.add(cell)


class _Words:
    """What the words of formulas stand for: defined names, tables."""

    def __init__(self, layout: Layout, names: Mapping[str, str]) -> None:
        self._layout = layout
        self._names = {name.casefold(): text for name, text in names.items()}
        self._tables = {
            table.name.casefold(): Area(grid.name, table.ref.top, table.ref.left, table.ref.bottom, table.ref.right)
            for grid in layout.grids.values()
            for table in grid.tables
        }

    def areas(self, word: str, place: Place) -> list[Area] | None:
        """The cells that a word of a cell's formula stands for; None where that can't be seen."""
        if _LOCAL.match(word) or _OTHER_FILE.match(word):
            return []
        if word.startswith("[") and word.endswith("]"):  # columns of the table before it, or of the formula's own
            return [area for area in self._tables.values() if _holds(area, place)]
        named = self._names.get(f"{place.tab}!{word}".casefold(), self._names.get(word.casefold()))
        if named is not None:
            return self._meant(named)
        table = self._tables.get(word.casefold())
        return [table] if table else None

    def _meant(self, text: str) -> list[Area] | None:
        """The one fixed area that a defined name stands for; nothing for a constant."""
        if _CONSTANT.fullmatch(text):
            return []
        if not (match := _FIXED.fullmatch(text)):
            return None
        tab = self._layout.tab(match[1].replace("''", "'") if match[1] else match[2])
        area = parse_range(match[3].replace("$", ""))
        return [Area(tab, area.top, area.left, area.bottom, area.right)] if tab and area else None


def _holds(area: Area, place: Place) -> bool:
    return area.tab == place.tab and area.top <= place.row <= area.bottom and area.left <= place.column <= area.right
