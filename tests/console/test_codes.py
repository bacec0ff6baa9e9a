"""`qlc codes` from outside, and the committed pages."""

import ast
import json
from pathlib import Path

import pytest

from console.cli import main
from console.commands.codes import FAMILIES, ROOMS, every_code, markdown

ROOT = Path(__file__).parents[2]


@pytest.fixture(autouse=True)
def _chinese(monkeypatch):
    monkeypatch.delenv("QLC_LANG", raising=False)


@pytest.fixture(scope="module")
def declared():
    """The ids that stand in the sources as the first argument of `Code`."""
    return sorted(
        node.args[0].value
        for room in ROOMS
        for path in (ROOT / room).rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Code"
    )


@pytest.fixture(scope="module")
def codes(declared):
    """The product's own: other tests declare some for themselves."""
    return [code for code in every_code() if code.id in declared]


def test_every_code_of_the_sources_is_listed(codes, declared):
    assert [code.id for code in codes] == declared
    assert {code.id[0] for code in codes} == set(FAMILIES)


@pytest.mark.parametrize(("lang", "name"), [("zh", "codes.zh-CN.md"), ("en", "codes.md")])
def test_the_committed_page_is_what_the_command_writes(codes, lang, name):
    assert (ROOT / "docs" / name).read_text("utf-8") == markdown(codes, lang) + "\n"


def ask(capsys, *words, code=0):
    assert main(["codes", *words]) == code
    return capsys.readouterr()


def test_a_code_says_what_it_means_and_what_to_do(capsys):
    (told,) = json.loads(ask(capsys, "--json", "g-013").out)
    assert told["code"] == "G-013"
    assert "qlc sync adopt" in told["todo"]
    lines = [line for line in ask(capsys, "G", "X-202").out.splitlines() if not line.startswith(" ")]
    assert {line[0] for line in lines} == {"G", "X"}
    assert sum(line.startswith("X") for line in lines) == 1
    page = ask(capsys, "--lang", "en", "--markdown").out
    assert page.startswith("# Codes\n")
    assert "{our name: yours}" in page


def test_an_unknown_code_names_near_ones(capsys):
    said = ask(capsys, "G-013", "G-01", code=2).err
    assert "C-046" in said
    assert "G-010、G-012、G-013" in said
    assert "G-013" in ask(capsys, "C-013", "GG-013", code=2).err
    assert "相近的:-" in ask(capsys, "全部", code=2).err
