"""Files of one report against each other: does one go back to another's numbers, do two disagree?

Ordinary weeks bring 10 to 14 % of the changed cells back to an earlier value (stock that hits 0 and comes back);
an old export under another name, saved again, or dated wrongly brings nearly all of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from sheets_schema.table import Array, as_list
from sync.files.index import Bools, Index, Ints
from sync.ingest.export import Export

LEAST = 20
"""Cells below which nothing is asked."""


@dataclass(frozen=True)
class Return:
    """`found` of the `changed` cells of a file equal those of `older`."""

    older: Export
    found: int
    changed: int


def going_back(export: Export, before: Sequence[Export]) -> Return | None:
    """The older file that a new one goes back to, None for an ordinary one.

    `before` are the files of its report that are or were in force. Cells are those that the new file would change
    and that say something (neither blank nor 0), keys and dates of the data left out. At least 20, and more
    than half of them, must equal the cells of one file that is not the last word on them.
    """
    if len(before) < 2:
        return None
    index = Index(before, share=1.0)
    rows, gids = _common(export, index)
    newer = [index.exports[at].standing.order < export.standing.order for at in index.last[gids].tolist()]
    rows, gids = rows[newer], gids[newer]
    found, changed = np.zeros(len(index.exports), dtype=np.int64), 0
    for field in _fields(export):
        current = index.pick(field)
        cells = export.table.data[field][rows]
        told = np.flatnonzero(_says_something(cells) & current.known[gids] & ~_same(cells, current.values[gids]))
        changed += len(told)
        if len(told):
            found += [_same(cells[told], _cells(index, older, field, gids[told])).sum() for older in index.exports]
    most = int(found.argmax())
    if found[most] < LEAST or found[most] * 2 <= changed:
        return None
    return Return(index.exports[most], int(found[most]), changed)


def still_said(export: Export, index: Index) -> bool:
    """Whether all that a file of an index says is the last word still, be it by its own rows or by equal later ones."""
    rows, gids = _common(export, index)
    return not index.gone[gids].any() and all(
        _same(export.table.data[field][rows], index.pick(field).values[gids]).all() for field in _fields(export)
    )


def disagree(one: Export, other: Export) -> bool:
    """Whether two files say different things of one key."""
    index = Index([other], share=1.0)
    rows, gids = _common(one, index)
    return any(
        not _same(one.table.data[field][rows], _cells(index, other, field, gids)).all()
        for field in _fields(one)
        if field in other.table.data
    )


def _fields(export: Export) -> list[str]:
    """What a file says of its keys, as it stands in it."""
    keys = {*export.schema.key, *export.schema.pair, export.schema.as_of}
    return [name for name in export.reading.table.columns if name not in keys]


def _common(export: Export, index: Index) -> tuple[Ints, Ints]:
    """The rows of a file whose key is known, each key once, and the numbers of the keys."""
    own = Index([export], share=1.0)
    first: dict[int, int] = {}
    for row, gid in zip(np.flatnonzero(export.usable).tolist(), own.gids(export).tolist(), strict=True):
        first.setdefault(gid, row)
    found = [(row, gid) for at, row in first.items() if (gid := index.number_of(own.keys[at])) is not None]
    pairs = np.array(found, dtype=np.int64).reshape(-1, 2)
    return pairs[:, 0], pairs[:, 1]


def _cells(index: Index, older: Export, field: str, gids: Ints) -> Array:
    """A field of one file at the given keys; blank where it does not list the key or has no such column."""
    column = older.table.data.get(field)
    if column is None:
        return np.full(len(gids), None, dtype=object)
    answer: Array = np.full(len(index.keys), np.nan if column.dtype != object else None, dtype=column.dtype)
    rows = np.flatnonzero(older.usable)[::-1]  # of several rows of one key the first counts
    answer[index.gids(older)[::-1]] = column[rows]
    return answer[gids]


def _says_something(cells: Array) -> Bools:
    return np.array([value is not None and value != 0 for value in as_list(cells)], dtype=bool)


def _same(one: Array, other: Array) -> Bools:
    """Whether cells are equal; two blanks are."""
    if object in (one.dtype, other.dtype):
        return np.array([a == b for a, b in zip(as_list(one), as_list(other), strict=True)], dtype=bool)
    return np.isclose(one, other, rtol=0, atol=0, equal_nan=True)
