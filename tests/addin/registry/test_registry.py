"""The catalogue: complete, well named, helpful, and light to load."""

import json
import re
import subprocess
import sys
from datetime import date

import pytest

from addin.functions.evaluate import evaluate
from addin.functions.explain import explanation, rule_explanation
from addin.registry.catalogue import ENTRIES, find
from addin.registry.entry import Shape
from rules.errors import Error
from rules.index import RULES
from rules.policy import sop
from rules.policy.loader import packaged

POLICY = packaged().rules
DAY = date(2025, 4, 3)
NAMES = [entry.name for entry in ENTRIES]
CELL = re.compile(r"[A-Z]{1,3}[0-9]+|R[0-9]*C[0-9]*")


def test_names_are_unique_ascii_and_no_cell_reference():
    words = [word for entry in ENTRIES for word in (entry.name, entry.alias_zh)]
    assert len(words) == len(set(words))
    for entry in ENTRIES:
        assert re.fullmatch(r"[A-Z][A-Z0-9]+", entry.name)
        assert not CELL.fullmatch(entry.name)
        assert re.search(r"[\u4e00-\u9fff]", entry.alias_zh)
        assert find(entry.name) is find(entry.alias_zh) is find(entry.name.lower()) is entry


@pytest.mark.parametrize("entry", ENTRIES, ids=NAMES)
def test_every_function_has_help_and_an_example_that_runs(entry):
    for text in (entry.zh, entry.en, *(words for arg in entry.args for words in (arg.zh, arg.en))):
        assert text
        assert "\n" not in text
    assert entry.rule in RULES or not entry.rule
    assert (entry.width is None) or entry.shape is Shape.SPILL
    told = evaluate(entry.example, POLICY, DAY).as_json()
    assert told["error"] is None
    assert told["value"] is not None
    assert entry.name in entry.example


@pytest.mark.parametrize("entry", ENTRIES, ids=NAMES)
def test_every_answer_can_be_explained(entry):
    result = evaluate(entry.example, POLICY, DAY)
    for lang in ("zh", "en"):
        told = explanation(result, lang)
        assert json.dumps(told, ensure_ascii=False)
        call = told["calls"][-1]
        assert call["rule"] == entry.rule
        assert not entry.rule or call["title"]
        for number in call["numbers"]:
            assert number["key"].startswith("rules.")
            assert all(sop.line(line) for line in number["sop"])
        assert all(mark["reason"] for mark in told["marks"])
        if any(number["reading"] for number in call["numbers"]):
            assert "解读" in {mark["mark"] for mark in told["marks"]}


def test_the_parts_of_a_total_add_up():
    told = explanation(evaluate('=TURNOVERTOTAL(30,"快线","2025-06-15")', POLICY, DAY))
    *parts, total = told["calls"][0]["parts"]
    assert len(parts) == 5
    assert sum(part["value"] for part in parts) == total["value"] == told["value"]
    assert any("120" in remark for remark in told["calls"][0]["remarks"])


def test_the_effective_day_is_told():
    told = explanation(evaluate('=ETA("2025-03-01","快线")', POLICY, DAY))
    (number,) = told["calls"][0]["numbers"]
    assert (number["since"], number["value"], number["unit"]) == ("2025-01-01", 45, "天")


@pytest.mark.parametrize("rule", sorted(RULES))
def test_every_rule_is_told_with_its_lines(rule):
    told = rule_explanation(rule.lower(), POLICY, DAY)
    assert told["rule"] == rule
    assert told["lines"]
    assert {number["key"].split(".")[1] for number in told["numbers"]} <= set(RULES[rule].families)


def test_an_unknown_rule():
    with pytest.raises(Error, match="F-007"):
        rule_explanation("R99", POLICY, DAY)


@pytest.mark.parametrize(
    ("formula", "unloaded"),
    [
        ('=LEADTIME("车机","快线")', {"pypinyin", "chinese_calendar", "holidays", "numpy", "pandas", "rules.sku"}),
        ('=TURNOVERTOTAL(30,"快线","2025-06-15")', {"pypinyin", "chinese_calendar", "holidays"}),
        ('=SKU("HIFILUZ","车机",,,"CA")', {"chinese_calendar", "holidays", "numpy", "pandas"}),
        ('=ADDWORKDAYS("2025-04-30",3,"CN")', {"pypinyin", "holidays", "numpy", "pandas"}),
    ],
)
def test_heavy_libraries_load_only_where_used(formula, unloaded):
    code = (
        "import sys, json; from console.cli import main; main(['eval', sys.argv[1]]); "
        "print(json.dumps(sorted(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code, formula], capture_output=True, text=True, check=True)
    loaded = set(json.loads(done.stdout.splitlines()[-1]))
    assert not loaded & unloaded
