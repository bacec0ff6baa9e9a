"""A company with people, an ERP, a service and faults, in a day that takes a moment: one seed, one story."""

from __future__ import annotations

import heapq
import random
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from sync.daemon.daemon import Daemon
from sync.daemon.hours import LONGEST_WAIT
from sync.daemon.turns import LONGEST_ROUND
from sync.daemon.world import RoundEnd
from sync.round.round import run_round
from sync.tab.adopt import Adoption
from tests.sync.simulation import checks
from tests.sync.simulation.attempt import Attempt
from tests.sync.simulation.book import Sheet, shown
from tests.sync.simulation.checks import BOOK, Broken
from tests.sync.simulation.deeds import Deeds
from tests.sync.simulation.erp import ZONE, Erp
from tests.sync.simulation.model import DATA, MSKU, REMARK, STORE, Model
from tests.sync.simulation.outside import Clock, Died, Disk, Moments, QuickState, in_the_simulation
from tests.sync.simulation.people import Operators

START = datetime(2026, 4, 27, 1, tzinfo=UTC)
DAY = 86_400.0


class SimRound:
    """A round that has run in the moment it was started, and is told to have taken a while; or that hangs."""

    def __init__(self, world: World, end: RoundEnd, takes: float) -> None:
        self._world, self._end, self._until = world, end, world.clock.ticks + takes

    def ended(self) -> RoundEnd | None:
        return self._end if self._world.clock.ticks >= self._until else None

    def stop(self) -> None:
        """It wrote what it wrote."""


