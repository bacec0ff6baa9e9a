"""Section I of the rule book: no reading without its mark, no contradiction without both lines."""

import re
from importlib import import_module
from pathlib import Path
from typing import get_type_hints

import pytest
import yaml
from pydantic import TypeAdapter

from addin.functions.evaluate import evaluate
from addin.functions.explain import explanation
from addin.functions.explain_text import as_text
from rules import contradictions
from rules.answer import Word
from rules.contradictions import Contradiction
from rules.policy import sop
from rules.policy.dated import dated_below
from rules.policy.loader import packaged
from tests.rules.cases import A_DAY

POLICY = packaged().rules
NUMBERS = {key.removeprefix("rules."): number for key, number in dated_below(POLICY, "rules")}
TABLE = yaml.safe_load((Path(__file__).parents[1] / "cases" / "readings.yaml").read_text("utf-8"))


def cases(part):
    return pytest.mark.parametrize("case", TABLE[part], ids=[case["item"] for case in TABLE[part]])


def marks(case):
    """The marks of a case's answer, and its explanation where a cell can ask for it."""
    if "formula" in case:
        result = evaluate(case["formula"], POLICY, A_DAY)
        assert result.fault is None, case["formula"]
        return result.marks, explanation(result)
    module, name = case["check"].rsplit(".", 1)
    ask = getattr(import_module(module), name)
    hints = get_type_hints(ask)
    facts = {key: TypeAdapter(hints[key]).validate_python(value) for key, value in case.get("given", {}).items()}
    return ask(A_DAY, POLICY, **facts).marks, None


@cases("readings")
def test_a_reading_is_marked_by_its_number(case):
    number = NUMBERS[case["number"]]
    assert number.reading
    for line, words in case["says"].items():
        assert words in sop.line(line)
    assert set(number.sop) & set(case["says"])
    if case.get("silent"):
        return  # says what is no mistake and what is advised; no answer of a cell rests on it
    found, told = marks(case)
    assert number.reading in {mark.reason.zh for mark in found if mark.word is Word.READING}
    if told:
        used = {item["key"]: item for call in told["calls"] for item in call["numbers"]}
        assert used[f"rules.{case['number']}"]["reading"] == number.reading


@cases("contradictions")
def test_a_contradiction_quotes_both_sides(case):
    found, told = marks(case)
    for line, words in case["says"].items():
        assert words in sop.line(line)
    against = [mark for mark in found if mark.word is Word.CONTRADICTION and set(case["says"]) <= set(mark.lines)]
    assert against
    if told:
        quoted = {item["line"]: item["text"] for call in told["calls"] for item in call["lines"]}
        told_mark = next(item for item in told["marks"] if item["reason"] == against[0].reason.zh)
        quoted_by_mark = {item["line"]: item["text"] for item in told_mark["lines"]}
        text = as_text(told)
        for line in case["says"]:
            assert sop.line(line) in quoted.values()
            assert sop.line(line) in quoted_by_mark.values()
            assert sop.line(line) in text


@cases("none")
def test_what_can_be_followed_is_no_contradiction(case):
    found, _ = marks(case)
    assert not any(set(case["lines"]) & set(mark.lines) for mark in found)


CONTRADICTIONS = [(name, item) for name, item in vars(contradictions).items() if isinstance(item, Contradiction)]


@pytest.mark.parametrize(("name", "item"), CONTRADICTIONS, ids=[name for name, _ in CONTRADICTIONS])
def test_the_lines_that_a_contradiction_speaks_of_are_quoted_with_it(name, item):
    for words in (item.zh, item.en):
        spoken = {int(line) for line in re.findall(r"L(\d+)", words)}
        assert spoken <= set(item.lines)
    assert all(sop.line(line) for line in item.lines)


def test_every_contradiction_has_lines_with_words():
    for case in TABLE["contradictions"]:
        for mark in marks(case)[0]:
            assert bool(mark.lines) == (mark.word is Word.CONTRADICTION)
            assert all(sop.line(line) for line in mark.lines)
