"""The state's tables as this version wants them: made new, or brought there from an older version.

A state knows its version by Alembic's own table; one of 0.2.0, which had none, by `meta`. Alembic is
loaded only where there is something to migrate. Each step is one transaction: a migration that dies
leaves the state as it was.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Collection
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Connection, insert, inspect, select, text

from rules.errors import Code, Error
from sync.state import tables
from sync.state.audit import BEGIN, Audit
from sync.state.faults import T_NOT_OURS
from sync.state.private import make_private

HEAD = "0010"
"""The newest step of `migrations/versions`."""

T_NEWER = Code(
    "T-001",
    "状态库由更新的版本写成(版本 {found},本程序认识 {expected})",
    "the state was written by a newer version ({found}; this one knows {expected})",
    "升级 qlc",
    "upgrade qlc",
)


def make_ready(connection: Connection, path: Path | str) -> None:
    """Makes the tables, or migrates those of an older version once a safety copy of the file is made.

    Runs in the caller's transaction, which must hold the right to write: two programs that start at once
    do this one after the other. `path` is what messages call the state; of one on a server no copy is made here, its
    keeper makes backups.

    Raises:
        Error: T-001 a newer version wrote the state, T-004 another program did.
    """
    found = version(connection, path)
    if found == HEAD:
        return
    if found is None:
        tables.metadata.create_all(connection)
        connection.execute(insert(tables.meta).values(name="schema", value=str(int(HEAD))))
        connection.execute(insert(tables.version).values(version_num=HEAD))
        moment = datetime.now(UTC).isoformat(timespec="microseconds")
        record = Audit(connection, lambda: moment)
        record.add(BEGIN, {"schema": HEAD, "rounds": 0})
        record.write()
        return
    if found > HEAD:
        raise Error(T_NEWER, file=path.parent if isinstance(path, Path) else path, found=found, expected=HEAD)
    if isinstance(path, Path):
        _copy(path, safety_copy(path, found))
    _migrate(connection, found)


def version(connection: Connection, path: Path | str) -> str | None:
    """The step that a state is at; None for one without tables. Raises T-004 for a file of another program."""
    names = set(inspect(connection).get_table_names())
    if not names:
        return None
    found: object = None
    if tables.version.name in names:
        found = connection.scalar(select(tables.version.c.version_num))
    elif tables.meta.name in names:
        found = connection.scalar(select(tables.meta.c.value).where(tables.meta.c.name == "schema"))
    return step_of(names, found, path)


def step_of(names: Collection[str], written: object, path: Path | str) -> str:
    """The step that a state says it is at, as far as it is one. Raises T-004 for a file of another program."""
    step = str(written).zfill(4)
    if tables.rounds.name not in names or not step.isdigit() or not int(step):
        raise Error(T_NOT_OURS, file=path, found=", ".join(sorted(names)[:5]))
    return step


def safety_copy(path: Path, found: str) -> Path:
    """Where the state as step `found` left it is kept when it is migrated."""
    return path.with_name(f"{path.stem}.{found}{path.suffix}")


def _copy(path: Path, target: Path) -> None:
    """The database as it was last committed, whole or not at all."""
    partial = target.with_name(f"{target.name}.new")
    partial.unlink(missing_ok=True)
    make_private(partial)
    with closing(sqlite3.connect(path)) as source, closing(sqlite3.connect(partial)) as copy:
        source.backup(copy)
    partial.replace(target)


def _migrate(connection: Connection, found: str) -> None:
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", "sync.state:migrations")
    config.attributes["connection"] = connection
    if tables.version.name not in inspect(connection).get_table_names():
        command.stamp(config, found)
    command.upgrade(config, "head")
    connection.execute(text("UPDATE meta SET value = :value WHERE name = 'schema'"), {"value": str(int(HEAD))})
