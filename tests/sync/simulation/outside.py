"""What the engine takes from outside, moved by hand: clocks, the disk's and the database's moments, and rounds that die there."""

from __future__ import annotations

import shutil
import sqlite3
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta, tzinfo
from functools import lru_cache
from pathlib import Path
from typing import Any

from rules.errors import Busy
from sheets_schema.headers import normal_title
from sheets_schema.keys import clean_key
from sync.backends.file import FileStore
from sync.backends.workbook import backups, replace
from sync.round import round as round_
from sync.round import used_numbers
from sync.state import database
from sync.state.database import State
from sync.state.faults import T_LOCKED
from sync.state.leases import Lease


class Died(BaseException):
    """The process is gone, at once: nobody catches this."""


class Moments:
    """Counts the moments of a round at which something may happen to it, and does it there.

    They are: before and after each transaction of the state ends, before and after the new file is forced to disk,
    the backup is made, the files change places, and the whole write.
    """

    def __init__(self) -> None:
        self.passed = 0
        self.locked = False
        self.has_read = False
        """Whether the round has read the workbook."""
        self.at: int | None = None
        self.then: Callable[[str], None] = lambda _name: None
        self.lie: Callable[[str, Callable[[], Any]], Any] | None = None

    def arm(self, at: int, then: Callable[[str], None]) -> None:
        """At the so-many-th moment from now `then` is called with the moment's name, once."""
        self.passed, self.at, self.then = 0, at, then

    def calm(self) -> None:
        """Nothing happens any more."""
        self.at = self.lie = None
        self.has_read = False

    def reach(self, name: str) -> None:
        self.passed += 1
        if self.at is not None and self.passed > self.at:
            self.at = None
            self.then(name)


class Clock:
    """A clock that passes only where somebody waits; the wall's can be moved."""

    def __init__(self, start: datetime, wait: Callable[[float], None]) -> None:
        self.wall, self.ticks, self._wait, self._small = start, 0.0, wait, 0

    def now(self) -> datetime:
        return self.wall

    def steady(self) -> float:
        return self.ticks

    def wait(self, seconds: float) -> None:
        self._wait(seconds)

    def wake(self) -> None:
        """Nobody sleeps here."""

    def pass_(self, seconds: float) -> None:
        self.wall += timedelta(seconds=seconds)
        self.ticks += seconds

    def stamp(self) -> datetime:
        """A moment of its own for each who asks, as on a computer."""
        self._small += 1
        return self.wall.replace(microsecond=0) + timedelta(microseconds=self._small % 1_000_000)


class QuickState(State):
    """The state, whose transactions are moments, on a disk that need not be waited for."""

    moments: Moments

    def __init__(self, folder: Path, moments: Moments) -> None:
        self.moments = moments
        super().__init__(folder)

    @contextmanager
    def _begun(self, *, alone: bool, lease: Lease | None = None) -> Iterator[None]:
        if self.moments.locked:
            raise Busy(T_LOCKED, file=self.folder, found="database is locked", expected="")
        with super()._begun(alone=alone, lease=lease):
            yield
            self.moments.reach("before the state remembers")
        self.moments.reach("after the state remembers")


def around(moments: Moments, name: str, real: Callable[..., Any]) -> Callable[..., Any]:
    def done(*args: Any, **options: Any) -> Any:
        moments.reach(f"before {name}")
        answer = real(*args, **options)
        moments.reach(f"after {name}")
        return answer

    return done


def reading(moments: Moments, real: Callable[..., Any]) -> Callable[..., Any]:
    def read(*args: Any, **options: Any) -> Any:
        answer = real(*args, **options)
        moments.has_read = True
        moments.reach("after the workbook is read")
        return answer

    return read


def once_each(patch: Any, *pure: Callable[..., Any]) -> None:
    """Functions that answer the same each time are asked once; wherever they were taken to."""
    for function in pure:
        kept = lru_cache(maxsize=1 << 14)(function)
        for module in list(sys.modules.values()):
            if getattr(module, function.__name__, None) is function:
                patch.setattr(module, function.__name__, kept)


def numbers_once(real: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """The numbers of a configuration, worked out once for each."""
    known: dict[int, tuple[Any, Any]] = {}

    def numbers_of(rules: Any) -> Any:
        if id(rules) not in known:
            known[id(rules)] = rules, real(rules)
        return known[id(rules)][1]

    return numbers_of


@contextmanager
def in_the_simulation(moments: Moments, clock: Clock, patch: Any) -> Iterator[None]:
    """The engine with our moments and our clock; `patch` is pytest's."""
    patch.setattr(replace, "swap", around(moments, "the files change places", replace.swap))
    patch.setattr(replace, "force", around(moments, "the new file is forced", replace.force))
    patch.setattr(replace.Backups, "make", around(moments, "the backup is made", replace.Backups.make))
    patch.setattr(round_, "read_book", reading(moments, round_.read_book))
    real_apply, real_restore = FileStore.apply, FileStore.restore

    def lying(real: Callable[..., Any]) -> Callable[..., Any]:
        def apply(self: FileStore, *args: Any, **options: Any) -> Any:
            moments.reach("before the write")
            if moments.lie is None:
                answer = real(self, *args, **options)
            else:
                answer = moments.lie(str(self.path), lambda: real(self, *args, **options))
            moments.reach("after the write")
            return answer

        return apply

    patch.setattr(FileStore, "apply", lying(real_apply))
    patch.setattr(FileStore, "restore", lying(real_restore))

    class Datetime(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> Any:
            return clock.stamp().astimezone(tz)

    patch.setattr(backups, "datetime", Datetime)
    real_open = database.open_file

    def quick(*args: Any, **options: Any) -> sqlite3.Connection:
        connection = real_open(*args, **options)
        connection.execute("PRAGMA synchronous=OFF")
        return connection

    patch.setattr(database, "open_file", quick)
    once_each(patch, normal_title, clean_key)
    patch.setattr(used_numbers, "numbers_of", numbers_once(used_numbers.numbers_of))
    yield


class Disk:
    """A folder as it was: kept, and put back."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def keep(self, where: Path) -> Path:
        shutil.rmtree(where, ignore_errors=True)
        shutil.copytree(self.folder, where)
        return where

    def put_back(self, kept: Path) -> None:
        shutil.rmtree(self.folder)
        shutil.copytree(kept, self.folder)
