"""The service's figures, as others may read them: counted by the control thread, handed out as a whole."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from sync.daemon.world import BookEnd

FAILURES = 2
"""Failures in a row after which a workbook counts as failed."""
STALE = 60.0
"""Seconds without a heartbeat after which the service counts as hung."""


@dataclass(frozen=True)
class BookFigures:
    """One workbook since the service started: how its rounds ended, what they wrote; and how it stands now.

    `conflicts`, `problems` and `held` are those of its last round; None where none ended yet.
    """

    rounds: int = 0
    failed: int = 0
    busy: int = 0
    writes: int = 0
    conflicts: int | None = None
    problems: int | None = None
    held: int | None = None
    failures: int = 0
    """In a row, being busy included."""
    broken: bool = False
    """It failed (not: was open elsewhere) the last `FAILURES` times."""
    next: datetime | None = None


@dataclass(frozen=True)
class JobFigures:
    """One job beside rounds: failures in a row, when it ended last, when it is due."""

    failures: int
    last: datetime | None
    next: datetime


@dataclass(frozen=True)
class Snapshot:
    """The service at one moment (UTC; `steady` in seconds of the clock that nobody moves)."""

    at: datetime
    steady: float
    since: datetime
    books: Mapping[str, BookFigures] = field(default_factory=dict)
    jobs: Mapping[str, JobFigures] = field(default_factory=dict)
    due: int = 0
    """Workbooks that are due and wait."""
    running: int = 0
    """Workbooks that a round is looking at."""
    rounds: int = 0
    seconds: float = 0.0
    """Of all rounds together."""
    last_seconds: float | None = None
    silent: tuple[str, ...] = ()
    """Folders that do not answer."""
    trouble: str | None = None
    """The code of what stands in the service's way."""
    config_problem: str | None = None
    """The code of what is wrong with the configuration; the last good one is in force."""

    def broken(self) -> list[str]:
        """The workbooks that failed twice in a row."""
        return [name for name, book in self.books.items() if book.broken]

    def lives(self, steady: float) -> bool:
        """Whether the service looked around lately; `steady` is now."""
        return steady - self.steady <= STALE

    def is_healthy(self, steady: float) -> bool:
        """Whether it lives, nothing stands in its way, and no workbook has failed twice."""
        return self.lives(steady) and not self.trouble and not self.broken()


class Tally:
    """Counts what happened; the control thread alone writes."""

    def __init__(self) -> None:
        self.books: dict[str, BookFigures] = {}
        self.rounds, self.seconds = 0, 0.0
        self.last_seconds: float | None = None

    def keep(self, names: list[str]) -> None:
        """Knows these workbooks, and no others."""
        self.books = {name: self.books.get(name, BookFigures()) for name in names}

    def round(self, seconds: float) -> None:
        """A round ended."""
        self.rounds, self.seconds, self.last_seconds = self.rounds + 1, self.seconds + seconds, seconds

    def book(self, name: str, end: BookEnd, failures: int, due: datetime) -> None:
        """A round ended for a workbook, with so many failures in a row."""
        before = self.books.get(name, BookFigures())
        went = not end.busy and not end.failed
        self.books[name] = replace(
            before,
            rounds=before.rounds + 1,
            failed=before.failed + end.failed,
            busy=before.busy + end.busy,
            writes=before.writes + end.writes,
            conflicts=end.conflicts if went else before.conflicts,
            problems=end.problems if went else before.problems,
            held=len(end.held) if went else before.held,
            failures=failures,
            broken=end.failed and failures >= FAILURES,
            next=due,
        )
