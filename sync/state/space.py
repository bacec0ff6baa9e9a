"""Room on the disk: what a database file no longer needs goes back, once it is much."""

from __future__ import annotations

import sqlite3
from contextlib import closing, suppress
from pathlib import Path

from rules.errors import Error
from sync.state.database import open_file
from sync.state.faults import coded

MUCH = 32 << 20
"""Bytes of empty pages from which on a file that is mostly empty is written anew."""


def give_back(path: Path) -> bool:
    """Writes the database anew without its empty pages, where they are many and the most of it; answers whether.

    An older version kept the cells of a large adoption as rows: 250 MB, of which a fiftieth is left once they are packed.
    While others read, the file shrinks once they have ended; on a full disk it stays as it is, and a later round tries again.
    """
    if not path.is_file():
        return False
    with suppress(Error), coded(path), closing(open_file(path)) as database:
        pages, free, size = (_pragma(database, name) for name in ("page_count", "freelist_count", "page_size"))
        if free * size >= MUCH and free * 2 > pages:
            database.execute("VACUUM")
            database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            return True
    return False


def _pragma(database: sqlite3.Connection, name: str) -> int:
    (number,) = database.execute(f"PRAGMA {name}").fetchone()
    return int(number)
