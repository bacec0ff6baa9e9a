"""What the service takes from outside: the clock, what lies in folders, and rounds, which run apart from it."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Protocol

from sync.daemon.watch import Marks


class Clock(Protocol):
    """The time, and waiting."""

    def now(self) -> datetime:
        """This moment in UTC; the wall clock, which people and time servers move."""

    def steady(self) -> float:
        """Seconds since some moment, which nobody moves."""

    def wait(self, seconds: float) -> None:
        """Lets time pass; less of it after `wake`."""

    def wake(self) -> None:
        """Ends the waiting soon; a signal's handler may call it."""


class SystemClock:
    """The computer's own."""

    SLICE = 0.5

    def __init__(self) -> None:
        self._woken = False

    def now(self) -> datetime:
        """The computer's time."""
        return datetime.now(UTC)

    def steady(self) -> float:
        """Seconds since the computer started, or so."""
        return time.monotonic()

    def wait(self, seconds: float) -> None:
        """In slices: no lock is held that a signal's handler could want."""
        end = time.monotonic() + seconds
        while not self._woken and (left := end - time.monotonic()) > 0:
            time.sleep(min(left, self.SLICE))
        self._woken = False

    def wake(self) -> None:
        """Ends the waiting within a slice."""
        self._woken = True


@dataclass(frozen=True)
class BookEnd:
    """What a round did to one workbook: cells and rows written, findings, and the codes of what was refused.

    `busy`: somebody else had it; nothing was done, and it is tried again soon. `left`: the hash of the file as the
    round left or agreed to it; None where that is not known.
    """

    state: str
    writes: int = 0
    conflicts: int = 0
    problems: int = 0
    held: tuple[str, ...] = ()
    busy: bool = False
    failed: bool = False
    left: str | None = None


@dataclass(frozen=True)
class RoundEnd:
    """What became of a round: by workbook, the inbox's own findings, or why there was none (`error`, as JSON)."""

    books: Mapping[str, BookEnd] = field(default_factory=dict)
    number: int | None = None
    held: tuple[str, ...] = ()
    error: Mapping[str, Any] | None = None
    busy: bool = False

    def as_json(self) -> dict[str, Any]:
        """It as it goes from one process to another."""
        return {**vars(self), "books": {name: vars(book) for name, book in self.books.items()}}

    @classmethod
    def of(cls, said: Mapping[str, Any]) -> RoundEnd:
        """The inverse of `as_json`."""
        books = {name: BookEnd(**{**book, "held": tuple(book["held"])}) for name, book in said["books"].items()}
        return cls(**{**said, "books": books, "held": tuple(said["held"])})


class Round(Protocol):
    """A round that runs."""

    def ended(self) -> RoundEnd | None:
        """What became of it; None as long as it runs."""

    def stop(self) -> None:
        """Ends it at once; what was written is settled by the next one."""


class Rounds(Protocol):
    """Starts rounds, apart from the service: one that hangs holds nobody up."""

    def start(self, workbooks: Sequence[str]) -> Round:
        """Begins a round over some workbooks."""


@dataclass(frozen=True)
class Glimpse:
    """What lay in a place, and when somebody began to look (steady seconds)."""

    marks: Marks
    at: float


class Eye(Protocol):
    """Looks at a folder again and again."""

    def seen(self) -> Glimpse | None:
        """The last look; None as long as there was none. Never waits."""

    def waits(self) -> float:
        """Seconds that the folder has not answered the look under way; 0 between two."""

    def close(self) -> None:
        """Looks no more."""


class Eyes(Protocol):
    """Opens eyes on folders."""

    def open(self, folder: Path, look: Callable[[], Marks], *, deep: bool) -> Eye:
        """An eye on a folder that answers by `look`; `deep`: folders inside count as well."""


class EyesHere:
    """Looks whenever it is asked, and waits for the answer: for disks that never hang."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    def open(self, folder: Path, look: Callable[[], Marks], *, deep: bool) -> Eye:  # noqa: ARG002 - all is looked at
        """An eye that looks now."""
        return _EyeHere(self._clock, look)


class _EyeHere:
    def __init__(self, clock: Clock, look: Callable[[], Marks]) -> None:
        self._clock, self._look = clock, look

    def seen(self) -> Glimpse:
        """A look now."""
        return Glimpse(self._look(), self._clock.steady())

    def waits(self) -> float:
        """It waited already."""
        return 0.0

    def close(self) -> None:
        """Nothing to let go of."""
