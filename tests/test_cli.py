"""The frame of `qlc`: help with examples, coded mistakes, nothing but JSON on stdout."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from console.cli import COMMANDS

ROOT = Path(__file__).parents[1]
LINE = re.compile(r"^[A-Z]{1,4}-\d{2,} ")


def qlc(*words, cwd=ROOT, **environment):
    return subprocess.run(
        [sys.executable, "-m", "console.cli", *words],
        cwd=cwd,
        env={**os.environ, "PYTHONPATH": str(ROOT), **environment},
        capture_output=True,
        text=True,
    )


@pytest.mark.parametrize("command", sorted(COMMANDS))
def test_every_command_helps_with_an_example(command):
    done = qlc(command, "--help")
    assert done.returncode == 0, done.stderr
    assert "qlc " + command in done.stdout
    assert re.search(r"例|example", done.stdout), "no example"


@pytest.mark.parametrize(
    "words",
    [
        ("nonsense",),
        ("sync", "nonsense"),
        ("eval",),
        ("merge", "a.csv"),
        ("patch", "missing.xlsx", "--set", "A!A1=1", "--out", "x.xlsx"),
        ("erp", "inspect", "missing.xlsx"),
        ("--config", "missing.yaml", "sync", "status"),
    ],
)
def test_a_users_mistake_is_one_coded_line(words, tmp_path):
    done = qlc(*words, cwd=tmp_path)
    assert done.returncode in (1, 2)
    assert "Traceback" not in done.stderr
    assert LINE.match(done.stderr.splitlines()[-1] if done.stderr else done.stdout), (done.stdout, done.stderr)


def test_json_mistakes_are_one_document(tmp_path):
    done = qlc("--config", str(tmp_path / "missing.yaml"), "sync", "status", "--json")
    assert LINE.match(json.loads(done.stdout)["error"]["code"] + " ")


def test_the_language_switches(tmp_path):
    chinese = qlc("sync", "nonsense").stderr
    english = qlc("sync", "nonsense", QLC_LANG="en").stderr
    assert "用法" in chinese
    assert "wrong usage" in english
