"""The configuration of a host that runs all day: taken again when its file changes, kept when it breaks.

The file may lie in a shared folder. It is looked at beside the program, which does not wait for a share that
hangs or is gone: the last good copy, kept on this computer, stays in force and says so.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path

from rules.errors import Error
from rules.policy.kept import Beside, Kept, is_shipped, keep, kept, kept_beside, kept_own, last_good, late, staying
from rules.policy.loader import Config, bytes_of, read, stamp_of

LOOK_AGAIN = 1.0
"""Seconds between two looks at the file's time and size."""
READ_AGAIN = 60.0
"""Seconds between two looks at its content, for a file that was replaced and kept both."""
PATIENCE = 1.0
FIRST_PATIENCE = 5.0
"""Seconds that a caller waits for a look, and for the first one. Once late, none is waited for until one was good."""


@dataclass(frozen=True)
class _Seen:
    """What a look found: how to know the file again, and the configuration since a moment, or why it is none.

    `beside` is the company's last good copy, where one is wanted.
    """

    stamp: tuple[int, int]
    sha256: str
    found: Config | Error
    since: float = 0
    beside: Kept | None = None


class LivePolicy:
    """The configuration in force; where it is not the file's, its `problem` says why."""

    def __init__(self, path: Path, clock: Callable[[], float] = time.monotonic) -> None:
        self.path = path
        self._clock = clock
        self._looked = self._read = clock() - READ_AGAIN
        self._patience = FIRST_PATIENCE
        self._look: Beside[_Seen] | None = None
        self._seen: _Seen | None = None
        self._good: tuple[Config, float] | None = None
        self._config: Config | None = None

    @property
    def problem(self) -> Error | None:
        """Why an edited file does not count; None while it does."""
        return self._config.problem if self._config else None

    def config(self) -> Config:
        """The last good configuration; looks at the file at most once a second.

        Raises what loading raises, or P-021, where there never was a good one, not even a kept copy.
        """
        now = self._clock()
        if self._look is not None:
            self._take(self._look, 0)
        elif self._config is None or now - self._looked >= LOOK_AGAIN:
            self._look = self._begin(now)
            self._take(self._look, self._patience)
        if self._config is None:
            raise late(self.path, FIRST_PATIENCE)
        return self._config

    def look_again(self) -> None:
        """The next `config` reads the file, however lately it was looked at."""
        self._looked = self._read = self._clock() - READ_AGAIN

    def today(self) -> date:
        """Today in the configured zone."""
        return datetime.now(self.config().site.zone).date()

    def _begin(self, now: float) -> Beside[_Seen]:
        self._looked = now
        seen = self._seen
        if read_anyway := now - self._read >= READ_AGAIN:
            self._read = now
        return Beside(lambda: _look(self.path, seen, read_anyway=read_anyway))

    def _take(self, look: Beside[_Seen], patience: float) -> None:
        """Takes what a look found, unless it is late."""
        if not look.is_done(patience):
            if patience:
                self._patience = 0
                self._stay(late(self.path, patience))
            return
        self._look, self._seen = None, look.answer()
        if self._patience or not isinstance(
            self._seen.found, Error
        ):  # a share that was late and is gone stays unwaited for
            self._patience = PATIENCE
        if isinstance(self._seen.found, Error):
            self._stay(self._seen.found, self._seen.beside)
        else:
            self._config = self._seen.found
            self._good = self._config, self._seen.since

    def _stay(self, error: Error, beside: Kept | None = None) -> None:
        """Goes on with what was good, at the start with a last good copy. Raises `error` where there is none."""
        if self._good is None:
            config = last_good(self.path, error, [beside, kept(kept_own(self.path))])
        else:
            config = staying(*self._good, error)
        if self._config is None or str(config.problem) != str(self.problem):
            self._config = config


def _look(path: Path, seen: _Seen | None, *, read_anyway: bool) -> _Seen:
    """What the file holds now; a good one is kept on this computer."""
    stamp, sha256 = (0, 0), ""
    try:
        stamp = stamp_of(path)
        if seen is not None and stamp == seen.stamp and not read_anyway:
            return seen
        content = bytes_of(path)
        sha256 = hashlib.sha256(content).hexdigest()
        if seen is not None and sha256 == seen.sha256:
            return replace(seen, stamp=stamp)
        config = read(content, path)
    except Error as error:
        return _Seen(stamp, sha256, error, beside=kept(kept_beside(path)) if seen is None else None)
    copy = None if is_shipped(path) else keep(content, kept_own(path))
    return _Seen(stamp, sha256, config, copy.since if copy else time.time())
