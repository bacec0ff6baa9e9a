"""Conflicts that wait for a person, and pins: values that a person turned down."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, delete, func, insert, select, update

from sheets_schema.cells import Value
from sheets_schema.problems import Problem
from sync.state.journal import Key, key_of, key_text, value_of, value_text
from sync.state.tables import conflicts, pins, told


@dataclass(frozen=True)
class OpenConflict:
    """A cell that a person and the ERP changed differently."""

    workbook: str
    tab: str
    key: Key
    column: str
    cell: str
    reason: str
    base: Value
    ours: Value
    theirs: Value
    source: str | None
    owner: str

    @property
    def id(self) -> str:
        """Stable while the three values stay: a moved cell or ERP value is another question."""
        parts = (self.workbook, self.tab, key_text(self.key), self.column)
        values = (value_text(self.base), value_text(self.ours), value_text(self.theirs))
        return hashlib.sha256("\x1f".join((*parts, *values)).encode()).hexdigest()[:10]


class Conflicts:
    """Open conflicts and the choices made on them."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def choices(self, workbook: str, tab: str) -> dict[str, tuple[str, Value]]:
        """Choices that wait for a round: conflict id -> (sheet, erp or manual; the manual value)."""
        found = select(conflicts).where(
            conflicts.c.workbook == workbook,
            conflicts.c.tab == tab,
            conflicts.c.closed.is_(None),
            conflicts.c.choice.is_not(None),
        )
        return {row.id: (row.choice, value_of(row.manual)) for row in self._connection.execute(found)}

    def waiting(self, workbook: str) -> int:
        """How many choices wait for a round."""
        found = select(func.count()).where(
            conflicts.c.workbook == workbook, conflicts.c.closed.is_(None), conflicts.c.choice.is_not(None)
        )
        return self._connection.scalar(found) or 0

    def replace(self, workbook: str, tab: str, found: Iterable[OpenConflict], moment: str) -> None:
        """Makes the tab's open conflicts those found now.

        A conflict that is still there keeps its first-seen time and its choice; one that is gone is closed.
        """
        now = {item.id: item for item in found}
        here = (conflicts.c.workbook == workbook) & (conflicts.c.tab == tab)
        known = {row.id: row.closed for row in self._connection.execute(select(conflicts).where(here))}
        gone = [one for one, closed in known.items() if closed is None and one not in now]
        for start in range(0, len(gone), 500):
            self._connection.execute(
                update(conflicts).where(conflicts.c.id.in_(gone[start : start + 500])).values(closed=moment)
            )
        again = [one for one, closed in known.items() if closed is not None and one in now]
        for start in range(0, len(again), 500):
            self._connection.execute(
                update(conflicts)
                .where(conflicts.c.id.in_(again[start : start + 500]))
                .values(closed=None, choice=None, manual=None, first_seen=moment)
            )
        rows = [_row(item, moment) for one, item in now.items() if one not in known]
        if rows:
            self._connection.execute(insert(conflicts), rows)

    def open(self, workbook: str | None = None) -> list[Row[Any]]:
        """Conflicts without a choice, grouped by tab and column."""
        found = select(conflicts).where(conflicts.c.closed.is_(None), conflicts.c.choice.is_(None))
        if workbook is not None:
            found = found.where(conflicts.c.workbook == workbook)
        order = (conflicts.c.workbook, conflicts.c.tab, conflicts.c.column, conflicts.c.reason, conflicts.c.key)
        return list(self._connection.execute(found.order_by(*order)))

    def unsettled(self, conflict: str) -> list[Row[Any]]:
        """Conflicts not yet closed whose id begins with `conflict`."""
        found = select(conflicts).where(
            conflicts.c.id.startswith(conflict, autoescape=True), conflicts.c.closed.is_(None)
        )
        return list(self._connection.execute(found))

    def choose(self, conflict: str, choice: str, manual: Value = None) -> None:
        """Stores a person's choice; the next round carries it out."""
        self._connection.execute(
            update(conflicts).where(conflicts.c.id == conflict).values(choice=choice, manual=value_text(manual))
        )


def _row(item: OpenConflict, moment: str) -> dict[str, Any]:
    return {
        "id": item.id,
        "workbook": item.workbook,
        "tab": item.tab,
        "key": key_text(item.key),
        "column": item.column,
        "cell": item.cell,
        "reason": item.reason,
        "base": value_text(item.base),
        "ours": value_text(item.ours),
        "theirs": value_text(item.theirs),
        "source": item.source,
        "owner": item.owner,
        "first_seen": moment,
    }


@dataclass(frozen=True)
class Pin:
    """A value of the ERP that was turned down for a cell (or, with no column, a row)."""

    key: Key
    column: str
    value: str
    reason: str


class Pins:
    """What must not be brought again until the ERP says something else."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def of(self, workbook: str, tab: str) -> list[Pin]:
        """The pins of a tab."""
        found = select(pins).where(pins.c.workbook == workbook, pins.c.tab == tab)
        return [Pin(key_of(row.key), row.column, row.value, row.reason) for row in self._connection.execute(found)]

    def put(self, workbook: str, tab: str, pin: Pin, moment: str) -> None:
        """Sets a pin, replacing an older one on the same cell."""
        self.drop(workbook, tab, [(pin.key, pin.column)])
        self._connection.execute(
            insert(pins).values(
                workbook=workbook,
                tab=tab,
                key=key_text(pin.key),
                column=pin.column,
                value=pin.value,
                reason=pin.reason,
                made=moment,
            )
        )

    def drop(self, workbook: str, tab: str, cells: Iterable[tuple[Key, str]]) -> None:
        """Removes pins that no longer hold."""
        for key, column in cells:
            self._connection.execute(
                delete(pins).where(
                    pins.c.workbook == workbook,
                    pins.c.tab == tab,
                    pins.c.key == key_text(key),
                    pins.c.column == column,
                )
            )


class Told:
    """Findings that are said once, not every round: a dropped column, a missing tab."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def unsaid(self, workbook: str, tab: str, problems: Iterable[Problem]) -> list[Problem]:
        """Those of `problems` that were not said before."""
        found = select(told.c.code, told.c.column).where(told.c.workbook == workbook, told.c.tab == tab)
        said = {(row.code, row.column) for row in self._connection.execute(found)}
        return [item for item in problems if (item.code.id, item.column or "") not in said]

    def counts(self) -> dict[str, int]:
        """How often each code was said and still holds."""
        found = select(told.c.code, func.count()).group_by(told.c.code).order_by(told.c.code)
        return {row[0]: row[1] for row in self._connection.execute(found)}

    def remember(self, workbook: str, tab: str, problems: Iterable[Problem]) -> None:
        """Makes `problems` the tab's said ones: what is gone would be said again."""
        self._connection.execute(delete(told).where(told.c.workbook == workbook, told.c.tab == tab))
        rows = {(item.code.id, item.column or "") for item in problems}
        if rows:
            values = [{"workbook": workbook, "tab": tab, "code": code, "column": column} for code, column in rows]
            self._connection.execute(insert(told), values)
