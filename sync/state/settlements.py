"""Conflicts that wait for a person, and findings that are said once."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, Select, delete, func, insert, select, update

from sheets_schema.cells import Value
from sheets_schema.problems import Problem
from sync.plan.keys import Key
from sync.state.chunks import chunks
from sync.state.journal import key_of, key_text, value_of, value_text
from sync.state.tables import LONGEST_TITLE, conflicts, told


@dataclass(frozen=True)
class OpenConflict:
    """A cell that a person and the ERP changed differently."""

    workbook: str
    tab: str
    key: Key
    column: str
    cell: str
    """Where it stood when it was found: for the report of that round only."""
    reason: str
    base: Value
    ours: Value
    theirs: Value
    source: str | None

    @property
    def id(self) -> str:
        """Stable while the three values stay: a moved cell or ERP value is another question."""
        parts = (self.workbook, self.tab, key_text(self.key), self.column)
        values = (value_text(self.base), value_text(self.ours), value_text(self.theirs))
        return hashlib.sha256("\x1f".join((*parts, *values)).encode()).hexdigest()[:10]


@dataclass(frozen=True)
class Chosen:
    """A choice that waits for a round."""

    key: Key
    column: str
    choice: str
    """sheet, erp, manual or always."""
    manual: Value


class Conflicts:
    """Open conflicts and the choices made on them. Where a conflict stands in its tab is not remembered."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def choices(self, workbook: str, tab: str) -> dict[str, Chosen]:
        """Choices that wait for a round, by conflict."""
        found = select(conflicts).where(
            conflicts.c.workbook == workbook,
            conflicts.c.tab == tab,
            conflicts.c.closed.is_(None),
            conflicts.c.choice.is_not(None),
        )
        return {
            row.id: Chosen(key_of(row.key), row.column, row.choice, value_of(row.manual))
            for row in self._connection.execute(found)
        }

    def waiting(self, workbook: str) -> int:
        """How many choices wait for a round."""
        found = select(func.count()).where(
            conflicts.c.workbook == workbook, conflicts.c.closed.is_(None), conflicts.c.choice.is_not(None)
        )
        return self._connection.scalar(found) or 0

    def replace(
        self, workbook: str, tab: str, found: Iterable[OpenConflict], moment: str, keep: Collection[str] = ()
    ) -> None:
        """Makes the tab's open conflicts those found now, and those of `keep`.

        A conflict that is still there keeps its first-seen time and its choice; one that is gone is closed.
        """
        now = {item.id: item for item in found}
        here = (conflicts.c.workbook == workbook) & (conflicts.c.tab == tab)
        known = {row.id: row.closed for row in self._connection.execute(select(conflicts).where(here))}
        gone = [one for one, closed in known.items() if closed is None and one not in now and one not in keep]
        self._update(gone, closed=moment)
        again = [one for one, closed in known.items() if closed is not None and one in now]
        self._update(again, closed=None, choice=None, manual=None, chosen_by=None, first_seen=moment, shown=None)
        self._insert([_row(item, moment) for one, item in now.items() if one not in known])

    def carried_out(self, settled: Iterable[tuple[OpenConflict, str]], moment: str) -> None:
        """Closes conflicts whose choice a round carried out; one that was never stored is, for an undo."""
        rows = {item.id: _row(item, moment) | {"choice": choice, "closed": moment} for item, choice in settled}
        self.close(list(rows), moment)
        known = {row.id for some in chunks(list(rows)) for row in self._connection.execute(_named(some))}
        self._insert([row for one, row in rows.items() if one not in known])

    def close(self, ids: Sequence[str], moment: str, **facts: Any) -> None:
        """Closes conflicts (`chosen_by` may come with it)."""
        self._update(ids, closed=moment, **facts)

    def reopen(self, ids: Sequence[str], *, with_choice: bool = False) -> None:
        """Opens conflicts again whose settling was taken back; `with_choice`, to be carried out once more."""
        forgotten = {} if with_choice else {"choice": None, "manual": None, "chosen_by": None}
        self._update(ids, closed=None, shown=None, **forgotten)

    def show(self, ids: Sequence[str], moment: str) -> None:
        """Notes that a person has seen conflicts."""
        self._update(ids, shown=moment)

    def named(self, ids: Sequence[str]) -> dict[str, Row[Any]]:
        """Conflicts by id, closed ones too."""
        return {row.id: row for some in chunks(ids) for row in self._connection.execute(_named(some))}

    def open(self, workbook: str | None = None) -> list[Row[Any]]:
        """Conflicts that no round has settled yet, grouped by tab, column and reason."""
        found = select(conflicts).where(conflicts.c.closed.is_(None))
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

    def choose(self, conflict: str, choice: str, manual: Value = None, who: str | None = None) -> None:
        """Stores a person's choice; the next round carries it out."""
        self._update([conflict], choice=choice, manual=value_text(manual), chosen_by=who)

    def _update(self, ids: Sequence[str], **values: Any) -> None:
        for some in chunks(ids):
            self._connection.execute(update(conflicts).where(conflicts.c.id.in_(some)).values(**values))

    def _insert(self, rows: list[dict[str, Any]]) -> None:
        for some in chunks(rows):
            self._connection.execute(insert(conflicts), list(some))


def _named(ids: Sequence[str]) -> Select[Any]:
    return select(conflicts).where(conflicts.c.id.in_(ids))


def _row(item: OpenConflict, moment: str) -> dict[str, Any]:
    return {
        "id": item.id,
        "workbook": item.workbook,
        "tab": item.tab,
        "key": key_text(item.key),
        "column": item.column,
        "reason": item.reason,
        "base": value_text(item.base),
        "ours": value_text(item.ours),
        "theirs": value_text(item.theirs),
        "source": item.source,
        "first_seen": moment,
        "choice": None,
        "closed": None,
    }


class Told:
    """Findings that are said once, not every round: a dropped column, a missing tab."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def unsaid(self, workbook: str, tab: str, problems: Iterable[Problem]) -> list[Problem]:
        """Those of `problems` that were not said before."""
        found = select(told.c.code, told.c.column).where(told.c.workbook == workbook, told.c.tab == tab)
        said = {(row.code, row.column) for row in self._connection.execute(found)}
        return [item for item in problems if _said(item) not in said]

    def counts(self) -> dict[str, int]:
        """How often each code was said and still holds."""
        found = select(told.c.code, func.count()).group_by(told.c.code).order_by(told.c.code)
        return {row[0]: row[1] for row in self._connection.execute(found)}

    def remember(self, workbook: str, tab: str, problems: Iterable[Problem]) -> None:
        """Makes `problems` the tab's said ones: what is gone would be said again."""
        self._connection.execute(delete(told).where(told.c.workbook == workbook, told.c.tab == tab))
        rows = set(map(_said, problems))
        if rows:
            values = [{"workbook": workbook, "tab": tab, "code": code, "column": column} for code, column in rows]
            self._connection.execute(insert(told), values)


def _said(problem: Problem) -> tuple[str, str]:
    """What a finding is known by; of a column's title as much as a database keeps."""
    return problem.code.id, (problem.column or "")[:LONGEST_TITLE]
