"""Whether a folder lies on another computer: then the system tells nothing of what others change there."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from pathlib import Path

REMOTE = frozenset(
    [
        "9p",
        "afs",
        "afpfs",
        "ceph",
        "cifs",
        "coda",
        "drvfs",
        "glusterfs",
        "lustre",
        "ncpfs",
        "nfs",
        "nfs4",
        "smb3",
        "smbfs",
        "vboxsf",
        "virtiofs",
        "webdav",
    ]
)
"""Kinds of file systems that others write to; what programs serve (`fuse.…`) counts as well."""
_MOUNTS = Path("/proc/self/mountinfo")


def is_remote(folder: Path) -> bool:
    """Whether a folder lies on a network drive or in what a program serves; may take as long as that drive."""
    if sys.platform == "win32":
        return _is_remote_drive(folder)
    real = os.path.realpath(folder)
    if sys.platform == "darwin":
        return real.startswith("/Volumes/")
    try:
        lines = _MOUNTS.read_text("utf-8", "surrogateescape").splitlines()
    except OSError:
        return False
    kind = kind_at(real, lines)
    return kind in REMOTE or kind.startswith("fuse")


def kind_at(path: str, mounts: Iterable[str]) -> str:
    """The kind of file system that a path is on, by lines of mountinfo; the last mounted of the nearest counts.

    >>> kind_at("/mnt/团队/导出", ["1 0 8:1 / / rw - ext4 /dev/a rw", "2 1 0:9 / /mnt/团队 rw shared:1 - cifs //nas/t rw"])
    'cifs'
    """
    best, kind = -1, ""
    for line in mounts:
        before, found, after = line.partition(" - ")
        fields = before.split(" ")
        if not found or len(fields) < 5:
            continue
        point = fields[4].replace("\\040", " ")
        if len(point) >= best and f"{path}/".startswith(f"{point.rstrip('/')}/"):
            best, kind = len(point), after.split(" ", 1)[0]
    return kind


if sys.platform == "win32":
    import ctypes

    _DRIVE_REMOTE = 4

    def _is_remote_drive(folder: Path) -> bool:
        drive = folder.absolute().drive
        return drive.startswith("\\\\") or ctypes.windll.kernel32.GetDriveTypeW(f"{drive}\\") == _DRIVE_REMOTE
else:

    def _is_remote_drive(_folder: Path) -> bool:
        return False
