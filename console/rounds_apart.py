"""Rounds apart from the service: in a process of their own, which answers one after the other."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from threading import Thread

from rules.errors import Code, Error
from sync.daemon.world import RoundEnd

D_SILENT = Code(
    "D-003",
    "一轮没有给出结果就结束了(退出码 {found})",
    "a round ended without an answer (exit code {found})",
    "手工运行 qlc sync once 看它说什么",
    "run qlc sync once by hand and see what it says",
)
ENDING = 5
"""Seconds that a process which waits is given to end."""
LAST_MOMENT = 2.0
"""Seconds that a killed round has to be gone."""

_Process = subprocess.Popen[bytes]


class RoundsApart:
    """Runs what `qlc sync once` runs for a configuration; its errors speak `lang`. `close` ends what waits for more."""

    def __init__(self, config: Path, lang: str) -> None:
        self._words = [sys.executable, "-m", "console.round_process", str(config), lang]
        self._lang = lang
        self._waiting: list[_Process] = []

    def start(self, workbooks: Sequence[str]) -> RoundApart:
        """Begins a round; an interrupt from the keyboard does not reach it."""
        process = self._process()
        asked = json.dumps(list(workbooks)).encode() + b"\n"
        try:
            _ask(process, asked)
        except OSError:  # it ended just now
            _end(process)
            process = self._begin()
            _ask(process, asked)
        return RoundApart(process, self._lang, self._waiting.append)

    def close(self) -> None:
        """Ends the processes that wait for a round."""
        while self._waiting:
            _end(self._waiting.pop())

    def _process(self) -> _Process:
        while self._waiting:
            process = self._waiting.pop()
            if process.poll() is None:
                return process
            _end(process)
        return self._begin()

    def _begin(self) -> _Process:
        return subprocess.Popen(  # noqa: S603 - our own module
            self._words,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            process_group=0,
        )


class RoundApart:
    """A round that runs in a process; `give_back` takes the process for the next."""

    def __init__(self, process: _Process, lang: str, give_back: Callable[[_Process], None]) -> None:
        self._process, self._lang, self._give_back = process, lang, give_back
        self._line = b""
        self._reading = Thread(target=self._read, daemon=True)
        self._reading.start()

    def _read(self) -> None:
        if self._process.stdout is not None:
            self._line = self._process.stdout.readline()

    def ended(self) -> RoundEnd | None:
        """What became of it; None as long as it runs."""
        if self._reading.is_alive():
            return None
        if self._line.endswith(b"\n"):  # else it died in the middle of a word
            said = json.loads(self._line)
            (self._give_back if said["goes_on"] else _end)(self._process)
            return RoundEnd.of(said["end"])
        _end(self._process)
        return RoundEnd(error=Error(D_SILENT, found=self._process.returncode).as_json(self._lang))

    def stop(self) -> None:
        """Kills it: whatever it did is settled by the next round.

        One that hangs inside the system is not waited for: it ends with the drive that it waits for.
        """
        self._process.kill()
        self._reading.join(LAST_MOMENT)
        if not self._reading.is_alive():  # who reads a pipe holds it: closing it would wait as well
            _end(self._process)


def _ask(process: _Process, asked: bytes) -> None:
    if process.stdin is not None:
        process.stdin.write(asked)
        process.stdin.flush()


def _end(process: _Process) -> None:
    """Nothing more is asked of a process: it ends, or is ended."""
    _close(process)
    try:
        process.wait(ENDING)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _close(process: _Process) -> None:
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            try:
                pipe.close()
            except OSError:  # what was not sent yet
                continue
