"""`qlc codes` from outside, and the committed pages."""

import ast
import json
from pathlib import Path

import pytest

from console.commands.codes import FAMILIES
from tests.warm import qlc

ROOT = Path(__file__).parents[2]
ROOMS = ("rules", "sheets_schema", "sync", "addin", "macros", "console")


def ask(*words, code=0):
    """In a process that has seen the product's codes alone: tests declare some of their own."""
    done = qlc("codes", *words, QLC_LANG="zh")
    assert done.returncode == code, done.stderr
    return done


def declared():
    """The ids that stand in the sources as the first argument of `Code`."""
    for room in ROOMS:
        for path in (ROOT / room).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Code":
                    yield node.args[0].value


def test_every_code_of_the_sources_is_listed():
    told = json.loads(ask("--json").stdout)
    assert [item["code"] for item in told] == sorted(declared())
    assert {item["code"][0] for item in told} == set(FAMILIES)


@pytest.mark.parametrize(("lang", "name"), [("zh", "codes.zh-CN.md"), ("en", "codes.md")])
def test_the_committed_page_is_what_the_command_writes(lang, name):
    assert (ROOT / "docs" / name).read_text("utf-8") == ask("--lang", lang, "--markdown").stdout


def test_a_code_says_what_it_means_and_what_to_do():
    (told,) = json.loads(ask("--json", "g-013").stdout)
    assert told["code"] == "G-013"
    assert "qlc sync adopt" in told["todo"]
    lines = [line for line in ask("G", "X-202").stdout.splitlines() if not line.startswith(" ")]
    assert {line[0] for line in lines} == {"G", "X"}
    assert sum(line.startswith("X") for line in lines) == 1


def test_an_unknown_code_names_near_ones():
    said = ask("G-013", "G-01", code=2).stderr
    assert "C-046" in said
    assert "G-010、G-012、G-013" in said
    assert "G-013" in ask("C-013", "GG-013", code=2).stderr
