"""Rounds that workers were asked for, and what became of them. One workbook is asked for once at a time."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from typing import Any

from sqlalchemy import Connection, delete, insert, select, update

from sync.state.tables import asks


class Asks:
    """What is asked for. `begin` opens a transaction that may write beside others."""

    def __init__(self, connection: Connection, begin: Callable[[], AbstractContextManager[None]]) -> None:
        self._connection, self._begin = connection, begin

    def ask(self, workbook: str, moment: str) -> int:
        """Asks for a round of a workbook, in place of what was asked for before; answers its number."""
        with self._begin():
            self._connection.execute(delete(asks).where(asks.c.workbook == workbook))
            result = self._connection.execute(insert(asks).values(workbook=workbook, made=moment))
            (number,) = result.inserted_primary_key or (0,)
        return int(number)

    def take(self, number: int, moment: str) -> bool:
        """Notes that somebody runs it now, again perhaps; False where nobody wants it any more."""
        with self._begin():
            mine = update(asks).where(asks.c.id == number, asks.c.said.is_(None))
            return bool(self._connection.execute(mine.values(taken=moment)).rowcount)

    def answer(self, number: int, said: Mapping[str, Any]) -> None:
        """Notes what became of it, as JSON; nobody's any more is left out."""
        with self._begin():
            text = json.dumps(said, ensure_ascii=False)
            self._connection.execute(update(asks).where(asks.c.id == number).values(said=text))

    def answered(self, number: int) -> tuple[bool, dict[str, Any] | None]:
        """Whether somebody took it, and what became of it; None as long as nobody said. What is gone nobody took."""
        row = self._connection.execute(select(asks).where(asks.c.id == number)).first()
        if row is None:
            return False, None
        return row.taken is not None, None if row.said is None else json.loads(row.said)

    def drop(self, number: int) -> None:
        """It is wanted no more."""
        with self._begin():
            self._connection.execute(delete(asks).where(asks.c.id == number))
