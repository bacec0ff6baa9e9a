"""Cells that a round wrote, packed: one blob of columns, a tenth of what its rows take.

So are those of older rounds, and at once those of a round that writes very many: its rows would make the file grow, and
no file shrinks by itself. They answer what rows answer; only looking for a cell takes longer.
"""

from __future__ import annotations

import hashlib
import json
import zlib
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from itertools import groupby, repeat
from operator import ne
from typing import Any, NamedTuple

from sqlalchemy import Connection, Row, delete, insert, select, update

from rules.errors import Error
from sync.plan.change import KEPT
from sync.state.faults import T_DAMAGED
from sync.state.tables import packed, round_books, writes

_MOST = 1 << 28
"""Bytes that a round's cells may unpack to."""


class WrittenCell(NamedTuple):
    """A row of `writes`, wherever it is kept; `id` is in order within its round."""

    id: int
    round: int
    workbook: str
    tab: str
    key: str
    column: str
    cell: str
    kind: str
    before: str | None
    after: str | None
    base: str | None
    conflict: str | None
    source: str | None
    source_sha: str | None
    verified: int


_SAID_ONCE = ("round", "workbook")


class Packed:
    """The packed rounds of a state."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def pack(self, keep: int) -> int:
        """Packs the rounds that ended before the newest `keep` that wrote; answers how many workbooks' rounds."""
        wrote = select(writes.c.round).distinct().order_by(writes.c.round.desc())
        newest = list(self._connection.scalars(wrote.limit(keep)))
        if len(newest) < keep:
            return 0
        ended = (
            select(round_books.c.round, round_books.c.workbook)
            .join(writes, (writes.c.round == round_books.c.round) & (writes.c.workbook == round_books.c.workbook))
            .where(round_books.c.round < newest[-1], round_books.c.state.not_in(("PLANNED", "SENDING", "SENT")))
            .distinct()
        )
        found = list(self._connection.execute(ended))
        for number, workbook in found:
            mine = (writes.c.round == number) & (writes.c.workbook == workbook)
            rows = self._connection.execute(select(writes).where(mine).order_by(writes.c.id))
            self.put(number, workbook, [WrittenCell(*row) for row in rows])
            self._connection.execute(delete(writes).where(mine))
        return len(found)

    def put(self, number: int, workbook: str, cells: Sequence[WrittenCell]) -> None:
        """Stores the cells of a workbook's round in place of those that are packed."""
        mine = (packed.c.round == number) & (packed.c.workbook == workbook)
        self._connection.execute(delete(packed).where(mine))
        if cells:
            self._connection.execute(
                insert(packed).values(
                    round=number,
                    workbook=workbook,
                    count=sum(cell.verified == 1 and cell.kind != KEPT for cell in cells),
                    row_keys=_packed(_json(sorted({cell.key for cell in cells}))),
                    cells=_packed(document(cells)),
                )
            )

    def change(self, number: int, workbook: str, make: Callable[[WrittenCell], WrittenCell | None]) -> None:
        """Makes something else of a packed round's cells; None of a cell drops it."""
        cells = self.of_round(number, workbook)
        if cells:
            made = (make(cell) for cell in cells)
            self.put(number, workbook, [cell for cell in made if cell is not None])

    def verified(self, number: int, workbook: str) -> None:
        """Every cell of a packed round arrived."""
        mine = (packed.c.round == number) & (packed.c.workbook == workbook)
        blob = self._connection.scalar(select(packed.c.cells).where(mine))
        if blob is not None:
            columns = _unpacked(blob)
            kinds = _list(columns[_COLUMNS.index("kind")])
            columns[_COLUMNS.index("verified")] = _runs([1] * len(kinds))
            values = {"count": len(kinds) - kinds.count(KEPT), "cells": _packed(_json(columns))}
            self._connection.execute(update(packed).where(mine).values(**values))

    def digest(self, number: int, workbook: str) -> str | None:
        """The hash of a packed round's cells; None for one that is not packed. Raises T-003 where they are damaged."""
        found = select(packed.c.cells).where(packed.c.round == number, packed.c.workbook == workbook)
        blob = self._connection.scalar(found)
        return None if blob is None else hashlib.sha256(_text(blob)).hexdigest()

    def of_round(self, number: int, workbook: str | None = None) -> list[WrittenCell]:
        """The cells of a packed round, of each workbook in the order they were planned. Raises T-003 where they are damaged."""
        found = select(packed).where(packed.c.round == number)
        if workbook is not None:
            found = found.where(packed.c.workbook == workbook)
        return [cell for row in self._connection.execute(found) for cell in _cells(row)]

    def of_cell(self, workbook: str, tab: str, key: str, columns: Sequence[str]) -> Iterator[WrittenCell]:
        """What packed rounds wrote into some columns of a row. Raises T-003 where they are damaged."""
        mine = packed.c.workbook == workbook
        for number, keys in self._connection.execute(select(packed.c.round, packed.c.row_keys).where(mine)).all():
            if key in _unpacked(keys):
                for cell in self.of_round(number, workbook):
                    if (cell.tab, cell.key) == (tab, key) and cell.column in columns:
                        yield cell

    def books(self) -> Iterator[tuple[int, str]]:
        """The packed rounds, and their workbooks."""
        for row in self._connection.execute(select(packed.c.round, packed.c.workbook)):
            yield row.round, row.workbook

    def counts(self, rounds: Iterable[int]) -> dict[tuple[int, str], int]:
        """How many cells and rows packed rounds wrote, of those among `rounds`."""
        found = select(packed.c.round, packed.c.workbook, packed.c.count).where(packed.c.round.in_(list(rounds)))
        return {(row[0], row[1]): row[2] for row in self._connection.execute(found) if row[2]}


