"""Replacing a workbook on disk: never half-written, never over somebody's open or newer copy.

Everything is made in a temporary file beside the workbook, forced to disk, and renamed over it; a crash
at any step leaves the workbook as it was, and what it left behind is cleared by the next run.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from rules.errors import Busy
from sync.backends.workbook.codes import X_MOVED, X_OPEN
from sync.backends.workbook.edits import PatchReport

if sys.platform != "win32":
    import fcntl

BACKUPS = ".qlc-backups"


@dataclass(frozen=True)
class Replaced:
    """What was done, the hash of the workbook now, and where its former self was kept."""

    report: PatchReport
    sha256: str
    backup: Path | None


def file_hash(path: Path) -> str:
    """The SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def replace(
    path: Path,
    build: Callable[[Path], PatchReport],
    *,
    expected_sha256: str,
    keep_backups: int,
    backup_dir: Path | None = None,
) -> Replaced:
    """Replaces `path` by what `build` writes into the path it is given.

    When `build` changes nothing, nothing is replaced. Of a symbolic link the target is replaced. Mode and
    owner are kept. The former workbook is kept as ``name.20250403T060000Z.xlsx`` in `backup_dir` (default:
    ``.qlc-backups`` beside it), the newest `keep_backups` of them.

    Raises:
        Busy: X-202 the workbook is open or locked, X-203 it is no longer what was read.
    """
    real = path.resolve(strict=True)
    check_free(path)
    _check_hash(path, real, expected_sha256)
    with _beside(real) as temporary:
        report = build(temporary)
        if not report.changed:
            return Replaced(report, expected_sha256, None)
        _keep_owner(real, temporary)
        _force(temporary)
        after = file_hash(temporary)
        backup = _back_up(real, keep_backups, backup_dir or real.parent / BACKUPS) if keep_backups else None
        check_free(path)
        _check_hash(path, real, expected_sha256)
        _rename(temporary, real)
    return Replaced(report, after, backup)


def write_new(target: Path, build: Callable[[Path], PatchReport]) -> PatchReport:
    """Writes `target` whole or not at all; nothing is written when `build` changes nothing."""
    with _beside(target.resolve()) as temporary:
        report = build(temporary)
        if report.changed:
            _force(temporary)
            _rename(temporary, target.resolve())
        return report


def check_free(path: Path) -> None:
    """Raises `Busy` X-202 while a spreadsheet program has the workbook open.

    Recognised by ``~$name`` (Excel, WPS), ``.~lock.name#`` (LibreOffice), or a lock on the file itself.
    """
    real = path.resolve()
    for place in {path.absolute(), real}:
        for name in (f"~${place.name}", f".~lock.{place.name}#"):
            if (place.parent / name).exists():
                raise Busy(X_OPEN, file=path, found=name)
    try:
        with real.open("r+b") as file:
            if sys.platform != "win32":
                fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise Busy(X_OPEN, file=path, found="lock") from None
    except PermissionError:
        if sys.platform == "win32":
            raise Busy(X_OPEN, file=path, found="sharing violation") from None
        raise


def _check_hash(path: Path, real: Path, expected: str) -> None:
    if file_hash(real) != expected:
        raise Busy(X_MOVED, file=path)


@contextlib.contextmanager
def _beside(real: Path) -> Iterator[Path]:
    """A temporary file in the same folder, gone at the end; those of dead processes are cleared first."""
    stale = re.compile(re.escape(f".{real.name}.") + r"(\d+)\.qlc-tmp")
    for other in real.parent.iterdir():
        match = stale.fullmatch(other.name)
        if match and not _alive(int(match[1])):
            with contextlib.suppress(PermissionError):
                other.unlink(missing_ok=True)
    temporary = real.parent / f".{real.name}.{os.getpid()}.qlc-tmp"
    try:
        yield temporary
    finally:
        temporary.unlink(missing_ok=True)


def _alive(process: int) -> bool:
    """Whether another process of that number runs. Windows refuses to delete an open file instead."""
    if process == os.getpid() or sys.platform == "win32":
        return False
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _keep_owner(real: Path, temporary: Path) -> None:
    was = real.stat()
    if sys.platform != "win32":
        with contextlib.suppress(PermissionError):  # only root may give files away
            os.chown(temporary, was.st_uid, was.st_gid)
    temporary.chmod(was.st_mode & 0o7777)


def _force(path: Path) -> None:
    """Forces a file to disk."""
    with path.open("r+b") as file:
        os.fsync(file.fileno())


def _rename(temporary: Path, real: Path) -> None:
    try:
        temporary.replace(real)
    except PermissionError:
        if sys.platform == "win32":
            raise Busy(X_OPEN, file=real, found="sharing violation") from None
        raise
    if sys.platform != "win32":
        folder = os.open(real.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def _back_up(real: Path, keep: int, folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%S%fZ")
    backup = folder / f"{real.stem}.{stamp}{real.suffix}"
    partial = folder / f".{backup.name}.{os.getpid()}.qlc-tmp"
    try:
        shutil.copy2(real, partial)
        _force(partial)
        partial.replace(backup)
    finally:
        partial.unlink(missing_ok=True)
    form = re.compile(re.escape(real.stem) + r"\.\d{8}T\d{6,12}Z" + re.escape(real.suffix))
    for old in sorted(item for item in folder.iterdir() if form.fullmatch(item.name))[:-keep]:
        old.unlink(missing_ok=True)
    return backup
