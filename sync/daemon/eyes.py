"""Eyes on folders: each looks in a thread of its own, so that a network drive that hangs holds up nobody else.

A folder is looked at every few seconds, because network drives tell nobody of changes; where the system does tell
(watchfiles), it is looked at at once and else more seldom.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Generator
from contextlib import closing, suppress
from pathlib import Path
from threading import Event, Thread

from sync.daemon.remote import is_remote
from sync.daemon.watch import Marks
from sync.daemon.world import Clock, Glimpse

PACE = 2.0
"""Seconds between two looks at a folder that tells nothing."""
SLOW_PACE = 10.0
"""… at one that tells when something changes."""
AFTER_CHANGE = 1.0
"""… and after a change, until it has settled."""
STEP_MS, GATHERED_MS = 400, 1_000
"""How often the system's news are taken, and how long they are gathered at most."""


class FolderEye:
    """Looks at one folder until it is closed."""

    def __init__(self, folder: Path, look: Callable[[], Marks], *, deep: bool, settle: float, wake: Callable[[], None]):
        """`look` answers what lies there; `deep`: folders inside count; `wake` is called while something changes."""
        self._folder, self._look, self._deep, self._settle, self._wake = folder, look, deep, settle, wake
        self._closed = Event()
        self._glimpse: Glimpse | None = None
        self._began: float | None = time.monotonic()
        Thread(target=self._run, daemon=True, name=f"eye {folder.name}").start()

    def seen(self) -> Glimpse | None:
        """The last look; None as long as there was none."""
        return self._glimpse

    def waits(self) -> float:
        """Seconds that the look under way has taken; 0 between two."""
        began = self._began
        return 0.0 if began is None else time.monotonic() - began

    def close(self) -> None:
        """Looks no more; a look under way ends by itself, or never."""
        self._closed.set()

    def _run(self) -> None:
        while not self._closed.is_set():
            self._began = time.monotonic()
            place, told = _place(self._folder), not is_remote(self._folder)
            changed = self._took()
            self._wake()
            with closing(self._bell(told=told and place is not None)) as bell:
                for rung in bell:
                    self._began = now = time.monotonic()
                    settled = now - changed > self._settle + AFTER_CHANGE
                    pace = AFTER_CHANGE if not settled else SLOW_PACE if told else PACE
                    if rung or self._glimpse is None or now - self._glimpse.at >= pace:
                        changed = self._took() or changed
                        if now - changed <= self._settle + AFTER_CHANGE:
                            self._wake()
                        if _place(self._folder) != place:  # another folder stands there: it is watched anew
                            break
                    self._began = None

    def _took(self) -> float:
        """Looks; the moment of it where something changed, else 0."""
        before, began = self._glimpse, time.monotonic()
        self._glimpse = glimpse = Glimpse(self._look(), began)
        self._began = None
        return began if before is None or before.marks != glimpse.marks else 0.0

    def _bell(self, *, told: bool) -> Generator[bool]:
        """Rings each second or so: whether the system told of a change. Silent ticks where it tells nothing."""
        if told:
            from watchfiles import watch

            with suppress(OSError, RuntimeError):  # no watches left, or the folder went
                yield from map(
                    bool,
                    watch(
                        self._folder,
                        watch_filter=None,
                        debounce=GATHERED_MS,
                        step=STEP_MS,
                        stop_event=self._closed,
                        rust_timeout=int(AFTER_CHANGE * 1000),
                        yield_on_timeout=True,
                        raise_interrupt=False,
                        recursive=self._deep,
                        force_polling=False,
                        ignore_permission_denied=True,
                    ),
                )
        while not self._closed.wait(AFTER_CHANGE):
            yield False


def _place(folder: Path) -> tuple[int, int] | None:
    """What the folder is, as long as it is the same one; None where there is none."""
    try:
        found = folder.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


class FolderEyes:
    """Opens an eye, with its thread, on each folder."""

    def __init__(self, clock: Clock, settle: float) -> None:
        """`settle`: seconds after a change in which a folder is looked at more often; `clock` is woken by what changes."""
        self._clock, self._settle = clock, settle

    def open(self, folder: Path, look: Callable[[], Marks], *, deep: bool) -> FolderEye:
        """Begins to look."""
        return FolderEye(folder, look, deep=deep, settle=self._settle, wake=self._clock.wake)
