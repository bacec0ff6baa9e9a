"""The record of what was done, which nobody changes unseen: each line carries the hash of the one before.

Plans, what became of them, agreed values, choices, pins let go, approvals, undos, adoptions, older copies agreed on, and
what the configuration changed; each written in the transaction of what it tells. The head of the chain (its newest
line) stands in `meta` too, so that lines cut off at the end are missed. Who may write the database file can
write a new chain from the start: docs/audit.md.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from sqlalchemy import Connection, delete, insert, select

from sync.state.tables import audit, meta

BEGIN = "begin"
"""The first line of every chain; of a state that is older than the record, its agreed values follow."""
BASE, PLAN, END = "base", "plan", "write"
_HEAD = "audit"


class Head(NamedTuple):
    """The newest line of a chain: its number and hash; 0 and no hash before the first."""

    number: int = 0
    hash: str = ""


class Line(NamedTuple):
    """A line of the record; `body` is canonical JSON, `data` what is too bulky for it."""

    number: int
    moment: str
    kind: str
    round: int | None
    workbook: str
    body: str
    data: bytes
    previous: str
    hash: str

    def hashed(self, number: int | None = None) -> str:
        """The hash that the line should have; as if its number were another."""
        return link(number or self.number, self)

    def said(self) -> dict[str, Any]:
        """What the line tells."""
        body: dict[str, Any] = json.loads(self.body)
        return body


def canonical(document: Any) -> str:
    """JSON of which there is only one spelling.

    >>> canonical({"b": 1, "a": "表"})
    '{"a":"表","b":1}'
    """
    return json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def link(number: int, line: Line) -> str:
    """The hash of a line that stands at a number of the chain."""
    data = hashlib.sha256(line.data).hexdigest() if line.data else ""
    parts = (line.previous, number, line.moment, line.kind, line.round, line.workbook, line.body, data)
    return hashlib.sha256(canonical(parts).encode()).hexdigest()


class Audit:
    """The record of a state. Lines are written at the end of their transaction: a chain has one end, and who adds to it waits."""

    def __init__(self, connection: Connection, moment: Callable[[], str]) -> None:
        self._connection, self._moment = connection, moment
        self._waiting: list[Line] = []

    def add(
        self, kind: str, body: dict[str, Any], *, round: int | None = None, workbook: str = "", data: bytes = b""
    ) -> None:
        """Adds a line to those that `write` will write."""
        self._waiting.append(Line(0, self._moment(), kind, round, workbook, canonical(body), data, "", ""))

    def write(self) -> None:
        """Writes what was added, in the caller's transaction."""
        if not self._waiting:
            return
        head = self.head(to_write=True)
        for added in self._waiting:
            line = added._replace(number=head.number + 1, previous=head.hash)
            head = Head(line.number, line.hashed())
            self._connection.execute(insert(audit).values(**line._replace(hash=head.hash)._asdict()))
        self._waiting.clear()
        self._connection.execute(delete(meta).where(meta.c.name == _HEAD))
        self._connection.execute(insert(meta).values(name=_HEAD, value=canonical(list(head))))

    def forget(self) -> None:
        """Drops what was added and not written: its transaction is over."""
        self._waiting.clear()

    def head(self, *, to_write: bool = False) -> Head:
        """The newest line, by what stands beside the record; `to_write` keeps others from adding meanwhile."""
        found = select(meta.c.value).where(meta.c.name == _HEAD)
        return head_of(self._connection.scalar(found.with_for_update() if to_write else found))

    def lines(self) -> Iterator[Line]:
        """The whole record, in order."""
        for row in self._connection.execute(select(audit).order_by(audit.c.number)):
            yield Line(*row)


def head_of(text: object) -> Head:
    """The head as `meta` says it; a text that we never wrote is no head.

    >>> head_of('[3,"ab"]'), head_of("?"), head_of(None)
    (Head(number=3, hash='ab'), Head(number=0, hash=''), Head(number=0, hash=''))
    """
    try:
        number, words = json.loads(str(text))
        return Head(int(number), str(words))
    except (ValueError, TypeError):
        return Head()
