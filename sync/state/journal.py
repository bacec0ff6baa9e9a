"""Rounds and every cell they wrote: what history, undo and resuming read."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from sheets_schema.blob import decode, encode
from sheets_schema.cells import Value
from sync.state.tables import round_books, rounds, writes

Key = tuple[Value, ...]

_json = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


@lru_cache(maxsize=1 << 16)
def key_text(key: Key) -> str:
    """A key as the text that state stores.

    >>> key_text(("LOMEESS-CA", 12.0))
    '["LOMEESS-CA",12.0]'
    """
    return _json([encode(part) for part in key])


def key_of(text: str) -> Key:
    """The inverse of `key_text`."""
    return tuple(decode(part) for part in json.loads(text))


def value_text(value: Value) -> str:
    """A value as the JSON text that state stores."""
    return _json(encode(value))


def value_of(text: str | None) -> Value:
    """The inverse of `value_text`; no text is blank."""
    return None if text is None else decode(json.loads(text))


@dataclass(frozen=True)
class Written:
    """One cell that a round wrote (or one appended row: `column` is empty, values are dicts).

    `base` is the agreed value from before the round; `seen` tells whether there was one.
    """

    tab: str
    key: Key
    column: str
    cell: str
    kind: str
    before: Any
    after: Any
    base: Value = None
    seen: bool = True
    source: str | None = None
    source_sha: str | None = None


class Journal:
    """The journal of rounds."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def start(self, kind: str, moment: str, undone: int | None = None) -> int:
        """A new round; answers its number."""
        result = self._connection.execute(insert(rounds).values(kind=kind, started=moment, undone=undone))
        (number,) = result.inserted_primary_key or (0,)
        return int(number)

    def finish(self, number: int, moment: str) -> None:
        """Marks a round as ended."""
        self._connection.execute(update(rounds).where(rounds.c.id == number).values(finished=moment))

    def plan(
        self, number: int, workbook: str, state: str, sha_before: str, plan_id: str, cells: Iterable[Written]
    ) -> None:
        """Stores what a workbook's plan is about to write, before it is written."""
        self._connection.execute(
            insert(round_books).values(
                round=number, workbook=workbook, state=state, plan_id=plan_id, sha_before=sha_before, summary="{}"
            )
        )
        rows = [_row(number, workbook, cell) for cell in cells]
        if rows:
            self._connection.execute(insert(writes), rows)

    def move(self, number: int, workbook: str, state: str, **facts: Any) -> None:
        """A workbook's round goes to another state (`sha_after`, `backup`, `summary` may come with it)."""
        self._connection.execute(
            update(round_books)
            .where(round_books.c.round == number, round_books.c.workbook == workbook)
            .values(state=state, **facts)
        )

    def verified(self, number: int, workbook: str, ids: Sequence[int] | None = None) -> None:
        """Marks cells as verified equal to what was planned; all of the workbook's without `ids`."""
        where = [writes.c.round == number, writes.c.workbook == workbook]
        if ids is not None:
            where.append(writes.c.id.in_(ids))
        self._connection.execute(update(writes).where(*where).values(verified=1))

    def rounds(self, limit: int = 50) -> list[Row[Any]]:
        """Rounds, newest first."""
        return list(self._connection.execute(select(rounds).order_by(rounds.c.id.desc()).limit(limit)))

    def round(self, number: int) -> Row[Any] | None:
        """One round."""
        return self._connection.execute(select(rounds).where(rounds.c.id == number)).first()

    def books(self, number: int) -> list[Row[Any]]:
        """The workbooks of a round."""
        return list(self._connection.execute(select(round_books).where(round_books.c.round == number)))

    def unfinished(self) -> list[Row[Any]]:
        """Workbooks whose plan was stored but whose end is unknown, oldest round first.

        SENT: written into an open document that nobody was seen to have saved.
        """
        found = select(round_books).where(round_books.c.state.in_(("PLANNED", "SENDING", "SENT")))
        return list(self._connection.execute(found.order_by(round_books.c.round)))

    def last_sha(self, workbook: str) -> str | None:
        """The hash of the workbook after our last write to it."""
        found = (
            select(round_books.c.sha_after)
            .where(round_books.c.workbook == workbook, round_books.c.sha_after.is_not(None))
            .order_by(round_books.c.round.desc())
        )
        return self._connection.scalar(found)

    def backups(self, workbook: str) -> list[tuple[int, str]]:
        """The rounds that kept a workbook as they found it, newest first, and where."""
        found = (
            select(round_books.c.round, round_books.c.backup)
            .where(round_books.c.workbook == workbook, round_books.c.backup.is_not(None))
            .order_by(round_books.c.round.desc())
        )
        return [(row.round, row.backup) for row in self._connection.execute(found)]

    def written(self, number: int, workbook: str | None = None, *, verified_only: bool = True) -> list[Row[Any]]:
        """The cells of a round, in the order they were planned."""
        found = select(writes).where(writes.c.round == number).order_by(writes.c.id)
        if workbook is not None:
            found = found.where(writes.c.workbook == workbook)
        if verified_only:
            found = found.where(writes.c.verified == 1)
        return list(self._connection.execute(found))

    def of_cell(self, workbook: str, tab: str, key: Key, column: str, *, verified_only: bool = True) -> list[Row[Any]]:
        """What was ever written to a cell (or appended with its row), newest first."""
        found = (
            select(writes)
            .where(
                writes.c.workbook == workbook,
                writes.c.tab == tab,
                writes.c.key == key_text(key),
                writes.c.column.in_((column, "")),
                writes.c.verified >= int(verified_only),
            )
            .order_by(writes.c.id.desc())
        )
        return list(self._connection.execute(found))

    def forget_cells(self, number: int, workbook: str, cells: Iterable[tuple[str, str]]) -> None:
        """Drops planned cells, by (tab, address), that were refused."""
        for tab, cell in cells:
            self._connection.execute(
                writes.delete().where(
                    writes.c.round == number,
                    writes.c.workbook == workbook,
                    writes.c.tab == tab,
                    writes.c.cell == cell,
                )
            )

    def forget_unverified(self, number: int, workbook: str) -> None:
        """Drops planned cells that never reached the workbook."""
        self._connection.execute(
            writes.delete().where(writes.c.round == number, writes.c.workbook == workbook, writes.c.verified == 0)
        )


def _row(number: int, workbook: str, cell: Written) -> dict[str, Any]:
    whole_row = cell.column == ""
    return {
        "round": number,
        "workbook": workbook,
        "tab": cell.tab,
        "key": key_text(cell.key),
        "column": cell.column,
        "cell": cell.cell,
        "kind": cell.kind,
        "before": row_text(cell.before) if whole_row else value_text(cell.before),
        "after": row_text(cell.after) if whole_row else value_text(cell.after),
        "base": value_text(cell.base) if cell.seen else None,
        "source": cell.source,
        "source_sha": cell.source_sha,
        "verified": 0,
    }


def row_text(values: dict[str, Value] | None) -> str:
    """A whole row as JSON, titles in order."""
    return _json({title: encode(value) for title, value in (values or {}).items()})


def row_of(text: str) -> dict[str, Value]:
    """The inverse of `row_text`."""
    return {title: decode(item) for title, item in json.loads(text).items()}
