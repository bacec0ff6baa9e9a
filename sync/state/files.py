"""Exports that were seen: what was decided for their bytes, what stood in them, and where they lay."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum
from operator import itemgetter
from typing import Any

from sqlalchemy import Connection, delete, func, insert, select, update

from sync.ingest.as_of import DataTime, Source, Standing
from sync.state.tables import files, places


class FileState(StrEnum):
    """What became of a file. Of used and lately superseded ones the rows are kept."""

    USED = "used"
    SUPERSEDED = "superseded"
    STALE = "stale"
    HELD = "held"


@dataclass(frozen=True)
class KnownFile:
    """What is remembered of a file by the hash of its bytes, whatever it is called and wherever it lies.

    `store` is that of the folder where the file names none, for the same bytes are then other data in another
    store's folder. `dated`, once decided, moves only by a name with a later stamp.
    """

    sha: str
    store: str
    report: str
    path: str
    scope: tuple[tuple[str, ...], ...]
    dated: DataTime
    standing: Standing
    rows: int
    state: FileState
    whole: bool = False
    kept: bool = False
    """Whether its rows are kept."""

    @property
    def id(self) -> tuple[str, str]:
        """What tells files apart."""
        return self.sha, self.store


class Files:
    """Known exports; each is parsed once and serves every workbook."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def all(self) -> list[KnownFile]:
        """Every known file, oldest data first."""
        columns = [column for column in files.c if column is not files.c.blob]
        size = func.length(files.c.blob).label("size")
        rows = [row._mapping for row in self._connection.execute(select(*columns, size))]
        return [_file(row) for row in sorted(rows, key=itemgetter("rank", "sha"))]  # a server may have its own order

    def blob(self, file: KnownFile) -> bytes:
        """What stood in a file; empty when that is not kept."""
        found = self._connection.scalar(select(files.c.blob).where(*_is(file)))
        return bytes(found or b"")

    def put(self, file: KnownFile, blob: bytes | None = None) -> None:
        """Remembers a file in place of what was known of it; without `blob` what is kept of it stays."""
        values = {
            "report": file.report,
            "path": file.path,
            "scope": json.dumps(file.scope, ensure_ascii=False),
            "as_of": file.dated.moment.isoformat(),
            "as_of_source": str(file.dated.source),
            "estimated": file.dated.estimated,
            "rank": file.standing.rank.isoformat(),
            "arrived": file.standing.arrived,
            "modified": file.standing.modified,
            "rows": file.rows,
            "state": str(file.state),
            "whole": file.whole,
        } | ({} if blob is None else {"blob": blob})
        if not self._connection.execute(update(files).where(*_is(file)).values(**values)).rowcount:
            self._connection.execute(insert(files).values(**{"blob": b"", **values}, sha=file.sha, store=file.store))

    def keep_superseded(self, most: int) -> None:
        """Keeps of each pair's superseded files the newest `most`, and empties the others."""
        count: dict[tuple[str, tuple[str, ...]], int] = {}
        for file in reversed(self.all()):
            if file.state is not FileState.SUPERSEDED or not file.kept:
                continue
            pairs = [(file.report, pair) for pair in file.scope]
            if all(count.get(pair, 0) >= most for pair in pairs):
                self._connection.execute(update(files).where(*_is(file)).values(blob=b""))
            for pair in pairs:
                count[pair] = count.get(pair, 0) + 1


@dataclass(frozen=True)
class Place:
    """Where bytes were seen, and the modification time that the file had there.

    `stale`: that it is older than what was applied (G-003) was said of it there. While the file there has the same
    `mark`, its bytes are the same; an empty one tells nothing.
    """

    path: str
    sha: str
    modified: float
    stale: bool = False
    mark: str = ""


class Places:
    """Where files lay when the last round looked."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def all(self) -> dict[str, Place]:
        """Every place, by path."""
        rows = self._connection.execute(select(places))
        return {row.path: Place(row.path, row.sha, row.modified, bool(row.stale), row.mark) for row in rows}

    def replace(self, now: Iterable[Place]) -> None:
        """Remembers where files lie now; only what differs is written."""
        old, new = set(self.all().values()), set(now)
        for place in old - new:
            self._connection.execute(delete(places).where(places.c.path == place.path))
        for place in new - old:
            self._connection.execute(insert(places).values(**asdict(place)))


def _is(file: KnownFile) -> tuple[Any, ...]:
    return files.c.sha == file.sha, files.c.store == file.store


def _file(row: Any) -> KnownFile:
    return KnownFile(
        row["sha"],
        row["store"],
        row["report"],
        row["path"],
        tuple(tuple(pair) for pair in json.loads(row["scope"])),
        DataTime(datetime.fromisoformat(row["as_of"]), Source(row["as_of_source"]), bool(row["estimated"])),
        Standing(datetime.fromisoformat(row["rank"]), row["arrived"], row["modified"]),
        row["rows"],
        FileState(row["state"]),
        bool(row["whole"]),
        bool(row["size"]),
    )
