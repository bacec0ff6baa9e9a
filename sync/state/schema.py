"""The state's tables as this version wants them: made new, or brought there from an older version.

A state knows its version by Alembic's own table; one of 0.2.0, which had none, by `meta`. Alembic is
loaded only where there is something to migrate. Each step is one transaction: a migration that dies
leaves the state as it was.
"""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection, insert, inspect, select, text

from rules.errors import Code, Error
from sync.state import tables

HEAD = "0002"
"""The newest step of `migrations/versions`."""

T_NEWER = Code(
    "T-001",
    "状态库由更新的版本写成(版本 {found},本程序认识 {expected})",
    "the state was written by a newer version ({found}; this one knows {expected})",
    "升级 qlc",
    "upgrade qlc",
)


def make_ready(connection: Connection, folder: Path) -> None:
    """Makes the tables, or migrates those of an older version. Runs in the caller's transaction.

    Raises:
        Error: T-001 a newer version wrote the state.
    """
    found = version(connection)
    if found == HEAD:
        return
    if found is None:
        tables.metadata.create_all(connection)
        connection.execute(insert(tables.meta).values(name="schema", value=str(int(HEAD))))
        connection.execute(insert(tables.version).values(version_num=HEAD))
        return
    if found > HEAD:
        raise Error(T_NEWER, file=folder, found=found, expected=HEAD)
    _migrate(connection, found)


def version(connection: Connection) -> str | None:
    """The step that a state is at; None for one without tables."""
    names = set(inspect(connection).get_table_names())
    if tables.version.name in names:
        return connection.scalar(select(tables.version.c.version_num))
    if tables.meta.name not in names:
        return None
    found = connection.scalar(select(tables.meta.c.value).where(tables.meta.c.name == "schema"))
    return f"{int(found or 0):04d}"


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
