"""A world that a test moves by hand: a clock, a company on disk, rounds that end as they are told."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from pathlib import Path

from rules.policy.loader import load, packaged_path
from sync.daemon.daemon import Daemon
from sync.daemon.world import BookEnd, RoundEnd
from sync.state.database import State

START = datetime(2026, 4, 27, 1, tzinfo=UTC)
"""09:00 in Shanghai."""


class FakeClock:
    """Time passes only where somebody waits, or `pass_` is called."""

    def __init__(self):
        self.wall, self.ticks, self.woken = START, 0.0, False

    def now(self):
        return self.wall

    def steady(self):
        return self.ticks

    def wait(self, seconds):
        self.pass_(seconds)

    def wake(self):
        self.woken = True

    def pass_(self, seconds):
        self.wall += timedelta(seconds=seconds)
        self.ticks += seconds


class FakeRound:
    def __init__(self, rounds, books, begun):
        self.rounds, self.books, self.begun, self.stopped = rounds, books, begun, False

    def ended(self):
        if self.rounds.clock.ticks - self.begun < self.rounds.takes:
            return None
        return self.rounds.end(self.books)

    def stop(self):
        self.stopped = True


class FakeRounds:
    """Notes every round with its moment; `takes` seconds, and ends as `ends` says of each workbook."""

    def __init__(self, clock):
        self.clock, self.takes, self.ends, self.made, self.error, self.busy = clock, 1.0, {}, [], None, False

    def start(self, workbooks):
        made = FakeRound(self, tuple(workbooks), self.clock.ticks)
        self.made.append((self.clock.wall, tuple(workbooks), made))
        return made

    def end(self, books):
        if self.error:
            return RoundEnd(error=self.error, busy=self.busy)
        return RoundEnd({name: self.ends.get(name, BookEnd("COMMITTED")) for name in books}, len(self.made))

    @property
    def seen(self):
        return [(moment - START, books) for moment, books, _ in self.made]


class Company:
    """A folder with a configuration, two workbooks and an inbox, and the service over it."""

    def __init__(self, folder, site=""):
        self.folder = folder
        for name in ("inbox", "books"):
            (folder / name).mkdir()
        for name in "ab":
            (folder / "books" / f"{name}.xlsx").write_bytes(b"one")
        self.configure(site)
        self.state, self.clock = State(folder / "state"), FakeClock()
        self.rounds, self.events = FakeRounds(self.clock), []
        self.daemon = self.service()

    def configure(self, site="", workbooks="ab", paths=None):
        paths = {name: f"books/{name}.xlsx" for name in workbooks} | (paths or {})
        books = ", ".join(f"{{name: {name}, path: {path}}}" for name, path in paths.items())
        text = packaged_path().read_text("utf-8")
        head = text[: text.index("\nsite:")]
        (self.folder / "config.yaml").write_text(
            f"{head}\nsite: {{inbox: [{{path: inbox}}], workbooks: [{books}]{site}}}\n", "utf-8"
        )
        self.config = load(self.folder / "config.yaml")

    def service(self, **more):
        def say(event, facts):
            self.events.append((event, facts))

        return Daemon(lambda: self.config, self.state, self.clock, self.rounds, say, random.Random(1), **more)

    def begin(self):
        self.daemon._due_at_start()

    def run(self, seconds, step=1.0):
        """Lets the service live for so long."""
        end = self.clock.ticks + seconds
        while self.clock.ticks < end:
            self.daemon.step()
            self.clock.pass_(step)

    def drop(self, name, data=b"data"):
        Path(self.folder, "inbox", name).write_bytes(data)

    def save(self, name, data):
        Path(self.folder, "books", f"{name}.xlsx").write_bytes(data)

    def told(self, event):
        return [facts for name, facts in self.events if name == event]
