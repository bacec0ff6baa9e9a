"""`qlc codes` from outside, and the committed pages."""

import ast
import json
from pathlib import Path

import pytest

from console.cli import main
from console.commands.codes import FAMILIES, every_code, markdown

ROOT = Path(__file__).parents[2]
ROOMS = ("rules", "sheets_schema", "sync", "addin", "macros", "console")


@pytest.fixture(autouse=True)
def _chinese(monkeypatch):
    monkeypatch.delenv("QLC_LANG", raising=False)


def declared():
    """The ids that stand in the sources as the first argument of `Code`."""
    for room in ROOMS:
        for path in (ROOT / room).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Code":
                    yield node.args[0].value


def test_every_code_of_the_sources_is_listed():
    assert [code.id for code in every_code()] == sorted(declared())
    assert {code.id[0] for code in every_code()} == set(FAMILIES)


@pytest.mark.parametrize(("lang", "name"), [("zh", "codes.zh-CN.md"), ("en", "codes.md")])
def test_the_committed_page_is_what_the_command_writes(lang, name):
    assert (ROOT / "docs" / name).read_text("utf-8") == markdown(every_code(), lang) + "\n"


def test_a_code_says_what_it_means_and_what_to_do(capsys):
    assert main(["--json", "codes", "g-013"]) == 0
    (told,) = json.loads(capsys.readouterr().out)
    assert told["code"] == "G-013"
    assert "qlc sync adopt" in told["todo"]
    assert main(["codes", "G", "X-202"]) == 0
    lines = [line for line in capsys.readouterr().out.splitlines() if not line.startswith(" ")]
    assert {line[0] for line in lines} == {"G", "X"}
    assert sum(line.startswith("X") for line in lines) == 1


def test_an_unknown_code_names_near_ones(capsys):
    assert main(["codes", "G-013", "G-01"]) == 2
    said = capsys.readouterr().err
    assert "C-046" in said
    assert "G-010、G-012、G-013" in said
    assert main(["codes", "6-013"]) == 2
    assert "G-013" in capsys.readouterr().err
