"""What a table object repeats of its cells: the titles above its columns, the words in its totals row.

A spreadsheet program calls a file damaged whose table names a column otherwise than the cell does. So
the table's part follows the cell, or the cell is refused.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from xml.etree.ElementTree import Element

from rules.errors import Code
from sheets_schema.cells import CellError
from sheets_schema.grid.address import Range, parse_range
from sheets_schema.grid.edits import Formula
from sync.backends.workbook import xml
from sync.backends.workbook.codes import X_HEADER, X_TITLE_USED, X_TOTALS
from sync.backends.workbook.markup import Splice, scan, with_attribute, without

LONGEST_TITLE = 255

Place = tuple[int, int]
Refusal = tuple[Code, dict[str, Any]]

_ESCAPE = re.compile("[\x00-\x1f]|_(?=x[0-9A-Fa-f]{4}_)")


@dataclass(frozen=True)
class Column:
    """A table's column: its title, and whether a function stands in its totals row."""

    title: str
    has_function: bool


@dataclass(frozen=True)
class TableTexts:
    """One table part. `header` and `totals` are the rows that it repeats, `kind` where its rows come from."""

    part: str
    id: str
    name: str
    kind: str
    header: Range | None
    totals: Range | None
    columns: tuple[Column, ...]

    def title_at(self, place: Place) -> int | None:
        """The index of the column whose title a cell is."""
        return self._index(self.header, place)

    def total_at(self, place: Place) -> int | None:
        """The index of the column whose total a cell is."""
        return self._index(self.totals, place)

    def _index(self, area: Range | None, place: Place) -> int | None:
        if area is None or place[0] != area.top or not area.left <= place[1] <= area.right:
            return None
        index = place[1] - area.left
        return index if index < len(self.columns) else None


@dataclass
class Renaming:
    """What becomes of a table: new titles and words in its totals row by column, and the cells that are refused."""

    titles: dict[int, str] = field(default_factory=dict)
    totals: dict[int, str | None] = field(default_factory=dict)
    refused: dict[Place, Refusal] = field(default_factory=dict)


def texts_of(tree: Element, part: str) -> TableTexts | None:
    """A table part; None when its range can't be read."""
    area = parse_range(tree.get("ref", ""))
    if tree.tag != "table" or area is None:
        return None
    has_header = tree.get("headerRowCount", "1") != "0"
    has_totals = tree.get("totalsRowCount", "0") not in ("", "0")
    columns = (
        Column(xml.unescape(item.get("name", "")), item.get("totalsRowFunction", "none") != "none")
        for item in tree.iterfind("tableColumns/tableColumn")
    )
    return TableTexts(
        part,
        tree.get("id", ""),
        tree.get("displayName", tree.get("name", "")),
        tree.get("tableType", "worksheet"),
        area._replace(bottom=area.top) if has_header else None,
        area._replace(top=area.bottom) if has_totals else None,
        tuple(columns),
    )


def renaming(
    table: TableTexts, edits: Mapping[Place, Any], used_in: Callable[[TableTexts, str], str | None]
) -> Renaming:
    """What edits of a table's header and totals row do to it; `used_in` says where a title is used by name.

    A title is a text of 1–255 characters that no other column has (two of them may be exchanged at once) and that
    nothing refers to; upper and lower case are the same. In the totals row only words may be written, and only
    where no function stands.
    """
    answer = Renaming()
    places: dict[int, Place] = {}
    for place, value in edits.items():
        title, total = table.title_at(place), table.total_at(place)
        if title is not None and _is_title(value):
            answer.titles[title], places[title] = value, place
        elif title is not None:
            answer.refused[place] = (X_HEADER, {"found": _short(value), "table": table.name})
        elif total is not None and not table.columns[total].has_function and (value is None or _is_text(value)):
            answer.totals[total] = value or None
        elif total is not None:
            answer.refused[place] = (X_TOTALS, {"table": table.name})
    for index, new in list(answer.titles.items()):
        old = table.columns[index].title
        where = used_in(table, old) if old.lower() != new.lower() else None
        if where:
            del answer.titles[index]
            answer.refused[places[index]] = (X_TITLE_USED, {"found": old, "place": where})
    while clashing := list(_clashing(table, answer.titles)):
        for index in clashing:
            answer.refused[places[index]] = (X_HEADER, {"found": _short(answer.titles.pop(index)), "table": table.name})
    return answer


def _clashing(table: TableTexts, titles: Mapping[int, str]) -> Iterator[int]:
    """The columns whose new title another column has too."""
    names = [titles.get(index, column.title).lower() for index, column in enumerate(table.columns)]
    times = Counter(names)
    return (index for index in titles if times[names[index]] > 1)


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and not isinstance(value, (CellError, Formula))


def _is_title(value: Any) -> bool:
    return _is_text(value) and bool(value.strip()) and len(value.encode("utf-16-le", "replace")) <= 2 * LONGEST_TITLE


def renamed(data: bytes, part: str, change: Renaming) -> list[Splice]:
    """The splices that bring a table part in line with its cells."""
    table = scan(data, part).children[0]
    columns = [column for node in table.all("tableColumns") for column in node.all("tableColumn")]
    answer: list[Splice] = []
    for index, column in enumerate(columns):
        tag = column.tag
        if index in change.titles:
            tag = with_attribute(tag, "name", _escaped(change.titles[index]))
        if index in change.totals:
            word = change.totals[index]
            tag = (
                without(tag, ("totalsRowLabel",))
                if word is None
                else with_attribute(tag, "totalsRowLabel", _escaped(word))
            )
        if tag != column.tag:
            answer.append((column.start, column.opened, tag))
    return answer


def _escaped(text: str) -> str:
    """Text for an attribute: line breaks and what looks like an escape as ``_xHHHH_``.

    >>> _escaped("近7天\\n销量"), _escaped("_x0041_")
    ('近7天_x000a_销量', '_x005f_x0041_')
    """
    return _ESCAPE.sub(lambda match: f"_x{ord(match[0]):04x}_", text)


def _short(value: Any) -> str:
    text = "" if value is None else str(value)
    return text if len(text) <= 40 else f"{text[:37]}..."
