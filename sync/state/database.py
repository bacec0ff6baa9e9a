"""Opens the state: one database, one round at a time."""

from __future__ import annotations

import os
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from time import monotonic, sleep
from types import TracebackType

from sqlalchemy import Connection, Engine, ExceptionContext, NullPool, create_engine, event

from rules.errors import Busy, Code, Error
from sync.state.audit import Audit
from sync.state.due import Agenda
from sync.state.faults import T_NESTED, coded, fault
from sync.state.files import Files, Places
from sync.state.holds import Holds
from sync.state.identity import Identity
from sync.state.journal import Journal
from sync.state.memory import Bases
from sync.state.pins import Pins
from sync.state.private import keep_beside, keep_private, make_private
from sync.state.rule_changes import Numbers
from sync.state.schema import HEAD, make_ready, version
from sync.state.settlements import Conflicts, Told

G_RUNNING = Code(
    "G-012",
    "另一轮同步正在进行({found})",
    "another round is running ({found})",
    "等它结束后再试",
    "try again when it has ended",
)

DATABASE = "qlc.sqlite"
PATIENCE = 5.0
"""Seconds that a statement waits for another program to end its transaction."""

LOG_BYTES = 16 << 20
"""Bytes that the log beside the database keeps once a large transaction has gone into it."""

D_SECOND = Code(
    "D-001",
    "这份状态已经有服务在跑({found})",
    "a service runs on this state already ({found})",
    "qlc sync status 看它在做什么;要换成这个,先停掉那个",
    "qlc sync status says what it does; to run this one, stop that one first",
)

LEASE = "round.lock"
"""The file whose lock is the right to run a round."""
SERVICE = "daemon.lock"
"""… and the right to be the service that runs them by itself."""


def now() -> str:
    """This moment in UTC, to the microsecond, as ISO text."""
    return datetime.now(UTC).isoformat(timespec="microseconds")


class State:
    """What is remembered between rounds; a context manager that closes the database.

    `folder` is made when missing; it and what stands in it is its owner's alone. Everything that a
    transaction of `begin` writes is there or not at all.

    Raises:
        Error: T-001 a newer version's state, T-003 damaged, T-004 not ours, T-005 not writable, T-006 disk full.
        Busy: T-002 another program holds it.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._writing = False
        self._path = folder / DATABASE
        self._file: tuple[int, int] | None = None
        """What the open file is on its disk."""
        with coded(self._path):
            keep_private(folder)
            make_private(self._path)
            keep_beside(self._path)
        self._engine = self._sqlite()
        self.connection: Connection = self._engine.connect()
        try:
            with coded(self._path):
                if version(self.connection, self._path) != HEAD:
                    with self.begin():
                        make_ready(self.connection, self._path)
        except BaseException:
            self.close()
            raise
        self.audit = Audit(self.connection, lambda: now())
        self.journal = Journal(self.connection, self.audit)
        self.bases = Bases(self.connection, self.audit)
        self.files = Files(self.connection)
        self.places = Places(self.connection)
        self.conflicts = Conflicts(self.connection)
        self.pins = Pins(self.connection)
        self.told = Told(self.connection)
        self.numbers = Numbers(self.connection)
        self.agenda = Agenda(self.connection)
        self.holds = Holds(self.connection)
        self.identity = Identity(self.connection)

    def __enter__(self) -> State:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Lets go of the database."""
        self.connection.close()
        self._engine.dispose()

    def _sqlite(self) -> Engine:
        engine = create_engine("sqlite://", creator=lambda: open_file(self._path), poolclass=NullPool)

        @event.listens_for(engine, "begin")
        def _begin(connection: Connection) -> None:
            connection.exec_driver_sql("BEGIN IMMEDIATE" if self._writing else "BEGIN")

        @event.listens_for(engine, "handle_error")
        def _code(context: ExceptionContext) -> None:
            known = fault(context.original_exception, self._path)
            if known is not None:
                raise known from context.original_exception

        return engine

    @contextmanager
    def begin(self) -> Iterator[None]:
        """A transaction: all or nothing. Raises T-007 inside another one."""
        if self._writing:
            raise Error(T_NESTED, file=self._path)
        self.refresh()
        self._writing = True
        try:
            with self.connection.begin():
                yield
        finally:
            self._writing = False

    def refresh(self) -> None:
        """What is read from here on is what others have committed by now. Raises T-005 where the file is gone.

        A file that took its place (a drive that came back, a restored state) is opened anew: what is written into one that
        nobody sees any more is lost without a word.
        """
        if self.connection.in_transaction():  # only read in
            self.connection.rollback()
        with coded(self._path):
            found = self._path.stat()
        here = found.st_dev, found.st_ino
        if self._file not in (None, here):
            self.connection.invalidate()
        self._file = here

    def lease(self) -> AbstractContextManager[None]:
        """Holds the right to run a round; the system frees it when the process dies.

        Raises Busy G-012 when another process holds it.
        """
        return held(self.folder, LEASE, G_RUNNING)

    def service(self) -> AbstractContextManager[None]:
        """Holds the right to be the service of this state. Raises Busy D-001 when another process is."""
        return held(self.folder, SERVICE, D_SECOND)


@contextmanager
def held(folder: Path, name: str, code: Code) -> Iterator[None]:
    """Holds a right to a state folder (`LEASE`, `SERVICE`). Raises Busy with `code` when another process does."""
    path = folder / name
    with coded(path):
        make_private(path)
        handle = path.open("a+b")
    with handle:
        if not _lock(handle.fileno()):
            raise Busy(code, file=path, found=path.read_text("utf-8", "replace").strip() or "?")
        handle.truncate(0)
        handle.write(f"pid {os.getpid()}".encode())
        handle.flush()
        try:
            yield
        finally:
            handle.truncate(0)


def open_file(path: Path, *, patience: float = PATIENCE) -> sqlite3.Connection:
    """The database file as this product uses it. Raises T-002 … T-006."""
    with coded(path):
        connection = sqlite3.connect(path.absolute(), timeout=patience, isolation_level=None, check_same_thread=False)
        try:
            _log_ahead(connection, patience)
            connection.execute("PRAGMA synchronous=FULL")
            connection.execute(f"PRAGMA journal_size_limit={LOG_BYTES}")
        except BaseException:
            connection.close()
            raise
        return connection


def _log_ahead(connection: sqlite3.Connection, patience: float) -> None:
    """Write-ahead logging: readers and a writer do not wait for each other.

    While two programs switch a new file over, SQLite refuses one of them at once instead of letting it wait.
    """
    end = monotonic() + patience
    while connection.execute("PRAGMA journal_mode").fetchone()[0] != "wal":
        try:
            connection.execute("PRAGMA journal_mode=WAL")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or monotonic() > end:
                raise
            sleep(0.02)


def lease_holder(folder: Path, name: str = LEASE) -> str:
    """Who runs a round in a state folder right now (or is its `SERVICE`); empty when nobody does. Nothing is written."""
    path = folder / name
    if not path.is_file():
        return ""
    with path.open("a+b") as handle:  # closing it lets go again
        return "" if _lock(handle.fileno()) else path.read_text("utf-8", "replace").strip() or "?"


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
