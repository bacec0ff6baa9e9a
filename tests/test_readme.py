"""The commands that both READMEs show run, and answer what stands behind them."""

import re
import shlex
from pathlib import Path

import pytest

from tests.warm import qlc

ROOT = Path(__file__).parents[1]
READMES = ("README.md", "README.zh-CN.md")
QLC = re.compile(r"^\.venv/bin/qlc (.*?)(?:\s{2,}#\s*(.*))?$", re.MULTILINE)


def commands(name):
    return QLC.findall((ROOT / name).read_text("utf-8"))


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    folder = tmp_path_factory.mktemp("readme")
    run("demo demo", folder)
    return folder


def run(words, folder):
    until = ["--until-idle"] if words.endswith(" sync daemon") else []
    return qlc(*shlex.split(words), *until, cwd=folder)


def test_commands_run(demo):
    shown = commands(READMES[0])
    assert len(shown) >= 6
    for words, answer in shown:
        done = run(words, demo)
        assert done.returncode in (0, 1), (words, done.stderr)
        assert "Traceback" not in done.stderr
        if words.startswith("eval"):
            assert answer.strip(), words
            assert answer.strip() in done.stdout, words


def test_both_readmes_show_the_same_commands_and_answers():
    first, second = (
        [(words, answer if words.startswith("eval") else None) for words, answer in commands(name)] for name in READMES
    )
    assert first == second


def test_make_offers_what_the_readmes_name():
    makefile = (ROOT / "Makefile").read_text("utf-8")
    for name in READMES:
        for target in set(re.findall(r"^make (\w+)", (ROOT / name).read_text("utf-8"), re.MULTILINE)):
            assert re.search(rf"^{target}:", makefile, re.MULTILINE), target
