"""The former selves of a workbook, and the names of the files that stand beside it while it is replaced."""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
import re
import shutil
import socket
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from itertools import count
from pathlib import Path
from unicodedata import category

from rules.errors import Busy, Error
from sync.backends.workbook.codes import X_GONE, X_NO_BACKUP
from sync.backends.workbook.files import file_hash

FOLDER = ".qlc-backups"
_LONGEST = 255
"""Bytes of a file's name on the usual disks."""
_ROOM = 120
"""Bytes of a workbook's name in the names of files beside it."""
_DAY = 86_400
_NUMBERS = count(1)
_HELD: set[Path] = set()
"""Files beside workbooks that this process works on just now."""


def safe(text: str, room: int) -> str:
    r"""Text for a file's name: what a terminal or a database can't bear replaced, at most `room` bytes.

    What had to be changed is told apart by a few digits of its hash.

    >>> safe("备货 1", 40), safe("a\x1b[31m\udcff", 40), safe("备" * 90, 30)
    ('备货 1', 'a_[31m_-fa6b0dba', '备备备备备备备-57af6641')
    """
    clean = "".join("_" if category(char)[0] == "C" or category(char) in ("Zl", "Zp") else char for char in text)
    if clean == text and len(clean.encode()) <= room:
        return clean
    mark = "-" + hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:8]
    return clean.encode()[: room - len(mark)].decode("utf-8", "ignore") + mark


@lru_cache(1)
def _host() -> str:
    return hashlib.sha256(socket.gethostname().encode()).hexdigest()[:8]


@contextlib.contextmanager
def beside(real: Path, ending: str) -> Iterator[Path]:
    """A hidden name in the same folder, with this computer and process in it; it is ours as long as this lasts."""
    path = real.with_name(f".{safe(real.name, _ROOM)}.{_host()}-{os.getpid()}.{next(_NUMBERS)}.{ending}")
    _HELD.add(path)
    try:
        yield path
    finally:
        _HELD.discard(path)


def left_beside(real: Path, ending: str) -> list[tuple[Path, re.Match[str]]]:
    """Files of such names (`ending` is a pattern) that nobody holds any more, with what the pattern found."""
    stem = re.escape(f".{safe(real.name, _ROOM)}.")
    form = re.compile(rf"{stem}(?P<host>[0-9a-f]{{8}})-(?P<process>\d+)\.\d+\.{ending}")
    try:
        found = [(item, form.fullmatch(item.name)) for item in real.parent.iterdir()]
    except PermissionError:
        return []
    return [(item, match) for item, match in found if match and not _in_use(item, match["host"], int(match["process"]))]


def _in_use(path: Path, host: str, process: int) -> bool:
    """Whether the process of a file runs; of one on another computer, whether the file is of today."""
    if host != _host():
        try:
            return time.time() - path.stat().st_mtime < _DAY
        except FileNotFoundError:
            return True
    if process == os.getpid():
        return path in _HELD or path.with_suffix("") in _HELD
    if sys.platform == "win32":  # it refuses to delete an open file instead
        return False
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


@dataclass(frozen=True)
class Backups:
    """The backups of one workbook: ``name.20250403T060000Z.xlsx``, the newest `keep` of them."""

    real: Path
    keep: int
    folder: Path

    def make(self) -> Path:
        """A copy of the workbook as it is, with its mode and owner.

        Raises:
            Error: X-209 when it can't be kept.
            Busy: X-020 the workbook is gone.
        """
        backup = self.folder / self._name()
        partial = self.folder / f".{backup.name}.{_host()}-{os.getpid()}.qlc-tmp"
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            with contextlib.suppress(FileExistsError):
                os.close(os.open(partial, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
            try:
                shutil.copyfile(self.real, partial)
                same_owner(self.real, partial)
                shutil.copystat(self.real, partial)
                force(partial)
                partial.replace(backup)
            finally:
                partial.unlink(missing_ok=True)
        except OSError as error:
            if not self.real.exists():
                raise Busy(X_GONE, file=self.real) from error
            found, why = self.folder, error.strerror or type(error).__name__
            raise Error(X_NO_BACKUP, file=self.real, found=found, why=why) from error
        return backup

    def take(self, former: Path, backup: Path) -> Path:
        """The former workbook itself becomes the backup; on another disk, where a copy of it is, that stays."""
        try:
            former.replace(backup)
        except OSError as error:
            if error.errno != errno.EXDEV or file_hash(former) != file_hash(backup):
                return self.rescue(former)
            former.unlink()
        self._forget_old()
        return backup

    def rescue(self, found: Path, kind: str = ".save") -> Path:
        """Keeps a file under a backup's name, beside the workbook if the folder fails.

        What somebody saved is never forgotten with the others: its name says ``.save``.
        """
        name = self._name(kind)
        for folder in (self.folder, self.real.parent):
            try:
                folder.mkdir(parents=True, exist_ok=True)
                shutil.move(found, folder / name)
            except OSError:
                continue
            return folder / name
        return found

    def _name(self, kind: str = "") -> str:
        stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%S%fZ")
        return f"{self._stem()}.{stamp}{kind}{safe(self.real.suffix, 20)}"

    def _stem(self) -> str:
        return safe(self.real.stem, _LONGEST - 100)

    def _forget_old(self) -> None:
        form = re.compile(re.escape(self._stem()) + r"\.\d{8}T\d{6,12}Z" + re.escape(safe(self.real.suffix, 20)))
        for old in sorted(item for item in self.folder.iterdir() if form.fullmatch(item.name))[: -self.keep]:
            old.unlink(missing_ok=True)


def same_owner(of: Path, path: Path) -> None:
    """Gives a file the owner and mode of another."""
    was = of.stat()
    if sys.platform != "win32":
        with contextlib.suppress(PermissionError):  # only root may give files away
            os.chown(path, was.st_uid, was.st_gid)
    path.chmod(was.st_mode & 0o7777)


def force(path: Path) -> None:
    """Forces a file to disk."""
    with path.open("r+b") as file:
        os.fsync(file.fileno())
