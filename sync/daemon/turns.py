"""Whose turn it is: which workbooks are due, the round that runs, and what follows it."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from rules.errors import Error
from rules.policy.loader import Config
from sync.daemon.codes import D_HUNG, D_SILENT
from sync.daemon.ends import after, end_of
from sync.daemon.hours import after_quiet
from sync.daemon.places import Places
from sync.daemon.snapshot import Tally
from sync.daemon.timetable import Timetable
from sync.daemon.world import BookEnd, Clock, Round, RoundEnd, Rounds
from sync.state.database import State
from sync.state.due import Due

LONGEST_ROUND = 600.0
"""Seconds after which a round counts as hung."""
CUT_OFF = 60.0
"""… and one whose workbook lies in a folder that does not answer for so long."""

Say = Callable[[str, dict[str, Any]], None]
"""Takes an event and its facts: for the log, for whoever reads along, and what needs a person for the team's chat.

It never waits for the other side.
"""


@dataclass(frozen=True)
class Running:
    """A round that was started: of which workbooks, and when (steady)."""

    round: Round
    books: tuple[str, ...]
    since: float


class Turns:
    """The rounds of a service. The control thread alone calls it."""

    def __init__(
        self,
        rounds: Rounds,
        places: Places,
        state: State,
        clock: Clock,
        say: Say,
        chance: random.Random,
        lang: str,
        *,
        beside: bool = False,
    ) -> None:
        """`beside`: each workbook has a round of its own, any number at once, whose limits others keep."""
        self._beside = beside
        self._rounds, self._places, self._state, self._clock = rounds, places, state, clock
        self._say, self._chance, self._lang = say, chance, lang
        self._timetable = Timetable(clock.now)
        self._again: set[str] = set()
        """Workbooks that a round is looking at while something new came for them."""
        self._known: dict[str, Due] = {}
        self._unwritten: dict[str, Due] = {}
        """What the state does not hold yet, because it was locked or its disk full."""
        self.running: list[Running] = []
        self.names: tuple[str, ...] = ()
        self.tally = Tally()

    def take(self, config: Config) -> None:
        """Goes by a configuration from here on."""
        self._site = config.site
        names = tuple(book.name for book in config.site.workbooks)
        for gone in set(self.names) - set(names):
            self._timetable.drop(gone)
        self.names = names
        self.tally.keep([*names])

    def due_at_start(self) -> None:
        """What was due while nothing ran is due once; what was never looked at is due now."""
        self._known, now = self._state.agenda.all(), self._clock.now()
        with self._state.begin():
            for gone in self._known.keys() - set(self.names):
                self._state.agenda.drop(gone)
        for name in self.names:
            due = self._known[name].next if name in self._known else now
            self._timetable.put(name, self._allowed(name, max(due, now)))

    def hurry(self, names: Iterable[str]) -> None:
        """Makes workbooks due now; one that a round is looking at, when that has ended."""
        for name in names:
            if name in self.looked_at():
                self._again.add(name)
            else:
                self._timetable.put(name, self._allowed(name, self._clock.now()))

    def _allowed(self, name: str, moment: datetime) -> datetime:
        return after_quiet(moment, self._site.schedule.of(name).quiet, self._site.zone)

    def due(self) -> tuple[str, ...]:
        """The workbooks that are due and within reach."""
        return tuple(name for name in self._timetable.due() if self._places.answers(name))

    def next(self) -> datetime | None:
        """When a workbook is due next."""
        return self._timetable.next()

    def waiting(self) -> int:
        """How many workbooks are due and wait, within reach or not."""
        return len(self._timetable.due())

    def looked_at(self) -> set[str]:
        """The workbooks that a round is looking at."""
        return {name for running in self.running for name in running.books}

    def step(self) -> None:
        """Takes up rounds that ended, ends one that hangs, and starts what is due; never waits."""
        self._write()
        self.finish()
        busy = self.looked_at()
        due = tuple(name for name in self.due() if name not in busy)
        if not due or (busy and not self._beside):
            return
        for books in [(name,) for name in due] if self._beside else [due]:
            self.running.append(Running(self._rounds.start(books), books, self._clock.steady()))
            self._say("round", {"workbooks": list(books)})

    def finish(self) -> None:
        """Takes up rounds that ended, and ends one that hangs."""
        for running in tuple(self.running):
            self._finish(running)

    def _finish(self, running: Running) -> None:
        took = self._clock.steady() - running.since
        lost = [name for name in running.books if self._places.silent_for(name) > CUT_OFF]
        end = running.round.ended()
        if end is None and not self._beside and (lost or took > LONGEST_ROUND):
            running.round.stop()
            end = self._cut(lost, took)
        if end is None:
            return
        self.running.remove(running)
        self.tally.round(took)
        facts = {name: vars(book) for name, book in end.books.items()}
        self._say("ended", {"round": end.number, "seconds": round(took, 1), "books": facts, "held": list(end.held)})
        if end.error is not None:
            self._say("failed", {"error": dict(end.error), "busy": end.busy})
        held_up = [name for name in running.books if lost and name not in end.books]
        for name in running.books:
            if name in self.names and name not in held_up:
                self._remember(name, end_of(end, name))
        again = self._again.intersection(running.books).union(held_up)
        self._again.difference_update(running.books)
        self.hurry(name for name in self.names if name in again)
        self._write()

    def _cut(self, lost: list[str], took: float) -> RoundEnd:
        """How a round ends that had to be ended; a workbook that another's folder held up has no end."""
        if not lost:
            return RoundEnd(error=Error(D_HUNG, found=round(took)).as_json(self._lang))
        folders = ", ".join(sorted({str(self._places.folder_of(name)) for name in lost}))
        ends = {name: BookEnd("HELD", held=(D_SILENT.id,), failed=True) for name in lost}
        return RoundEnd(ends, error=Error(D_SILENT, found=folders).as_json(self._lang))

    def _remember(self, name: str, end: BookEnd) -> None:
        """When a workbook is looked at next: soon where it was busy or failed, else after its interval."""
        if end.left is not None or end.writes:  # what changed is our own write, or somebody saved since
            self._places.was_left(name, end.left)
        now, site = self._clock.now(), self._site
        before = self._known.get(name) or Due(name, now)
        item = after(before, end, now, site.schedule.of(name), site.zone, self._chance.random())
        self._timetable.put(name, item.next)
        self.tally.book(name, end, item.failures, item.next)
        self._known[name] = self._unwritten[name] = item
        failures = item.failures or before.failures
        facts = {"workbook": name, "failures": failures, "held": list(end.held), "busy": end.busy}
        if item.alerted and not before.alerted:
            self._say("alert", facts)
        elif before.alerted and not item.failures:
            self._say("recovered", facts)

    def _write(self) -> None:
        """Puts into the state what it does not hold yet."""
        if self._unwritten:
            with self._state.begin():
                for item in self._unwritten.values():
                    self._state.agenda.put(item)
            self._unwritten.clear()

    def end(self, seconds: float) -> None:
        """Gives a running round that long to end, then ends it."""
        until = self._clock.steady() + seconds
        while self.running and self._clock.steady() < until:
            self.finish()
            if self.running:
                self._clock.wait(0.2)
        for running in self.running:
            running.round.stop()
        self.running.clear()
