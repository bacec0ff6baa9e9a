"""Whether a folder is on another machine: SQLite's locks and shared memory do not hold there."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path, PureWindowsPath

from rules.errors import Code

T_NETWORK = Code(
    "T-050",
    "状态放在网络盘上({found}),SQLite 在那里会损坏",
    "the state is on a network drive ({found}), where SQLite gets damaged",
    "把 site.state 换成这台电脑上的文件夹;几台电脑共用就用 PostgreSQL:{expected}(docs/postgres.zh-CN.md)",
    "move site.state to a folder of this computer; to share one state use PostgreSQL: {expected} (docs/postgres.md)",
)

_REMOTE = re.compile(
    r"nfs\d?|cifs|smb\d?|smbfs|afpfs|webdav|davfs|9p|ceph|glusterfs|afs|fuse\.(sshfs|rclone|davfs2?|gvfsd-fuse|glusterfs)|macfuse|osxfuse"
)
"""File systems that are another machine's."""
_MAC = re.compile(r".+? on (?P<place>/.*) \((?P<kind>[^,)]+)")


def network_drive(folder: Path) -> str:
    """The kind of network drive that a folder is on (`nfs`, `cifs`, `UNC` …); empty where it is this machine's own.

    What nobody can tell counts as this machine's own: a system that does not say what is mounted, a folder that
    can't be resolved.
    """
    if sys.platform == "win32":
        return _on_windows(folder)
    try:
        place = folder.resolve()
        text = _mac_mounts() if sys.platform == "darwin" else Path("/proc/mounts").read_text("utf-8", "replace")
    except OSError:
        return ""
    return remote_kind(place, mounts_of_mac(text) if sys.platform == "darwin" else mounts_of_linux(text))


def remote_kind(place: Path, mounts: dict[str, str]) -> str:
    """The file system of the deepest mount that a place is below, if it is another machine's.

    What is mounted as `/` is the machine's own disk, also where that comes from another one.

    >>> mounts = {"/": "9p", "/mnt/share": "nfs4", "/mnt/share/local": "ext4"}
    >>> [remote_kind(Path(at), mounts) for at in ("/home", "/mnt/share/state", "/mnt/share/local/a", "/mnt/shared")]
    ['', 'nfs4', '', '']
    """
    above = [at for at in mounts if place.is_relative_to(at)]
    deepest = max(above, key=len, default="/")
    kind = mounts.get(deepest, "")
    return kind if deepest != "/" and _REMOTE.fullmatch(kind) else ""


def mounts_of_linux(text: str) -> dict[str, str]:
    """Mount points and their file systems, of `/proc/mounts`: the last word on a place counts.

    >>> mounts_of_linux("srv:/x /mnt/a\\\\040b nfs4 rw 0 0")
    {'/mnt/a b': 'nfs4'}
    """
    fields = [line.split(" ") for line in text.splitlines()]
    return {re.sub(r"\\(\d{3})", lambda code: chr(int(code[1], 8)), one[1]): one[2] for one in fields if len(one) > 2}


def mounts_of_mac(text: str) -> dict[str, str]:
    """Mount points and their file systems, as `mount` of macOS tells them.

    >>> mounts_of_mac("//me@srv/team on /Volumes/team files (smbfs, nodev, nosuid)")
    {'/Volumes/team files': 'smbfs'}
    """
    found = (_MAC.fullmatch(line.rpartition(")")[0]) or _MAC.match(line) for line in text.splitlines())
    return {one["place"]: one["kind"] for one in found if one}


def _mac_mounts() -> str:
    done = subprocess.run(["/sbin/mount"], capture_output=True, check=False, timeout=5)
    return done.stdout.decode("utf-8", "replace")


def is_unc(path: str) -> bool:
    r"""Whether a Windows path names another machine.

    >>> [is_unc(path) for path in (r"\\srv\team\state", r"\\?\UNC\srv\team", r"\\?\C:\state", r"C:\state")]
    [True, True, False, False]
    """
    drive = PureWindowsPath(path).drive
    return drive.startswith("\\\\") and (not drive.startswith("\\\\?\\") or drive.upper().startswith("\\\\?\\UNC\\"))


def _on_windows(folder: Path) -> str:
    import ctypes

    path = str(folder.absolute())
    if is_unc(path):
        return "UNC"
    kind = ctypes.windll.kernel32.GetDriveTypeW(PureWindowsPath(path).anchor)  # type: ignore[attr-defined,unused-ignore]
    return "DRIVE_REMOTE" if kind == 4 else ""
