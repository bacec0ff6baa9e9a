"""The border around one file: whatever goes wrong inside is a coded error of that file, and the others go on."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from unicodedata import category

from rules.errors import Busy, Error, Text
from sync.ingest.codes import I_CLOSED, I_FAILED, I_GREW, I_LARGE, I_NO_FILE
from sync.ingest.raw import MAX_BYTES

FOLDER = Text("文件夹", "a folder")
_KINDS = {
    stat.S_IFDIR: FOLDER,
    stat.S_IFIFO: Text("管道", "a pipe"),
    stat.S_IFSOCK: Text("套接字", "a socket"),
}
_DEVICE = Text("设备", "a device")


def printable(name: object) -> str:
    """A file's name as it can be shown and stored: bytes that are no UTF-8 and control characters are spelled out.

    >>> printable("库存\\udcff.csv"), printable("a\\x1b[2J.csv")
    ('库存\\\\xff.csv', 'a\\\\x1b[2J.csv')
    """
    text = os.fsencode(str(name)).decode("utf-8", "backslashreplace")
    return "".join(char.encode("unicode_escape").decode() if category(char) == "Cc" else char for char in text)


@contextmanager
def one_file(path: Path | str) -> Iterator[None]:
    """Work on one file: what is no coded error becomes one.

    Raises:
        Error: I-051 the system can't open it, I-055 anything else, by its kind (a fault of this program, or
            a file that nobody foresaw).
    """
    try:
        yield
    except Error as error:
        error.file = error.file or printable(path)
        raise
    except OSError as error:
        raise Error(I_CLOSED, file=printable(path), found=error.strerror or type(error).__name__) from error
    except Exception as error:
        raise Error(I_FAILED, file=printable(path), found=type(error).__name__) from error


def measured(path: Path) -> os.stat_result:
    """Size and time of a regular file; it is not opened. Raises OSError, I-005 too large, I-052 no file at all."""
    found = path.stat()
    if not stat.S_ISREG(found.st_mode):
        raise Error(I_NO_FILE, file=printable(path), found=_KINDS.get(stat.S_IFMT(found.st_mode), _DEVICE))
    if found.st_size > MAX_BYTES:
        size, limit = f"{found.st_size >> 20} MB", f"{MAX_BYTES >> 20} MB"
        raise Error(I_LARGE, file=printable(path), found=size, expected=limit)
    return found


def unchanged(path: Path, before: os.stat_result) -> None:
    """Raises `Busy` I-054 for a file that was written to, replaced or taken away while it was read."""
    now = path.stat()
    if (now.st_size, now.st_mtime_ns, now.st_ino) != (before.st_size, before.st_mtime_ns, before.st_ino):
        raise Busy(I_GREW, file=printable(path))
