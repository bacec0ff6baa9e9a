"""Processes that compute for the service. Work that is past its limit ends with its process, whatever it does.

A thread can't be ended, and one that is inside a long regular expression lets no other run; a process can. Work
and answers are bytes: a child reads the request and writes the answer, the service only passes them on.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import signal
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from typing import Any

from addin.service.codes import V_BROKEN, V_BUSY, V_SLOW
from rules.errors import Error
from rules.policy.loader import Config, read

Compute = Callable[[Any, Config], Any]
"""What a child does with work, by the configuration in force. It must be importable by its name, and never raise."""

_KIND = "forkserver" if "forkserver" in multiprocessing.get_all_start_methods() else "spawn"
_CONTEXT: Any = multiprocessing.get_context(_KIND)
WORK = "addin.service.jobs"
"""The module of the service's work, loaded once where children can be made from one that has it."""


def prepare() -> None:
    """Starts loading what children need, while the caller goes on with its own start."""
    if _KIND == "forkserver":
        from multiprocessing import forkserver

        _CONTEXT.set_forkserver_preload([WORK])
        forkserver.ensure_running()


@dataclass
class _Child:
    process: BaseProcess
    pipe: Connection
    sha256: str = ""

    def send(self, work: Any, config: Config) -> None:
        """Work, with the configuration where the child has another one."""
        fresh = None if config.sha256 == self.sha256 else (config.content, config.path)
        self.pipe.send((work, fresh))
        self.sha256 = config.sha256


class Workers:
    """At most so many children, each with a thread that waits for it, started when needed and kept."""

    def __init__(self, compute: Compute, most: int, seconds: float) -> None:
        self._compute, self._seconds = compute, seconds
        self._threads = ThreadPoolExecutor(most, "service")
        self._lock = threading.Lock()
        self._idle: list[_Child] = []
        self._all: list[_Child] = []
        self._closed = False

    async def run(self, work: Any, config: Config) -> Any:
        """What a child answers.

        Raises V-005 when it is not done in time, V-012 when its process died, V-030 when none was free in time
        or could be started.
        """
        until = time.monotonic() + self._seconds
        return await asyncio.get_running_loop().run_in_executor(self._threads, self._run, work, config, until)

    def warm(self) -> None:
        """Starts a first child before it is needed; nobody waits for it, not even the end of the program."""

        def start() -> None:
            with suppress(Error):
                self._idle.append(self._take())

        threading.Thread(target=start, daemon=True).start()

    def close(self) -> None:
        """Ends every child, at work or not; whoever waits for one gets V-012."""
        self._closed = True
        for child in list(self._all):
            child.process.kill()
        self._threads.shutdown(cancel_futures=True)

    def _run(self, work: Any, config: Config, until: float) -> Any:
        if time.monotonic() >= until:
            raise Error(V_BUSY)
        child = self._take()
        try:
            child.send(work, config)
            if not child.pipe.poll(until - time.monotonic()):
                raise Error(V_SLOW, expected=int(self._seconds))
            answer = child.pipe.recv()
        except BaseException as error:
            self._end(child)
            if isinstance(error, (EOFError, OSError)):
                raise Error(V_BROKEN, found="process") from None
            raise
        self._idle.append(child)
        return answer

    def _take(self) -> _Child:
        """A child at rest, else a new one. Raises V-030."""
        with self._lock:
            while self._idle and not self._closed:
                child = self._idle.pop()
                if child.process.is_alive():
                    return child
                self._forget(child)
            if self._closed:
                raise Error(V_BUSY)
            try:
                mine, its = _CONTEXT.Pipe()
                process = _CONTEXT.Process(target=_answer, args=(its, self._compute), daemon=True)
                process.start()
                its.close()
            except (OSError, EOFError):  # out of file descriptors, of memory, of processes
                raise Error(V_BUSY) from None
            if self._closed:
                process.kill()
                raise Error(V_BUSY)
            self._all.append(_Child(process, mine))
            return self._all[-1]

    def _end(self, child: _Child) -> None:
        child.process.kill()
        with self._lock:
            self._forget(child)

    def _forget(self, child: _Child) -> None:
        child.process.join()
        child.pipe.close()
        self._all.remove(child)


def _answer(pipe: Connection, compute: Compute) -> None:
    """Answers until the service is gone; what the service is told by signals is not meant for its children."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)
    config: Config | None = None
    while True:
        try:
            work, fresh = pipe.recv()
            if fresh is not None:
                config = read(*fresh)
            pipe.send(compute(work, config))  # type: ignore[arg-type] # the first work brings one
        except (EOFError, OSError):
            return
