"""What the service is to do next, and that it is alive."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, insert, select, update

from sync.state.tables import daemon, due


@dataclass(frozen=True)
class Due:
    """When a workbook is looked at next, and how the last look ended. Moments are UTC.

    `failures`: how often in a row it failed or was busy, `since` when. `said`: what the last round said of it, as
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
    """The service that runs, or ran last: its process, where, since when, and when it last said that it lives."""

    pid: int
    host: str
    version: str
    since: datetime
    heartbeat: datetime


class Agenda:
    """Due times by workbook, and the service's heartbeat."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def all(self) -> dict[str, Due]:
        """Everything that is due some time, by workbook."""
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
            for row in self._connection.execute(select(due))
        }

    def put(self, item: Due) -> None:
        """Remembers when a workbook is due, in place of what was known."""
        values = {
            "next": item.next.isoformat(),
            "last": item.last.isoformat() if item.last else None,
            "failures": item.failures,
            "said": json.dumps(item.said, ensure_ascii=False),
            "since": item.since.isoformat() if item.since else None,
            "alerted": item.alerted,
        }
        if not self._connection.execute(update(due).where(due.c.name == item.name).values(**values)).rowcount:
            self._connection.execute(insert(due).values(name=item.name, **values))

    def drop(self, name: str) -> None:
        """Forgets a workbook that is configured no more."""
        self._connection.execute(delete(due).where(due.c.name == name))

    def beat(self, item: Beat) -> None:
        """The service lives."""
        values = {
            "pid": item.pid,
            "host": item.host,
            "version": item.version,
            "since": item.since.isoformat(),
            "heartbeat": item.heartbeat.isoformat(),
        }
        if not self._connection.execute(update(daemon).values(**values)).rowcount:
            self._connection.execute(insert(daemon).values(id=1, **values))

    def last_beat(self) -> Beat | None:
        """The last heartbeat; None where no service ever ran."""
        row = self._connection.execute(select(daemon)).first()
        if row is None:
            return None
        moments = datetime.fromisoformat(row.since), datetime.fromisoformat(row.heartbeat)
        return Beat(row.pid, row.host, row.version, *moments)
