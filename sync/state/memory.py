"""Bases (what both sides last agreed on, per tab)."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, delete, insert, select, update

from rules.errors import Error
from sheets_schema.blob import pack, unpack
from sheets_schema.cells import Value
from sheets_schema.sheets import SHEETS
from sheets_schema.table import Table
from sync.state.audit import BASE, Audit
from sync.state.base_patch import patch
from sync.state.tables import bases


@dataclass(frozen=True)
class Base:
    """The last agreed values of a tab, the round that stored them, and the mapping they were read with.

    `doubtful`: the state was restored from a copy; rounds may have agreed on more since.
    """

    table: Table
    round: int
    mapping: str
    doubtful: bool = False

    def row(self, key_columns: tuple[str, ...], key: tuple[Value, ...]) -> dict[str, Value]:
        """The agreed values of one row by title; empty when it was never agreed on."""
        if any(title not in self.table.data for title in key_columns):
            return {}
        keys = zip(*(self.table.values(title) for title in key_columns), strict=True)
        at = next((row for row, found in enumerate(keys) if found == key), None)
        return {} if at is None else {title: self.table.value(title, at) for title in self.table.columns}


class Bases:
    """One blob per tab; every change of one is a line of the record."""

    def __init__(self, connection: Connection, audit: Audit) -> None:
        self._connection, self._audit = connection, audit

    def get(self, workbook: str, tab: str) -> Base | None:
        """The base of a tab, None before its first round. Raises S-090 when it is damaged (a lost base)."""
        row = self._connection.execute(select(bases).where(bases.c.workbook == workbook, bases.c.tab == tab)).first()
        return None if row is None else Base(unpack(row.blob)[0], row.round, row.mapping, row.doubtful)

    def put(self, workbook: str, tab: str, base: Base) -> None:
        """Replaces the base of a tab."""
        blob = pack(base.table)
        body = {
            "tab": tab,
            "blob": hashlib.sha256(blob).hexdigest(),
            "mapping": hashlib.sha256(base.mapping.encode()).hexdigest()[:16],
        }
        try:
            old = self.get(workbook, tab)
        except Error:
            old = None
        change = patch(old.table if old else None, base.table, SHEETS[tab].key if tab in SHEETS else ())
        if old is None:
            body["whole"] = "yes"
        self._connection.execute(delete(bases).where(bases.c.workbook == workbook, bases.c.tab == tab))
        self._connection.execute(
            insert(bases).values(
                workbook=workbook,
                tab=tab,
                round=base.round,
                mapping=base.mapping,
                blob=blob,
                doubtful=base.doubtful,
            )
        )
        self._audit.add(BASE, body, round=base.round, workbook=workbook, data=change)

    def doubt(self, workbooks: Sequence[str] | None) -> None:
        """Makes the bases of some workbooks (None: of all) doubtful: more may have been agreed on than they know."""
        mine = update(bases) if workbooks is None else update(bases).where(bases.c.workbook.in_(workbooks))
        self._connection.execute(mine.values(doubtful=True))
