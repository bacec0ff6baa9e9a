"""One round of the story: what happens to it while it runs, and what must be true after it."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from rules.errors import Busy, Error
from sync.daemon.world import BookEnd, RoundEnd
from sync.plan.guards import G_OLD_COPY
from sync.round.old_copy import Answer
from sync.round.report import BookReport
from sync.round.round import run_round
from sync.state.faults import T_LOCKED
from tests.sync.simulation import checks
from tests.sync.simulation.book import Sheet, shown
from tests.sync.simulation.checks import BOOK
from tests.sync.simulation.model import Plan, same_rows
from tests.sync.simulation.outside import Died

MOMENTS = 22
"""More than a round has."""


class Attempt:
    """One round, what happens to it, and what must be true afterwards."""

    def __init__(self, world: Any, *, calm: bool = False) -> None:
        self.world, self.calm = world, calm
        self.fired, self.was_read, self.found = "", False, b""
        self.edit: Callable[[Sheet], None] | None = None
        self.kept = world.folder / "moment"
        self.died_at = ""

    def run(self) -> RoundEnd:
        world = self.world
        world.moments.calm()
        if not world.is_there:
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
            world.must(world.blurred, "16 only an older copy is called one", report.error)
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
        world.save_book(sheet)
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
            model.learn(world.erp.lying(), world.wall())
        unfinished = {item.round for item in state.journal.unfinished()}
        world.wrote |= model.settle_late(sheet, unfinished)
        went = report is not None and report.error is None
        world.say(
            "round", number, "died" if died else "ok" if went else (error or (report and report.error)).code.id,
            after.grid() if after_bytes != before else "-",
        )  # fmt: skip
        if world.blurred:
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
                world.blurred = True
            model.late.append(replace(plan, number=number))
        elif ends.get(BOOK) == "COMMITTED" or went:
            self._committed(plan, number, before, sheet, after_bytes, report, edited)
        elif died:
            self._after_death(plan, number)
        if went and not unfinished:
            self._settled(wrote=report is not None and report.backup is not None)
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
            self.world.look_again()

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
            world.sheets[number] = sheet, after
        if plan.writes:
            (item,) = state.journal.books(number)
            world.must(checks.is_what_stood_there(item.backup, before), "14 a backup is what stood there", item)
        elif edited is None or not self.was_read:
            world.must(after == before, "10 nothing to write, nothing written")
        for place, (_, value, _) in plan.cells.items():
            world.wrote[place] = value
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

    def _settled(self, *, wrote: bool) -> None:
        world = self.world
        left = checks.left_beside(world.book)
        world.must(not left, "11 nothing is left beside the workbook", left)
        kept = list((world.book.parent / ".qlc-backups").glob("*Z.xlsx"))
        if wrote:  # what rounds that died left goes with the next write
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
        self.world.model.learn(self.world.erp.lying(), self.world.wall())
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
