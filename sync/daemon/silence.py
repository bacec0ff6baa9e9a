"""Folders that do not answer: said once, told to people when it lasts, and said again when it is over."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from sync.daemon.world import Clock

TOLD_AFTER = 120.0
"""Seconds of silence after which people are told: a drive that hangs for a moment is no news."""


class Silence:
    """Which folders are silent, since when, and who knows of it."""

    def __init__(self, clock: Clock, say: Callable[[str, dict[str, Any]], None]) -> None:
        self._clock, self._say = clock, say
        self._since: dict[str, float] = {}
        self._told: set[str] = set()

    def now(self, silent: Iterable[str]) -> list[str]:
        """Takes the folders that are silent now; answers those that answer again."""
        steady, found = self._clock.steady(), set(silent)
        if fresh := sorted(found - self._since.keys()):
            self._say("silent", {"folders": fresh})
        back = sorted(self._since.keys() - found)
        if back:
            self._say("answers", {"folders": back, "told": bool(self._told & set(back))})
        self._since = {folder: self._since.get(folder, steady) for folder in found}
        long = {folder for folder, since in self._since.items() if steady - since >= TOLD_AFTER}
        if news := sorted(long - self._told):
            self._say("silent_alert", {"folders": news})
        self._told = long
        return back
