"""A plugin of pytest: which lines of the product each test runs, in processes that it starts too, and what time it takes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import coverage
import pytest

from tests import warm

CONTEXT = "QLC_MUTATIONS_TEST"
"""The variable that tells a process for which test it was started."""

SETTINGS = f"""
[run]
source = {{root}}
omit = {{root}}/tests/*
data_file = {{folder}}/lines
context = ${{{{{CONTEXT}-}}}}
parallel = true
disable_warnings = no-data-collected, module-not-measured, couldnt-parse
"""


class Recording:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.seconds: dict[str, float] = {}
        """Of processor time, children included: a busy machine makes no test long."""
        self.passed: dict[str, bool] = {}
        self.lines = coverage.Coverage(config_file=str(folder / "coverage.ini"))

    def pytest_sessionstart(self) -> None:
        os.environ[CONTEXT] = ""
        os.environ["COVERAGE_PROCESS_START"] = str(self.folder / "coverage.ini")
        self.lines.start()

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Iterator[None]:
        os.environ[CONTEXT] = item.nodeid
        self.lines.switch_context(item.nodeid)
        before = sum(os.times()[:4])
        try:
            return (yield)
        finally:
            self.seconds[item.nodeid] = sum(os.times()[:4]) - before
            self.lines.switch_context("")

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self.passed[report.nodeid] = self.passed.get(report.nodeid, True) and report.passed

    def pytest_sessionfinish(self) -> None:
        self.lines.stop()
        self.lines.save()
        passed = {name: round(self.seconds[name], 4) for name, good in self.passed.items() if good}
        who = os.environ.get("PYTEST_XDIST_WORKER", "alone")
        (self.folder / f"seconds.{who}.json").write_text(json.dumps(passed, ensure_ascii=False), "utf-8")


def qlc(*words: str, cwd: Path = warm.ROOT, **environment: str) -> subprocess.CompletedProcess[str]:
    """`tests.warm.qlc` in a process of its own: a fork's lines would count for the test that loaded the first one."""
    command = [sys.executable, "-m", "console.cli", *words]
    return subprocess.run(command, cwd=cwd, env={**os.environ, **environment}, capture_output=True, text=True)


def pytest_configure(config: pytest.Config) -> None:
    warm.qlc = qlc
    if getattr(config.option, "numprocesses", None) and not hasattr(config, "workerinput"):
        return  # the processes that it starts record
    config.pluginmanager.register(
        Recording(Path(json.loads(Path(os.environ["QLC_MUTATIONS"]).read_text("utf-8"))["folder"]))
    )
