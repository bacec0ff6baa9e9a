"""CPU seconds, wall seconds and peak memory of a child process: what `qlc bench` compares.

Every figure comes from a fresh process, best of `repeat` runs, so that baseline and subject pay the
same start-up and share no cache.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Usage:
    """What one run took: CPU and wall in seconds, peak resident memory in MB, what it printed."""

    cpu: float
    wall: float
    peak_mb: float
    stdout: str


def run(arguments: Sequence[str], repeat: int = 3, good: Sequence[int] = (0,)) -> Usage:
    """Runs ``python <arguments>`` `repeat` times; the run with the least CPU time counts.

    An exit code that is not among `good` is an error.
    """
    return min((_once(arguments, good) for _ in range(repeat)), key=lambda usage: usage.cpu)


_WATCH = """
import json, os, subprocess, sys, time
start = time.perf_counter()
child = subprocess.Popen(sys.argv[2:])
_, status, used = os.wait4(child.pid, 0)
wall = time.perf_counter() - start
facts = [os.waitstatus_to_exitcode(status), used.ru_utime + used.ru_stime, wall, used.ru_maxrss]
open(sys.argv[1], "w").write(json.dumps(facts))
"""
"""A small process between us and the measured one: a child's peak memory begins with its parent's."""


def _once(arguments: Sequence[str], good: Sequence[int]) -> Usage:
    with tempfile.TemporaryDirectory() as folder:
        facts = Path(folder) / "facts"
        words = [sys.executable, "-S", "-c", _WATCH, str(facts), sys.executable, *arguments]
        done = subprocess.run(words, stdout=subprocess.PIPE, text=True, check=True)  # noqa: S603 - our own code
        code, cpu, wall, peak = json.loads(facts.read_text())
    if code not in good:
        raise RuntimeError(f"benchmark child failed: {arguments}")
    return Usage(cpu, wall, peak / (1024 * 1024 if sys.platform == "darwin" else 1024), done.stdout)
