"""The case tables of tests/cases: what a planner writes down is what a cell answers."""

import pytest

from addin.registry.catalogue import ENTRIES, find
from rules.index import RULES
from rules.policy import sop
from rules.policy.loader import packaged
from tests.rules.cases import CASES, TABLES, answered, holds


@pytest.mark.parametrize(("rule", "case"), CASES, ids=[f"{rule}-{case['name']}" for rule, case in CASES])
def test_case(rule, case):
    assert "check" in case or find(case["function"]).rule == rule
    answer = answered(case, packaged().rules)
    assert holds(case, answer), answer


def test_every_rule_has_a_table_with_lines_that_exist():
    assert set(TABLES) == set(RULES)
    for table in TABLES.values():
        names = [case["name"] for case in table["cases"]]
        assert len(names) == len(set(names))
        for case in table["cases"]:
            assert case["sop"], case["name"]
            assert all(sop.line(line) for line in case["sop"]), case["name"]


def test_every_function_of_a_rule_has_cases():
    asked = {find(case["function"]).name for _, case in CASES if "function" in case}
    assert asked == {entry.name for entry in ENTRIES if entry.rule}