_COLUMNS = [name for name in WrittenCell._fields if name not in _SAID_ONCE]


def document(cells: Collection[WrittenCell]) -> bytes:
    """The cells of a workbook's round as JSON, column by column; what repeats is said once, with how often."""
    columns = dict(zip(WrittenCell._fields, zip(*cells, strict=True), strict=True)) if cells else {}
    return _json([_runs(columns.get(name, ())) for name in _COLUMNS])


def _runs(values: Sequence[Any]) -> Any:
    if (1 + sum(map(ne, values, values[1:]))) * 2 >= len(values):
        return list(values)
    return {"runs": [[value, sum(1 for _ in same)] for value, same in groupby(values)]}


def _cells(row: Row[Any]) -> Iterator[WrittenCell]:
    columns: dict[str, Iterable[Any]] = dict(zip(_COLUMNS, map(_list, _unpacked(row.cells)), strict=True))
    columns |= {"round": repeat(row.round), "workbook": repeat(row.workbook)}
    yield from map(WrittenCell._make, zip(*(columns[name] for name in WrittenCell._fields), strict=False))


def _list(column: Any) -> list[Any]:
    if isinstance(column, dict):
        return [value for value, count in column["runs"] for _ in range(count)]
    answer: list[Any] = column
    return answer


def _json(content: Any) -> bytes:
    return json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()


def _packed(text: bytes) -> bytes:
    return zlib.compress(text, 6)


def _text(blob: bytes) -> bytes:
    try:
        unpack = zlib.decompressobj()
        text = unpack.decompress(blob, _MOST)
        if unpack.unconsumed_tail:
            raise ValueError("too large")
    except (zlib.error, ValueError) as error:
        raise Error(T_DAMAGED, found=str(error)[:40], expected="qlc.sqlite") from error
    return text


def _unpacked(blob: bytes) -> Any:
    text = _text(blob)
    try:
        return json.loads(text)
    except ValueError as error:
        raise Error(T_DAMAGED, found=str(error)[:40], expected="qlc.sqlite") from error
