"""What the service is to do next, and that it is alive."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Table, delete, insert, select, update

from sync.state.tables import daemon, due, jobs


@dataclass(frozen=True)
class Due:
    """When a workbook is looked at (or a job done) next, and how the last time ended. Moments are UTC.

    `failures`: how often in a row it failed or was busy, `since` when. `said`: what the last time said of it, as
    JSON. `alerted`: somebody was told.
    """

    name: str
    next: datetime
    last: datetime | None = None
    failures: int = 0
    said: Mapping[str, Any] = field(default_factory=dict)
    since: datetime | None = None
    alerted: bool = False


@dataclass(frozen=True)
class Beat:
    """The service that runs, or ran last: its process, where, since when, and when it last said that it lives.

    `sees`: what is the matter with its folders, as JSON.
    """

    pid: int
    host: str
    version: str
    since: datetime
    heartbeat: datetime
    sees: Mapping[str, Any] = field(default_factory=dict)


class DueTimes:
    """Due times by name."""

    def __init__(self, connection: Connection, table: Table) -> None:
        self._connection, self._table = connection, table

    def all(self) -> dict[str, Due]:
        """Everything that is due some time, by name."""
        return {
            row.name: Due(
                row.name,
                datetime.fromisoformat(row.next),
                datetime.fromisoformat(row.last) if row.last else None,
                row.failures,
                json.loads(row.said),
                datetime.fromisoformat(row.since) if row.since else None,
                bool(row.alerted),
            )
            for row in self._connection.execute(select(self._table))
        }

    def put(self, item: Due) -> None:
        """Remembers when something is due, in place of what was known."""
        values = {
            "next": item.next.isoformat(),
            "last": item.last.isoformat() if item.last else None,
            "failures": item.failures,
            "said": json.dumps(item.said, ensure_ascii=False),
            "since": item.since.isoformat() if item.since else None,
            "alerted": item.alerted,
        }
        table = self._table
        if not self._connection.execute(update(table).where(table.c.name == item.name).values(**values)).rowcount:
            self._connection.execute(insert(table).values(name=item.name, **values))

    def drop(self, name: str) -> None:
        """Forgets what is configured no more."""
        self._connection.execute(delete(self._table).where(self._table.c.name == name))


class Agenda(DueTimes):
    """Due times by workbook, those of `jobs`, and the service's heartbeat."""

    def __init__(self, connection: Connection) -> None:
        super().__init__(connection, due)
        self.jobs = DueTimes(connection, jobs)

    def beat(self, item: Beat) -> None:
        """The service lives."""
        values = {
            "pid": item.pid,
            "host": item.host,
            "version": item.version,
            "since": item.since.isoformat(),
            "heartbeat": item.heartbeat.isoformat(),
            "sees": json.dumps(item.sees, ensure_ascii=False),
        }
        if not self._connection.execute(update(daemon).values(**values)).rowcount:
            self._connection.execute(insert(daemon).values(id=1, **values))

    def last_beat(self) -> Beat | None:
        """The last heartbeat; None where no service ever ran."""
        row = self._connection.execute(select(daemon)).first()
        if row is None:
            return None
        moments = datetime.fromisoformat(row.since), datetime.fromisoformat(row.heartbeat)
        return Beat(row.pid, row.host, row.version, *moments, json.loads(row.sees))