class World(Deeds):
    """Everything of one story. `run` lives some days of it; `trace` tells them."""

    def __init__(self, folder: Path, seed: int) -> None:
        self.folder, self.chance = folder, random.Random(seed)
        self.trace: list[str] = []
        self.counts: Counter[str] = Counter()
        self.moments = Moments()
        self.clock = Clock(START, self._wait)
        self.erp = Erp(folder / "inbox", self.chance)
        self.people = Operators(self.chance)
        self.model = Model()
        self.book = folder / "workbooks" / f"{BOOK}.xlsx"
        self.home = Disk(self.book.parent)
        self._events: list[tuple[float, int, Callable[[], None]]] = []
        self._numbers = 0
        self._saves = 0
        self._end = 0.0
        self.blurred = False
        """A person answered a question that the model does not foresee: it looks after the next round."""
        self.wrote: dict[tuple[tuple[str, str], str], Any] = {}
        self.sheets: dict[int, tuple[Sheet, bytes]] = {}
        """By round the sheet that it found, and the bytes that it left."""
        self.older: tuple[Path, Model, dict[Any, Any], dict[Any, Any], bool] | None = None
        self.kept_book: bytes | None = None
        self._looked = 0.0
        self.site: dict[str, Any] = {
            "state": "state",
            "inbox": [{"path": "inbox"}],
            "stores": [{"name": "LOMEESS-CA", "site": "CA"}],
            "workbooks": [{"name": BOOK, "path": f"workbooks/{BOOK}.xlsx"}],
            "guards": {"max_change_percent": 100, "max_mark_percent": 100},
            "schedule": {"every_minutes": 240},
        }

    # --- the story ---------------------------------------------------------------------------------------------

    def run(self, days: int) -> World:
        """Lives so many days; raises `Broken` with what came before where an invariant does not hold."""
        with (
            pytest.MonkeyPatch.context() as patch,
            in_the_simulation(self.moments, self.clock, patch),
            ExitStack() as end,
        ):
            end.callback(self.close_state)
            self._begin()
            self._end = days * DAY
            for day in range(days):
                self.at(day * DAY + 1, self._plan_a_day)
            while self.clock.ticks < self._end:
                try:
                    self._serve()
                except Died:
                    self.say("the service is started again")
            self._rest()
        return self

    def say(self, *words: object) -> None:
        """Tells something in the trace."""
        self.trace.append(f"{self.clock.ticks / DAY:8.3f} {' '.join(map(str, words))}")

    def must(self, holds: bool, invariant: str, *facts: object) -> None:
        """An invariant by its number in the list, and what it is about."""
        if not holds:
            raise Broken("\n".join([*self.trace[-25:], f"BROKEN {invariant}", *map(str, facts)]))

    def digest(self) -> str:
        """The whole trace in a few letters."""
        return sha256("\n".join(self.trace).encode()).hexdigest()[:12]

    def _begin(self) -> None:
        for name in ("inbox", "workbooks"):
            (self.folder / name).mkdir(parents=True)
        self.configure()
        titles = [STORE, MSKU, DATA[0], "自用", DATA[1], REMARK]
        rows = [{STORE: key[0], MSKU: key[1], DATA[0]: 1.0} for key in self.erp.stock]
        self.save_book(Sheet(titles, [dict(row) for row in rows]))  # type: ignore[arg-type]
        self.erp.export(self.clock.now())
        self.open_state()
        run_round(self.config, self.state, adopt=Adoption(), moment=self.clock.now())
        self.model.learn(self.erp.lying(), self.wall())
        self.look_again()

    def open_state(self) -> None:
        self.state = QuickState(self.folder / "state", self.moments)
        self.service = QuickState(self.folder / "state", Moments())

    def close_state(self) -> None:
        self.moments.calm()
        self.state.close()
        self.service.close()

    def _serve(self) -> None:
        self.daemon = Daemon(lambda: self.config, self.service, self.clock, self, self._heard, self.chance)
        self._looked = self.clock.ticks
        self.daemon.run()

    def _heard(self, event: str, facts: dict[str, Any]) -> None:
        self.counts[event] += 1
        if event in ("trouble", "healed", "alert", "recovered", "config", "clock", "failed"):
            self.say("told:", event, facts.get("error", {}).get("code", ""))

    def _wait(self, seconds: float) -> None:
        """Time passes, up to what happens next where nothing else is under way."""
        until = self.clock.ticks + seconds
        if not self.daemon._turns.running and self.daemon._is_idle() and not self.moments.locked:
            due = self.daemon._turns.next()
            quiet = self._end if due is None else self.clock.ticks + (due - self.clock.wall) / timedelta(seconds=1)
            until = max(until, min(quiet, self._events[0][0] if self._events else self._end, self._end))
        while self._events and self._events[0][0] <= until:
            when, _, deed = heapq.heappop(self._events)
            self.clock.pass_(max(0.0, when - self.clock.ticks))
            deed()
        self.clock.pass_(max(0.0, until - self.clock.ticks))
        if self.clock.ticks >= self._end:
            self.daemon.stop()

    def at(self, when: float, deed: Callable[[], None]) -> None:
        self._numbers += 1
        heapq.heappush(self._events, (when, self._numbers, deed))

    def _plan_a_day(self) -> None:
        now, chance = self.clock.ticks, self.chance

        def some(least: int, most: int, deed: Callable[[], None]) -> None:
            for _ in range(chance.randint(least, most)):
                self.at(now + chance.uniform(0, DAY), deed)

        def now_and_then(share: float, deed: Callable[[], None]) -> None:
            if chance.random() < share:
                some(1, 1, deed)

        some(1, 2, self._export)
        some(1, 3, self._edit)
        now_and_then(0.3, self._choose)
        now_and_then(0.25, self._undo)
        now_and_then(0.2, self._keep_open)
        now_and_then(0.12, self._grow)
        now_and_then(0.15, self._kill)
        now_and_then(0.06, self._move_the_clock)
        now_and_then(0.06, self._change_the_configuration)
        now_and_then(0.05, self._break_the_configuration)
        now_and_then(0.06, self._lock_the_state)
        now_and_then(0.06, self._lose_the_drive)
        now_and_then(0.08, self._keep_all)
        now_and_then(0.05, self._put_all_back)
        now_and_then(0.06, self._put_the_book_back)

    # --- rounds ------------------------------------------------------------------------------------------------

    def start(self, workbooks: Sequence[str]) -> SimRound:
        """The service's port: a round, with or without something that happens to it."""
        waited = self.clock.ticks - self._looked
        self._looked = self.clock.ticks
        longest = 480 * 66 + 8 * 3600 + LONGEST_ROUND + LONGEST_WAIT
        self.must(waited <= longest, "19 each workbook is looked at in time", waited)
        self.counts["rounds"] += 1
        died, end = False, RoundEnd()
        try:
            end = self._round()
        except Died:
            died = True
        if died:
            end = RoundEnd(error={"code": "D-003"})
            if self.chance.random() < 0.3:
                self.at(self.clock.ticks, self._kill)
        return SimRound(self, end, self.chance.uniform(0.5, 20))

    def wall(self) -> datetime:
        return self.clock.wall.astimezone(ZONE).replace(tzinfo=None, microsecond=0)

    def _round(self) -> RoundEnd:
        return Attempt(self).run()

    def look_again(self) -> None:
        """The model takes up what the state remembers."""
        self.model.agreed = dict(checks.agreed_in(self.state))
        self.model.rows_agreed = checks.rows_in(self.state)
        self.model.asked = checks.asked_in(self.state)
        self.model.pins, self.model.row_pins = checks.pins_in(self.state)
        self.model.chosen, self.model.rounds, self.model.late = {}, [], []
        self.blurred, self.wrote, self.sheets = False, {}, {}

    def _rest(self) -> None:
        """20: all faults over, one round later everything is settled and a second one finds nothing."""
        self.moments.calm()
        self.moments.locked = False
        away = self.folder / "away"
        if away.exists():
            away.rename(self.book.parent)
        self.book.with_name(f"~${self.book.name}").unlink(missing_ok=True)
        for _ in range(2):
            Attempt(self, calm=True).run()
        left = self.book.read_bytes()
        Attempt(self, calm=True).run()
        self.must(self.book.read_bytes() == left, "10 a round with nothing new writes nothing")
        self.must(not self.state.journal.unfinished(), "11 nothing unfinished stays")
        self.must(checks.sound(self.state), "18 the state is sound")
        forgotten = checks.forgotten(self.state, self.wrote)
        self.must(not forgotten, "15 history answers", *forgotten)
        self.say("end", shown(self.book).grid())
