"""What a file is known by while nobody writes into it."""

from __future__ import annotations

import os
import time

_TICK = 3
"""Seconds in which a file may change again without its times showing that, on the coarsest file systems."""


def mark(found: os.stat_result) -> str:
    """Place, size and times of a file as one text: as long as it stays the same, so do the bytes.

    Empty for a file that was written to a moment ago, or whose times lie in the future: it may change unseen.
    """
    if time.time() - max(found.st_mtime, found.st_ctime) <= _TICK:
        return ""
    facts = (found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns)
    return " ".join(map(str, facts))
