"""Rounds in processes of their own: the very command that a person would type, and its JSON answer."""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO, Any

from rules.errors import Code, Error
from sync.daemon.world import BookEnd, RoundEnd

D_SILENT = Code(
    "D-003",
    "一轮没有给出结果就结束了(退出码 {found})",
    "a round ended without an answer (exit code {found})",
    "手工运行 qlc sync once 看它说什么",
    "run qlc sync once by hand and see what it says",
)
BUSY = 4
"""The exit code of somebody else having it."""
LAST_MOMENT = 2.0
"""Seconds that a killed round has to be gone."""


class RoundsApart:
    """Starts `qlc sync once` for a configuration; its errors speak `lang`."""

    def __init__(self, config: Path, lang: str) -> None:
        self._config, self._lang = config, lang

    def start(self, workbooks: Sequence[str]) -> RoundApart:
        """Begins a round; an interrupt from the keyboard does not reach it."""
        words = [sys.executable, "-m", "console.cli", "--config", str(self._config), "sync", "once", "--json"]
        words += ["--lang", self._lang]
        for name in workbooks:
            words += ["--only", name]
        answer = tempfile.TemporaryFile("w+b")  # noqa: SIM115 - closed with the round
        process = subprocess.Popen(  # noqa: S603 - our own command
            words, stdin=subprocess.DEVNULL, stdout=answer, stderr=subprocess.DEVNULL, process_group=0
        )
        return RoundApart(process, answer, self._lang)


class RoundApart:
    """A round that runs in its process."""

    def __init__(self, process: subprocess.Popen[bytes], answer: IO[bytes], lang: str) -> None:
        self._process, self._answer, self._lang = process, answer, lang

    def ended(self) -> RoundEnd | None:
        """What became of it; None as long as it runs."""
        code = self._process.poll()
        if code is None:
            return None
        self._answer.seek(0)
        with self._answer:
            return told(self._answer.read(), code, self._lang)

    def stop(self) -> None:
        """Kills it: whatever it did is settled by the next round.

        One that hangs inside the system is not waited for: it ends with the drive that it waits for.
        """
        self._process.kill()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(LAST_MOMENT)
        self._answer.close()


def told(answer: bytes, code: int, lang: str) -> RoundEnd:
    """What the JSON of a round says; D-003 where it says nothing."""
    try:
        document = json.loads(answer)
    except ValueError:
        return RoundEnd(error=Error(D_SILENT, found=code).as_json(lang))
    if "error" in document:
        return RoundEnd(error=document["error"], busy=code == BUSY)
    books = {book["name"]: _book(book) for book in document["workbooks"]}
    return RoundEnd(books, document["round"], tuple(item["code"] for item in document["held"]))


def _book(book: Mapping[str, Any]) -> BookEnd:
    return BookEnd(
        book["state"],
        book["writes"] + book["appends"] + book["marks"] + book["computed"],
        book["conflicts"],
        book["problems"],
        tuple(item["code"] for item in book["details"]["refused"]),
        book["stopped"] == "busy",
        book["stopped"] == "failed",
        book["left"],
    )
