"""What the state keeps is its owner's alone: folder 0700, files 0600, whatever the umask says.

On Windows the folder's own access list counts, which these modes leave alone.
"""

from __future__ import annotations

import contextlib
import os
import stat
import sys
from pathlib import Path

FOLDER, FILE = 0o700, 0o600

OWN = ("qlc.", "round.lock", "config.last-good.yaml")
"""How the names of our own files begin."""


def keep_private(folder: Path) -> None:
    """Makes the folder, and tightens it and our files in it where they stand open.

    A folder that holds anything else (a company's own folder named as state) keeps its mode. So does what
    belongs to somebody else.
    """
    if not folder.is_dir():
        folder.mkdir(parents=True, exist_ok=True)
        _set(folder, FOLDER)
    mixed = False
    for path in folder.iterdir():
        if not path.name.startswith(OWN):
            mixed = True
        elif path.is_file() and not path.is_symlink():
            _tighten(path, FILE)
    if not mixed:
        _tighten(folder, FOLDER)


def looser(folder: Path) -> list[Path]:
    """What of ours others may read: what `keep_private` would tighten."""
    if sys.platform == "win32" or not folder.is_dir():
        return []
    items = list(folder.iterdir())
    ours = [path for path in items if path.name.startswith(OWN) and path.is_file()]
    return [path for path in ([folder] if len(ours) == len(items) else []) + ours if _mode(path) & 0o077]


def make_private(path: Path) -> None:
    """An empty file of the owner's alone, where there is none yet."""
    try:
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, FILE))
    except FileExistsError:
        return
    _set(path, FILE)


def keep_beside(database: Path) -> None:
    """Gives what SQLite keeps beside a database the database's own mode.

    Of a database that was read-only for a while its helpers stay read-only, and then nothing can be written again.
    """
    for suffix in ("-wal", "-shm"):
        path, mode = database.with_name(database.name + suffix), _mode(database)
        if path.is_file() and not path.is_symlink() and mode & FILE & ~_mode(path):
            _set(path, mode)


def _tighten(path: Path, mode: int) -> None:
    if _mode(path) & 0o077:
        _set(path, mode)


def _set(path: Path, mode: int) -> None:
    with contextlib.suppress(OSError):  # somebody else's, or on a disk without modes
        path.chmod(mode)


def _mode(path: Path) -> int:
    try:
        return stat.S_IMODE(path.stat().st_mode)
    except FileNotFoundError:  # gone meanwhile
        return 0
