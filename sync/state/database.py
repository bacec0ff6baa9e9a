"""Opens the state: a file in a folder, or a database on a server that several machines share."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from time import monotonic, sleep
from types import TracebackType
from typing import Any

from sqlalchemy import Connection, Engine, ExceptionContext, NullPool, create_engine, event, text

from rules.errors import Busy, Error
from rules.policy.loader import Config
from sync.state import postgres
from sync.state.asks import Asks
from sync.state.audit import Audit
from sync.state.drives import T_NETWORK, network_drive
from sync.state.due import Agenda
from sync.state.faults import T_NESTED, coded, fault
from sync.state.files import Files, Places
from sync.state.holds import Holds
from sync.state.identity import Identity
from sync.state.journal import Journal
from sync.state.leases import Lease, Leases
from sync.state.locks import D_SECOND, G_RUNNING, LEASE, SERVICE, held, holder
from sync.state.memory import Bases
from sync.state.pins import Pins
from sync.state.private import keep_beside, keep_private, make_private
from sync.state.rule_changes import Numbers
from sync.state.schema import HEAD, make_ready, version
from sync.state.settlements import Conflicts, Told

DATABASE = "qlc.sqlite"
PATIENCE = 5.0
"""Seconds that a statement waits for another program to end its transaction."""
LOG_BYTES = 16 << 20
"""Bytes that the log beside the database keeps once a large transaction has gone into it."""
EXAMPLE = "postgresql+psycopg://user@host:5432/qlc"
"""The address of a state on a server."""
RESTED = 1.0
"""Seconds after which a server's connection is tried before it is used."""


def now() -> str:
    """This moment in UTC, to the microsecond, as ISO text."""
    return datetime.now(UTC).isoformat(timespec="microseconds")


