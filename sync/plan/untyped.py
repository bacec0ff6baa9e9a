"""Tables without a schema: what their cells mean.

Nobody says which column holds numbers, so each column is judged as a whole, over the three tables that
are merged. Then equality is by meaning as in sheets (1, 1.0 and "1" in a column of numbers; dates and times of
day in any spelling; full-width forms, NBSP, surrounding blanks; blank text and null), but ids keep leading zeros
and length: one ``007`` or ``12E3`` makes its column text. Keys are always text: 1 and "1" are the same
key, "1" and "1.0" are not. Keys and titles are cleaned as everywhere (`keys.clean_key`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from math import isfinite
from typing import Any

from rules.errors import Code, Error
from sheets_schema.cells import CellError, Value, clean, clock_text, meaning, parse_date
from sheets_schema.keys import clean_key
from sheets_schema.model import Type
from sheets_schema.table import Table, as_array

M_TITLES = Code(
    "M-004",
    "表头 {found} 重复或为空",
    "title {found} is repeated or blank",
    "每一列要有自己的列名",
    "give every column a name of its own",
)
M_RAGGED = Code(
    "M-005",
    "第 {rows} 行(不含表头)有 {found} 个单元格,而表头只有 {expected} 列",
    "data row {rows} has {found} cells, the header {expected}",
    "补上缺少的列名,或删去多出的单元格",
    "add the missing titles, or delete the extra cells",
)
M_CELL = Code(
    "M-006",
    "第 {rows} 行(不含表头)列 {column} 不是单个值:{found}",
    "data row {rows}, column {column} is not a single value: {found}",
    "单元格只能是文本、数字、是/否、日期或空",
    "a cell is a text, a number, true or false, a date, or blank",
)

_NUMBER = re.compile(r"[+-]?(?:\d+(?:\.\d*)?|\.\d+|\d{1,3}(?:,\d{3})+(?:\.\d+)?)%?")
_ID = re.compile(r"[+-]?0\d.*|\d[\d.]*[eE][+-]?\d+|\D*\d{16,}")
_SINGLE = {str, int, float, bool, date, datetime, CellError, type(None)}
_LONGEST = 10**15
"""Whole numbers from here on are ids: a spreadsheet would round them."""


@dataclass(frozen=True)
class Plain:
    """A table as it stands in a file: titles, and rows of cells. Short rows end in blanks.

    Raises:
        Error: M-004 a title that is repeated or blank, M-005 a row longer than the header, M-006 a cell
            that is a list, an object, or no finite number.
    """

    columns: tuple[str, ...]
    rows: Sequence[Sequence[Any]]
    file: str | None = None

    def __post_init__(self) -> None:
        seen: set[str] = set()
        for title in self.columns:
            name = clean_key(title) if isinstance(title, str) else ""
            if not name or name in seen:
                raise Error(M_TITLES, file=self.file, found=repr(title))
            seen.add(name)
        width = len(self.columns)
        for number, row in enumerate(self.rows, 1):
            if len(row) > width and any(not _blank(cell) for cell in row[width:]):
                raise Error(M_RAGGED, file=self.file, rows=number, found=len(row), expected=width)
        for title, column in self.cells.items():
            types = set(map(type, column))
            floats = [cell for cell in column if type(cell) is float] if float in types else []
            if not (types <= _SINGLE and all(map(isfinite, floats))):
                self._check_cells(title, column)

    @cached_property
    def cells(self) -> dict[str, list[Any]]:
        """The columns, as written."""
        width = len(self.columns)
        if all(len(row) == width for row in self.rows) and self.rows:
            return dict(zip(self.columns, map(list, zip(*self.rows, strict=True)), strict=True))
        return {
            title: [row[at] if at < len(row) else None for row in self.rows] for at, title in enumerate(self.columns)
        }

    def titled(self, names: Mapping[str, str]) -> Plain:
        """The same table with the titles of `names`, by clean title."""
        return Plain(tuple(names[clean_key(title)] for title in self.columns), self.rows, self.file)

    def _check_cells(self, title: str, column: Sequence[Any]) -> None:
        for number, cell in enumerate(column, 1):
            single = isfinite(cell) if isinstance(cell, float) else isinstance(cell, (str, int, date, type(None)))
            if not single:
                raise Error(M_CELL, file=self.file, rows=number, column=title, found=repr(cell)[:40])


def typed(tables: Sequence[Plain], key: Sequence[str]) -> list[Table]:
    """The tables in meanings, every column judged over all of them."""
    titles = dict.fromkeys(title for table in tables for title in table.columns)
    kinds = {
        title: _kind([table.cells[title] for table in tables if title in table.cells], title in key) for title in titles
    }
    return [_table(table, kinds) for table in tables]


def _table(table: Plain, kinds: Mapping[str, Type]) -> Table:
    meanings = {title: _meanings(column, kinds[title]) for title, column in table.cells.items()}
    types = {title: frozenset(map(type, column)) for title, column in meanings.items()}
    return Table(table.columns, {title: as_array(column) for title, column in meanings.items()}, kinds=types)


def _meanings(column: Sequence[Any], kind: Type) -> list[Value]:
    known: dict[str | float, Value] = {}
    answer: list[Value] = []
    for cell in column:
        if cell is None:
            answer.append(None)
        elif type(cell) is str or type(cell) is float:
            if cell not in known:
                known[cell] = _meaning(cell, kind)
            answer.append(known[cell])
        else:
            answer.append(_meaning(cell, kind))
    return answer


def _meaning(cell: Any, kind: Type) -> Value:
    """What a cell means in a column judged to be numbers, dates, text or part of the key (`Type.ID`).

    >>> _meaning("1,200", Type.NUMBER), _meaning("$5", Type.NUMBER), _meaning(7, Type.ID), _meaning(" ", Type.ID)
    (1200.0, '$5', '7', None)
    """
    if isinstance(cell, str) and kind is Type.NUMBER and not isinstance(cell, CellError):
        text = clean(cell)
        return meaning(text, kind) if _NUMBER.fullmatch(text) else text or None
    if isinstance(cell, int) and not isinstance(cell, bool) and kind in (Type.ID, Type.TEXT):
        return str(cell)
    return meaning(cell, kind)


def _kind(columns: Iterable[Sequence[Any]], is_key: bool) -> Type:
    types, texts = set[type](), set[str]()
    for column in columns:
        types |= set(map(type, column))
        for cell in set(column):
            if isinstance(cell, str):
                texts.add(cell)
            elif isinstance(cell, (int, float)) and abs(cell) >= _LONGEST:
                return Type.ID if is_key else Type.TEXT
    numbers, dates = not types.isdisjoint((int, float)), not types.isdisjoint((date, datetime))
    words = {word for word in map(clean, texts) if word}
    if dates or (not numbers and not is_key and words and all(parse_date(word) or clock_text(word) for word in words)):
        return Type.DATETIME
    if is_key:
        return Type.ID
    if any(_ID.fullmatch(word) for word in words):
        return Type.TEXT
    return Type.NUMBER if numbers or (words and all(map(_NUMBER.fullmatch, words))) else Type.TEXT


def _blank(cell: Any) -> bool:
    return cell is None or (isinstance(cell, str) and not clean(cell))
