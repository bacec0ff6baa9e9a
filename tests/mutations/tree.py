"""A copy of the checkout, in which code can be changed and tests be run."""

from __future__ import annotations

import filecmp
import json
import os
import resource
import shutil
import signal
import subprocess
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

ROOT = Path(__file__).parents[2]
PRODUCT = ("rules", "sheets_schema", "sync", "addin", "macros", "console")
KEPT = (*PRODUCT, "tests", "docs")
MEMORY = 8 << 30
"""Bytes that a run may use: a change can make a list that never ends."""
SLEEPING = 600
"""Seconds after which a run is ended that uses no processor: a change can make two wait for each other."""


class Tree:
    """A copy in `folder`. Of the checkout it has the packages, the tests, the files beside them, and ../shared."""

    def __init__(self, folder: Path) -> None:
        self.root = folder / "qlc"
        self.folder = folder
        if not self.root.exists():
            self._copy()

    def _copy(self) -> None:
        self.root.mkdir(parents=True)
        for path in ROOT.iterdir():
            if path.is_file():
                shutil.copy2(path, self.root)
        for name in KEPT:
            shutil.copytree(ROOT / name, self.root / name)
        if (ROOT.parent / "shared").exists():
            (self.folder / "shared").symlink_to((ROOT.parent / "shared").resolve())

    def is_current(self) -> bool:
        """Whether its product is the checkout's still: else lines are others."""
        modules = [path.relative_to(ROOT) for room in PRODUCT for path in sorted((ROOT / room).rglob("*.py"))]
        _, others, missing = filecmp.cmpfiles(ROOT, self.root, list(map(str, modules)), shallow=False)
        return not others and not missing

    def write(self, place: str, source: str) -> None:
        """Changes a module. No compiled form is kept: a change can keep time and size."""
        file = self.root / place
        file.write_text(source, "utf-8")
        for compiled in (file.parent / "__pycache__").glob(f"{file.stem}.*.pyc"):
            compiled.unlink()

    def run(self, words: Sequence[str], *, seconds: float | None, **facts: object) -> tuple[int, str]:
        """Runs pytest here; its exit code, below 0 where a signal ended it, and what it printed.

        `seconds` of processor time are the most that each process gets. `facts` are told to our plugins, in a file.
        """

        def bound() -> None:
            resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
            if seconds is not None:
                most = int(seconds) + 1
                resource.setrlimit(resource.RLIMIT_CPU, (most, most + 5))

        told = self.folder / "told.json"
        told.write_text(json.dumps(facts, ensure_ascii=False), "utf-8")
        environment = {
            **os.environ,
            "PYTHONPATH": str(self.root),
            "PYTHONDONTWRITEBYTECODE": "1",
            "QLC_MUTATIONS": str(told),
        }
        process = subprocess.Popen(
            [
                sys.executable,
                "-m",
                "pytest",
                "-p",
                "no:cacheprovider",
                "-q",
                "--hypothesis-seed=1",
                *words,
            ],
            cwd=self.root,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            start_new_session=True,
            preexec_fn=bound,
        )
        try:
            said, _ = process.communicate(timeout=SLEEPING if seconds is not None else None)
        except subprocess.TimeoutExpired:
            _end(process)
            said, _ = process.communicate()
        finally:
            _end(process)
        return process.returncode, said


def _end(process: subprocess.Popen[str]) -> None:
    """Ends a run, and what it left running."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
