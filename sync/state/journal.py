"""Rounds and every cell they wrote: what history, undo and resuming read."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Collection, Iterable, Sequence
from functools import lru_cache
from itertools import starmap
from math import isfinite
from typing import Any, TypeVar

from sqlalchemy import Connection, Row, func, insert, select, update

from rules.errors import Error
from sheets_schema.blob import decode, encode
from sheets_schema.cells import Value
from sync.plan.change import KEPT, Change
from sync.plan.keys import Key
from sync.state.audit import END, PLAN, Audit
from sync.state.chunks import chunks
from sync.state.faults import T_DAMAGED
from sync.state.packed import Packed, WrittenCell, document
from sync.state.tables import round_books, rounds, writes

Made = TypeVar("Made")
KEPT_ROUNDS = 30
"""Rounds that wrote something and whose cells stay rows; those before are packed."""
MANY = 1000
"""Cells of a workbook's round from which on they are packed at once."""
ENDS = frozenset(("COMMITTED", "PARTIAL", "STALE", "HELD"))
"""States of a workbook's round that nothing follows."""

_json = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


@lru_cache(maxsize=1 << 16)
def key_text(key: Key) -> str:
    """A key as the text that state stores.

    >>> key_text(("LOMEESS-CA", 12.0))
    '["LOMEESS-CA",12.0]'
    """
    return _json([encode(part) for part in key])


def key_of(text: str) -> Key:
    """The inverse of `key_text`. Raises T-003 for what we never wrote."""
    return stored(text, lambda parts: tuple(map(decode, parts)))


def value_text(value: Value) -> str:
    """A value as the JSON text that state stores."""
    if type(value) is float and isfinite(value):
        return repr(value)  # what an encoder would take much longer to say
    return _json(encode(value))


def value_of(text: str | None) -> Value:
    """The inverse of `value_text`; no text is blank. Raises T-003 for what we never wrote."""
    return None if text is None else stored(text, decode)


def values_text(values: Iterable[Value]) -> str:
    """Several values as the JSON text that state stores."""
    return _json(list(map(encode, values)))


def values_of(text: str | None) -> tuple[Value, ...]:
    """The inverse of `values_text`. Raises T-003 for what we never wrote."""
    return () if text is None else stored(text, lambda items: tuple(map(decode, items)))


def stored(text: object, make: Callable[[Any], Made]) -> Made:
    """What is made of JSON that state stores. Raises T-003 for what we never wrote."""
    try:
        return make(json.loads(str(text)))
    except (ValueError, TypeError, AttributeError) as error:
        raise Error(T_DAMAGED, found=str(text)[:40], expected="qlc.sqlite") from error


