"""What happens in the world beside rounds: what people do, and what goes wrong."""

from __future__ import annotations

import shutil
from datetime import timedelta

import yaml

from rules.errors import Error
from rules.policy.kept import staying
from rules.policy.loader import load
from sync.round.settle import settle
from sync.round.undo import undo
from sync.tab.adopt import Choice
from tests.sync.simulation import checks
from tests.sync.simulation.book import Sheet, save, shown
from tests.sync.simulation.checks import BOOK, Broken
from tests.sync.simulation.model import same_rows
from tests.sync.simulation.outside import Died, Disk


class Deeds:
    """The part of a `World` that acts on it; each deed is an event of the story."""

    # --- what people do ----------------------------------------------------------------------------------------

    @property
    def is_there(self) -> bool:
        return self.book.exists()

    def save_book(self, sheet: Sheet) -> None:
        self._saves += 1
        save(self.book, sheet, self._saves)

    def _edit(self) -> None:
        if not self.is_there:
            return
        sheet = shown(self.book)
        words, deed = self.people.edit(sheet, self.model)
        deed(sheet)
        self.save_book(sheet)
        self.say("somebody:", words)
        self.counts[f"edit {words}"] += 1

    def _export(self) -> None:
        kinds = self.chance.choices(["whole", "part", "late", "again", "back"], [60, 14, 12, 7, 7])[0]
        self.say("export:", self.erp.export(self.clock.now(), kinds))
        self.counts[f"export {kinds}"] += 1

    def _grow(self) -> None:
        whole = self.erp.begin(self.clock.now())
        self.say("export: a file begins to grow")
        self.at(self.clock.ticks + self.chance.choice([1.0, 5.0, 40.0]), lambda: self.erp.end(whole))

    def _keep_open(self) -> None:
        """Somebody has the workbook open for a while, and saves it in between."""
        owner = self.book.with_name(f"~${self.book.name}")
        if owner.exists() or not self.is_there:
            return
        owner.write_bytes(b"somebody")
        self.say("open")
        until = self.clock.ticks + self.chance.uniform(60, 3 * 3600)

        def close() -> None:
            owner.unlink(missing_ok=True)
            self.say("closed")

        self.at((self.clock.ticks + until) / 2, self._edit)
        self.at(until, close)

    @property
    def is_quiet(self) -> bool:
        """Nothing is under way, and the model knows all: a person may decide something."""
        open_ = self.book.with_name(f"~${self.book.name}").exists()
        idle = not self.daemon._turns.running and not self.model.late
        return idle and not open_ and not self.blurred and self.is_there and not self.moments.locked

    def _choose(self) -> None:
        if not self.is_quiet or not self.model.asked:
            return
        place, conflict = self.chance.choice(sorted(self.model.asked.items(), key=str))
        rows = [row for row in self.state.conflicts.open(BOOK) if (checks.place_of(row)) == place]
        self.must(len(rows) == 1, "6 conflicts", place, rows)
        erps = self.chance.random() < 0.5
        settle(self.state, [rows[0].id], Choice.ERP if erps else Choice.SHEET, None)
        self.model.chosen[place] = conflict, erps
        self.say("chosen:", place, "ERP" if erps else "sheet")
        self.counts["choice"] += 1
        self.daemon._turns.hurry([BOOK])

    def _undo(self) -> None:
        model = self.model
        if not self.is_quiet or not model.rounds or model.rounds[-1].settled or model.chosen:
            return
        done = model.rounds.pop()
        sheet, left = self.sheets.pop(done.number, (None, b""))
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
            self.wrote.pop(place, None)
        for key in done.rows:
            self.wrote = {place: value for place, value in self.wrote.items() if place[0] != key}
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
        schedule = self.site["schedule"]
        schedule["every_minutes"] = self.chance.choice([120, 240, 480])
        schedule["quiet"] = self.chance.choice([[], ["22:00-06:00"], ["12:00-13:00"]])
        self.configure()
        self.say("configuration:", schedule)
        self.counts["config change"] += 1

    def configure(self) -> None:
        text = yaml.safe_dump({"rules": {}, "site": self.site}, allow_unicode=True)
        (self.folder / "config.yaml").write_text(text, "utf-8")
        self.config = load(self.folder / "config.yaml")

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

        self.at(self.clock.ticks + self.chance.uniform(60, 7200), mend)

    def _lock_the_state(self) -> None:
        self.moments.locked = True
        self.say("the state is locked")
        self.counts["state locked"] += 1

        def free() -> None:
            self.moments.locked = False
            self.say("the state is free")

        self.at(self.clock.ticks + self.chance.uniform(5, 300), free)

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

        self.at(self.clock.ticks + self.chance.uniform(30, 7200), back)

    def _keep_all(self) -> None:
        if not self.is_quiet:
            return
        kept = self.folder / "kept"
        shutil.rmtree(kept, ignore_errors=True)
        Disk(self.book.parent).keep(kept / "workbooks")
        Disk(self.folder / "state").keep(kept / "state")
        self.older = kept, self.model.copy(), dict(self.wrote), dict(self.sheets), False
        self.kept_book = self.book.read_bytes()
        self.say("a copy of all is made")

    def _put_all_back(self) -> None:
        """The machine is lost: workbooks and state are those of the copy, the inbox is not."""
        if self.older is None or not self.is_there or self.daemon._turns.running:
            return
        kept, model, wrote, sheets, _ = self.older
        self.close_state()
        Disk(self.book.parent).put_back(kept / "workbooks")
        Disk(self.folder / "state").put_back(kept / "state")
        self.open_state()
        self.model, self.wrote, self.sheets, self.blurred = model.copy(), dict(wrote), dict(sheets), False
        self.say("the copy of all is put back")
        self.counts["folder put back"] += 1
        raise Died

    def _put_the_book_back(self) -> None:
        """Somebody puts an older workbook in the place of today's."""
        if self.kept_book is None or not self.is_quiet:
            return
        self.book.write_bytes(self.kept_book)
        self.say("an older workbook is put back")
        self.counts["older workbook"] += 1
        self.blurred = True
