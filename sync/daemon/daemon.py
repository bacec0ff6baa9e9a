"""The loop: notice, decide what is due, let a round run, remember what became of it. One thread decides.

A round runs in a process of its own (`Rounds`): it is ended when it hangs, and what it wrote is settled by the next.
"""

from __future__ import annotations

import os
import platform
import random
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from importlib import metadata
from pathlib import Path
from typing import Any

from rules.errors import Code, Error
from rules.policy.loader import Config
from sync.daemon.hours import after_quiet, next_look, next_try
from sync.daemon.timetable import Timetable
from sync.daemon.watch import Watch, mark_of, marks_below, owner_files
from sync.daemon.world import BookEnd, Clock, Round, RoundEnd, Rounds
from sync.state.database import State
from sync.state.due import Beat, Due

D_HUNG = Code(
    "D-002",
    "一轮跑了 {found} 秒还没有结束,已经停掉",
    "a round ran for {found} seconds and was ended",
    "多半是网络盘不应答;写到一半的下一轮会接着核对",
    "as a rule a network drive does not answer; the next round settles what was half written",
)

D_SYSTEM = Code(
    "D-006",
    "系统不让服务继续:{found}",
    "the system stands in the service's way: {found}",
    "检查磁盘、文件夹和网络盘;服务会接着试",
    "check the disk, the folder and the network drive; the service goes on trying",
)

LOOK_EVERY = 2.0
"""Seconds between two looks at folders and files."""
SETTLED = 2.0
"""Seconds that a file has to stay as it is before it counts."""
BEAT_EVERY = 15.0
"""Seconds between two heartbeats."""
LONGEST_ROUND = 600.0
"""Seconds after which a round counts as hung."""
ENDING = 15.0
"""Seconds that a running round is given when the service ends."""
JUMP = 60.0
"""Seconds by which the wall clock must depart from the steady one to count as moved."""

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


