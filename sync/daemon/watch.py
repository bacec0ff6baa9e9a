"""What changed in a place, told once it has settled: a file that still grows is not news yet."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

Marks = Mapping[str, str]
"""Files by path: size and time, which change with the contents."""


class Watch:
    """Compares what lies in a place with what lay there when it was last accepted."""

    def __init__(self, look: Callable[[], Marks], settle: float) -> None:
        """`look` answers the files there; a change counts once it has stayed the same for `settle` seconds."""
        self._look = look
        self._settle = settle
        self._known: Marks | None = None
        self._seen: Marks = {}
        self._since = 0.0

    def accept(self) -> None:
        """What lies there now is known."""
        self._known = self._seen = self._look()

    def news(self, now: float) -> list[str]:
        """The files that came, went or changed since the last acceptance, which this is one; none while they still change.

        `now` is a steady clock's. The first look finds nothing new.
        """
        seen = self._look()
        if self._known is None:
            self._known = self._seen = seen
        if seen != self._seen:
            self._seen, self._since = seen, now
        if seen == self._known or now - self._since < self._settle:
            return []
        changed = sorted(path for path in {*seen, *self._known} if seen.get(path) != self._known.get(path))
        self._known = seen
        return changed

    def lies(self, path: str) -> bool:
        """Whether a file lay there when it was last accepted."""
        return self._known is not None and path in self._known

    @property
    def is_waiting(self) -> bool:
        """Whether something changed that has not settled yet."""
        return self._known is not None and self._seen != self._known


def marks_below(folders: Iterable[Path]) -> dict[str, str]:
    """The files in some folders and those inside them, without hidden ones and office programs' owner files.

    A folder that is out of reach holds nothing: the round says what is wrong with it.
    """
    answer: dict[str, str] = {}
    for folder in folders:
        for top, inner, names in os.walk(folder):
            inner[:] = [name for name in inner if not name.startswith(".")]
            answer |= mark_of(Path(top, name) for name in names if not name.startswith((".", "~$")))
    return answer


def owner_files(path: Path) -> list[Path]:
    """What office programs lay beside a workbook as long as they have it open."""
    return [path.with_name(f"~${path.name}"), path.with_name(f".~lock.{path.name}#")]


def mark_of(paths: Iterable[Path]) -> dict[str, str]:
    """Size and time of each file; one that is not there has none."""
    answer = {}
    for path in paths:
        try:
            found = path.stat()
        except OSError:
            continue
        answer[str(path)] = f"{found.st_size} {found.st_mtime_ns} {found.st_ino}"
    return answer
