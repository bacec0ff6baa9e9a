"""The loop: notice, decide what is due, let a round run, remember what became of it. One thread decides.

A round runs in a process of its own (`Rounds`): it is ended when it hangs, and what it wrote is settled by the next.
"""

from __future__ import annotations

import os
import platform
import random
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from importlib import metadata

from rules.errors import Error
from rules.policy.loader import Config
from sync.daemon import stopping
from sync.daemon.codes import D_SYSTEM
from sync.daemon.jobs import Beside, Runner
from sync.daemon.places import Places
from sync.daemon.silence import Silence
from sync.daemon.snapshot import JobFigures, Snapshot
from sync.daemon.turns import Say, Turns
from sync.daemon.world import Clock, Eyes, EyesHere, Rounds
from sync.state.database import State
from sync.state.due import Beat

LOOK_EVERY = 2.0
"""Seconds between two looks around."""
BEAT_EVERY = 15.0
"""Seconds between two heartbeats."""
ENDING = 12.0
"""Seconds that a running round is given when the service ends."""
JUMP = 60.0
"""Seconds by which the wall clock must depart from the steady one to count as moved."""
GIVES_UP = 60.0
"""Seconds of trouble after which a service that is to run `until_idle` only ends with it."""


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
        eyes: Eyes | None = None,
        jobs: Runner | None = None,
        beside: bool = False,
    ) -> None:
        """`config` answers the configuration in force: a mistake in it leaves the last good one. `lang` is what errors speak.

        Without `eyes` folders are looked at by the control thread itself; without `jobs` none is done. `beside`: each
        workbook has a round of its own, any number at once, whose limits others keep: workers run them.
        """
        self._config_in_force, self._state, self._clock = config, state, clock
        self._say, self._lang = say, lang
        self._begun = self._stopping = self._reloading = False
        self._trouble: Error | None = None
        self._troubled = 0.0
        self._places = Places(eyes or EyesHere(clock))
        self._silence = Silence(clock, say)
        self._turns = Turns(rounds, self._places, state, clock, say, chance, lang, beside=beside)
        self._jobs = Beside(jobs, state, clock, say, lang)
        self._copies: dict[str, str] = {}
        self._approved: dict[str, str] = {}
        """When the newest approval was given that a workbook waits with."""
        self._marked: object = None
        self._beat: Beat | None = None
        self._clocks = clock.now(), clock.steady()
        self._since = clock.now()
        self._take(config())
        self.snapshot = self.snapshot_now()
        """The service's figures as of the last look around; other threads may read them."""

    def stop(self) -> None:
        """Ends `run` soon; a signal's handler may call it."""
        self._stopping = True
        self._clock.wake()

    def reload(self) -> None:
        """Says soon which configuration is in force, changed or not; a signal's handler may call it."""
        self._reloading = True
        self._clock.wake()

    def run(self, *, until_idle: bool = False) -> None:
        """Until `stop`; with `until_idle` until nothing is due.

        Raises:
            Busy: D-001 where a service runs already.
            Error: with `until_idle`, what stood in the way for longer than `GIVES_UP` (a locked state, a full disk).
        """
        with self._state.service():
            stopping.withdraw(self._state.folder)
            self._say("started", {"pid": os.getpid(), "workbooks": sorted(self._turns.names)})
            try:
                while not self._stopping:
                    self._live()
                    if until_idle and self._is_done():
                        break
                    self._clock.wait(self._pause())
                    self._stopping |= stopping.is_asked(self._state.folder)
            finally:
                self._end()
                self._places.close()
            stopping.withdraw(self._state.folder)
            self._say("stopped", {})

    def _is_done(self) -> bool:
        """Whether nothing is due. Raises what stands in the way for too long."""
        if self._trouble is None:
            return self._is_idle()
        if self._clock.steady() - self._troubled > GIVES_UP:
            raise self._trouble
        return False

    def _live(self) -> None:
        """A look around; what stands in its way (a locked or full disk, a lost drive) is said once, and tried again."""
        trouble: Error | None = None
        try:
            self.step()
        except Error as error:
            trouble = error
        except OSError as error:
            trouble = Error(D_SYSTEM, file=error.filename, found=error.strerror or str(error))
        before, self._trouble = self._trouble, trouble
        if before is None:
            self._troubled = self._clock.steady()
        if str(before) != str(trouble):
            self._say(*(("healed", {}) if trouble is None else ("trouble", {"error": trouble.as_json(self._lang)})))
        self.snapshot = self.snapshot_now()

    def step(self) -> None:
        """One look around; never waits for anything."""
        self._heartbeat()
        if not self._begun:
            self._due_at_start()
        self._see_clock()
        self._reload()
        self._notice()
        self._see_approvals()
        self._turns.step()
        self._jobs.step()

    def _take(self, config: Config) -> None:
        """Goes by a configuration from here on."""
        self._config = config
        self._places.take(config)
        self._turns.take(config)

    def _due_at_start(self) -> None:
        self._turns.due_at_start()
        self._jobs.plan(self._config)
        self._begun = True

    def _reload(self) -> None:
        config, asked = self._config_in_force(), self._reloading
        self._reloading = False
        if config is self._config and not asked:
            return
        problem = config.problem.as_json(self._lang) if config.problem else None
        self._say("config", {"file": str(config.path), "problem": problem, "changed": config is not self._config})
        if config is not self._config:
            self._take(config)
            self._turns.hurry(self._turns.names)
            self._jobs.plan(config)

    def _notice(self) -> None:
        """Files that came or changed make their workbooks due: those of the inbox all."""
        self._places.look()
        names = self._turns.names
        back = self._silence.now(self._places.silent())
        self._turns.hurry(name for name in names if str(self._places.folder_of(name)) in back)
        self._tell_copies()
        if files := self._places.inbox_news():
            self._say("noticed", {"files": files})
            self._turns.hurry(names)
        busy = self._turns.looked_at()
        for name in names:
            if name not in busy and (files := self._places.book_news(name)):
                self._say("noticed", {"files": files, "workbook": name})
                self._turns.hurry([name])

    def _see_approvals(self) -> None:
        """What a person let through is not kept waiting."""
        if (mark := self._state.mark()) == self._marked:
            return
        self._state.refresh()
        found = self._state.holds.approved()
        for name, moment in found.items():
            if name in self._turns.names and self._approved.get(name) != moment:
                self._say("approved", {"workbook": name})
                self._turns.hurry([name])
        self._approved, self._marked = found, mark

    def _tell_copies(self) -> None:
        """Names what looks like a conflict copy of a sync folder, once."""
        copies = self._places.copies()
        if fresh := {file: name for file, name in copies.items() if file not in self._copies}:
            self._say("copies", {"files": fresh})
        self._copies = copies

    def _see_clock(self) -> None:
        """A wall clock that was moved: nothing waits longer than its interval for it, and nothing is lost."""
        wall, steady = self._clock.now(), self._clock.steady()
        before, ticked = self._clocks
        moved = (wall - before).total_seconds() - (steady - ticked)
        self._clocks = wall, steady
        if abs(moved) < JUMP:
            return
        self._say("clock", {"moved_seconds": round(moved)})
        self._turns.hurry(self._turns.names)
        self._jobs.plan(self._config)

    def _heartbeat(self) -> None:
        now = self._clock.now()
        sees = {"silent": self._places.silent(), "copies": self._copies}
        if self._beat is None:
            beat = Beat(os.getpid(), platform.node(), metadata.version("quanliucheng"), now, now, sees)
        elif abs((now - self._beat.heartbeat).total_seconds()) < BEAT_EVERY and sees == self._beat.sees:
            return
        else:
            beat = replace(self._beat, heartbeat=now, sees=sees)
        with self._state.begin():
            self._state.agenda.beat(beat)
        self._beat = beat

    def snapshot_now(self) -> Snapshot:
        """The service's figures; only for the control thread."""
        jobs = {name: JobFigures(item.failures, item.last, item.next) for name, item in self._jobs.all().items()}
        turns, tally = self._turns, self._turns.tally
        return Snapshot(
            self._clock.now(),
            self._clock.steady(),
            self._since,
            dict(tally.books),
            jobs,
            turns.waiting(),
            len(turns.looked_at()),
            tally.rounds,
            tally.seconds,
            tally.last_seconds,
            tuple(self._places.silent()),
            self._trouble.code.id if self._trouble else None,
            self._config.problem.code.id if self._config.problem else None,
        )

    def _pause(self) -> float:
        """Until the next look; shorter where something is due before it."""
        moments = [moment for moment in (self._turns.next(), self._jobs.next()) if moment is not None]
        if self._turns.running or not moments:
            return LOOK_EVERY
        return min(LOOK_EVERY, max(0.1, (min(moments) - self._clock.now()) / timedelta(seconds=1)))

    def _is_idle(self) -> bool:
        waits = self._turns.running or self._places.is_waiting or self._turns.due()
        return self._begun and not waits and self._jobs.is_idle

    def _end(self) -> None:
        self._jobs.end()
        self._turns.end(ENDING)