class Daemon:
    """Watches a company and keeps it in agreement."""

    def __init__(
        self,
        config: Callable[[], Config],
        state: State,
        clock: Clock,
        rounds: Rounds,
        say: Say,
        chance: random.Random,
        lang: str = "zh",
        *,
        beside: bool = False,
    ) -> None:
        """`config` answers the configuration in force: a mistake in it leaves the last good one. `lang` is what errors speak.

        `beside`: each workbook has a round of its own, any number at once, whose limits others keep: workers run them.
        """
        self._beside = beside
        self._config_in_force, self._state, self._clock = config, state, clock
        self._rounds, self._say, self._chance, self._lang = rounds, say, chance, lang
        self._timetable = Timetable(clock.now)
        self._running: list[Running] = []
        self._stopping = False
        self._trouble: dict[str, Any] | None = None
        self._inbox = Watch(self._inbox_marks, SETTLED)
        self._books: dict[str, Watch] = {}
        self._paths: dict[str, Path] = {}
        self._again: set[str] = set()
        """Workbooks that a round is looking at while something new came for them."""
        self._beat: Beat | None = None
        self._clocks = clock.now(), clock.steady()
        self._take(config())

    def stop(self) -> None:
        """Ends `run` soon; a signal's handler may call it."""
        self._stopping = True
        self._clock.wake()

    def run(self, *, until_idle: bool = False) -> None:
        """Until `stop`; with `until_idle` until nothing is due. Raises Busy D-001 where a service runs already."""
        with self._state.service():
            self._say("started", {"pid": os.getpid(), "workbooks": sorted(self._books)})
            self._due_at_start()
            while not self._stopping:
                self._live()
                if until_idle and self._is_idle():
                    break
                self._clock.wait(self._pause())
            self._end()
            self._say("stopped", {})

    def _live(self) -> None:
        """A look around; what stands in its way (a locked or full disk, a lost drive) is said once, and tried again."""
        trouble: dict[str, Any] | None = None
        try:
            self.step()
        except Error as error:
            trouble = error.as_json(self._lang)
        except OSError as error:
            found = error.strerror or str(error)
            trouble = Error(D_SYSTEM, file=error.filename, found=found).as_json(self._lang)
        if trouble != self._trouble:
            self._say(*(("healed", {}) if trouble is None else ("trouble", {"error": trouble})))
        self._trouble = trouble

    def step(self) -> None:
        """One look around; never waits for anything."""
        self._heartbeat()
        self._see_clock()
        self._reload()
        self._notice()
        self._finish()
        self._start()

    def _take(self, config: Config) -> None:
        """Goes by a configuration from here on."""
        self._config = config
        names = [book.name for book in config.site.workbooks]
        for book in config.site.workbooks:
            path = book.file(config.folder)
            if self._paths.get(book.name) != path:
                self._paths[book.name] = path
                files = [path, *owner_files(path)]
                watch = self._books[book.name] = Watch(partial(mark_of, files), SETTLED)
                watch.accept()
        for gone in [name for name in self._books if name not in names]:
            del self._books[gone], self._paths[gone]
            self._timetable.drop(gone)

    def _due_at_start(self) -> None:
        """What was due while nothing ran is due once; what was never looked at is due now."""
        known, now = self._state.agenda.all(), self._clock.now()
        with self._state.begin():
            for gone in known.keys() - self._books.keys():
                self._state.agenda.drop(gone)
        for name in self._books:
            due = known[name].next if name in known else now
            self._timetable.put(name, self._allowed(name, max(due, now)))

    def _reload(self) -> None:
        config = self._config_in_force()
        if config is self._config:
            return
        self._take(config)
        self._say(
            "config",
            {"file": str(config.path), "problem": config.problem.as_json(self._lang) if config.problem else None},
        )
        for name in self._books:
            self._hurry(name)

    def _notice(self) -> None:
        """Files that came or changed make their workbooks due: those of the inbox all."""
        now = self._clock.steady()
        if files := self._inbox.news(now):
            self._say("noticed", {"files": files})
            for name in self._books:
                self._hurry(name)
        busy = self._looked_at()
        for name, watch in self._books.items():
            if name in busy:
                continue
            files = [file for file in watch.news(now) if not (_is_owners(file) and watch.lies(file))]
            if files:  # saved, or closed by whoever had it open
                self._say("noticed", {"files": files, "workbook": name})
                self._hurry(name)

    def _hurry(self, name: str) -> None:
        """Makes a workbook due now; one that a round is looking at, when that has ended."""
        if name in self._looked_at():
            self._again.add(name)
            return
        self._timetable.put(name, self._allowed(name, self._clock.now()))

    def _allowed(self, name: str, moment: datetime) -> datetime:
        site = self._config.site
        return after_quiet(moment, site.schedule.of(name).quiet, site.zone)

    def _looked_at(self) -> set[str]:
        return {name for running in self._running for name in running.books}

    def _start(self) -> None:
        """Has what is due looked at: in one round at a time, or each workbook in its own."""
        busy = self._looked_at()
        due = tuple(name for name in self._timetable.due() if name not in busy)
        if not due or (busy and not self._beside):
            return
        for books in [(name,) for name in due] if self._beside else [due]:
            self._running.append(Running(self._rounds.start(books), books, self._clock.steady()))
            self._say("round", {"workbooks": list(books)})

    def _finish(self) -> None:
        """Takes up rounds that ended, and ends one that hangs."""
        for running in tuple(self._running):
            self._finish_one(running)

    def _finish_one(self, running: Running) -> None:
        end, took = running.round.ended(), self._clock.steady() - running.since
        if end is None and took > LONGEST_ROUND and not self._beside:
            running.round.stop()
            end = RoundEnd(error=Error(D_HUNG, found=round(took)).as_json(self._lang))
        if end is None:
            return
        self._running.remove(running)
        for name in running.books:
            if name in self._books:
                found = self._of_book(end, name)
                self._remember(name, found)
                if found.writes:  # what changed is our own write; else somebody saved meanwhile
                    self._books[name].accept()
                if name in self._again:
                    self._again.remove(name)
                    self._hurry(name)
        facts = {name: vars(book) for name, book in end.books.items()}
        self._say("ended", {"round": end.number, "seconds": round(took, 1), "books": facts, "held": list(end.held)})
        if end.error is not None:
            self._say("failed", {"error": dict(end.error), "busy": end.busy})

    def _of_book(self, end: RoundEnd, name: str) -> BookEnd:
        if name in end.books:
            return end.books[name]
        code = str((end.error or {}).get("code", ""))
        return BookEnd("HELD", held=(code,) if code else (), busy=end.busy, failed=not end.busy)

    def _remember(self, name: str, end: BookEnd) -> None:
        """When a workbook is looked at next: soon where it was busy or failed, else after its interval."""
        now, site = self._clock.now(), self._config.site
        cadence = site.schedule.of(name)
        before = self._state.agenda.all().get(name) or Due(name, now)
        failures = before.failures + 1 if end.busy or end.failed else 0
        since = (before.since or now) if failures else None
        if failures:
            due = next_try(now, failures, cadence, site.zone)
        else:
            due = next_look(now, cadence, site.zone, self._chance.random())
        self._timetable.put(name, due)
        alerts = before.alerted or self._is_alarming(end, failures, since) if failures else False
        with self._state.begin():
            self._state.agenda.put(Due(name, due, now, failures, vars(end), since, alerted=alerts))
        facts = {"workbook": name, "failures": failures or before.failures, "held": list(end.held), "busy": end.busy}
        if alerts and not before.alerted:
            self._say("alert", facts)
        elif before.alerted and not failures:
            self._say("recovered", facts)

    def _is_alarming(self, end: BookEnd, failures: int, since: datetime | None) -> bool:
        """Whether somebody has to know: of a failure the second time, of a workbook that stays open after an hour."""
        waited = timedelta() if since is None else self._clock.now() - since
        return failures >= ALERT if end.failed else waited >= LONG_OPEN

    def _see_clock(self) -> None:
        """A wall clock that was moved: nothing waits longer than its interval for it, and nothing is lost."""
        wall, steady = self._clock.now(), self._clock.steady()
        before, ticked = self._clocks
        moved = (wall - before).total_seconds() - (steady - ticked)
        self._clocks = wall, steady
        if abs(moved) < JUMP:
            return
        self._say("clock", {"moved_seconds": round(moved)})
        for name in self._books:
            self._hurry(name)

    def _heartbeat(self) -> None:
        now = self._clock.now()
        if self._beat is None:
            beat = Beat(os.getpid(), platform.node(), metadata.version("quanliucheng"), now, now)
        elif abs((now - self._beat.heartbeat).total_seconds()) < BEAT_EVERY:
            return
        else:
            beat = replace(self._beat, heartbeat=now)
        with self._state.begin():
            self._state.agenda.beat(beat)
        self._beat = beat

    def _pause(self) -> float:
        """Until the next look; shorter where something is due before it."""
        due = self._timetable.next()
        left = LOOK_EVERY if due is None or self._running else (due - self._clock.now()) / timedelta(seconds=1)
        return min(LOOK_EVERY, max(0.1, left))

    def _is_idle(self) -> bool:
        waits = self._inbox.is_waiting or any(watch.is_waiting for watch in self._books.values())
        return not self._running and not waits and not self._timetable.due()

    def _end(self) -> None:
        """Gives a running round a moment to end."""
        until = self._clock.steady() + ENDING
        while self._running and self._clock.steady() < until:
            self._finish()
            if self._running:
                self._clock.wait(0.2)
        for running in self._running:
            running.round.stop()

    def _inbox_marks(self) -> dict[str, str]:
        return marks_below(self._config.folder / inbox.path for inbox in self._config.site.inbox)


ALERT = 2
"""Failures in a row that somebody is told of."""
LONG_OPEN = timedelta(hours=1)
"""How long a workbook may stay open elsewhere before somebody is told that it waits."""


def _is_owners(file: str) -> bool:
    return Path(file).name.startswith(("~$", ".~lock."))
