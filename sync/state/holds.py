"""What guards hold, by workbook, as its last round found it; and what a person lets through, once."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, Row, delete, func, insert, select, update

from rules.errors import Error
from sync.state.tables import held

Place = tuple[str, str]
"""A tab as the workbook calls it (empty for the whole workbook) and a code."""


@dataclass(frozen=True)
class Hold:
    """What one guard holds.

    `said` is the message by language. `plan` names what would be done if the guard were lifted: an approval counts for that
    alone; None where it can't be lifted. `approved`: when somebody let it through, `approved_by` who.
    """

    workbook: str
    tab: str
    code: str
    round: int
    said: Mapping[str, str]
    plan: str | None = None
    approved: str | None = None
    approved_by: str | None = None

    @property
    def place(self) -> Place:
        """Where it is held, by what."""
        return self.tab, self.code


class Holds:
    """What is held now."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def of(self, workbook: str | None = None) -> list[Hold]:
        """What is held in a workbook, or anywhere; by workbook, tab and code."""
        found = select(held).order_by(held.c.workbook, held.c.tab, held.c.code)
        if workbook is not None:
            found = found.where(held.c.workbook == workbook)
        return [_hold(row) for row in self._connection.execute(found)]

    def replace(
        self,
        workbook: str,
        number: int,
        moment: str,
        found: Iterable[tuple[Error, str | None]],
        keep: Collection[Place] = (),
    ) -> None:
        """Makes what round `number` found the workbook's held things, each with the plan that waits.

        An approval stays with the plan that it is for. What was held in `keep`, where the round could not look, stays too.
        """
        items = {(error.tab or "", error.code.id): (error, plan) for error, plan in found}
        before = {hold.place: hold for hold in self.of(workbook)}
        self.drop(workbook, [place for place in before if place in items or place not in keep])
        for (tab, code), (error, plan) in items.items():
            known = before.get((tab, code))
            same = known is not None and plan is not None and known.plan == plan
            said = {lang: error.message(lang) for lang in ("zh", "en")}
            self._connection.execute(
                insert(held).values(
                    workbook=workbook,
                    tab=tab,
                    code=code,
                    round=number,
                    moment=moment,
                    error=json.dumps(said, ensure_ascii=False),
                    plan=plan,
                    approved=known.approved if known and same else None,
                    approved_by=known.approved_by if known and same else None,
                )
            )

    def approve(self, holds: Sequence[Hold], who: str, moment: str) -> None:
        """Lets what is held through, each with its plan, once."""
        for hold in holds:
            here = held.c.workbook == hold.workbook, held.c.tab == hold.tab, held.c.code == hold.code
            self._connection.execute(update(held).where(*here).values(approved=moment, approved_by=who))

    def forget_approvals(self) -> None:
        """Nothing is let through any more."""
        self._connection.execute(update(held).values(approved=None, approved_by=None))

    def drop(self, workbook: str, places: Iterable[Place]) -> None:
        """Forgets what went through: it would be held again."""
        for tab, code in places:
            here = held.c.workbook == workbook, held.c.tab == tab, held.c.code == code
            self._connection.execute(delete(held).where(*here))

    def approved(self) -> dict[str, str]:
        """The workbooks that wait for a round with something approved, and when the newest of it was."""
        found = select(held.c.workbook, func.max(held.c.approved)).where(held.c.approved.is_not(None))
        return {row[0]: row[1] for row in self._connection.execute(found.group_by(held.c.workbook))}


def _hold(row: Row[tuple[object, ...]]) -> Hold:
    return Hold(
        row.workbook, row.tab, row.code, row.round, json.loads(row.error), row.plan, row.approved, row.approved_by
    )
