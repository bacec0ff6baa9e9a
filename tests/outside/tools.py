"""Programs of other makers that judge our files, where `make tools` puts them: each runs in a process of its own,
nothing of them is imported or shipped. One that is missing is a gap with a name, never a pass.
"""

import shutil
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path

import pytest

TOOLS = Path(__file__).parents[2] / ".tools"


def validator():
    """Microsoft's Open XML validator; None when it is not installed."""
    return next(iter((TOOLS / "node_modules" / "@xarsh").glob("ooxml-validator-*/ooxml-validator")), None)


def gnumeric():
    """Gnumeric's converter; None when it is not installed."""
    return shutil.which("ssconvert")


def onlyoffice():
    """The folder of ONLYOFFICE's converter; None when it is not installed."""
    found = next((TOOLS / "onlyoffice").glob("lib/python3*/site-packages/docbuilder/lib/x2t"), None)
    return found and found.parent


def vba_python():
    """A Python that has the grammar of VBA; None when it is not installed."""
    found = TOOLS / "vba" / "bin" / "python"
    return found if found.exists() and run([found, "-c", "import antlr4_vba"]).returncode == 0 else None


def need(tool, name):
    """The tool; without it the test is skipped, and the output of `make proof` says so."""
    if tool is None:
        gap = f"GAP: {name} is not installed (make tools)"
        tell(gap)
        pytest.skip(gap)
    return tool


def run(command, timeout=300, **more):
    """The finished process; its output is text."""
    words = [str(word) for word in command]
    return subprocess.run(words, capture_output=True, text=True, timeout=timeout, check=False, **more)


def tell(*lines):
    """Lines of a table of `make proof`."""
    sys.stdout.write("\n".join(["", *lines, ""]))


@contextmanager
def timed(what):
    """Says how long a part of `make proof` took."""
    began = time.perf_counter()
    yield
    tell(f"{what}: {time.perf_counter() - began:.0f} s")
