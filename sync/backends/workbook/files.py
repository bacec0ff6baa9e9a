"""Workbook files as the disk has them: what is no plain file, out of reach, gone or full, each with its code."""

from __future__ import annotations

import errno
import hashlib
import stat
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from io import BufferedReader
from pathlib import Path

from rules.errors import Busy, Error, Text
from sync.backends.workbook.codes import (
    X_BROKEN_PART,
    X_DISK,
    X_FULL,
    X_GONE,
    X_LARGE,
    X_NO_ACCESS,
    X_NOT_A_FILE,
    X_OPEN,
    X_READ_ONLY,
    X_UNREADABLE,
)

UNREACHABLE = (X_DISK, X_FULL, X_GONE, X_NO_ACCESS, X_NOT_A_FILE, X_READ_ONLY)
"""Codes for what the operating system refuses: nothing is wrong with what is in the file."""

_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_KINDS = {
    errno.EISDIR: Text("文件夹", "a folder"),
    errno.ELOOP: Text("链接绕成了圈", "links that lead in a circle"),
    errno.ENAMETOOLONG: Text("路径太长", "the path is too long"),
    errno.ENOTDIR: Text("路径中间有一段不是文件夹", "a part of the path is no folder"),
}
_SPECIAL = Text("管道、设备或套接字", "a pipe, device or socket")
_SHARING = 32
"""Windows' number for a file that another program has opened for itself."""


def open_plain(path: Path) -> BufferedReader:
    """Opens a plain file for reading; it never waits for what has no end.

    Raises:
        Error: X-018 a folder, pipe, device, circle of links or impossible path, X-019 no permission, X-020
            not there, X-022 the disk fails.
    """
    with reaching(path):
        mode = path.stat().st_mode
        if stat.S_ISDIR(mode):
            raise Error(X_NOT_A_FILE, file=path, found=_KINDS[errno.EISDIR])
        if not stat.S_ISREG(mode):
            raise Error(X_NOT_A_FILE, file=path, found=_SPECIAL)
        return path.open("rb")


def file_hash(path: Path) -> str:
    """The SHA-256 of a file. Raises as `open_plain` does."""
    with open_plain(path) as file, reaching(path):
        return hashlib.file_digest(file, "sha256").hexdigest()


@contextmanager
def reaching(path: Path) -> Iterator[None]:
    """Gives what the operating system refuses inside a code, and `path` for its place."""
    try:
        yield
    except OSError as error:
        raise file_error(path, error) from error


def file_error(path: Path, error: OSError) -> Error:
    """The coded error for what the operating system refused at `path`."""
    reason = error.strerror or type(error).__name__
    if sys.platform == "win32" and error.winerror == _SHARING:
        return Busy(X_OPEN, file=path, found=reason)
    if error.errno == errno.ENOENT:
        return Error(X_GONE, file=path)
    if error.errno in _KINDS:
        return Error(X_NOT_A_FILE, file=path, found=_KINDS[error.errno])
    if error.errno in (errno.EACCES, errno.EPERM):
        return Error(X_NO_ACCESS, file=path, found=error.filename or path)
    if error.errno == errno.EROFS:
        return Error(X_READ_ONLY, file=path, found=error.filename or path.parent)
    if error.errno in _FULL:
        return Error(X_FULL, file=path, found=reason)
    return Error(X_DISK, file=path, found=reason)


@contextmanager
def understood(path: Path) -> Iterator[None]:
    """Gives whatever goes wrong inside, with a file that nobody could foresee, a code.

    Raises:
        Error: X-010 for bytes that are no text, X-017 where memory ran out, X-021 for anything else without a code.
    """
    try:
        with reaching(path):
            yield
    except Error as error:
        error.file = error.file or str(path)
        raise
    except UnicodeDecodeError as error:
        raise Error(
            X_BROKEN_PART, file=path, found=f"{error.object[error.start : error.start + 4]!r}: {error.reason}"
        ) from error
    except MemoryError as error:
        raise Error(X_LARGE, file=path, found=Text("内存不够", "out of memory"), expected="-") from error
    except Exception as error:
        raise Error(X_UNREADABLE, file=path, found=f"{type(error).__name__}: {error}"[:200]) from error