class State:
    """What is remembered between rounds; a context manager that closes the database.

    It is the file `DATABASE` in `folder`, which is made when missing and its owner's alone, or with `server` (an
    address, `postgresql+psycopg://user@host:port/database`) the database there; logs stay in the folder.
    Everything that a transaction of `begin` writes is there or not at all.

    Raises:
        Error: T-001 a newer version's state, T-003 damaged, T-004 not ours, T-005 not writable, T-006 disk full,
            T-050 a file on a network drive; T-052 a server that lets us not in, T-053 nor write, T-054 no driver.
        Busy: T-002 another program holds it, T-051 the server does not answer.
    """

    def __init__(self, folder: Path, server: str = "") -> None:
        self.folder = folder
        self._server = server
        self._writing = False
        self._used = monotonic()
        self._path = folder / DATABASE
        self._file: tuple[int, int] | None = None
        """What the open file is on its disk."""
        with coded(self._path):
            keep_private(folder)
        self._engine = self._on_server() if server else self._in_file()
        self.connection: Connection = self._engine.connect()
        if server:
            event.listen(self.connection, "before_execute", self._wake)
        self.audit = Audit(self.connection, lambda: now())
        try:
            with nullcontext() if server else coded(self._path):
                if version(self.connection, self.where) != HEAD:
                    with self.begin():
                        make_ready(self.connection, self.where)
        except BaseException:
            self.close()
            raise
        beside = partial(self._begun, alone=False)
        self.leases = Leases(self.connection, beside, self._engine if server else None)
        self.asks = Asks(self.connection, beside)
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

    @classmethod
    def of(cls, config: Config) -> State:
        """The state of a configuration."""
        return cls(config.folder / config.site.state_folder, config.site.state_server)

    @property
    def where(self) -> Path | str:
        """What messages call it."""
        return self._server or self._path

    @property
    def is_shared(self) -> bool:
        """Whether other machines use it too, and several rounds run at once."""
        return bool(self._server)

    def __enter__(self) -> State:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Lets go of the database."""
        with suppress(Error):  # of a server that is gone
            self.connection.close()
        self._engine.dispose()

    def _in_file(self) -> Engine:
        if found := network_drive(self.folder):
            raise Error(T_NETWORK, file=self.folder, found=found, expected=EXAMPLE)
        with coded(self._path):
            make_private(self._path)
            keep_beside(self._path)
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

    def _on_server(self) -> Engine:
        engine = postgres.engine_of(self._server)

        @event.listens_for(engine, "handle_error")
        def _code(context: ExceptionContext) -> None:
            known = postgres.fault(context.original_exception, self._server)
            if known is not None:
                raise known from context.original_exception

        return engine

    def _wake(self, *_: Any) -> None:
        """A connection that was lost while nobody used it is opened anew, before it is used."""
        if self._writing:
            return
        rested, self._used = monotonic() - self._used, monotonic()
        if self.connection.invalidated:
            self.connection.rollback()
        elif rested > RESTED:
            with suppress(Busy):
                self.connection.exec_driver_sql("SELECT 1")
            if self.connection.invalidated:
                self.connection.rollback()

    def begin(self, lease: Lease | None = None) -> AbstractContextManager[None]:
        """A transaction: all or nothing. Raises T-007 inside another one.

        With a workbook's `lease` others may write of other workbooks meanwhile, and what is written is there only if
        nobody took the lease over. Raises Busy T-056 where somebody did.
        """
        return self._begun(alone=lease is None, lease=lease)

    @contextmanager
    def _begun(self, *, alone: bool, lease: Lease | None = None) -> Iterator[None]:
        if self._writing:
            raise Error(T_NESTED, file=self.where)
        self.refresh()
        self._writing = True
        try:
            with self.connection.begin():
                if self._server:
                    postgres.begin(self.connection, alone=alone)
                if lease is not None:
                    self.leases.check(lease)
                yield
                self.audit.write()
        finally:
            self._writing = False
            self.audit.forget()

    def mark(self) -> object:
        """What differs once somebody has written into the state; of a server's it differs always."""
        if self._server:
            return object()
        found = []
        for path in (self._path, self._path.with_name(f"{DATABASE}-wal")):
            with suppress(OSError):
                facts = path.stat()
                found.append((path, facts.st_ino, facts.st_size, facts.st_mtime_ns))
        return found

    def refresh(self) -> None:
        """What is read from here on is what others have committed by now. Raises T-005 where the file is gone.

        A file that took its place (a drive that came back, a restored state) is opened anew: what is written into one that
        nobody sees any more is lost without a word.
        """
        if self._server:
            self._wake()
        if self.connection.in_transaction():  # only read in
            self.connection.rollback()
        if self._server:
            return
        with coded(self._path):
            found = self._path.stat()
        here = found.st_dev, found.st_ino
        if self._file not in (None, here):
            self.connection.invalidate()
        self._file = here

    @contextmanager
    def lease(self) -> Iterator[None]:
        """Holds the right to run a round: of a file's state the only one, which the system frees when the process dies.

        Of a server's state any number run, and each takes the lease of one workbook after another (`leases`).
        Raises Busy G-012 when another process holds it.
        """
        with nullcontext() if self._server else held(self.folder / LEASE, G_RUNNING), self.leases.run():
            yield

    def running(self) -> str:
        """Who runs a round right now; empty when nobody does."""
        return ", ".join(self.leases.alive().values()) if self._server else holder(self.folder / LEASE)

    @contextmanager
    def service(self) -> Iterator[None]:
        """Holds the right to be the service of this state. Raises Busy D-001 when another process is.

        On a server it is held by a connection of its own: it ends with the process, or with the server.
        """
        with held(self.folder / SERVICE, D_SECOND), self._serving() if self._server else nullcontext():
            yield

    @contextmanager
    def _serving(self) -> Iterator[None]:
        with self._engine.connect() as connection:
            if not connection.scalar(text("SELECT pg_try_advisory_lock(:key)"), {"key": postgres.SERVING}):
                beat = self.agenda.last_beat()
                raise Busy(D_SECOND, file=self.where, found=f"{beat.host} pid {beat.pid}" if beat else "?")
            try:
                yield
            finally:
                connection.invalidate()  # so that the lock goes with it

    def served_by(self) -> str:
        """The service that runs on this state right now; empty when none does."""
        if not self._server:
            return holder(self.folder / SERVICE)
        beat = self.agenda.last_beat()
        locked = self.connection.scalar(postgres.IS_SERVED, {"key": postgres.SERVING})
        return "" if not locked else f"{beat.host} pid {beat.pid}" if beat else "?"


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
