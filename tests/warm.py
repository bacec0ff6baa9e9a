"""`qlc` as people run it, one process for each command, without the half second that each would load the product.

A first process has loaded every command and does nothing itself; each command is a fork of it, which begins with
the words, folder and environment that it is given and ends as any program does.
"""

import atexit
import gc
import importlib
import json
import os
import subprocess
import sys
import tempfile
from functools import cache
from pathlib import Path

from console.cli import COMMANDS, main

ROOT = Path(__file__).parents[1]


def qlc(*words, cwd=ROOT, **environment):
    """What the command said, and its exit code, as `subprocess.run` tells it."""
    with tempfile.NamedTemporaryFile() as out, tempfile.NamedTemporaryFile() as errors:
        asked = {
            "words": words,
            "cwd": str(cwd),
            "environment": {**os.environ, **environment},
            "streams": [out.name, errors.name],
        }
        first = _first()
        first.stdin.write(json.dumps(asked) + "\n")
        first.stdin.flush()
        code = int(first.stdout.readline())
        return subprocess.CompletedProcess(words, code, out.read().decode(), errors.read().decode())


@cache
def _first():
    """The process that is forked, until the tests end."""
    words = [sys.executable, "-m", "tests.warm"]
    process = subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=ROOT, text=True)
    atexit.register(process.communicate)
    return process


def _forked():
    """Answers each line that asks for a command with its exit code."""
    for name, *_ in COMMANDS.values():
        importlib.import_module(f"console.commands.{name}")
    gc.freeze()  # so that no fork copies what it only looks through
    for line in sys.stdin:
        child = os.fork()
        if not child:
            return _command(**json.loads(line))
        _, status = os.waitpid(child, 0)
        print(os.waitstatus_to_exitcode(status), flush=True)
    return 0


def _command(words, cwd, environment, streams):
    for number, name in enumerate((os.devnull, *streams)):
        opened = os.open(name, os.O_RDWR)
        os.dup2(opened, number)
        os.close(opened)
    os.chdir(cwd)
    os.environ.clear()
    os.environ.update(environment)
    return main(words)


if __name__ == "__main__":
    sys.exit(_forked())
