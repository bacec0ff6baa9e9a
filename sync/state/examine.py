"""Looks at a state without changing it: what `qlc doctor` says of it."""

from __future__ import annotations

import errno
import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy.exc import SQLAlchemyError

from rules.errors import Code, Error
from sync.state import postgres
from sync.state.audit import Line, head_of
from sync.state.database import DATABASE, EXAMPLE
from sync.state.drives import T_NETWORK, network_drive
from sync.state.faults import T_DAMAGED, T_NOT_WRITABLE, coded
from sync.state.journal import stored
from sync.state.locks import LEASE
from sync.state.private import looser
from sync.state.schema import HEAD, T_NEWER, safety_copy, step_of, version

T_OLDER = Code(
    "T-025",
    "状态库是旧版本的(版本 {found},本程序用 {expected})",
    "the state is of an older version ({found}; this one uses {expected})",
    "下次运行时自动升级,之前先留一份 {kept}",
    "the next run migrates it and keeps {kept} first",
)
T_OLDER_THERE = Code(
    "T-057",
    "数据库里的状态是旧版本的(版本 {found},本程序用 {expected})",
    "the state in the database is of an older version ({found}; this one uses {expected})",
    "下次运行时自动升级;之前用 pg_dump 备份一次",
    "the next run migrates it; make a backup with pg_dump first",
)
T_OPEN_TO_OTHERS = Code(
    "T-026",
    "别人读得到状态:{found}",
    "others may read the state: {found}",
    "下次运行时自动收紧;在共享盘上收不紧就把 site.state 换到自己的目录",
    "the next run tightens it; where it can't, on a shared disk, move site.state to a folder of your own",
)
T_LITTLE_SPACE = Code(
    "T-027",
    "磁盘只剩 {found} MB,状态库有 {expected} MB",
    "only {found} MB are free; the state has {expected} MB",
    "腾出空间,升级和备份各要一份那么大",
    "free space: a migration and a backup need as much again",
)

T_RECORD = Code(
    "T-028",
    "操作记录的结尾对不上(记着 {expected} 条,最后一条是 {found})",
    "the record of what was done does not end where it should ({expected} lines by its head, the last is {found})",
    "qlc sync audit verify 看哪里被改过",
    "qlc sync audit verify says what was changed",
)
T_NO_BACKUP = Code(
    "T-029",
    "{found} 天没有备份状态了",
    "the state was not backed up for {found} days",
    "qlc state backup --out 另一块盘上的文件",
    "qlc state backup --out FILE, on another disk",
)

BACKUP_DAYS = 14
"""Days of rounds without a safety copy after which it is said."""
SPARE = 64 << 20
"""Bytes that should be free on the disk of a state, beside twice its size."""


@dataclass(frozen=True)
class Findings:
    """What was found; `version` is None where there is no state yet, or none that can be read."""

    version: str | None = None
    size: int = 0
    wrong: tuple[Error, ...] = ()
    """What keeps the next command from working."""
    warnings: tuple[Error, ...] = ()
    change: tuple[int, str, str | None, str | None] | None = None
    """The newest change of a number: round, key, before, after."""
    lines: int = 0
    """Lines of the record; its end was compared with its head."""
    backup: str | None = None
    """When the last safety copy was made, as ISO text in UTC."""


def examine(folder: Path, moment: datetime, server: str = "") -> Findings:
    """What is to be said of a state folder, or of the database on a server, at a moment."""
    if server:
        return _on_server(server)
    path = folder / DATABASE
    if found := network_drive(folder):
        return Findings(wrong=(Error(T_NETWORK, file=folder, found=found, expected=EXAMPLE),))
    warnings = list(_of_folder(folder, path))
    if not path.exists() or (path.is_file() and not path.stat().st_size):
        return Findings(warnings=tuple(warnings))
    try:
        with coded(path), closing(_opened(path)) as database:
            found = _version(database, path)
            _check(database, path)
            change = _newest_change(database) if found == HEAD else None
            lines, backup = _record(database, path, moment, warnings) if found == HEAD else (0, None)
        _lease(folder / LEASE)
    except Error as error:
        return Findings(wrong=(error,), warnings=tuple(warnings))
    if found > HEAD:
        return Findings(wrong=(Error(T_NEWER, file=folder, found=found, expected=HEAD),))
    if found < HEAD:
        kept = safety_copy(path, found).name
        warnings.append(Error(T_OLDER, file=path, found=found, expected=HEAD, kept=kept))
    return Findings(found, path.stat().st_size, (), tuple(warnings), change, lines, backup)


