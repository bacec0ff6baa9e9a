"""Who runs a round, and who may write a workbook's journal: leases with an epoch.

Taking a workbook's lease raises its epoch, and whatever a round remembers of the workbook asks whether the epoch is
still its own: who lost the lease writes nothing more, however late it wakes up. On one machine a lock of the
operating system lets one round run at a time and dies with it. Where several machines share a state, a runner says
every `BEAT` seconds that it lives; who has not for `LIVES` seconds is dead, and its leases are anybody's. All moments are
the database's, so that no machine's clock counts.
"""

from __future__ import annotations

import os
import platform
import secrets
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Engine, TextClause, extract, func, select, text, update

from rules.errors import Busy, Code, Error
from sync.state.locks import G_RUNNING
from sync.state.tables import leases, runners

T_LOST = Code(
    "T-056",
    "这个工作簿已由别的同步接手({found}),这一轮对它不再记录任何东西",
    "another runner took this workbook over ({found}); this round remembers nothing more of it",
    "不用做什么:接手的那一轮会核对写到一半的格子",
    "nothing is to be done: that runner settles what was half written",
)

LIVES = 6.0
"""Seconds after its last heartbeat for which a runner counts as alive."""
BEAT = 1.5
"""Seconds between two heartbeats."""


@dataclass(frozen=True)
class Lease:
    """The right to write a workbook's journal, as long as its epoch is the newest."""

    workbook: str
    epoch: int


class Leases:
    """The leases of a state.

    `begin` opens a transaction that may write beside other workbooks' rounds; `shared` is the engine of a state that
    other machines use too, None where the operating system lets one round run at a time.
    """

    def __init__(
        self, connection: Connection, begin: Callable[[], AbstractContextManager[None]], shared: Engine | None
    ) -> None:
        self._connection, self._begin, self._shared = connection, begin, shared
        self.runner = ""
        """The name of this process as a runner; empty where it runs no round."""

    @contextmanager
    def run(self) -> Iterator[None]:
        """Is a runner; where other machines ask, one that says over a connection of its own that it lives."""
        self.runner = secrets.token_hex(8)
        try:
            with Heartbeat(self._shared, self.runner) if self._shared is not None else nullcontext():
                yield
        finally:
            self.runner = ""

    @contextmanager
    def of(self, workbook: str) -> Iterator[Lease]:
        """Holds a workbook's lease. Raises Busy G-012 while another runner that lives has it."""
        lease = self._take(workbook)
        try:
            yield lease
        finally:
            if self._shared is not None:
                with suppress(Error), self._begin():  # of a server that is gone it runs out by itself
                    mine = (leases.c.workbook == workbook) & (leases.c.epoch == lease.epoch)
                    self._connection.execute(update(leases).where(mine).values(runner=None))

    def check(self, lease: Lease) -> None:
        """Keeps others from taking a lease until the transaction ends. Raises Busy T-056 for one that was lost."""
        held = self._row(lease.workbook)
        if held is None or held.epoch != lease.epoch:
            raise Busy(T_LOST, file=lease.workbook, found=f"{lease.epoch} → {held.epoch if held else '?'}")

    def alive(self) -> dict[str, str]:
        """The runners that live, with host and process; on one machine none but who asks can."""
        if self._shared is None:
            return {}
        found = select(runners).where(runners.c.until > _CLOCK)
        return {row.id: f"{row.host} pid {row.pid}" for row in self._connection.execute(found)}

    def _take(self, workbook: str) -> Lease:
        with self._begin():
            self._connection.execute(_FIRST, {"workbook": workbook})
            held = self._row(workbook)
            living = self.alive().get(held.runner or "") if held.runner != self.runner else None
            if living:
                raise Busy(G_RUNNING, file=workbook, found=living)
            mine = update(leases).where(leases.c.workbook == workbook)
            self._connection.execute(mine.values(epoch=held.epoch + 1, runner=self.runner))
        return Lease(workbook, held.epoch + 1)

    def _row(self, workbook: str) -> Any:
        return self._connection.execute(select(leases).where(leases.c.workbook == workbook).with_for_update()).first()


class Heartbeat:
    """Says every `BEAT` seconds that a runner lives, until it is left; a server that is away is asked again."""

    def __init__(self, engine: Engine, runner: str) -> None:
        self._engine, self._runner = engine, runner
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._beat, daemon=True)

    def __enter__(self) -> None:
        self._say(_FORGET)
        self._say(_ALIVE)
        self._thread.start()

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()
        with suppress(Error):
            self._say(_DEAD)

    def _beat(self) -> None:
        while not self._over.wait(BEAT):
            with suppress(Error):
                self._say(_ALIVE)

    def _say(self, words: TextClause) -> None:
        facts = {"id": self._runner, "host": platform.node()[:200], "pid": os.getpid(), "lives": LIVES, "old": _OLD}
        with self._engine.connect() as connection:
            connection.execute(words, {name: facts[name] for name in words.compile().params})


_OLD = 86_400.0
"""Seconds for which a dead runner's name is kept."""
_CLOCK = extract("epoch", func.clock_timestamp())
_FIRST = text("INSERT INTO leases (workbook, epoch) VALUES (:workbook, 0) ON CONFLICT (workbook) DO NOTHING")
_ALIVE = text(
    "INSERT INTO runners (id, host, pid, until) VALUES (:id, :host, :pid, extract(epoch FROM clock_timestamp()) + :lives)"
    " ON CONFLICT (id) DO UPDATE SET until = excluded.until"
)
_DEAD = text("DELETE FROM runners WHERE id = :id")
_FORGET = text("DELETE FROM runners WHERE until < extract(epoch FROM clock_timestamp()) - :old")
