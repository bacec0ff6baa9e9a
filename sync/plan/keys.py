"""Rows by key: which rows of a table are data, and which rows of two tables are the same.

Joining compares 64-bit hashes of whole key columns and then proves every match cell by cell; only
when that proof fails (two keys with one hash) are the keys compared as tuples.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from rules.errors import Code, Error, Refused
from sheets_schema.cells import CellError, Value
from sheets_schema.table import Array, Table, as_list
from sync.plan.compare import BoolArray, IntArray, differ, is_blank

Key = tuple[Value, ...]

M_DUPLICATE = Code(
    "M-001",
    "键重复:{found} 出现在第 {rows} 行(不含表头,共 {count} 处)",
    "duplicate key: {found} in data rows {rows} ({count} places)",
    "没有写入任何内容;请删去或改正重复的行",
    "nothing was written; delete or correct the doubled rows",
)
M_BLANK_KEY = Code(
    "M-002",
    "第 {rows} 行(不含表头)有内容但键不完整,键列是 {expected}",
    "data rows {rows} have content but no complete key ({expected})",
    "没有写入任何内容;请补全键,或删去这些行",
    "nothing was written; complete the keys, or delete these rows",
)
M_NO_KEY = Code(
    "M-003",
    "缺少键列 {expected};已有 {found}",
    "key column {expected} is missing; there are {found}",
    "键列不能删除或改名;核对表头和 --key",
    "a key column can't be dropped or renamed; check the header and --key",
)


@dataclass(frozen=True)
class Keyed:
    """The rows of a table that carry a key, in order, with the hash of each key."""

    table: Table
    key: tuple[str, ...]
    rows: IntArray
    hashes: Array

    def only(self, which: BoolArray) -> Keyed:
        """Some of these rows."""
        return Keyed(self.table, self.key, self.rows[which], self.hashes[which])

    def words(self, *, typed: bool = False) -> list[Key]:
        """The keys themselves."""
        return keys(self.table, self.key, self.rows, typed=typed)


def data_rows(table: Table, key: Sequence[str], *, strict: bool = False, file: str | None = None) -> Keyed:
    """The rows that carry a key; duplicates are refused.

    All-blank rows are skipped. Rows under the last complete key (合计, notes) are no data; with
    `strict` any row that has content needs a complete key.

    Raises:
        Error: M-003 a key column is missing.
        Refused: M-001 duplicate keys, M-002 an incomplete key above the last complete one.
    """
    missing = [title for title in key if title not in table.data]
    if missing:
        raise Error(M_NO_KEY, file=file, expected=", ".join(missing), found=", ".join(table.columns))
    incomplete = np.zeros(len(table), dtype=bool)
    for title in key:
        incomplete |= is_blank(table.data[title])
    rows: IntArray = np.flatnonzero(~incomplete)
    if len(rows) < len(table):
        last = len(table) if strict else (int(rows[-1]) if len(rows) else -1)
        holes = [row for row in np.flatnonzero(incomplete).tolist() if row < last and not _all_blank(table, row)]
        if holes:
            raise Refused(M_BLANK_KEY, file=file, rows=_rows(holes), expected=", ".join(key))
    answer = Keyed(table, tuple(key), rows, _hashes(table, key, rows))
    _check_unique(answer, file)
    return answer


def match(one: Keyed, other: Keyed) -> IntArray:
    """For each row of `one` the row of `other`'s table with the same key, or -1."""
    if not len(one.rows) or not len(other.rows):
        return np.full(len(one.rows), -1, dtype=np.intp)
    order, probe = np.argsort(other.hashes), np.argsort(one.hashes)
    at = np.empty(len(one.rows), dtype=np.intp)
    at[probe] = np.searchsorted(other.hashes[order], one.hashes[probe])
    at[at == len(order)] = 0
    found = order[at]
    hit = other.hashes[found] == one.hashes
    answer = np.where(hit, other.rows[found], -1)
    if _proven(one.only(hit), other.table, answer[hit]):
        return answer
    rows = dict(zip(other.words(typed=True), other.rows.tolist(), strict=True))
    return np.array([rows.get(words, -1) for words in one.words(typed=True)], dtype=np.intp)


def keys(table: Table, key: Sequence[str], rows: IntArray, *, typed: bool = False) -> list[Key]:
    """The keys of some rows.

    With `typed`, TRUE and error values are wrapped so that they differ from 1 and from their text.
    """
    columns: list[Iterable[Value]] = [as_list(table.data[title][rows]) for title in key]
    if typed:
        columns = [[_wrapped(part) for part in column] for column in columns]
    return list(zip(*columns, strict=True))


def _wrapped(part: Value) -> Value:
    return f"\0{type(part).__name__}\0{part}" if isinstance(part, (bool, CellError)) else part


def _hashes(table: Table, key: Sequence[str], rows: IntArray) -> Array:
    mixed = np.zeros(len(rows), dtype=np.uint64)
    for title in key:
        column = as_list(table.data[title][rows])
        mixed *= np.uint64(0x9E3779B97F4A7C15)
        mixed ^= np.fromiter(map(hash, column), dtype=np.int64, count=len(rows)).view(np.uint64)
        mixed ^= mixed >> np.uint64(29)
    return mixed


def _proven(one: Keyed, other: Table, other_rows: IntArray) -> bool:
    return not any(
        differ(
            one.table.data[title][one.rows],
            other.data[title][other_rows],
            one.table.types(title) | other.types(title),
        ).any()
        for title in one.key
    )


def _check_unique(keyed: Keyed, file: str | None) -> None:
    hashes = np.sort(keyed.hashes)
    if not (hashes[1:] == hashes[:-1]).any():
        return
    places: dict[Key, list[int]] = {}
    for words, row in zip(keyed.words(typed=True), keyed.rows.tolist(), strict=True):
        places.setdefault(words, []).append(row)
    doubled = [at for at in places.values() if len(at) > 1]
    if doubled:
        found = " / ".join(str(keyed.table.original(title, doubled[0][0])) for title in keyed.key)
        raise Refused(M_DUPLICATE, file=file, found=found, rows=_rows(doubled[0]), count=len(doubled))


def _all_blank(table: Table, row: int) -> bool:
    return all(table.value(title, row) is None for title in table.columns)


def _rows(rows: Sequence[int]) -> str:
    shown = ", ".join(str(row + 1) for row in rows[:10])
    return f"{shown} …" if len(rows) > 10 else shown


def absent(found: IntArray, other: Keyed) -> BoolArray:
    """Which rows of `other` no match names."""
    seen: BoolArray = np.zeros(len(other.table), dtype=bool)
    seen[found[found >= 0]] = True
    answer: BoolArray = ~seen[other.rows]
    return answer
