"""CPU seconds, wall seconds and peak memory of a child process: what `qlc bench` compares.

Every figure comes from a fresh process, best of `repeat` runs, so that baseline and subject pay the
same start-up and share no cache.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Usage:
    """What one run took: CPU and wall in seconds, peak resident memory in MB, what it printed."""

    cpu: float
    wall: float
    peak_mb: float
    stdout: str


def run(arguments: Sequence[str], repeat: int = 3) -> Usage:
    """Runs ``python <arguments>`` `repeat` times; the run with the least CPU time counts."""
    return min((_once(arguments) for _ in range(repeat)), key=lambda usage: usage.cpu)


def _once(arguments: Sequence[str]) -> Usage:
    start = time.perf_counter()
    child = subprocess.Popen([sys.executable, *arguments], stdout=subprocess.PIPE, text=True)  # noqa: S603 - our own code
    assert child.stdout is not None  # noqa: S101 - PIPE was asked for
    text = child.stdout.read()
    _, status, used = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    child.stdout.close()
    if child.returncode:
        raise RuntimeError(f"benchmark child failed: {arguments}")
    peak = used.ru_maxrss / (1024 * 1024 if sys.platform == "darwin" else 1024)
    return Usage(used.ru_utime + used.ru_stime, time.perf_counter() - start, peak, text)
