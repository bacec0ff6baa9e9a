"""The last good copy of a configuration: it stays in force, in every command, while an edit is broken.

Two places hold one: the company's state folder beside the configuration, where there is one, so that
everybody who shares it goes on with the same numbers; else the user's own folder, which also serves while a
shared folder can't be reached. The file's time is the moment from which that copy counted.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from threading import Event, Thread
from typing import Generic, TypeVar

from rules.errors import Code, Error, Text
from rules.policy.loader import Config, bytes_of, packaged_path, read, user_folder

P_LAST_GOOD = Code(
    "P-004",
    "新的配置没有生效,继续用 {since} 起的那一份:{found}",
    "the edited configuration is not in force; the one of {since} stays: {found}",
    "改好后自动生效",
    "corrected, it counts by itself",
)
P_LATE = Code(
    "P-021",
    "{expected} 秒内没有读到配置",
    "the configuration could not be read within {expected} seconds",
    "检查网络和共享文件夹",
    "check the network and the shared folder",
)

FILE_NAME = "config.last-good.yaml"
PATIENCE = 5.0
"""Seconds that the folder of a configuration may take: a network share that is gone would hang for minutes."""

T = TypeVar("T")


class Beside(Generic[T]):
    """Work on a folder that may hang, done beside the program, which does not wait for ever."""

    def __init__(self, work: Callable[[], T]) -> None:
        self._done = Event()
        self._answer: T | None = None
        self._error: BaseException | None = None
        Thread(target=self._run, args=(work,), daemon=True, name="config").start()

    def _run(self, work: Callable[[], T]) -> None:
        try:
            self._answer = work()
        except BaseException as error:
            self._error = error
        self._done.set()

    def is_done(self, seconds: float) -> bool:
        """Whether it has ended, waiting this long."""
        return self._done.wait(seconds)

    def answer(self) -> T:
        """What the work answered, or raised."""
        if self._error is not None:
            raise self._error
        return self._answer  # type: ignore[return-value] # it has ended without an error


@dataclass(frozen=True)
class Kept:
    """A last good copy: since when it counts (seconds of the clock), and what it holds."""

    since: float
    content: bytes


def kept_beside(path: Path) -> Path:
    """Where the company's state folder holds the last good copy."""
    return path.parent / "state" / FILE_NAME


def kept_own(path: Path) -> Path:
    """Where the user's own folder holds the last good copy of a configuration."""
    name = hashlib.sha256(os.path.abspath(path).encode("utf-8", "surrogateescape")).hexdigest()  # noqa: PTH100 - does not touch a disk that may hang
    return user_folder() / "last-good" / f"{name[:16]}.yaml"


def in_force(path: Path, *, keep_it: bool = True) -> Config:
    """The configuration of a file; where it can't be read, the last good one, which says why in `problem`.

    A good one is kept unless `keep_it` is False. Raises what `load` raises, or P-021, where none was kept.
    """
    look = Beside(lambda: _look(path, keep_it))
    if not look.is_done(PATIENCE):
        return last_good(path, late(path, PATIENCE), [kept(kept_own(path))])
    found = look.answer()
    return found if isinstance(found, Config) else last_good(path, *found)


def _look(path: Path, keep_it: bool) -> Config | tuple[Error, list[Kept | None]]:
    """The good configuration, kept; else what is wrong with it and what was kept."""
    try:
        content = bytes_of(path)
        config = read(content, path)
    except Error as error:
        return error, [kept(kept_beside(path)), kept(kept_own(path))]
    if keep_it and not is_shipped(path):
        beside = kept_beside(path)
        if not (beside.parent.is_dir() and keep(content, beside)):
            keep(content, kept_own(path))
    return config


def is_shipped(path: Path) -> bool:
    """Whether this is the configuration that ships with the product, which needs no copy."""
    return path.resolve() == packaged_path().resolve()


def late(path: Path, seconds: float) -> Error:
    """P-021: the file did not come within this time."""
    return Error(P_LATE, file=path, expected=int(seconds))


def last_good(path: Path, error: Error, copies: Sequence[Kept | None]) -> Config:
    """The first usable of some copies, with its problem. Raises `error` where there is none."""
    for copy in copies:
        if copy is not None:
            with suppress(Error):
                return staying(read(copy.content, path), copy.since, error)
    raise error


def staying(config: Config, since: float, error: Error) -> Config:
    """A last good configuration that stays in force: P-004 with the error of the file, as its problem."""
    moment = datetime.fromtimestamp(since, UTC).astimezone(config.site.zone)
    why = Text(*(f"{error.code.id} {error.message(lang)}" for lang in ("zh", "en")))
    problem = Error(P_LAST_GOOD, file=config.path, found=why, since=f"{moment:%Y-%m-%d %H:%M}")
    return replace(config, problem=problem)


def kept(place: Path) -> Kept | None:
    """What a place holds; None where it holds nothing that can be read."""
    try:
        return Kept(place.stat().st_mtime, bytes_of(place))
    except (OSError, Error):
        return None


def keep(content: bytes, place: Path) -> Kept | None:
    """Keeps a good configuration, readable by its owner only; None where that can't be done.

    A copy of the same content keeps its time.
    """
    there = kept(place)
    if there is not None and there.content == content:
        return there
    try:
        place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        fresh = place.with_name(f"{place.name}.{os.getpid()}.new")
        try:
            with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
                file.write(content)
            fresh.replace(place)
        except OSError:
            fresh.unlink(missing_ok=True)
            raise
    except OSError:
        return None
    return kept(place)