def _on_server(address: str) -> Findings:
    """It can be reached, is ours or empty, and may be written. That its files are sound its keeper looks after."""
    try:
        engine = postgres.engine_of(address)
        try:
            with engine.connect() as connection:
                found = version(connection, address)
                if not connection.scalar(postgres.MAY_WRITE):
                    raise Error(postgres.T_FORBIDDEN, file=address, found="CREATE")
                size = connection.scalar(postgres.SIZE) or 0
        except SQLAlchemyError as error:
            known = postgres.fault(getattr(error, "orig", None) or error, address)
            raise known or error from error
        finally:
            engine.dispose()
    except Error as error:
        return Findings(wrong=(error,))
    if found is not None and found > HEAD:
        return Findings(wrong=(Error(T_NEWER, file=address, found=found, expected=HEAD),))
    older = found is not None and found < HEAD
    warnings = (Error(T_OLDER_THERE, file=address, found=found, expected=HEAD),) if older else ()
    return Findings(found, size, (), warnings)


def _of_folder(folder: Path, path: Path) -> Iterator[Error]:
    loose = looser(folder)
    if loose:
        yield Error(T_OPEN_TO_OTHERS, file=folder, found=", ".join(item.name for item in loose[:5]))
    if folder.is_dir():
        free, size = shutil.disk_usage(folder).free, path.stat().st_size if path.is_file() else 0
        if free < 2 * size + SPARE:
            yield Error(T_LITTLE_SPACE, file=folder, found=free >> 20, expected=size >> 20)


def _opened(path: Path) -> sqlite3.Connection:
    if not path.is_file():
        raise Error(T_NOT_WRITABLE, file=path, found=path.name, expected=path.parent)
    uri = f"{path.absolute().as_uri()}?mode=rw"
    return sqlite3.connect(uri, uri=True, timeout=0.5, isolation_level=None)


def _lease(path: Path) -> None:
    """A round can take its lock."""
    if path.exists():
        with coded(path), path.open("r+b"):
            pass


def _version(database: sqlite3.Connection, path: Path) -> str:
    names = {name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    found = None
    if "alembic_version" in names:
        found = database.execute("SELECT version_num FROM alembic_version").fetchone()
    elif "meta" in names:
        found = database.execute("SELECT value FROM meta WHERE name = 'schema'").fetchone()
    return step_of(names, found[0] if found else "", path)


def _check(database: sqlite3.Connection, path: Path) -> None:
    """The whole file is sound, and may be written now.

    Of a read-only file SQLite reads only, also after BEGIN IMMEDIATE, and says nothing.
    """
    if not os.access(path, os.W_OK):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
    (said,) = database.execute("PRAGMA quick_check(1)").fetchone()
    if said != "ok":
        raise Error(T_DAMAGED, file=path, found=said, expected=path.name)
    database.execute("BEGIN IMMEDIATE")
    database.execute("ROLLBACK")


def _record(
    database: sqlite3.Connection, path: Path, moment: datetime, warnings: list[Error]
) -> tuple[int, str | None]:
    """The length of the record, and the last safety copy; with a warning of what is not as it should be."""
    said = dict(database.execute("SELECT name, value FROM meta WHERE name IN ('audit', 'backup')").fetchall())
    head = head_of(said.get("audit"))
    row = database.execute("SELECT * FROM audit ORDER BY number DESC LIMIT 1").fetchone()
    last = Line(*row) if row else None
    if last is None or head != (last.number, last.hash) or last.hash != last.hashed():
        warnings.append(Error(T_RECORD, file=path, found=last.number if last else "—", expected=head.number))
    made = stored(said["backup"], lambda item: str(item["made"])) if "backup" in said else None
    (first,) = database.execute("SELECT min(started) FROM rounds").fetchone()
    since = made or first
    if since is not None:
        days = (moment - datetime.fromisoformat(since).replace(tzinfo=UTC)).days
        if days >= BACKUP_DAYS:
            warnings.append(Error(T_NO_BACKUP, file=path, found=days))
    return head.number, made


def _newest_change(database: sqlite3.Connection) -> tuple[int, str, str | None, str | None] | None:
    changes = 'SELECT round, "key", before, after FROM rule_changes ORDER BY round DESC, "key" LIMIT 1'
    found: tuple[int, str, str | None, str | None] | None = database.execute(changes).fetchone()
    return found
