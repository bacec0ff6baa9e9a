"""Runs `on_windows` in a process of its own, where the platform may be called Windows."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[3]


def test_xlwings_own_machinery_serves_every_function(tmp_path):
    options = ["-p", "no:cacheprovider", "-o", "python_files=on_windows.py", "-o", "addopts=-q", "--tb=short"]
    done = subprocess.run(
        [sys.executable, "-m", "pytest", *options, "tests/addin/hosts/on_windows.py"],
        cwd=ROOT,
        env={**os.environ, "USERPROFILE": str(tmp_path), "XDG_CONFIG_HOME": str(tmp_path)},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]
    assert " passed" in done.stdout
