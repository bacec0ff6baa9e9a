"""`qlc sop` from outside, and the committed rule book."""

import json
from pathlib import Path

import pytest

from console.cli import main
from console.rule_book import markdown
from rules.index import RULES
from rules.policy import sop

BOOK = Path(__file__).parents[2] / "docs/rules.md"


@pytest.fixture(autouse=True)
def _chinese(monkeypatch):
    monkeypatch.delenv("QLC_LANG", raising=False)


def ask(capsys, *words):
    code = main(["sop", *words])
    return code, capsys.readouterr()


def as_json(capsys, *words):
    code, shown = ask(capsys, "--json", *words)
    assert code == 0
    return json.loads(shown.out)


def test_every_line_as_json(capsys):
    lines = as_json(capsys)
    assert [line["line"] for line in lines] == list(sop.numbers())
    for line in lines:
        assert line["text"] == sop.line(line["line"])
        assert bool(line["rules"]) != bool(line["why_none"])
        assert set(line["rules"]) <= set(RULES)


def test_one_line(capsys):
    (line,) = as_json(capsys, "--line", "422")
    assert line == {
        "line": 422,
        "text": sop.line(422),
        "rules": ["R30", "calendars"],
        "why_none": None,
        "repeats": None,
    }


def test_a_doubled_line_says_so(capsys):
    (line,) = as_json(capsys, "--line", "212")
    assert (line["rules"], line["repeats"]) == (["R05", "R62"], 208)
    assert "重复 L208" in ask(capsys, "--line", "212")[1].out
    assert "repeats L208" in ask(capsys, "--line", "212", "--lang", "en")[1].out


def test_the_reason_in_both_languages(capsys):
    assert "亚马逊政策" in ask(capsys, "--line", "220")[1].out
    assert "Amazon's policy" in ask(capsys, "--line", "220", "--lang", "en")[1].out
    (line,) = as_json(capsys, "--line", "180", "--lang", "en")
    assert line["why_none"].startswith("repeats line 179: ")


@pytest.mark.parametrize("rule", RULES)
def test_the_lines_of_each_rule(capsys, rule):
    lines = as_json(capsys, "--rule", rule.swapcase())
    assert {line["line"] for line in lines} >= set(RULES[rule].lines)
    assert all(rule in line["rules"] for line in lines)


def test_a_line_of_another_rule_is_an_empty_list(capsys):
    assert as_json(capsys, "--rule", "R01", "--line", "422") == []


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["--rule", "R99"], "F-007"),
        (["--line", "536"], "C-041"),
        (["--line", "0"], "C-041"),
        (["--line", "9999"], "C-041"),
        (["--line", "many"], "C-001"),
    ],
)
def test_what_is_not_there(capsys, words, code):
    exit_code, shown = ask(capsys, *words)
    assert exit_code == 2
    assert shown.err.startswith(f"{code} ")
    assert "Traceback" not in shown.err


def test_the_committed_rule_book_is_the_one_generated_now():
    same = BOOK.read_text("utf-8") == markdown() + "\n"
    assert same, "docs/rules.md is old; write it again: qlc sop --markdown > docs/rules.md"


def test_the_rule_book_prints(capsys):
    code, shown = ask(capsys, "--markdown")
    assert code == 0
    assert shown.out == markdown() + "\n"
    assert as_json(capsys, "--markdown") == {"markdown": markdown()}
