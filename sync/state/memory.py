"""Bases (what both sides last agreed on, per tab) and accepted files."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, delete, insert, select, update

from sheets_schema.blob import pack, unpack
from sheets_schema.cells import Value
from sheets_schema.table import Table
from sync.state.tables import bases, files


@dataclass(frozen=True)
class Base:
    """The last agreed values of a tab, the round that stored them, and the mapping they were read with."""

    table: Table
    round: int
    mapping: str

    def row(self, key_columns: tuple[str, ...], key: tuple[Value, ...]) -> dict[str, Value]:
        """The agreed values of one row by title; empty when it was never agreed on."""
        if any(title not in self.table.data for title in key_columns):
            return {}
        keys = zip(*(self.table.values(title) for title in key_columns), strict=True)
        at = next((row for row, found in enumerate(keys) if found == key), None)
        return {} if at is None else {title: self.table.value(title, at) for title in self.table.columns}


class Bases:
    """One blob per tab."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def get(self, workbook: str, tab: str) -> Base | None:
        """The base of a tab, None before its first round. Raises S-090 when it is damaged (a lost base)."""
        row = self._connection.execute(select(bases).where(bases.c.workbook == workbook, bases.c.tab == tab)).first()
        return None if row is None else Base(unpack(row.blob)[0], row.round, row.mapping)

    def put(self, workbook: str, tab: str, base: Base) -> None:
        """Replaces the base of a tab."""
        self._connection.execute(delete(bases).where(bases.c.workbook == workbook, bases.c.tab == tab))
        self._connection.execute(
            insert(bases).values(
                workbook=workbook, tab=tab, round=base.round, mapping=base.mapping, blob=pack(base.table)
            )
        )


@dataclass(frozen=True)
class AcceptedFile:
    """A parsed export that rounds may use, by the hash of its bytes."""

    sha: str
    report: str
    path: str
    as_of: str
    rows: int
    modified: float
    """The file's modification time: the same bytes dropped again later are data of a later day."""
    blob: bytes
    """Its `Export`; empty when the file was stale or is superseded."""


class Files:
    """Accepted exports; each is parsed once and serves every workbook."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def all(self) -> list[AcceptedFile]:
        """Every accepted file, oldest data first."""
        rows = self._connection.execute(select(files).order_by(files.c.as_of, files.c.sha))
        return [
            AcceptedFile(row.sha, row.report, row.path, row.as_of, row.rows, row.modified, row.blob) for row in rows
        ]

    def add(self, file: AcceptedFile, accepted: str) -> None:
        """Remembers a file."""
        self._connection.execute(
            insert(files).values(
                sha=file.sha,
                report=file.report,
                path=file.path,
                as_of=file.as_of,
                rows=file.rows,
                modified=file.modified,
                accepted=accepted,
                blob=file.blob,
            )
        )

    def seen(self, modified: dict[str, float]) -> None:
        """Notes that known bytes were dropped again, and said nothing newer."""
        for sha, moment in modified.items():
            self._connection.execute(update(files).where(files.c.sha == sha).values(modified=moment))

    def empty(self, shas: list[str]) -> None:
        """Keeps of files only that they were seen: nothing of them is in force any more."""
        if shas:
            self._connection.execute(update(files).where(files.c.sha.in_(shas)).values(blob=b""))

    def forget(self, shas: list[str]) -> None:
        """Drops files altogether."""
        if shas:
            self._connection.execute(delete(files).where(files.c.sha.in_(shas)))
