"""A company with people, an ERP, a service and faults, in a day that takes a moment: one seed, one story."""

from __future__ import annotations

import heapq
import random
import shutil
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
import yaml

from rules.errors import Busy, Error
from rules.policy.kept import staying
from rules.policy.loader import Config, load
from sync.daemon.daemon import LONGEST_ROUND, Daemon
from sync.daemon.hours import LONGEST_WAIT
from sync.daemon.world import BookEnd, RoundEnd
from sync.plan.guards import G_OLD_COPY
from sync.round.old_copy import Answer
from sync.round.report import BookReport
from sync.round.round import run_round
from sync.round.settle import settle
from sync.round.undo import undo
from sync.state.faults import T_LOCKED
from sync.tab.adopt import Adoption, Choice
from tests.sync.simulation import checks
from tests.sync.simulation.book import Sheet, save, shown
from tests.sync.simulation.checks import BOOK
from tests.sync.simulation.erp import ZONE, Erp
from tests.sync.simulation.model import DATA, MSKU, REMARK, STORE, Model, Plan, same_rows
from tests.sync.simulation.outside import Clock, Died, Disk, Moments, QuickState, in_the_simulation
from tests.sync.simulation.people import Operators

START = datetime(2026, 4, 27, 1, tzinfo=UTC)
DAY = 86_400.0
MOMENTS = 22
"""More than a round has."""


class Broken(AssertionError):
    """An invariant does not hold."""


class SimRound:
    """A round that has run in the moment it was started, and is told to have taken a while; or that hangs."""

    def __init__(self, world: World, end: RoundEnd, takes: float) -> None:
        self._world, self._end, self._until = world, end, world.clock.ticks + takes

    def ended(self) -> RoundEnd | None:
        return self._end if self._world.clock.ticks >= self._until else None

    def stop(self) -> None:
        """It wrote what it wrote."""