class Journal:
    """The journal of rounds."""

    def __init__(self, connection: Connection, audit: Audit) -> None:
        self._connection, self._audit = connection, audit
        self._packed = Packed(connection)

    def pack(self, keep: int = KEPT_ROUNDS) -> int:
        """Packs the cells of rounds before the newest `keep` that wrote something; answers how many rounds were packed."""
        return self._packed.pack(keep)

    def start(self, kind: str, moment: str, undone: int | None = None, who: str | None = None, runner: str = "") -> int:
        """A new round of a runner, `who` asked for it; answers its number."""
        values = {"kind": kind, "started": moment, "undone": undone, "who": who, "runner": runner or None}
        result = self._connection.execute(insert(rounds).values(**values))
        (number,) = result.inserted_primary_key or (0,)
        return int(number)

    def finish(self, number: int, moment: str) -> None:
        """Marks a round as ended."""
        self._connection.execute(update(rounds).where(rounds.c.id == number).values(finished=moment))

    def close_killed(self, number: int, moment: str, alive: Collection[str] = ()) -> None:
        """Ends the rounds before `number` that never ended and whose runner is not among those that live."""
        left = select(rounds.c.id, rounds.c.runner).where(rounds.c.finished.is_(None), rounds.c.id < number)
        dead = [row.id for row in self._connection.execute(left) if row.runner not in alive]
        for some in chunks(dead):
            gone = update(rounds).where(rounds.c.id.in_(some))
            self._connection.execute(gone.values(finished=moment, closed_by=number))

    def plan(
        self,
        number: int,
        workbook: str,
        state: str,
        sha_before: str,
        plan_id: str,
        cells: Iterable[Change],
        epoch: int | None = None,
    ) -> None:
        """Stores what a workbook's plan is about to write, before it is written, with the epoch of its lease."""
        values = {"state": state, "plan_id": plan_id, "sha_before": sha_before, "summary": "{}", "epoch": epoch}
        self._connection.execute(insert(round_books).values(round=number, workbook=workbook, **values))
        rows = [_row(number, workbook, cell) for cell in cells]
        if len(rows) >= MANY:
            self._packed.put(number, workbook, [WrittenCell(id=at, **row) for at, row in enumerate(rows, 1)])
        elif rows:
            self._connection.execute(insert(writes), rows)
        body = {"plan": plan_id, "state": state, "version": sha_before, "cells": len(rows)}
        self._audit.add(PLAN, body, round=number, workbook=workbook)

    def move(self, number: int, workbook: str, state: str, **facts: Any) -> None:
        """A workbook's round goes to another state (`sha_after`, `backup`, `went_back` may come with it)."""
        self._connection.execute(
            update(round_books)
            .where(round_books.c.round == number, round_books.c.workbook == workbook)
            .values(state=state, **facts)
        )
        if state in ENDS or "went_back" in facts:
            body = {"state": state, "digest": self.digest(number, workbook), **facts}
            self._audit.add(END, body, round=number, workbook=workbook)

    def digest(self, number: int, workbook: str) -> str:
        """The hash of the cells that a workbook's round wrote, wherever they are kept; empty for none."""
        known = self._packed.digest(number, workbook)
        if known is None:
            cells = self.written(number, workbook, verified_only=False)
            known = hashlib.sha256(document(cells)).hexdigest() if cells else ""
        return known

    def verified(self, number: int, workbook: str, ids: Sequence[int] | None = None) -> None:
        """Marks cells as verified equal to what was planned; all of the workbook's without `ids`."""
        done = update(writes).values(verified=1)
        if ids is None:
            self._packed.verified(number, workbook)
            self._connection.execute(done.where(writes.c.round == number, writes.c.workbook == workbook))
            return
        these = set(ids)
        self._packed.change(number, workbook, lambda cell: cell._replace(verified=1) if cell.id in these else cell)
        for some in chunks(ids):
            self._connection.execute(done.where(writes.c.id.in_(some)))

    def rounds(self, limit: int | None = 50) -> list[Row[Any]]:
        """Rounds, newest first; all without a limit."""
        return list(self._connection.execute(select(rounds).order_by(rounds.c.id.desc()).limit(limit)))

    def round(self, number: int) -> Row[Any] | None:
        """One round."""
        return self._connection.execute(select(rounds).where(rounds.c.id == number)).first()

    def books(self, number: int) -> list[Row[Any]]:
        """The workbooks of a round."""
        return list(self._connection.execute(select(round_books).where(round_books.c.round == number)))

    def of_book(self, workbook: str) -> list[Row[Any]]:
        """The rounds of a workbook with what became of each (`kind`, `undone` beside the book's), newest first."""
        found = (
            select(round_books, rounds.c.kind, rounds.c.undone, rounds.c.started)
            .join(rounds, rounds.c.id == round_books.c.round)
            .where(round_books.c.workbook == workbook)
        )
        return list(self._connection.execute(found.order_by(round_books.c.round.desc())))

    def counts(self, limit: int) -> dict[tuple[int, str], int]:
        """How many cells and rows each of the newest rounds wrote, by round and workbook; those without any are not in it."""
        newest = list(self._connection.scalars(select(rounds.c.id).order_by(rounds.c.id.desc()).limit(limit)))
        found = (
            select(writes.c.round, writes.c.workbook, func.count().label("count"))
            .where(writes.c.round.in_(newest), writes.c.verified == 1, writes.c.kind != KEPT)
            .group_by(writes.c.round, writes.c.workbook)
        )
        counted = {(row["round"], row["workbook"]): row["count"] for row in self._connection.execute(found).mappings()}
        return counted | self._packed.counts(newest)

    def wrote(self) -> dict[int, set[str]]:
        """The workbooks that each round wrote into, or settled a conflict of; unsaved ones included."""
        answer: dict[int, set[str]] = {}
        for row in self._connection.execute(select(writes.c.round, writes.c.workbook).distinct()):
            answer.setdefault(row.round, set()).add(row.workbook)
        for number, workbook in self._packed.books():
            answer.setdefault(number, set()).add(workbook)
        return answer

    def unfinished(self) -> list[Row[Any]]:
        """Workbooks whose plan was stored but whose end is unknown, oldest round first.

        SENT: written into an open document that nobody was seen to have saved.
        """
        found = select(round_books).where(round_books.c.state.in_(("PLANNED", "SENDING", "SENT")))
        return list(self._connection.execute(found.order_by(round_books.c.round)))

    def backups(self, workbook: str) -> list[tuple[int, str]]:
        """The rounds that kept a workbook as they found it, newest first, and where."""
        found = (
            select(round_books.c.round, round_books.c.backup)
            .where(round_books.c.workbook == workbook, round_books.c.backup.is_not(None))
            .order_by(round_books.c.round.desc())
        )
        return [(row.round, row.backup) for row in self._connection.execute(found)]

    def written(self, number: int, workbook: str | None = None, *, verified_only: bool = True) -> list[WrittenCell]:
        """The cells of a round by workbook, in the order they were planned."""
        found = select(writes).where(writes.c.round == number)
        if workbook is not None:
            found = found.where(writes.c.workbook == workbook)
        rows = [*starmap(WrittenCell, self._connection.execute(found)), *self._packed.of_round(number, workbook)]
        rows = list(
            {(row.round, row.workbook, row.id): row for row in rows}.values()
        )  # one packed between these two lines
        return sorted(
            (row for row in rows if row.verified or not verified_only), key=lambda row: (row.workbook, row.id)
        )

    def of_cell(
        self, workbook: str, tab: str, key: Key, column: str, *, verified_only: bool = True
    ) -> list[WrittenCell]:
        """What was ever written to a cell (or appended with its row), newest first."""
        found = select(writes).where(
            writes.c.workbook == workbook,
            writes.c.tab == tab,
            writes.c.key == key_text(key),
            writes.c.column.in_((column, "")),
        )
        rows = [
            *starmap(WrittenCell, self._connection.execute(found)),
            *self._packed.of_cell(workbook, tab, key_text(key), (column, "")),
        ]
        rows = list({(row.round, row.workbook, row.id): row for row in rows}.values())
        return sorted((row for row in rows if row.verified or not verified_only), key=lambda row: (-row.round, -row.id))

    def forget_cells(self, number: int, workbook: str, cells: Collection[tuple[str, str]]) -> None:
        """Drops planned cells, by (tab, address), that were refused."""
        if not cells:
            return
        refused = set(cells)
        self._packed.change(number, workbook, lambda cell: None if (cell.tab, cell.cell) in refused else cell)
        mine = (writes.c.round == number) & (writes.c.workbook == workbook)
        rows = self._connection.execute(select(writes.c.id, writes.c.tab, writes.c.cell).where(mine))
        for some in chunks([row.id for row in rows if (row.tab, row.cell) in refused]):
            self._connection.execute(writes.delete().where(writes.c.id.in_(some)))

    def forget_unverified(self, number: int, workbook: str) -> None:
        """Drops planned cells that never reached the workbook."""
        self._packed.change(number, workbook, lambda cell: cell if cell.verified else None)
        self._connection.execute(
            writes.delete().where(writes.c.round == number, writes.c.workbook == workbook, writes.c.verified == 0)
        )


def _row(number: int, workbook: str, cell: Change) -> dict[str, Any]:
    whole_row = cell.column == ""
    return {
        "round": number,
        "workbook": workbook,
        "tab": cell.tab,
        "key": key_text(cell.key),
        "column": cell.column,
        "cell": cell.cell,
        "kind": cell.kind,
        "before": row_text(cell.raw) if whole_row else value_text(cell.raw),
        "after": row_text(cell.after) if whole_row else value_text(cell.after),
        "base": None if not cell.seen else row_text(cell.base) if whole_row else value_text(cell.base),
        "source": cell.source,
        "source_sha": cell.source_sha,
        "conflict": cell.conflict,
        "verified": 0,
    }


def row_text(values: dict[str, Value] | None) -> str:
    """A whole row as JSON, titles in order."""
    return _json({title: encode(value) for title, value in (values or {}).items()})


def row_of(text: str | None) -> dict[str, Value]:
    """The inverse of `row_text`; no text is no cells. Raises T-003 for what we never wrote."""
    return {} if text is None else stored(text, lambda row: {title: decode(item) for title, item in row.items()})
