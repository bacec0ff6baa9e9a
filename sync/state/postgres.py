"""A state on a PostgreSQL server: how it is reached, and what such a server can do to us, as codes.

The password never stands in the configuration: it is libpq's own (`PGPASSWORD`, `PGPASSFILE`, `~/.pgpass`).
"""

from __future__ import annotations

import re

from sqlalchemy import Connection, Engine, create_engine, text
from sqlalchemy.exc import ArgumentError

from rules.errors import Busy, Code, Error
from sync.state.faults import T_DAMAGED, T_FULL, T_LOCKED

T_AWAY = Code(
    "T-051",
    "数据库服务器没有应答({found})",
    "the database server does not answer ({found})",
    "会自己再试;一直这样就看看服务器和网络",
    "it is tried again; if it stays so, look at the server and the network",
)
T_REFUSED = Code(
    "T-052",
    "数据库服务器不让进({found})",
    "the database server refuses us ({found})",
    "核对 site.state 的用户和库;密码放在环境变量 PGPASSWORD 里",
    "check user and database in site.state; the password is taken from PGPASSWORD",
)
T_FORBIDDEN = Code(
    "T-053",
    "数据库不让写({found})",
    "the database may not be written ({found})",
    "给 site.state 的用户建表和写入的权限;只读的副本不能用",
    "give the user of site.state the right to make tables and write; a read-only replica does not do",
)
T_DRIVER = Code(
    "T-054",
    "没有装 PostgreSQL 的驱动({found})",
    "the driver for PostgreSQL is not installed ({found})",
    "pip install 'quanliucheng[postgres]'",
    "pip install 'quanliucheng[postgres]'",
)
T_TOO_LONG = Code(
    "T-055",
    "数据库不收这样的值({found})",
    "the database does not take such a value ({found})",
    "多半是过长的键或名字;把它改短",
    "as a rule a key or a name is too long; shorten it",
)

PATIENCE = 5.0
"""Seconds that a transaction waits for another one to end, and a connection for the server."""
_GIVEN_UP = 60
"""Seconds after which the server ends a transaction whose program does nothing any more."""
_OPTIONS = {
    "connect_timeout": int(PATIENCE),
    "keepalives_idle": 10,
    "keepalives_interval": 3,
    "keepalives_count": 3,
    "tcp_user_timeout": 15_000,
    "options": " ".join(
        f"-c {name}={value}"
        for name, value in (
            ("lock_timeout", f"{PATIENCE:.0f}s"),
            ("idle_in_transaction_session_timeout", f"{_GIVEN_UP}s"),
            ("tcp_keepalives_idle", 10),
            ("tcp_keepalives_interval", 3),
            ("tcp_keepalives_count", 3),
        )
    ),
}

WRITING, SERVING = 0x716C6301, 0x716C6302
"""Advisory locks: of what writes, and of being the service."""
IS_SERVED = text(
    "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND granted AND objid = :key"
    " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
)
MAY_WRITE = text("SELECT has_schema_privilege(current_schema(), 'CREATE') AND NOT pg_is_in_recovery()")
SIZE = text("SELECT pg_database_size(current_database())")

_AWAY = ("08", "57P", "25P03", "53300")
_LOCKED = ("55P03", "40", "57014")
_FORBIDDEN = ("42501", "25006")
_UNKNOWN = ("42P01", "42703", "23")
_TOO_LONG = ("22", "54")
_PASSING = re.compile(
    r"starting up|shutting down|recovery|too many|slots|正在启动|正在关闭|恢复|太多|连接槽", re.IGNORECASE
)
"""Words of a server that refuses now, and not for good."""
_ANSWERED = re.compile(r"FATAL|致命|no password supplied")


def engine_of(address: str) -> Engine:
    """The engine of a state on a server. Raises T-052 for an address that is none, T-054 without the driver."""
    try:
        return create_engine(address, pool_pre_ping=True, pool_size=2, connect_args={**_OPTIONS, "autocommit": True})
    except ImportError as error:
        raise Error(T_DRIVER, file=address, found=str(error)) from error
    except (ArgumentError, ValueError) as error:
        raise Error(T_REFUSED, file=address, found=str(error)) from error


def begin(connection: Connection, *, alone: bool) -> None:
    """Begins a transaction that writes: `alone`, or beside others that do not want to be.

    It is what SQLite's one writer is: what a round remembers of one workbook goes on beside other workbooks, and
    nothing beside what concerns all of them.
    """
    shared = "" if alone else "_shared"
    connection.exec_driver_sql("BEGIN")
    connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock{shared}({WRITING})")


def fault(error: BaseException, address: str) -> Error | None:
    """A server's error as ours, with exit code 4 where waiting helps; None for a fault of the program."""
    import psycopg

    if not isinstance(error, psycopg.Error):
        return None
    state, found = error.sqlstate or "", _first_line(error)
    facts = {"file": address, "found": found, "expected": address}
    if state.startswith(_AWAY) or (not state and isinstance(error, (psycopg.OperationalError, psycopg.InterfaceError))):
        refused = _ANSWERED.search(str(error)) and not _PASSING.search(str(error))
        return Error(T_REFUSED, **facts) if refused and not state else Busy(T_AWAY, **facts)
    if state.startswith(_LOCKED):
        return Busy(T_LOCKED, **facts)
    for codes, code in (
        (("28", "3D000"), T_REFUSED),
        (_FORBIDDEN, T_FORBIDDEN),
        (("53100",), T_FULL),
        (_UNKNOWN, T_DAMAGED),
        (_TOO_LONG, T_TOO_LONG),
    ):
        if state.startswith(codes):
            return Error(code, **facts)
    return None


def _first_line(error: BaseException) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0]
