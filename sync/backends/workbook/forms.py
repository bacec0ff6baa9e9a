"""Rows of the form that a tab's rows have: programs write the same columns, kinds and styles row after row.

What was seen in some rows becomes one pattern that reads all others of a block at once, column by column. Rows that
it does not match letter by letter are read cell by cell, and widen it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from sheets_schema.grid.address import COLUMN
from sheets_schema.grid.contents import dated
from sync.backends.workbook import xml
from sync.backends.workbook.cell_types import number

TITLES = 4
"""Rows to learn nothing from: the data look otherwise."""
FIRST = 16
"""Rows that are read cell by cell before the first pattern is made; each further one waits for four times as many."""
_MOST_PATTERNS = 8
_MOST_WAYS = 400
"""Ways to write cells of all columns together that one pattern may know."""

_NUMBER = r"[-+.0-9]{1,40}(?:[eE][-+]?[0-9]{1,2})?"
_BODY = {
    "": rf"><v>({_NUMBER})</v></c>",
    "date": rf"><v>({_NUMBER})</v></c>",
    "s": r"><v>([0-9]{1,9})</v></c>",
    "inlineStr": r'><is><t(?: xml:space="preserve")?>([^<]*)</t></is></c>',
    "blank": "/>",
}
"""By the way a cell is written: what follows its attributes."""
_KIND = {"": "", "date": "", "s": ' t="s"', "inlineStr": ' t="inlineStr"', "blank": ""}
_KINDS = frozenset(("", "s", "inlineStr"))
_ROW = r'<row r="([1-9][0-9]{0,6})"(?: (?!r=)[\w:.]+="[^"<>]*")*>'

Found = Sequence[tuple[str, str, str, str, str, str]]
"""The cells of a row: column, row, style, kind, value, own text."""


@dataclass
class _Column:
    """How the cells of one column are written: the styles of each way; `everywhere` until a row lacks it."""

    ways: dict[str, dict[str, None]] = field(default_factory=dict)
    everywhere: bool = True

    def pattern(self, name: str) -> str:
        cells = "|".join(
            rf'<c r="{name}\1"{_any_of(styles)}{_KIND[way]}{_BODY[way]}' for way, styles in self.ways.items()
        )
        return cells if self.everywhere and len(self.ways) == 1 else f"(?:{cells})" + "?" * (not self.everywhere)


def _any_of(styles: Iterable[str]) -> str:
    attributes = [f' s="{style}"' if style else "" for style in styles]
    return attributes[0] if len(attributes) == 1 else f"(?:{'|'.join(attributes)})"


class _Memo(dict[str, Any]):
    """Texts as what they mean, each worked out once."""

    def __init__(self, meaning: Callable[[str], Any]) -> None:
        self._meaning = meaning

    def __missing__(self, text: str) -> Any:
        answer = self[text] = self._meaning(text)
        return answer


class Forms:
    """What is known of the rows of one tab; `dates` are the styles of dates, `strings` the shared strings."""

    def __init__(self, strings: Sequence[str], dates: set[str], *, date1904: bool) -> None:
        self._dates = dates
        days = _Memo(lambda text: dated(number(text), date1904))
        texts = _Memo(lambda text: xml.unescape(xml.text(text)) or None)
        self._readers: dict[str, Callable[[Iterable[str]], Iterator[Any]]] = {
            "": lambda cells: map(float, cells),
            "date": lambda cells: map(days.__getitem__, cells),
            "s": lambda cells: map(strings.__getitem__, map(int, cells)),
            "inlineStr": lambda cells: map(texts.__getitem__, cells),
        }
        self._columns: dict[str, _Column] = {}
        self._rows = self._patterns = 0
        self._wider = False
        self._pattern: re.Pattern[str] | None = None
        self._places: list[tuple[int, list[str]]] = []
        """By column of the pattern: where it stands, and the ways with a value."""

    def note(self, found: Found) -> None:
        """Learns from a row that was read cell by cell, its columns rising."""
        self._rows += 1
        if self._rows <= TITLES or self._patterns == _MOST_PATTERNS or any(cell[3] not in _KINDS for cell in found):
            return
        first = not self._columns
        for name, _, style, kind, value, text in found:
            column = self._columns.setdefault(name, _Column(everywhere=first))
            way = "blank" if not (value or text) else "date" if not kind and style in self._dates else kind
            styles = column.ways.setdefault(way, {})
            self._wider |= style not in styles
            styles[style] = None
        names = {cell[0] for cell in found}
        for name, column in self._columns.items():
            if column.everywhere and name not in names:
                column.everywhere, self._wider = False, True

    def split(self, text: str) -> list[Any] | None:
        """Whole rows cut by the pattern, for `rows`; None as long as there is no pattern."""
        if self._wider and self._rows >= FIRST * 4**self._patterns and self._patterns < _MOST_PATTERNS:
            self._widen()
        return self._pattern.split(text) if self._pattern else None

    def _widen(self) -> None:
        self._wider = False
        ordered = sorted(self._columns.items(), key=lambda item: COLUMN[item[0]])
        if sum(len(styles) for _, column in ordered for styles in column.ways.values()) > _MOST_WAYS:
            self._patterns = _MOST_PATTERNS
            return
        self._patterns += 1
        self._pattern = re.compile("".join((_ROW, *(column.pattern(name) for name, column in ordered), "</row>")))
        self._places = [(COLUMN[name], [way for way in column.ways if way != "blank"]) for name, column in ordered]

    def rows(self, parts: list[Any]) -> tuple[list[str], list[int], list[list[Any]]]:
        """What stands before each row and behind the last, the rows' numbers, and their cells from column A on.

        Raises:
            ValueError: a number is none.
            IndexError: a shared string is none.
        """
        if not self._places:
            return parts, [], []
        step = 2 + sum(len(ways) for _, ways in self._places)
        numbers = list(map(int, parts[1::step]))
        columns: list[list[Any]] = [[None] * len(numbers)] * (1 + self._places[-1][0])
        at = 2
        for place, ways in self._places:
            for way in ways:
                cells = _read(parts[at::step], self._readers[way])
                if way != ways[0]:
                    cells = [one if other is None else other for one, other in zip(columns[place], cells, strict=True)]
                columns[place] = cells
                at += 1
        return parts[::step], numbers, list(map(list, zip(*columns, strict=True)))


def _read(cells: list[Any], reader: Callable[[Iterable[str]], Iterator[Any]]) -> list[Any]:
    """The cells of a column in one way; None where a row has none."""
    values = reader(cell for cell in cells if cell is not None)
    return [None if cell is None else next(values) for cell in cells] if None in cells else list(reader(cells))
