"""Safety copies of the state: made while a round may be running, checked before they replace anything.

A copy is a zip of the database and of what it says of itself. A state that was restored does not know what rounds agreed on
since the copy was made. So the tabs that may be concerned are doubtful: the next round compares them anew, overwrites
nothing there, and asks where sheet and ERP differ.
"""

from __future__ import annotations

import errno
import hashlib
import json
import os
import shutil
import sqlite3
import tempfile
import time
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from rules.errors import Busy, Code, Error
from sync.state.audit import head_of
from sync.state.database import DATABASE, State, open_file
from sync.state.faults import T_DAMAGED, coded, fault
from sync.state.locks import D_SECOND, G_RUNNING, LEASE, SERVICE, held
from sync.state.private import keep_private, make_private
from sync.state.schema import HEAD, T_NEWER, step_of

T_NO_STATE = Code(
    "T-060",
    "这里还没有状态库,没有可备份的",
    "there is no state here yet: nothing to back up",
    "核对 --config 和 site.state;第一轮同步时才建立",
    "check --config and site.state; the first round makes it",
)
T_BAD_COPY = Code(
    "T-061",
    "这份备份用不了:{found}",
    "this backup can't be used: {found}",
    "什么都没有动;换一份备份",
    "nothing was touched; take another backup",
)
T_TAKEN = Code(
    "T-062",
    "已经有这个文件,没有覆盖",
    "the file is there already and was not overwritten",
    "换个名字,或先把它移走",
    "name another one, or move it away",
)
T_SERVER = Code(
    "T-063",
    "状态在数据库服务器上,要用它自己的备份",
    "the state is in a database server, which has backups of its own",
    "用 pg_dump 备份,pg_restore 恢复(docs/audit.zh-CN.md)",
    "use pg_dump and pg_restore (docs/audit.md)",
)

_MANIFEST = "manifest.json"
_NAME = "qlc.backup-"
_DAY = 86_400
_MOST = 1 << 40
"""Bytes that a copy may say it unpacks to."""


@dataclass(frozen=True)
class Manifest:
    """What a copy says of itself: when and by which version it was made, the state's step, its newest round and line."""

    made: str
    version: str
    schema: str
    round: int
    lines: int
    head: str
    size: int
    sha256: str


@dataclass(frozen=True)
class Restored:
    """What a restore does, or would do: rounds and lines that get lost, and the workbooks to be compared anew.

    `lines` and `rounds` are None where the state that is replaced can't be read; `kept` is where it lies then.
    """

    manifest: Manifest
    rounds: int | None
    lines: int | None
    workbooks: tuple[str, ...] | None
    kept: Path | None = None
    done: bool = False