class World:
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
        self._blurred = False
        """A person answered a question that the model does not foresee: it looks after the next round."""
        self._wrote: dict[tuple[tuple[str, str], str], Any] = {}
        self._sheets: dict[int, tuple[Sheet, bytes]] = {}
        """By round the sheet that it found, and the bytes that it left."""
        self._older: tuple[Path, Model, dict[Any, Any], dict[Any, Any], bool] | None = None
        self._kept_book: bytes | None = None
        self._looked = 0.0
        self._site: dict[str, Any] = {
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
            end.callback(self._close)
            self._begin()
            self._end = days * DAY
            for day in range(days):
                self._at(day * DAY + 1, self._plan_a_day)
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
        self._configure()
        titles = [STORE, MSKU, DATA[0], "自用", DATA[1], REMARK]
        rows = [{STORE: key[0], MSKU: key[1], DATA[0]: 1.0} for key in self.erp.stock]
        self._save(Sheet(titles, [dict(row) for row in rows]))  # type: ignore[arg-type]
        self.erp.export(self.clock.now())
        self._open()
        run_round(self.config, self.state, adopt=Adoption(), moment=self.clock.now())
        self.model.learn(self.erp.lying(), self._wall())
        self._look_again()

    def _open(self) -> None:
        self.state = QuickState(self.folder / "state", self.moments)
        self.service = QuickState(self.folder / "state", Moments())

    def _close(self) -> None:
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
        if self.daemon._running is None and self.daemon._is_idle() and not self.moments.locked:
            due = self.daemon._timetable.next()
            quiet = self._end if due is None else self.clock.ticks + (due - self.clock.wall) / timedelta(seconds=1)
            until = max(until, min(quiet, self._events[0][0] if self._events else self._end, self._end))
        while self._events and self._events[0][0] <= until:
            when, _, deed = heapq.heappop(self._events)
            self.clock.pass_(max(0.0, when - self.clock.ticks))
            deed()
        self.clock.pass_(max(0.0, until - self.clock.ticks))
        if self.clock.ticks >= self._end:
            self.daemon.stop()

    def _at(self, when: float, deed: Callable[[], None]) -> None:
        self._numbers += 1
        heapq.heappush(self._events, (when, self._numbers, deed))

    def _plan_a_day(self) -> None:
        now, chance = self.clock.ticks, self.chance

        def some(least: int, most: int, deed: Callable[[], None]) -> None:
            for _ in range(chance.randint(least, most)):
                self._at(now + chance.uniform(0, DAY), deed)

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

    # --- what people do ----------------------------------------------------------------------------------------

    @property
    def _is_there(self) -> bool:
        return self.book.exists()

    def _save(self, sheet: Sheet) -> None:
        self._saves += 1
        save(self.book, sheet, self._saves)

    def _edit(self) -> None:
        if not self._is_there:
            return
        sheet = shown(self.book)
        words, deed = self.people.edit(sheet, self.model)
        deed(sheet)
        self._save(sheet)
        self.say("somebody:", words)
        self.counts[f"edit {words}"] += 1

    def _export(self) -> None:
        kinds = self.chance.choices(["whole", "part", "late", "again", "back"], [60, 14, 12, 7, 7])[0]
        self.say("export:", self.erp.export(self.clock.now(), kinds))
        self.counts[f"export {kinds}"] += 1

    def _grow(self) -> None:
        whole = self.erp.begin(self.clock.now())
        self.say("export: a file begins to grow")
        self._at(self.clock.ticks + self.chance.choice([1.0, 5.0, 40.0]), lambda: self.erp.end(whole))

    def _keep_open(self) -> None:
        """Somebody has the workbook open for a while, and saves it in between."""
        owner = self.book.with_name(f"~${self.book.name}")
        if owner.exists() or not self._is_there:
            return
        owner.write_bytes(b"somebody")
        self.say("open")
        until = self.clock.ticks + self.chance.uniform(60, 3 * 3600)

        def close() -> None:
            owner.unlink(missing_ok=True)
            self.say("closed")

        self._at((self.clock.ticks + until) / 2, self._edit)
        self._at(until, close)

    @property
    def _is_quiet(self) -> bool:
        """Nothing is under way, and the model knows all: a person may decide something."""
        open_ = self.book.with_name(f"~${self.book.name}").exists()
        idle = self.daemon._running is None and not self.model.late
        return idle and not open_ and not self._blurred and self._is_there and not self.moments.locked

    def _choose(self) -> None:
        if not self._is_quiet or not self.model.asked:
            return
        place, conflict = self.chance.choice(sorted(self.model.asked.items(), key=str))
        rows = [row for row in self.state.conflicts.open(BOOK) if (checks.place_of(row)) == place]
        self.must(len(rows) == 1, "6 conflicts", place, rows)
        erps = self.chance.random() < 0.5
        settle(self.state, [rows[0].id], Choice.ERP if erps else Choice.SHEET, None)
        self.model.chosen[place] = conflict, erps
        self.say("chosen:", place, "ERP" if erps else "sheet")
        self.counts["choice"] += 1
        self.daemon._hurry(BOOK)

    def _undo(self) -> None:
        model = self.model
        if not self._is_quiet or not model.rounds or model.rounds[-1].settled or model.chosen:
            return
        done = model.rounds.pop()
        sheet, left = self._sheets.pop(done.number, (None, b""))
        before, untouched = shown(self.book), self.book.read_bytes() == left
        expected, kept = model.undo(done, before)
        report = undo(self.config, self.state)
        after = shown(self.book)
        self.must(report.undone == done.number, "12 undo: another round", report.undone, done.number)
        self.must(len(report.kept) == kept, "12 undo keeps what people changed", report.kept, kept)
        wanted = sheet if sheet is not None and untouched and not kept else expected
        self.must(same_rows(after, wanted), "12 undo is exact", before, after, wanted)
        self.must(checks.agreed_in(self.state) == model.known(), "12 undo restores what was agreed")
        for place in done.cells:
            self._wrote.pop(place, None)
        for key in done.rows:
            self._wrote = {place: value for place, value in self._wrote.items() if place[0] != key}
        self.say("undone:", done.number, "kept", kept)
        self.counts["undo"] += 1

    # --- what goes wrong ---------------------------------------------------------------------------------------

    def _kill(self) -> None:
        self.say("the service is killed")
        self.counts["service killed"] += 1
        raise Died

    def _move_the_clock(self) -> None:
        hours = self.chance.choice([-30, -5, -1, 1, 8, 50])
        self.clock.wall += timedelta(hours=hours)
        self.say("the clock jumps by", hours, "h")
        self.counts["clock jump"] += 1

    def _change_the_configuration(self) -> None:
        schedule = self._site["schedule"]
        schedule["every_minutes"] = self.chance.choice([120, 240, 480])
        schedule["quiet"] = self.chance.choice([[], ["22:00-06:00"], ["12:00-13:00"]])
        self._configure()
        self.say("configuration:", schedule)
        self.counts["config change"] += 1

    def _configure(self) -> None:
        text = yaml.safe_dump({"rules": {}, "site": self._site}, allow_unicode=True)
        (self.folder / "config.yaml").write_text(text, "utf-8")
        self.config: Config = load(self.folder / "config.yaml")

    def _break_the_configuration(self) -> None:
        path, good = self.folder / "config.yaml", self.config
        text = path.read_text("utf-8")
        path.write_text("site: [", "utf-8")
        try:
            load(path)
            raise Broken("20 a broken configuration is taken")
        except Error as error:
            self.config = staying(good, self.clock.wall.timestamp(), error)
        self.say("configuration: broken")

        def mend() -> None:
            path.write_text(text, "utf-8")
            self.config = good
            self.say("configuration: mended")

        self._at(self.clock.ticks + self.chance.uniform(60, 7200), mend)

    def _lock_the_state(self) -> None:
        self.moments.locked = True
        self.say("the state is locked")
        self.counts["state locked"] += 1

        def free() -> None:
            self.moments.locked = False
            self.say("the state is free")

        self._at(self.clock.ticks + self.chance.uniform(5, 300), free)

    def _lose_the_drive(self) -> None:
        away = self.folder / "away"
        if away.exists():
            return
        self.book.parent.rename(away)
        self.say("the drive is gone")
        self.counts["drive gone"] += 1

        def back() -> None:
            away.rename(self.book.parent)
            self.say("the drive is back")

        self._at(self.clock.ticks + self.chance.uniform(30, 7200), back)

    def _keep_all(self) -> None:
        if not self._is_quiet:
            return
        kept = self.folder / "kept"
        shutil.rmtree(kept, ignore_errors=True)
        Disk(self.book.parent).keep(kept / "workbooks")
        Disk(self.folder / "state").keep(kept / "state")
        self._older = kept, self.model.copy(), dict(self._wrote), dict(self._sheets), False
        self._kept_book = self.book.read_bytes()
        self.say("a copy of all is made")

    def _put_all_back(self) -> None:
        """The machine is lost: workbooks and state are those of the copy, the inbox is not."""
        if self._older is None or not self._is_there or self.daemon._running is not None:
            return
        kept, model, wrote, sheets, _ = self._older
        self._close()
        Disk(self.book.parent).put_back(kept / "workbooks")
        Disk(self.folder / "state").put_back(kept / "state")
        self._open()
        self.model, self._wrote, self._sheets, self._blurred = model.copy(), dict(wrote), dict(sheets), False
        self.say("the copy of all is put back")
        self.counts["folder put back"] += 1
        raise Died

    def _put_the_book_back(self) -> None:
        """Somebody puts an older workbook in the place of today's."""
        if self._kept_book is None or not self._is_quiet:
            return
        self.book.write_bytes(self._kept_book)
        self.say("an older workbook is put back")
        self.counts["older workbook"] += 1
        self._blurred = True

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
                self._at(self.clock.ticks, self._kill)
        return SimRound(self, end, self.chance.uniform(0.5, 20))

    def _wall(self) -> datetime:
        return self.clock.wall.astimezone(ZONE).replace(tzinfo=None, microsecond=0)

    def _round(self) -> RoundEnd:
        return Attempt(self).run()

    def _look_again(self) -> None:
        """The model takes up what the state remembers."""
        self.model.agreed = dict(checks.agreed_in(self.state))
        self.model.rows_agreed = checks.rows_in(self.state)
        self.model.asked = checks.asked_in(self.state)
        self.model.pins, self.model.row_pins = checks.pins_in(self.state)
        self.model.chosen, self.model.rounds, self.model.late = {}, [], []
        self._blurred, self._wrote, self._sheets = False, {}, {}

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
        forgotten = checks.forgotten(self.state, self._wrote)
        self.must(not forgotten, "15 history answers", *forgotten)
        self.say("end", shown(self.book).grid())


class Attempt:
    """One round, what happens to it, and what must be true afterwards."""

    def __init__(self, world: World, *, calm: bool = False) -> None:
        self.world, self.calm = world, calm
        self.fired, self.was_read, self.found = "", False, b""
        self.edit: Callable[[Sheet], None] | None = None
        self.kept = world.folder / "moment"
        self.died_at = ""

    def run(self) -> RoundEnd:
        world = self.world
        world.moments.calm()
        if not world._is_there:
            return self._without_a_workbook()
        before, sheet = world.book.read_bytes(), shown(world.book)
        self.number = self._newest()
        self._prepare(sheet)
        report: BookReport | None = None
        error: Error | None = None
        died = False
        try:
            report = self._go()
        except Died:
            died = True
            world.home.put_back(self.kept)
        except Error as found:
            error = found
        finally:
            world.moments.calm()
        try:
            self._judge(before if self.was_read or not self.fired else self.found, sheet, report, error, died)
        finally:
            shutil.rmtree(self.kept, ignore_errors=True)
        if died:
            raise Died
        return self._end(report, error)

    def _go(self) -> BookReport:
        world = self.world
        moment = world.clock.now()
        (report,) = run_round(world.config, world.state, moment=moment).workbooks
        if report.error is not None and report.error.code is G_OLD_COPY:
            world.must(world._blurred, "16 only an older copy is called one", report.error)
            world.counts["older copy answered"] += 1
            answer = world.chance.choice(list(Answer))
            world.say("answered:", answer)
            (report,) = run_round(world.config, world.state, moment=moment, old_copy=answer).workbooks
        return report

    def _newest(self) -> int:
        rounds = self.world.state.journal.rounds(1)
        return rounds[0].id if rounds else 0

    # --- what happens to it

    def _prepare(self, sheet: Sheet) -> None:
        world, chance = self.world, self.world.chance
        if self.calm:
            return
        fate = chance.random()
        at = chance.randrange(MOMENTS)
        if fate < 0.16:
            world.moments.arm(at, self._die)
        elif fate < 0.24:
            self.words, deed = world.people.edit(sheet, world.model)
            world.moments.arm(at, lambda name: self._meddle(name, deed))
        elif fate < 0.30:
            world.moments.lie = self._lie

    def _die(self, name: str) -> None:
        """All at once: what the unwinding tidies up is put back as it stood. What is not forced to disk yet may be lost."""
        world = self.world
        self.died_at = name
        world.counts[f"died {name}"] += 1
        world.say("a round dies", name)
        world.home.keep(self.kept)
        if name == "after the files change places" and world.chance.random() < 0.5:
            self._forget_the_rename()
        raise Died

    def _forget_the_rename(self) -> None:
        """The disk comes back with the folder as it was before the two files changed places."""
        (hand,) = [path for path in self.kept.iterdir() if path.name.endswith(".qlc-swap")]
        book = self.kept / self.world.book.name
        spare = self.kept / "spare"
        hand.rename(spare)
        book.rename(hand)
        spare.rename(book)
        self.world.say("… and the disk forgets the rename")

    def _meddle(self, name: str, deed: Callable[[Sheet], None]) -> None:
        world = self.world
        self.fired, self.edit, self.was_read = name, deed, world.moments.has_read
        sheet = shown(world.book)
        deed(sheet)
        world._save(sheet)
        self.found = world.book.read_bytes()
        world.say("somebody meanwhile:", self.words, name)
        world.counts["edit meanwhile"] += 1

    def _lie(self, _path: str, real: Callable[[], Any]) -> Any:
        """The disk says that it failed and did it, or that it did it and lost it, or it fails."""
        world = self.world
        kind = world.chance.choice(["done, reported failed", "reported done, lost", "failed"])
        world.say("the write is", kind)
        world.counts[f"write {kind}"] += 1
        if kind == "failed":
            raise Busy(T_LOCKED, file=world.book, found="drive", expected="")
        before = world.book.read_bytes()
        answer = real()
        if kind == "reported done, lost":
            if world.book.read_bytes() != before:
                world.book.write_bytes(before)
            return answer
        raise Error(T_LOCKED, file=world.book, found="drive", expected="")

    # --- what must be true

    def _judge(self, before: bytes, sheet: Sheet, report: BookReport | None, error: Error | None, died: bool) -> None:
        world, state = self.world, self.world.state
        after_bytes, after = world.book.read_bytes(), shown(world.book)
        number = self._newest()
        model = world.model
        if number > self.number:
            model.learn(world.erp.lying(), world._wall())
        unfinished = {item.round for item in state.journal.unfinished()}
        world._wrote |= model.settle_late(sheet, unfinished)
        went = report is not None and report.error is None
        world.say(
            "round", number, "died" if died else "ok" if went else (error or (report and report.error)).code.id,
            after.grid() if after_bytes != before else "-",
        )  # fmt: skip
        if world._blurred:
            return self._loosely(sheet, after, went and not unfinished)
        plan, expected, edited = self._expected(sheet, after)
        world.must(expected is not None, "1 the sheet is what it was or what it was to be", sheet, after, plan.sheet)
        if edited is None:
            self._strictly(sheet, after)
            done = not went or same_rows(after, plan.sheet)
            world.must(
                done,
                "3 what was to be done is done",
                sheet,
                after,
                plan.sheet,
                report and (report.refused, report.problems),
            )
        ends = {item.workbook: item.state for item in state.journal.books(number)} if number > self.number else {}
        if number in unfinished:
            world.must(not went or report.state == "UNKNOWN", "17 a report says only what is verified", report)
            if plan.kept or any(place in model.chosen for place in plan.cells):
                world._blurred = True
            model.late.append(replace(plan, number=number))
        elif ends.get(BOOK) == "COMMITTED" or went:
            self._committed(plan, number, before, sheet, after_bytes, report, edited)
        elif died:
            self._after_death(plan, number)
        if went and not unfinished:
            self._settled(plan, number, before, after_bytes)
        return None

    def _expected(self, sheet: Sheet, after: Sheet) -> tuple[Plan, Sheet | None, Sheet | None]:
        """The plan that was carried out or not, the sheet that is there, and the one that somebody edited meanwhile."""
        model = self.world.model
        plan = model.plan(sheet)
        if self.edit is None:
            found = next((one for one in (plan.sheet, sheet) if same_rows(after, one)), None)
            return plan, found, None
        first, late = sheet.copy(), plan.sheet.copy()
        self.edit(first)
        self.edit(late)
        if not self.was_read:  # the round has seen the edit
            plan = model.plan(first)
            late = plan.sheet
        return plan, next((one for one in (late, first) if same_rows(after, one)), None), first

    def _strictly(self, sheet: Sheet, after: Sheet) -> None:
        must = self.world.must
        must(checks.people_untouched(sheet, after), "7 people's cells and rows stay", sheet, after)
        must(checks.nothing_doubled(sheet, after), "2 no row is doubled", sheet, after)
        must(checks.only_the_erps_values(sheet, after, self.world.model.says()), "9 no invented value", sheet, after)

    def _loosely(self, sheet: Sheet, after: Sheet, settled: bool) -> None:
        """After a person's answer: nothing of people's is touched, and what is remembered is taken up."""
        self.world.must(checks.nothing_doubled(sheet, after), "2 no row is doubled", sheet, after)
        if self.edit is None:
            people = checks.people_untouched(sheet, after)
            self.world.must(people, "7 people's cells and rows stay", sheet, after)
        if settled:
            self.world._look_again()

    def _committed(
        self, plan: Plan, number: int, before: bytes, sheet: Sheet, after: bytes, report: BookReport | None,
        edited: Sheet | None,
    ) -> None:  # fmt: skip
        world, model, state = self.world, self.world.model, self.world.state
        model.committed(plan, number)
        world.must(checks.same_memory(state, model), "4, 6 what is agreed and asked", *checks.difference(state, model))
        if plan.writes or plan.kept:
            rows = state.journal.written(number, BOOK)
            world.must(checks.history_is_the_plan(rows, plan), "13 history is what was written", plan, rows)
            world._sheets[number] = sheet, after
        if plan.writes:
            (item,) = state.journal.books(number)
            world.must(checks.is_what_stood_there(item.backup, before), "14 a backup is what stood there", item)
        elif edited is None or not self.was_read:
            world.must(after == before, "10 nothing to write, nothing written")
        for place, (_, value, _) in plan.cells.items():
            world._wrote[place] = value
        if report is not None and report.error is None:
            world.must(report.count("cell") == len(plan.cells), "17 a report says what was written", report)
            world.must(report.appends == len(plan.rows), "17 a report says what was appended", report)

    def _after_death(self, plan: Plan, number: int) -> None:
        """Nothing was to be written, or nothing was: what is remembered is of before, or of after."""
        world = self.world
        if checks.same_memory(world.state, world.model):
            return
        world.model.committed(plan, number)
        world.must(checks.same_memory(world.state, world.model), "5 remembered whole or not at all")

    def _settled(self, plan: Plan, number: int, before: bytes, after: bytes) -> None:
        world = self.world
        left = checks.left_beside(world.book)
        world.must(not left, "11 nothing is left beside the workbook", left)
        kept = list((world.book.parent / ".qlc-backups").glob("*Z.xlsx"))
        world.must(len(kept) <= 10, "14 backups are at most ten", kept)
        if world.chance.random() < 0.1 and not self.calm and not self.fired:
            world.counts["second look"] += 1
            here = world.book.read_bytes()
            Attempt(world, calm=True).run()
            world.must(world.book.read_bytes() == here, "10 a second round writes nothing")

    def _without_a_workbook(self) -> RoundEnd:
        try:
            (report,) = run_round(self.world.config, self.world.state, moment=self.world.clock.now()).workbooks
        except Error as error:
            return self._end(None, error)
        self.world.model.learn(self.world.erp.lying(), self.world._wall())
        self.world.say("round", "no workbook", report.error and report.error.code.id)
        self.world.must(report.error is not None, "16 a missing workbook is a coded state")
        return self._end(report, None)

    def _end(self, report: BookReport | None, error: Error | None) -> RoundEnd:
        if report is None:
            found = error.as_json("zh") if error else {}
            return RoundEnd(error=found, busy=isinstance(error, Busy))
        writes = report.count("cell") + report.appends
        failed = report.error
        end = BookEnd(
            report.state, writes, len(report.conflicts), 0, tuple(one.code.id for one in report.refused),
            isinstance(failed, Busy), failed is not None and not isinstance(failed, Busy),
        )  # fmt: skip
        return RoundEnd({BOOK: end}, report.plan_id and 1)
