"""Bases (what both sides last agreed on, per tab)."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, delete, insert, select

from sheets_schema.blob import pack, unpack
from sheets_schema.cells import Value
from sheets_schema.table import Table
from sync.state.tables import bases


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