def backup(folder: Path, out: Path | None, version: str, moment: datetime) -> tuple[Path, Manifest]:
    """A consistent copy of the state, in its folder or at `out`. Raises T-060, T-062, and what a state raises."""
    path = folder / DATABASE
    if not path.is_file():
        raise Error(T_NO_STATE, file=folder)
    target = out or folder / f"{_NAME}{moment.astimezone(UTC):%Y%m%dT%H%M%SZ}.zip"
    if target.exists():
        raise Error(T_TAKEN, file=target)
    partial = target.with_name(f"{target.name}.new")
    with coded(target), _beside(folder, "backup") as room:
        copy = room / DATABASE
        _copied(path, copy)
        manifest = _told(copy, version, moment)
        make_private(partial)
        with zipfile.ZipFile(partial, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as package:
            package.writestr(_MANIFEST, json.dumps(asdict(manifest), indent=1) + "\n")
            package.write(copy, DATABASE)
        partial.replace(target)
    if manifest.schema == HEAD:
        _note(path, target, manifest)
    return target, manifest


def restore(folder: Path, file: Path, *, go: bool, moment: datetime) -> Restored:
    """Puts a copy in the state's place, which is kept beside it; without `go` only says what that would do.

    Raises:
        Error: T-001 the copy is a newer version's, T-061 it is damaged or none.
        Busy: G-012 a round is running, D-001 a service, T-002 another program has the state open.
    """
    with coded(folder):
        keep_private(folder)
    with ExitStack() as locks, _beside(folder, "restore") as room:
        with coded(room / DATABASE):
            manifest = _unpacked(file, room / DATABASE)
        locks.enter_context(held(folder / SERVICE, D_SECOND))
        locks.enter_context(held(folder / LEASE, G_RUNNING))
        seen = _compared(folder / DATABASE, manifest)
        if not go:
            return seen
        with State(room) as state, state.begin():
            facts = {"made": manifest.made, "line": manifest.lines, "head": manifest.head, "lost": seen.lines}
            state.audit.add("restore", facts)
            state.bases.doubt(seen.workbooks)
            state.holds.forget_approvals()
        with coded(folder):
            _single(room / DATABASE)
            kept = _set_aside(folder / DATABASE, moment)
            (room / DATABASE).replace(folder / DATABASE)
    return Restored(manifest, seen.rounds, seen.lines, seen.workbooks, kept, done=True)


@contextmanager
def _beside(folder: Path, what: str) -> Iterator[Path]:
    """A room of our own on the state's disk; what a killed process left there goes."""
    for left in folder.glob(f"qlc.{what}.*.new"):
        if time.time() - left.stat().st_mtime > _DAY:
            shutil.rmtree(left, ignore_errors=True)
    room = Path(tempfile.mkdtemp(".new", f"qlc.{what}.", folder))
    try:
        yield room
    finally:
        shutil.rmtree(room, ignore_errors=True)


def copies_in(folder: Path) -> list[Path]:
    """The copies that lie in a state's folder, oldest first."""
    return sorted(folder.glob(f"{_NAME}*.zip"))


def _copied(path: Path, copy: Path) -> None:
    """The database as it was last committed, as one file."""
    make_private(copy)
    with closing(open_file(path)) as source, closing(sqlite3.connect(copy)) as target:
        source.backup(target)
    _single(copy)


def _single(path: Path) -> None:
    """Makes a database one file: what stands in its log comes into it. Raises Busy T-002 while others have it open."""
    with closing(sqlite3.connect(path, timeout=0.5)) as database:
        database.execute("PRAGMA journal_mode=DELETE")


def _told(copy: Path, version: str, moment: datetime) -> Manifest:
    """What a database says of itself. Raises T-003, T-004."""
    with closing(sqlite3.connect(copy)) as database:
        (said,) = database.execute("PRAGMA integrity_check(1)").fetchone()
        if said != "ok":
            raise Error(T_DAMAGED, file=copy.name, found=said, expected=copy.name)
        step, number, head = _where(database, copy)
    with copy.open("rb") as stream:
        sha256 = hashlib.file_digest(stream, "sha256").hexdigest()
    made = moment.astimezone(UTC).isoformat(timespec="seconds")
    return Manifest(made, version, step, number, *head_of(head), copy.stat().st_size, sha256)


def _where(database: sqlite3.Connection, path: Path) -> tuple[str, int, str | None]:
    """The step, the newest round and the head of a state."""
    names = {name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    found = None
    if "alembic_version" in names:
        found = database.execute("SELECT version_num FROM alembic_version").fetchone()
    elif "meta" in names:
        found = database.execute("SELECT value FROM meta WHERE name = 'schema'").fetchone()
    step = step_of(names, found[0] if found else "", path)
    (number,) = database.execute("SELECT coalesce(max(id), 0) FROM rounds").fetchone()
    head = database.execute("SELECT value FROM meta WHERE name = 'audit'").fetchone()
    return step, number, head[0] if head else None


def _unpacked(file: Path, into: Path) -> Manifest:
    """The database of a copy, once everything about it is right. Raises T-001, T-061."""
    try:
        with zipfile.ZipFile(file) as package:
            manifest = Manifest(**json.loads(package.read(_MANIFEST)))
            if package.getinfo(DATABASE).file_size != manifest.size or manifest.size > _MOST:
                raise ValueError("size")
            make_private(into)
            with package.open(DATABASE) as source, into.open("wb") as target:
                shutil.copyfileobj(source, target, 1 << 20)
        with into.open("rb") as stream:
            if hashlib.file_digest(stream, "sha256").hexdigest() != manifest.sha256:
                raise ValueError("sha256")
        if manifest.schema > HEAD:
            raise Error(T_NEWER, file=file, found=manifest.schema, expected=HEAD)
        _told(into, manifest.version, datetime.now(UTC))
    except (zipfile.BadZipFile, zlib.error, ValueError, TypeError, KeyError, EOFError, NotImplementedError) as error:
        raise Error(T_BAD_COPY, file=file, found=str(error)[:80]) from error
    except OSError as error:
        if error.errno == errno.ENOSPC:
            raise
        raise Error(T_BAD_COPY, file=file, found=error.strerror or str(error)) from error
    return manifest


def _compared(path: Path, manifest: Manifest) -> Restored:
    """What the state that is replaced has done since the copy; unknown where it is damaged, or went other ways."""
    unknown = Restored(manifest, None, None, None)
    if not path.is_file():
        return unknown
    try:
        with closing(open_file(path)) as database:
            _, number, head = _where(database, path)
            known = database.execute("SELECT hash FROM audit WHERE number = ?", (manifest.lines,)).fetchone()
            if known != (manifest.head,):
                return unknown
            since = "SELECT DISTINCT workbook FROM audit WHERE number > ? AND kind IN ('plan', 'write', 'base')"
            books = tuple(sorted(name for (name,) in database.execute(since, (manifest.lines,))))
            return Restored(manifest, number - manifest.round, head_of(head).number - manifest.lines, books)
    except Busy:
        raise
    except (Error, sqlite3.Error):
        return unknown


def _set_aside(path: Path, moment: datetime) -> Path | None:
    """Keeps the state that is replaced, under another name; it stays where it is until the copy takes its place."""
    if not path.exists():
        return None
    kept = path.with_name(f"qlc.replaced-{moment.astimezone(UTC):%Y%m%dT%H%M%SZ}{path.suffix}")
    try:
        _single(path)
    except sqlite3.Error as error:
        known = fault(error, path)
        if isinstance(known, Busy):
            raise known from error
        for suffix in ("-wal", "-shm"):  # damaged: its log belongs to it, and to nothing else
            log = path.with_name(path.name + suffix)
            if log.exists():
                log.replace(kept.with_name(kept.name + suffix))
    try:
        os.link(path, kept)
    except OSError:  # a disk without links
        shutil.copy2(path, kept)
    return kept


def _note(path: Path, target: Path, manifest: Manifest) -> None:
    """Remembers when the last copy was made, for `qlc doctor`; a state that is busy now does without."""
    said = json.dumps({"made": manifest.made, "file": str(target)}, ensure_ascii=False)
    try:
        with coded(path), closing(open_file(path)) as database:
            database.execute("INSERT OR REPLACE INTO meta (name, value) VALUES ('backup', ?)", (said,))
    except Busy:
        return
