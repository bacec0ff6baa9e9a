"""Copies that a sync folder's program makes of a file that was changed on two computers: known by their names.

Their names are those that the programs give (Dropbox, Nextcloud, Syncthing, Seafile, 坚果云, 百度网盘, OneDrive), not
what people call a copy: `库存 (1).xlsx` of a browser is an export like any other.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import PurePath

_MARKED = re.compile(
    r"""
      \s*\([^()]*(?:conflicted\ copy|的冲突副本|SFConflict)[^()]*\)   # Dropbox, Nextcloud, Seafile
    | \s*[(\[]conflicted[)\]]                                          # pCloud
    | \.sync-conflict-\d{8}-\d{6}(?:-\w+)?                             # Syncthing
    | \s*[-(]NSConflict[^.]*                                           # 坚果云, Mac and Linux
    | -冲突(?:[-(_ ][^.]*)?                                             # 坚果云, Windows; a colleague's name may follow
    | _冲突文件_.+_\d{14}                                               # 百度网盘
    """,
    re.VERBOSE | re.IGNORECASE,
)
_COMPUTER = re.compile(r"-(?:DESKTOP|LAPTOP|WIN)-[A-Z0-9]{5,11}(?:-\d+)?|-[A-Z0-9]{1,12}-PC(?:-\d+)?")
"""What OneDrive adds: the computer's name, as Windows gives it."""


def copy_of(name: str, beside: Iterable[str] = ()) -> str | None:
    """The name of the file that a file is a conflict copy of; None for any other file.

    What OneDrive adds is no word but a computer's name; it counts only where the file itself is one of those `beside`.

    >>> copy_of("库存 (小王's conflicted copy 2026-04-27).xlsx"), copy_of("库存_冲突文件_小王_20260427101500.xlsx")
    ('库存.xlsx', '库存.xlsx')
    >>> copy_of("库存-DESKTOP-7A3K2LM.xlsx"), copy_of("库存-DESKTOP-7A3K2LM.xlsx", ["库存.xlsx"])
    (None, '库存.xlsx')
    >>> copy_of("库存 (1).xlsx"), copy_of("库存-LOMEESS-CA.xlsx", ["库存.xlsx"])
    (None, None)
    """
    path = PurePath(name)
    if found := _ending(_MARKED, path.stem):
        return found + path.suffix
    if found := _ending(_COMPUTER, path.stem):
        return found + path.suffix if found + path.suffix in set(beside) else None
    return None


def _ending(kind: re.Pattern[str], stem: str) -> str | None:
    """What stands before an ending of that kind; None without one, or with nothing before it."""
    for found in kind.finditer(stem):
        if found.end() == len(stem) and found.start():
            return stem[: found.start()]
    return None
