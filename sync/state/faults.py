"""What a database file can do to us, as codes: held, damaged, not ours, not writable, full."""

from __future__ import annotations

import errno
import re
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from rules.errors import Busy, Code, Error

T_LOCKED = Code(
    "T-002",
    "状态库正被另一个程序占用({found})",
    "another program holds the state ({found})",
    "等它结束再试;一直这样就看看是谁开着 {expected}",
    "try again when it has ended; if it stays so, see who has {expected} open",
)
T_DAMAGED = Code(
    "T-003",
    "状态库已损坏({found})",
    "the state is damaged ({found})",
    "用 qlc state restore 恢复备份;没有备份就把 {expected} 移走,再用 qlc sync adopt 重新接管(不相等的格子会问)",
    "restore a backup with qlc state restore; without one move {expected} away and run qlc sync adopt again (unequal cells "
    "are asked)",
)
T_NOT_OURS = Code(
    "T-004",
    "这个文件不是本程序的状态库({found})",
    "this file is not a state of this program ({found})",
    "核对 config.yaml 的 site.state;要用这个目录,先把文件移走",
    "check site.state in config.yaml; to use this folder, move the file away",
)
T_NOT_WRITABLE = Code(
    "T-005",
    "状态目录打不开或写不进({found})",
    "the state folder cannot be opened or written ({found})",
    "检查 {expected} 的权限、磁盘和同名的文件或目录",
    "check permissions and disk at {expected}, and whether a file or folder of that name stands there",
)
T_FULL = Code(
    "T-006",
    "磁盘满了,状态没有记下({found})",
    "the disk is full; nothing was remembered ({found})",
    "腾出 {expected} 所在磁盘的空间再试;已写进工作簿的格子下一轮会认出来",
    "free space on the disk of {expected} and try again; what reached a workbook is recognised by the next round",
)
T_NESTED = Code(
    "T-007",
    "程序错误:一次记录还没结束又开始了一次",
    "a fault of this program: a transaction was begun inside another",
    "什么也没有记下;请把这一行发给维护者",
    "nothing was remembered; please send this line to the maintainers",
)

_CODES = {
    sqlite3.SQLITE_BUSY: T_LOCKED,
    sqlite3.SQLITE_LOCKED: T_LOCKED,
    sqlite3.SQLITE_CORRUPT: T_DAMAGED,
    sqlite3.SQLITE_NOTADB: T_DAMAGED,
    sqlite3.SQLITE_FORMAT: T_DAMAGED,
    sqlite3.SQLITE_CONSTRAINT: T_DAMAGED,  # we write nothing that what we wrote before forbids
    sqlite3.SQLITE_IOERR: T_NOT_WRITABLE,
    sqlite3.SQLITE_CANTOPEN: T_NOT_WRITABLE,
    sqlite3.SQLITE_READONLY: T_NOT_WRITABLE,
    sqlite3.SQLITE_PERM: T_NOT_WRITABLE,
    sqlite3.SQLITE_AUTH: T_NOT_WRITABLE,
    sqlite3.SQLITE_FULL: T_FULL,
}
_MISSING = re.compile(r"no such (table|column)|has no column|Could not decode to UTF-8|malformed")
"""What SQLite says, without a number of its own, of a file whose inside is not what we wrote."""


def fault(error: BaseException, path: Path) -> Error | None:
    """A database's or system's error as ours, with exit code 4 where waiting helps; None for a fault of the program."""
    code: Code | None = None
    found = str(error)
    if isinstance(error, sqlite3.Error):
        code = _CODES.get((getattr(error, "sqlite_errorcode", 0) or 0) & 0xFF)
        if code is None and _MISSING.search(str(error)):
            code = T_DAMAGED
    elif isinstance(error, UnicodeDecodeError):  # what SQLite itself says quotes the damage
        code, found = T_DAMAGED, "UTF-8"
    elif isinstance(error, OSError):
        code, found = (T_FULL if error.errno == errno.ENOSPC else T_NOT_WRITABLE), error.strerror or str(error)
    if code is None:
        return None
    kind = Busy if code is T_LOCKED else Error
    return kind(code, file=path, found=found, expected=path.parent if code in (T_NOT_WRITABLE, T_FULL) else path.name)


@contextmanager
def coded(path: Path) -> Iterator[None]:
    """Raises what goes wrong with the file at `path` as T-002 … T-006."""
    try:
        yield
    except (sqlite3.Error, UnicodeDecodeError, OSError) as error:
        known = fault(error, path)
        if known is None:
            raise
        raise known from error
