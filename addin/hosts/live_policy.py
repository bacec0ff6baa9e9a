"""The configuration of a host that runs all day: read again when its file changes, kept when it breaks."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path

from rules.errors import Error
from rules.policy.loader import P_LAST_GOOD, Config, kept_copy, load, load_or_last_good

LOOK_AGAIN = 1.0
"""Seconds between two looks at the file."""


class LivePolicy:
    """The configuration in force. `problem` says why an edited file does not count, or is None."""

    def __init__(self, path: Path, clock: Callable[[], float] = time.monotonic) -> None:
        self.path = path
        self.problem: Error | None = None
        self._clock = clock
        self._looked = -LOOK_AGAIN
        self._seen: tuple[int, int] | None = None
        self._config: Config | None = None

    def config(self) -> Config:
        """The last good configuration; looks at the file at most once a second.

        Raises what loading raises where there never was a good one, not even a kept copy.
        """
        now = self._clock()
        if self._config is None or now - self._looked >= LOOK_AGAIN:
            self._looked = now
            stamp = _stamp(self.path)
            if self._config is None or stamp != self._seen:
                self._config = self._read(self._config)
                self._seen = stamp
        return self._config

    def today(self) -> date:
        """Today in the configured zone."""
        return datetime.now(self.config().site.zone).date()

    def _read(self, old: Config | None) -> Config:
        try:
            config = load(self.path)
        except Error as error:
            keep = kept_copy(self.path)
            if old is not None:
                self.problem = Error(P_LAST_GOOD, file=self.path, found=error.message())
                return old
            if not keep.is_file():
                raise
            config, problems = load_or_last_good(self.path, keep)
            self.problem = problems[-1] if problems else None
            return config
        self.problem = None
        return config


def _stamp(path: Path) -> tuple[int, int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size
