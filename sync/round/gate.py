"""The guards of one workbook's round: what they hold, and what a person let through.

An approval is for what was held, known by what would be written: the guard is lifted, the plan made, and compared. Any
other plan is held again.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable

from rules.errors import Error, Refused
from sync.plan.force import OF_TABS
from sync.round.report import BookReport, errors_of
from sync.state.database import State, now
from sync.state.holds import Place
from sync.tab.tab_plan import TabPlan


class Gate:
    """Asked of every tab; remembers what it held."""

    def __init__(self, state: State, workbook: str, force: frozenset[str], *, is_dry: bool) -> None:
        """`force` are the guards that are lifted in this round anyway."""
        self._state, self._workbook, self._force, self._is_dry = state, workbook, force, is_dry
        holds = state.holds.of(workbook)
        self._liftable = {hold.place for hold in holds if hold.plan is not None}
        self._approved = {hold.place: hold.plan for hold in holds if hold.approved is not None}
        self._waiting: dict[Place, str] = {}
        """The plans that wait, by what holds them."""
        self._passed: set[Place] = set()

    def through(self, plan: Callable[[frozenset[str]], TabPlan]) -> tuple[TabPlan | None, list[Refused]]:
        """A tab's plan where nothing holds it, or all that does is approved; else every refusal that stands in its way."""
        refused: list[Refused] = []
        lifted: frozenset[str] = frozenset()
        while True:
            try:
                made = plan(self._force | lifted)
                break
            except Refused as error:
                refused.append(error)
                code = error.code.id
                if code not in OF_TABS - lifted or (self._is_dry and _place(error) not in self._approved):
                    return None, refused
                lifted |= {code}
        if not refused:
            return made, []
        mark = mark_of(made)
        places = {_place(error) for error in refused}
        if all(self._approved.get(place) == mark for place in places):
            self._passed |= places
            return made, []
        self._waiting |= dict.fromkeys(places, mark)
        return None, refused

    def lets(self, refusal: Refused, what: str) -> bool:
        """Whether a refusal of the whole workbook, because of `what`, was approved."""
        place, mark = _place(refusal), hashlib.sha256(what.encode()).hexdigest()
        if self._approved.get(place) == mark:
            self._passed.add(place)
            return True
        self._waiting[place] = mark
        return False

    def use_up(self, number: int) -> None:
        """What went through was let through once. The whole workbook's approval lasts until no tab is held any more."""
        used = {place for place in self._passed if place[0] or not self._waiting}
        self._state.holds.drop(self._workbook, used)
        for tab, code in sorted(used):
            facts = {"tab": tab, "code": code, "plan": self._approved[tab, code]}
            self._state.audit.add("approved", facts, round=number, workbook=self._workbook)

    def remember(self, number: int, report: BookReport) -> None:
        """Stores what is held now. What a round could not look at stays as it was."""
        keep = {place for place in self._passed if not place[0]} if self._waiting else set()
        if report.error is not None:  # the tabs, or what was written, were not looked at
            keep = self._liftable
        found = [(error, self._waiting.get(_place(error))) for error in errors_of(report)]
        with self._state.begin():
            self._state.holds.replace(self._workbook, number, now(), found, keep)


def mark_of(plan: TabPlan) -> str:
    """Names what a plan would do to its tab, whatever row it stands in."""
    digest = hashlib.sha256()
    for change in (*plan.changes, *plan.kept):
        digest.update(repr((change.key, change.column, change.kind, change.before, change.after)).encode())
    for conflict in plan.conflicts:
        digest.update(conflict.id.encode())
    return digest.hexdigest()


def _place(error: Error) -> Place:
    return error.tab or "", error.code.id
