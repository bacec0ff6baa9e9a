"""Cells that older rounds wrote, packed: a round as one blob of columns, a tenth of what its rows take.

They answer what rows answer; only looking for a cell takes longer.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Connection, Row, delete, insert, select

from rules.errors import Error
from sync.plan.change import KEPT
from sync.state.faults import T_DAMAGED
from sync.state.tables import packed, round_books, writes

_MOST = 1 << 28
"""Bytes that a round's cells may unpack to."""


class WrittenCell(NamedTuple):
    """A row of `writes`, wherever it is kept."""

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
            rows = list(self._connection.execute(select(writes).where(mine).order_by(writes.c.id)))
            self._connection.execute(
                insert(packed).values(
                    round=number,
                    workbook=workbook,
                    count=sum(row.verified == 1 and row.kind != KEPT for row in rows),
                    row_keys=_packed(sorted({row.key for row in rows})),
                    cells=_packed([[getattr(row, name) for row in rows] for name in _COLUMNS]),
                )
            )
            self._connection.execute(delete(writes).where(mine))
        return len(found)

    def of_round(self, number: int, workbook: str | None = None) -> list[WrittenCell]:
        """The cells of a packed round, in the order they were planned. Raises T-003 where they are damaged."""
        found = select(packed).where(packed.c.round == number)
        if workbook is not None:
            found = found.where(packed.c.workbook == workbook)
        return sorted(cell for row in self._connection.execute(found) for cell in _cells(row))

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


def _cells(row: Row[Any]) -> Iterator[WrittenCell]:
    columns = dict(zip(_COLUMNS, _unpacked(row.cells), strict=True))
    for values in zip(*columns.values(), strict=True):
        yield WrittenCell(round=row.round, workbook=row.workbook, **dict(zip(columns, values, strict=True)))


def _packed(document: Any) -> bytes:
    return zlib.compress(json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode(), 9)


def _unpacked(blob: bytes) -> Any:
    try:
        unpack = zlib.decompressobj()
        text = unpack.decompress(blob, _MOST)
        if unpack.unconsumed_tail:
            raise ValueError("too large")
        return json.loads(text)
    except (zlib.error, ValueError) as error:
        raise Error(T_DAMAGED, found=str(error)[:40], expected="qlc.sqlite") from error
