"""Locks of the operating system: they die with the process that holds them, and serve one machine."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from rules.errors import Busy, Code
from sync.state.faults import coded
from sync.state.private import make_private

G_RUNNING = Code(
    "G-012",
    "另一轮同步正在进行({found})",
    "another round is running ({found})",
    "等它结束后再试",
    "try again when it has ended",
)
D_SECOND = Code(
    "D-001",
    "这份状态已经有服务在跑({found})",
    "a service runs on this state already ({found})",
    "qlc sync status 看它在做什么;要换成这个,先停掉那个",
    "qlc sync status says what it does; to run this one, stop that one first",
)

LEASE = "round.lock"
"""The file whose lock is the right to run a round."""
SERVICE = "daemon.lock"
"""… and the right to be the service that runs them by itself."""


@contextmanager
def held(path: Path, code: Code) -> Iterator[None]:
    """Holds the lock of a file, whose text names the holder. Raises Busy `code` when another process holds it."""
    with coded(path):
        make_private(path)
        handle = path.open("a+b")
    with handle:
        if not _lock(handle.fileno()):
            raise Busy(code, file=path, found=path.read_text("utf-8", "replace").strip() or "?")
        handle.truncate(0)
        handle.write(f"pid {os.getpid()}".encode())
        handle.flush()
        try:
            yield
        finally:
            handle.truncate(0)


def holder(path: Path) -> str:
    """Who holds the lock of a file right now; empty when nobody does. Nothing is written."""
    if not path.is_file():
        return ""
    with path.open("a+b") as handle:  # closing it lets go again
        return "" if _lock(handle.fileno()) else path.read_text("utf-8", "replace").strip() or "?"


if sys.platform == "win32":
    import msvcrt

    _LOCKED_BYTE = 1 << 20
    """Far behind the holder's name, which others must be able to read: Windows locks are mandatory."""

    def _lock(handle: int) -> bool:
        try:
            os.lseek(handle, _LOCKED_BYTE, os.SEEK_SET)
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

else:
    import fcntl

    def _lock(handle: int) -> bool:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return False
        return True
