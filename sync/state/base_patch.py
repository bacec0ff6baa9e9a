"""What changed in the agreed values of a tab: rows by where they stood, cells by column, compressed."""

from __future__ import annotations

import json
import zlib
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

from sheets_schema.blob import decode, encode
from sheets_schema.cells import Value
from sheets_schema.table import Table, as_list

Columns = dict[str, list[Value]]
"""A table as lists by title, in order."""

_MOST = 1 << 28
"""Bytes that a change may unpack to."""


def columns_of(table: Table) -> Columns:
    """A table as lists."""
    return {title: as_list(table.data[title]) for title in table.columns}


def patch(old: Table | None, new: Table, key: Sequence[str]) -> bytes:
    """What makes `new` of `old`; rows are found again by `key` where both have it, else by their place.

    `patched` gives back `new` whatever stands in both: how rows are found again decides the size alone.
    """
    before = columns_of(old) if old is not None else {}
    after = columns_of(new)
    rows = _found(before, after, len(old) if old is not None else 0, len(new), key)
    cells = {}
    for title, values in after.items():
        was = _moved(before.get(title), rows)
        if was != values or list(map(type, was)) != list(map(type, values)):
            at = [row for row, (one, other) in enumerate(zip(was, values, strict=True)) if not _same(one, other)]
            gaps = [at[0], *(other - one for one, other in pairwise(at))] if at else []
            cells[title] = [gaps, [encode(values[row]) for row in at]]
    document = {"columns": list(after), "rows": _runs(rows), "cells": cells}
    return zlib.compress(json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode(), 6)


def patched(old: Mapping[str, list[Value]], change: bytes) -> Columns:
    """The columns after a change. Raises ValueError or KeyError for what `patch` never wrote."""
    unpack = zlib.decompressobj()
    text = unpack.decompress(change, _MOST)
    if unpack.unconsumed_tail:
        raise ValueError("too large")
    document: dict[str, Any] = json.loads(text)
    rows = [start + step if start >= 0 else -1 for start, count in document["rows"] for step in range(count)]
    answer: Columns = {}
    for title in document["columns"]:
        values = answer[title] = _moved(old.get(title), rows)
        row = 0
        for gap, value in zip(*document["cells"].get(title, ([], [])), strict=True):
            row += gap
            values[row] = decode(value)
    return answer


def _found(before: Columns, after: Columns, was: int, size: int, key: Sequence[str]) -> list[int]:
    """Where each row stood before; -1 for a new one."""
    if not key or any(title not in before or title not in after for title in key):
        return [row if row < was else -1 for row in range(size)]
    old, new = (list(zip(*(table[title] for title in key), strict=True)) for table in (before, after))
    if new[:was] == old:
        return [row if row < was else -1 for row in range(size)]
    places = {words: row for row, words in enumerate(old)}
    return [places.get(words, -1) for words in new]


def _moved(values: list[Value] | None, rows: Sequence[int]) -> list[Value]:
    return [None] * len(rows) if values is None else [values[row] if row >= 0 else None for row in rows]


def _same(one: Value, other: Value) -> bool:
    return type(one) is type(other) and one == other


def _runs(rows: Sequence[int]) -> list[list[int]]:
    """Rows that follow each other, as (first, how many)."""
    runs: list[list[int]] = []
    for row in rows:
        first, count = runs[-1] if runs else (0, 0)
        if count and (row == first + count if first >= 0 else row < 0):
            runs[-1][1] += 1
        else:
            runs.append([row, 1])
    return runs
