"""Tables without a schema: what their cells mean.

Nobody says which column holds numbers, so each column is judged as a whole, over the three tables that
are merged. Then equality is by meaning as in sheets (1, 1.0 and "1" in a column of numbers; dates and times of
day in any spelling; full-width forms, NBSP, surrounding blanks; blank text and null), but ids keep leading zeros
and length: one ``007`` or ``12E3`` makes its column text. Keys are always text: 1 and "1" are the same
key, "1" and "1.0" are not. Keys and titles are cleaned as everywhere (`keys.clean_key`).
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence, Set
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property, partial
from itertools import chain
from math import isfinite
from typing import Any

import numpy as np

from rules.errors import Code, Error
from sheets_schema.cells import CellError, Value, clean, cleaned, clock_text, meaning, parse_date
from sheets_schema.keys import clean_key
from sheets_schema.model import Type
from sheets_schema.table import Array, Table, as_array, as_list, as_objects, at_precision

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
_DIGITS = re.compile(r"[0-9.+\-\n]+")
_PERHAPS_ID = re.compile(r"(?:^|\n)[+-]?0[0-9]|[0-9]{16}")
_NONE = type(None)
_NUMBERS, _TEXTS = {int, float, _NONE}, {str, _NONE}
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
            types = self.kinds[title]
            floats = [cell for cell in column if type(cell) is float] if float in types else []
            if not (types <= _SINGLE and isfinite(sum(floats))):
                self._check_cells(title, column)

    @cached_property
    def cells(self) -> dict[str, list[Any]]:
        """The columns, as written."""
        width = len(self.columns)
        if all(len(row) == width for row in self.rows):
            flat = list(chain.from_iterable(self.rows))
            return {title: flat[at::width] for at, title in enumerate(self.columns)}
        return {
            title: [row[at] if at < len(row) else None for row in self.rows] for at, title in enumerate(self.columns)
        }

    @cached_property
    def kinds(self) -> dict[str, frozenset[type]]:
        """The Python types in each column."""
        return {title: frozenset(map(type, column)) for title, column in self.cells.items()}

    def titled(self, names: Mapping[str, str]) -> Plain:
        """The same table with the titles of `names`, by clean title."""
        titles = tuple(names[clean_key(title)] for title in self.columns)
        return self if titles == self.columns else Plain(titles, self.rows, self.file)

    def _check_cells(self, title: str, column: Sequence[Any]) -> None:
        for number, cell in enumerate(column, 1):
            single = isfinite(cell) if isinstance(cell, float) else isinstance(cell, (str, int, date, type(None)))
            if not single:
                raise Error(M_CELL, file=self.file, rows=number, column=title, found=repr(cell)[:40])


def typed(tables: tuple[Plain, Plain, Plain], key: Sequence[str]) -> tuple[tuple[Table, Table, Table], frozenset[str]]:
    """The tables in meanings, every column judged over all of them; and the columns where cells of one meaning are equal."""
    titles = dict.fromkeys(title for table in tables for title in table.columns)
    made: list[dict[str, Array]] = [{} for _ in tables]
    kinds: dict[str, frozenset[type]] = {}
    alike: set[str] = set()
    for title in titles:
        holders = [at for at, table in enumerate(tables) if title in table.cells]
        types = frozenset[type]().union(*(tables[at].kinds[title] for at in holders))
        arrays, is_alike = _arrays([tables[at].cells[title] for at in holders], types, title in key)
        alike |= {title} if is_alike else set()
        for at, (array, found) in zip(holders, arrays, strict=True):
            made[at][title] = array
            kinds[title] = kinds.get(title, frozenset()) | found
    base, ours, theirs = (
        Table(table.columns, data, kinds={title: kinds[title] for title in data})
        for table, data in zip(tables, made, strict=True)
    )
    return (base, ours, theirs), frozenset(alike)


Judged = tuple[list[tuple[Array, frozenset[type]]], bool]
"""Columns of one title with the types in them, and whether cells of one meaning are always equal."""


def _arrays(columns: Sequence[Sequence[Any]], types: frozenset[type], is_key: bool) -> Judged:
    """One title's column in each table as meanings; `types` are those of all their cells.

    Columns of numbers alone or texts alone are judged whole; only mixed ones cell by cell.
    """
    if types <= _NUMBERS and types != {_NONE} and not is_key:
        with suppress(OverflowError):  # a number beyond any float is an id
            floats = [np.array(column, dtype=np.float64) for column in columns]
            if not any((np.abs(array) >= _LONGEST).any() for array in floats):
                exact = [at_precision(array) for array in floats]
                alike = all(map(partial(np.array_equal, equal_nan=True), exact, floats))
                return list(map(_of_numbers, exact)), alike
    if types <= _TEXTS:
        return _of_texts(columns, is_key, blanks=_NONE in types)
    kind = _kind(columns, types, is_key)
    known = [_meanings(column, kind) for column in columns]
    return [(as_array(column), frozenset(map(type, column))) for column in known], False


def _of_numbers(array: Array) -> tuple[Array, frozenset[type]]:
    """A column of numbers as `as_array` makes it; blanks alone are no numbers."""
    if np.isnan(array).all():
        return as_array([None] * len(array)), frozenset((_NONE,))
    return array, frozenset((float, _NONE))


def _of_texts(columns: Sequence[Sequence[str | None]], is_key: bool, *, blanks: bool) -> Judged:
    """Columns of text and blanks: each distinct text is read once for all tables."""
    texts = [text for text in set[str | None]().union(*columns) if text is not None]
    words = dict(zip(texts, cleaned(texts), strict=True))
    known: dict[str | None, Value] = {None: None} if blanks else {}
    if not is_key and (numbers := _plain_numbers(list(words.values()))) is not None:
        known |= zip(words, as_list(numbers), strict=True)
        floats = dict(zip(words, numbers.tolist(), strict=True)) | {None: np.nan}
        found = (np.fromiter(map(floats.__getitem__, column), np.float64, len(column)) for column in columns)
        return list(map(_of_numbers, found)), _all_differ(known)
    kind = _kind_of_words({word for word in words.values() if word}, is_key, numbers=False)
    if kind is Type.TEXT:
        known |= {text: word or None for text, word in words.items()}
    else:
        known |= {text: _meaning(text, kind) for text in words}
    types = frozenset(map(type, known.values()))
    array = as_array if float in types else as_objects
    return [(array(list(map(known.__getitem__, column))), types) for column in columns], _all_differ(known)


def _all_differ(known: Mapping[str | None, Value]) -> bool:
    """Whether no two texts mean the same."""
    return len(set(known.values())) == len(known)


def _plain_numbers(words: Sequence[str]) -> Array | None:
    """Cleaned words as numbers, blanks as NaN; None where one is more than digits, a sign and a point, or an id."""
    joined = "\n".join(filter(None, words))
    if not _DIGITS.fullmatch(joined) or _PERHAPS_ID.search(joined):
        return None
    try:
        return at_precision(np.array([float(word) if word else np.nan for word in words], dtype=np.float64))
    except ValueError:  # dates, dashes
        return None


def _meanings(column: Sequence[Any], kind: Type) -> list[Value]:
    known: dict[type, dict[Any, Value]] = {str: {}, float: {}, int: {}}
    answer: list[Value] = []
    for cell in column:
        seen = known.get(type(cell))
        if seen is None:
            answer.append(_meaning(cell, kind))
            continue
        if cell not in seen:
            seen[cell] = _meaning(cell, kind)
        answer.append(seen[cell])
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


def _kind(columns: Iterable[Sequence[Any]], types: Set[type], is_key: bool) -> Type:
    texts = set[str]()
    for column in columns:
        for cell in set(column):
            if isinstance(cell, str):
                texts.add(cell)
            elif isinstance(cell, (int, float)) and abs(cell) >= _LONGEST:
                return Type.ID if is_key else Type.TEXT
    if not types.isdisjoint((date, datetime)):
        return Type.DATETIME
    words = {word for word in map(clean, texts) if word}
    return _kind_of_words(words, is_key, numbers=not types.isdisjoint((int, float)))


def _kind_of_words(words: Collection[str], is_key: bool, *, numbers: bool) -> Type:
    """What a column's texts make it; `numbers` says whether it holds numbers too."""
    if not numbers and not is_key and words and all(parse_date(word) or clock_text(word) for word in words):
        return Type.DATETIME
    if is_key:
        return Type.ID
    if any(map(_ID.fullmatch, words)):
        return Type.TEXT
    return Type.NUMBER if numbers or (words and all(map(_NUMBER.fullmatch, words))) else Type.TEXT


def _blank(cell: Any) -> bool:
    return cell is None or (isinstance(cell, str) and not clean(cell))
