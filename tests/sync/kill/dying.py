"""A process that runs a round and is killed, with kill -9, at a moment of it; whatever it held is gone."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from contextlib import contextmanager
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from threading import Thread

from sync.backends import document, file
from sync.backends.workbook import backups, replace
from sync.round import begin as begin_
from sync.round import round as round_
from sync.state import database, journal, memory


class Point:
    """Counts moments in the process that runs the round; at the so-many-th it kills itself."""

    def __init__(self, at: int | None, told: Connection) -> None:
        self._at, self._told, self.passed = at, told, 0

    def reach(self, name: str) -> None:
        if self.passed == self._at:
            self._told.send(name)
            os.kill(os.getpid(), signal.SIGKILL)
        self.passed += 1


def hook(point: Point) -> None:
    """Puts the moments into this process, which does nothing else any more."""

    def around(owner: object, name: str, words: str) -> None:
        real = getattr(owner, name)

        def done(*args, **options):
            point.reach(f"before {words}")
            answer = real(*args, **options)
            point.reach(f"after {words}")
            return answer

        setattr(owner, name, done)

    around(round_, "recover", "recovering")
    around(begin_, "arrivals", "looking into the inbox")
    around(begin_, "remember", "noting the files")
    around(round_, "unsettled", "asking what is not settled")
    around(round_, "read_book", "reading the workbook")
    around(journal.Journal, "start", "noting the round")
    around(journal.Journal, "plan", "noting the plan")
    around(journal.Journal, "verified", "noting what was verified")
    around(memory.Bases, "put", "noting what is agreed")
    around(journal.Journal, "finish", "noting the end")
    around(file.FileStore, "apply", "the write into the file")
    around(document.DocumentStore, "apply", "the write into the document")
    around(replace, "force", "forcing the new file to disk")
    around(backups.Backups, "make", "making the backup")
    around(replace, "swap", "the files change places")
    around(backups.Backups, "take", "the former file becomes the backup")
    begun = database.State._begun

    @contextmanager
    def watched(self, *, alone, lease=None):
        with begun(self, alone=alone, lease=lease):
            yield
            point.reach("before a commit")
        point.reach("after a commit")

    database.State._begun = watched


class Far:
    """The sheets of a document whose program is another process: every call goes there and back."""

    def __init__(self, line: Connection) -> None:
        self._line = line

    def __getattr__(self, name: str):
        if name.startswith("_"):
            raise AttributeError(name)

        def call(*args, **options):
            self._line.send((name, args, options))
            answer = self._line.recv()
            if isinstance(answer, Exception):
                raise answer
            return answer

        return call


def serve(program, line: Connection) -> None:
    """The program's side: answers until the other end is gone."""
    try:
        while True:
            name, args, options = line.recv()
            try:
                line.send(getattr(program, name)(*args, **options))
            except Exception as error:
                line.send(error)
    except (EOFError, OSError):
        pass


def run(deed: Callable[[Far | None], object], at: int | None, program=None) -> tuple[str, int]:
    """Runs `deed` in a process of its own that dies at a moment; answers the moment's name, or how many were passed."""
    mine, its = Pipe()
    near, far = Pipe()
    child = os.fork()
    if child == 0:
        code = 1
        try:
            mine.close()
            near.close()
            point = Point(at, its)
            hook(point)
            deed(Far(far) if program is not None else None)
            its.send(point.passed)
            code = 0
        finally:
            sys.stderr.flush()
            os._exit(code)
    its.close()
    far.close()
    server = Thread(target=serve, args=(program, near))
    server.start()
    try:
        found = mine.recv()
    except EOFError:
        found = "the round failed"
    _, status = os.waitpid(child, 0)
    server.join()
    mine.close()
    near.close()
    killed = os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL
    if isinstance(found, str):
        assert killed, found
        return found, -1
    return "", found
