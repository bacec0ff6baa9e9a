"""`qlc compile` from outside: what is written, the JSON, exit codes."""

import json

import pytest
from openpyxl import load_workbook

from console.cli import main
from rules.policy.loader import packaged_path

KEYS = ["function", "rule", "compiled", "why_not", "formula", "tab"]


@pytest.fixture(autouse=True)
def _default_configuration(monkeypatch):
    monkeypatch.delenv("QLC_LANG", raising=False)
    monkeypatch.setenv("QLC_CONFIG", str(packaged_path()))


@pytest.fixture
def compiled(capsys, tmp_path):
    def run(*words, out="公式.xlsx"):
        path = tmp_path / out
        code = main(["compile", "--json", *words, "--out", str(path)])
        return code, json.loads(capsys.readouterr().out), path

    return run


def test_rules_functions_and_aliases(compiled):
    code, told, path = compiled("r24", "ETA", "备货周期")
    assert code == 0
    assert [list(item) for item in told] == [KEYS] * 3
    assert [(item["function"], item["rule"], item["tab"]) for item in told] == [
        ("LEADTIME", "R10", "LEADTIME"),
        ("ETA", "R20", "ETA"),
        ("FREEUNTIL", "R24", "FREEUNTIL"),
    ]
    assert all(item["compiled"] and item["formula"].startswith("=IF(") for item in told)
    assert load_workbook(path).sheetnames == ["规则表", "LEADTIME", "ETA", "FREEUNTIL", "日历"]


def test_all_is_good_though_some_have_none(compiled):
    code, told, path = compiled("all")
    assert code == 0
    without = {item["function"]: item["why_not"] for item in told if not item["compiled"]}
    assert set(without) == {"SKUFROM", "EXPLAIN"}
    assert all(without.values())
    assert set(load_workbook(path, read_only=True).sheetnames) >= {item["tab"] for item in told if item["tab"]}


@pytest.mark.parametrize("words", [("SKUFROM",), ("R04",), ("explain", "R61")])
def test_nothing_to_write_is_a_finding(compiled, words):
    code, told, path = compiled(*words)
    assert code == 1
    assert not any(item["compiled"] for item in told)
    assert all(item["why_not"] for item in told)
    assert not path.exists()


def test_what_can_be_written_is_written(compiled):
    code, told, path = compiled("R04", "FREEUNTIL")
    assert code == 1
    assert [item["compiled"] for item in told] == [True, False]
    assert path.exists()


@pytest.mark.parametrize(
    ("words", "out", "code"), [(("R99",), "a.xlsx", "C-054"), (("ETA",), "a.xls", "C-055"), ((), "a.xlsx", "C-001")]
)
def test_wrong_usage(compiled, words, out, code):
    exit_code, told, path = compiled(*words, out=out)
    assert exit_code == 2
    assert told["error"]["code"] == code
    assert not path.exists()


def test_lines_for_people(capsys, tmp_path):
    assert main(["compile", "R24", "--lang", "en", "--out", str(tmp_path / "a.xlsx")]) == 0
    shown = capsys.readouterr().out
    assert "FREEUNTIL: ✓" in shown
    assert "1 functions written" in shown
