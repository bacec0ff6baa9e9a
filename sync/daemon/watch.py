"""What changed in a place, told once it has settled: a file that still grows is not news yet."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Mapping
from pathlib import Path

Marks = Mapping[str, str]
"""Files by path: what changes with their contents."""


class Watch:
    """Compares what lies in a place with what lay there when it was last accepted."""

    def __init__(self, settle: float) -> None:
        """A change counts once it has stayed the same for `settle` seconds."""
        self._settle = settle
        self._known: dict[str, str] | None = None
        self._seen: Marks = {}
        self._since = 0.0

    def accept(self, marks: Marks) -> None:
        """What lies there is known."""
        self._known, self._seen = dict(marks), marks

    def expect(self, path: str, mark: str) -> None:
        """A file is known as it was left: what it becomes after that is news, also what it became already."""
        if self._known is not None:
            self._known[path] = mark

    def news(self, seen: Marks, at: float) -> list[str]:
        """The files that came, went or changed since the last acceptance, which this is one; none while they still change.

        `seen` is what lay there at a moment of a steady clock. The first look finds nothing new.
        """
        if self._known is None:
            self.accept(seen)
        if seen != self._seen:
            self._seen, self._since = seen, at
        if seen == self._known or at - self._since < self._settle:
            return []
        known = self._known or {}
        changed = sorted(path for path in {*seen, *known} if seen.get(path) != known.get(path))
        self._known = dict(seen)
        return changed

    def lies(self, path: str) -> bool:
        """Whether a file lay there when it was last accepted."""
        return self._known is not None and path in self._known

    @property
    def is_waiting(self) -> bool:
        """Whether something changed that has not settled yet."""
        return self._known is not None and self._seen != self._known


def marks_below(folder: Path) -> dict[str, str]:
    """The files in a folder and those inside it, without hidden ones and office programs' owner files.

    A folder that is out of reach holds nothing: the round says what is wrong with it.
    """
    answer: dict[str, str] = {}
    for top, inner, names in os.walk(folder):
        inner[:] = [name for name in inner if not name.startswith(".")]
        answer |= mark_of(Path(top, name) for name in names if not name.startswith((".", "~$")))
    return answer


def owner_files(path: Path) -> list[Path]:
    """What office programs lay beside a workbook as long as they have it open."""
    return [path.with_name(f"~${path.name}"), path.with_name(f".~lock.{path.name}#")]


def is_owners(file: str) -> bool:
    """Whether a file is one that an office program laid beside a workbook."""
    return Path(file).name.startswith(("~$", ".~lock."))


def mark_of(paths: Iterable[Path]) -> dict[str, str]:
    """Size and time of each file; one that is not there has none."""
    answer = {}
    for path in paths:
        try:
            found = path.stat()
        except OSError:
            continue
        answer[str(path)] = _facts(found)
    return answer


class Contents:
    """Files by the hash of what they hold: the very mark that a round reports of a workbook.

    A file is read only when its size or time changed, so that a look costs next to nothing.
    """

    def __init__(self) -> None:
        self._read: dict[Path, tuple[str, str]] = {}

    def of(self, paths: Iterable[Path]) -> dict[str, str]:
        """The hash of each file; one that is not there, or is being written, has none that stays."""
        answer = {}
        for path in paths:
            try:
                facts = _facts(path.stat())
                known, sha = self._read.get(path, ("", ""))
                if known != facts:
                    with path.open("rb") as file:
                        sha = hashlib.file_digest(file, "sha256").hexdigest()
                    if _facts(path.stat()) == facts:
                        self._read[path] = facts, sha
            except FileNotFoundError:
                continue
            except OSError:  # held by somebody: it says something new when it can be read again
                sha = "?"
            answer[str(path)] = sha
        return answer


def _facts(found: os.stat_result) -> str:
    return f"{found.st_size} {found.st_mtime_ns} {found.st_ino}"
