"""The service's jobs beside rounds, each in a thread of its own: the digest, the warnings, the copy of the state."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path
from threading import Event, Thread
from typing import Any

from console.digest import digest
from rules.errors import Code, Error
from rules.policy.loader import Config
from sync.daemon.jobs import LONGEST_JOB, JobEnd
from sync.daemon.tell import send
from sync.state.backup import T_SERVER, backup, copies_in

D_JOB = Code(
    "D-022",
    "任务没有做成({found})",
    "the job failed ({found})",
    "同步照常;日志里有经过",
    "rounds go on; the log tells what happened",
)
COPIES = 14
"""Safety copies that stay in the state's folder."""
Told = Mapping[str, Any]
"""What a job did, for the log: it becomes JSON."""
NOT_TOLD = frozenset({"libreoffice", "excel", "config Excel", "config LibreOffice", "credentials", "round", "packages"})
"""Checks of `qlc doctor` that are no news for a team: about one person's programs, or true for a moment."""


class JobsBeside:
    """Runs the jobs of a configuration; their errors speak `lang`."""

    def __init__(self, config: Callable[[], Config], lang: str) -> None:
        self._config, self._lang = config, lang

    def start(self, name: str) -> JobBeside:
        """Begins a job of `site.jobs`."""
        jobs: dict[str, Callable[[Config], Told]] = {
            "digest": self._digest,
            "warnings": self._warnings,
            "backup": self._copy,
        }
        config = self._config()
        return JobBeside(lambda: jobs[name](config), self._lang)

    def _digest(self, config: Config) -> Told:
        """Sends what is due today."""
        today = datetime.now(config.site.zone).date()
        text, due = digest(config, today)
        if config.site.alerts is not None:
            send(config.site.alerts, text, datetime.now(UTC), os.environ)
        return {"due": due}

    def _warnings(self, config: Config) -> Told:
        """Sends what `qlc doctor` warns of; nothing where all is well."""
        found = warnings_of(doctor(config.path, self._lang))
        if found and config.site.alerts is not None:
            head = "全流程 qlc doctor:"
            send(config.site.alerts, "\n".join([head, *found]), datetime.now(UTC), os.environ)
        return {"warnings": found}

    def _copy(self, config: Config) -> Told:
        """A safety copy of the state, in its folder; the oldest go."""
        if config.site.state_server:
            raise Error(T_SERVER, file=config.site.state_server)
        folder = config.folder / config.site.state_folder
        path, _ = backup(folder, None, metadata.version("quanliucheng"), datetime.now(UTC))
        for old in copies_in(folder)[:-COPIES]:
            old.unlink()
        return {"file": str(path)}


class JobBeside:
    """A job in its thread, which is let go of when it hangs: it holds nothing that a round needs."""

    def __init__(self, work: Callable[[], Told], lang: str) -> None:
        self._work, self._lang = work, lang
        self._end: JobEnd | None = None
        self._done = Event()
        Thread(target=self._run, daemon=True, name="job").start()

    def _run(self) -> None:
        try:
            self._end = JobEnd(self._work())
        except Error as error:
            self._end = JobEnd(error=error.as_json(self._lang))
        except Exception as error:
            self._end = JobEnd(error=Error(D_JOB, found=f"{type(error).__name__}: {error}").as_json(self._lang))
        self._done.set()

    def ended(self) -> JobEnd | None:
        """How it ended; None as long as it runs."""
        return self._end if self._done.is_set() else None

    def stop(self) -> None:
        """It is waited for no more."""


def doctor(config: Path, lang: str) -> list[dict[str, str]]:
    """What `qlc doctor` says of a configuration, asked in a process of its own. Raises D-022."""
    words = [sys.executable, "-m", "console.cli", "--config", str(config), "doctor", "--json", "--lang", lang]
    try:
        done = subprocess.run(  # noqa: S603 - our own command
            words, stdin=subprocess.DEVNULL, capture_output=True, timeout=LONGEST_JOB / 2, check=False
        )
        answer = json.loads(done.stdout)
    except (OSError, ValueError, subprocess.TimeoutExpired) as error:
        raise Error(D_JOB, found=f"qlc doctor: {type(error).__name__}") from None
    if not isinstance(answer, list):  # the error of a configuration that is none
        raise Error(D_JOB, found=f"qlc doctor: {answer.get('error', {}).get('code', '?')}")
    return answer


def warnings_of(checks: list[dict[str, str]]) -> list[str]:
    """The lines that a team is to read: what is not right, and what to do."""
    bad = [check for check in checks if check["state"] in ("warn", "fail") and check["name"] not in NOT_TOLD]
    return [" → ".join(filter(None, (check["found"], check["todo"]))) for check in bad]
