"""Opens the state: one database, one round at a time."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType

from sqlalchemy import Connection, Engine, create_engine, event

from rules.errors import Busy, Code
from sync.state.files import Files, Places
from sync.state.journal import Journal
from sync.state.memory import Bases
from sync.state.schema import make_ready
from sync.state.settlements import Conflicts, Pins, Told

G_RUNNING = Code(
    "G-012",
    "另一轮同步正在进行({found})",
    "another round is running ({found})",
    "等它结束后再试",
    "try again when it has ended",
)

LEASE = "round.lock"
"""The file whose lock is the right to run a round."""


def now() -> str:
    """This moment in UTC, to the microsecond, as ISO text."""
    return datetime.now(UTC).isoformat(timespec="microseconds")


class State:
    """What is remembered between rounds; a context manager that closes the database.

    `folder` is made when missing. Everything that a transaction of `begin` writes is there or not
    at all.
    """

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self._engine = _sqlite(folder / "qlc.sqlite")
        self.connection: Connection = self._engine.connect()
        with self.begin():
            make_ready(self.connection, folder)
        self.journal = Journal(self.connection)
        self.bases = Bases(self.connection)
        self.files = Files(self.connection)
        self.places = Places(self.connection)
        self.conflicts = Conflicts(self.connection)
        self.pins = Pins(self.connection)
        self.told = Told(self.connection)

    def __enter__(self) -> State:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.connection.close()
        self._engine.dispose()

    @contextmanager
    def begin(self) -> Iterator[None]:
        """A transaction: all or nothing."""
        if self.connection.in_transaction():
            self.connection.rollback()
        with self.connection.begin():
            yield

    @contextmanager
    def lease(self) -> Iterator[None]:
        """Holds the right to run a round; the system frees it when the process dies.

        Raises Busy G-012 when another process holds it.
        """
        path = self.folder / LEASE
        with path.open("a+b") as handle:
            if not _lock(handle.fileno()):
                raise Busy(G_RUNNING, file=path, found=path.read_text("utf-8", "replace").strip() or "?")
            handle.truncate(0)
            handle.write(f"pid {os.getpid()}".encode())
            handle.flush()
            try:
                yield
            finally:
                handle.truncate(0)


def lease_holder(folder: Path) -> str:
    """Who runs a round in a state folder right now; empty when nobody does. Nothing is written."""
    path = folder / LEASE
    if not path.is_file():
        return ""
    with path.open("a+b") as handle:  # closing it lets go again
        return "" if _lock(handle.fileno()) else path.read_text("utf-8", "replace").strip() or "?"


def _sqlite(path: Path) -> Engine:
    engine = create_engine(f"sqlite:///{path}")

    @event.listens_for(engine, "connect")
    def _configure(connection: object, _record: object) -> None:
        connection.isolation_level = None  # type: ignore[attr-defined]  # the driver would not begin before DDL
        cursor = connection.cursor()  # type: ignore[attr-defined]
        cursor.execute("PRAGMA journal_mode=WAL")
        cursor.execute("PRAGMA synchronous=FULL")
        cursor.execute("PRAGMA busy_timeout=5000")
        cursor.close()

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN")

    return engine


if sys.platform == "win32":
    import msvcrt

    _LOCKED_BYTE = 1 << 20
    """Far behind the holder's name, which others must be able to read: Windows locks are mandatory."""

    def _lock(handle: int) -> bool:
        try:
            os.lseek(handle, _LOCKED_BYTE, os.SEEK_SET)
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

else:
    import fcntl

    def _lock(handle: int) -> bool:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return False
        return True
