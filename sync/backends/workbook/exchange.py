"""Two files change places in one step, so that neither is ever overwritten.

Linux has a call for it. Windows has one that puts a file in another's place and keeps the former. On disks
that know neither, the former is moved aside and the new one linked to its name: that fails rather than
overwrite what somebody put there in between.
"""

from __future__ import annotations

import ctypes
import errno
import os
import shutil
import signal
import sys
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Any

if sys.platform != "win32":
    import fcntl

FORMER = ".former"
"""Ending of the name under which the former file stands for a moment, where it takes more than one step."""

_HERE = -100
_EXCHANGE = 2
_UNKNOWN = {errno.ENOSYS, errno.EINVAL, errno.EOPNOTSUPP, errno.ENOTTY}
_MISSING_MIDWAY = 1177
_LOCAL = {
    "bcachefs",
    "btrfs",
    "exfat",
    "ext2",
    "ext3",
    "ext4",
    "f2fs",
    "jfs",
    "ntfs3",
    "overlay",
    "tmpfs",
    "vfat",
    "xfs",
    "zfs",
}


def former_of(mine: Path) -> Path:
    """Where what stood before is, while it takes more than one step."""
    return mine.with_name(mine.name + FORMER)


def swap(mine: Path, place: Path) -> bool:
    """Puts `mine` in the place of another file in its folder.

    Afterwards the name `mine` holds what stood at `place` at that very moment. False when somebody put a file
    there in between: theirs stands, `mine` is as it was, and what stood before ends in ``.former``.

    Raises:
        FileNotFoundError: nothing stands at `place`. Nothing was changed, as with any other OSError.
    """
    if sys.platform == "win32":
        return by_replacing(mine, place, _replace_file)
    try:
        return _exchange(mine, place)
    except OSError as error:
        if error.errno not in _UNKNOWN:
            raise
    return by_steps(mine, place)


@lru_cache(1)
def _renameat2() -> Any:
    return getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None) if sys.platform == "linux" else None


def _exchange(mine: Path, place: Path) -> bool:
    """Linux: one call, on the disks that know it."""
    call = _renameat2()
    if call is None:
        raise OSError(errno.ENOSYS, os.strerror(errno.ENOSYS))
    if call(_HERE, os.fsencode(mine), _HERE, os.fsencode(place), _EXCHANGE):
        code = ctypes.get_errno()
        raise OSError(code, os.strerror(code), str(place))
    return True


def by_replacing(mine: Path, place: Path, replace_file: Callable[[str, str, str], int]) -> bool:
    """Windows: `replace_file` (place, mine, name for the former) answers 0 or the number of an error."""
    former = former_of(mine)
    code = replace_file(str(place), str(mine), str(former))
    if code == _MISSING_MIDWAY:
        former.rename(place)
    if code:
        raise OSError(_errno(code), f"ReplaceFile: {code}", str(place), code)
    former.rename(mine)
    return True


def _errno(code: int) -> int:
    return {2: errno.ENOENT, 3: errno.ENOENT, 5: errno.EACCES, 32: errno.EACCES, 112: errno.ENOSPC}.get(code, errno.EIO)


if sys.platform == "win32":

    def _replace_file(place: str, mine: str, former: str) -> int:
        kernel = ctypes.WinDLL("kernel32", use_last_error=True)
        return 0 if kernel.ReplaceFileW(place, mine, former, 0, None, None) else ctypes.get_last_error()


def by_steps(mine: Path, place: Path) -> bool:
    """Anywhere: the former is moved aside; the name is free for a moment."""
    former = former_of(mine)
    place.rename(former)
    try:
        _put(mine, place)
    except FileExistsError:
        return False
    except BaseException:
        put_back(former, place)
        raise
    mine.unlink()
    former.rename(mine)
    return True


def _put(source: Path, place: Path) -> None:
    """A second name for a file, or a copy where the disk knows no second names; never over another file."""
    try:
        place.hardlink_to(source)
        return
    except FileExistsError:
        raise
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EROFS):
            raise
    with place.open("xb") as target:
        try:
            with source.open("rb") as file:
                shutil.copyfileobj(file, target)
            target.flush()
            os.fsync(target.fileno())
        except BaseException:
            place.unlink()
            raise
    shutil.copystat(source, place)


def put_back(former: Path, place: Path) -> bool:
    """Puts a file that was left aside at its place again; False when something stands there."""
    try:
        _put(former, place)
    except FileExistsError:
        return False
    former.unlink()
    return True


def is_being_written(path: Path) -> bool:
    """Whether a program has the file open for writing; False where the system can't tell.

    Linux tells by a read lease, which it grants only on files that nobody may write just now. It is held
    for an instant; who opens the file in that instant waits for it.
    """
    if sys.platform != "linux":
        return False
    try:
        with path.open("rb") as file:
            fcntl.fcntl(file, fcntl.F_SETSIG, signal.SIGURG)  # a signal that ends nobody
            fcntl.fcntl(file, fcntl.F_SETLEASE, fcntl.F_RDLCK)
            fcntl.fcntl(file, fcntl.F_SETLEASE, fcntl.F_UNLCK)
    except OSError as error:
        return error.errno == errno.EAGAIN and _kind_of_disk(path) in _LOCAL
    return False


def _kind_of_disk(path: Path) -> str:
    """The kind of file system that a path is on; network disks refuse leases for reasons of their own."""
    place, longest, kind = os.path.realpath(path), "", ""
    for line in Path("/proc/self/mountinfo").read_text("utf-8", "replace").splitlines():
        point = line.split(" ")[4].replace("\\040", " ")
        if len(point) >= len(longest) and (place + "/").startswith(point.rstrip("/") + "/"):
            longest, kind = point, line.partition(" - ")[2].split(" ")[0]
    return kind
