"""From every line of the SOP to its rules, or to why there are none."""

from itertools import pairwise

import pytest

from rules.errors import Error
from rules.index import RULES
from rules.policy import sop
from rules.policy.dated import dated_below
from rules.policy.loader import packaged
from rules.policy.models import Rules
from rules.sop_trace import WHY, numbers_of, rule_named, trace, traced

POLICY = packaged().rules


@pytest.mark.parametrize("line", traced(), ids=lambda line: f"L{line.line}")
def test_every_line_has_rules_or_a_reason(line):
    assert bool(line.rules) != bool(line.why), line
    assert bool(line.why_none("zh")) == bool(line.why_none("en")) == (not line.rules)


def test_no_line_is_forgotten():
    written = sop.numbers()
    assert [line.line for line in traced()] == list(written)
    assert len(written) == 538
    assert all(trace(line) is None for line in (0, 536, 540))


@pytest.mark.parametrize("rule", RULES.values(), ids=RULES)
def test_every_rule_has_lines_that_exist(rule):
    assert rule.lines
    assert list(rule.lines) == sorted(set(rule.lines))
    assert all(sop.line(line) for line in rule.lines)


def test_the_ranges_of_reasons_rise_and_do_not_overlap():
    for (_, last, _), (first, _, _) in pairwise(WHY):
        assert last < first
    assert all(first <= last for first, last, _ in WHY)


def test_doubled_lines_say_the_same_as_what_they_double():
    assert len(sop.repeats()) == 58
    for again, first in sop.repeats().items():
        assert sop.line(again) == sop.line(first)
        one, two = trace(first), trace(again)
        assert (two.rules, two.why, two.repeats) == (one.rules, one.why, first)
        assert two.why is None or str(first) in two.why_none("en")


def test_lines_said_twice_in_different_chapters_lead_to_the_same_rules():
    twins = {400: 438, 403: 441, 410: 443, 411: 444, 417: 450, 424: 457, 426: 459, 437: 470, 435: 468}
    for one, two in twins.items():
        assert sop.line(one).lstrip("2,、. ") == sop.line(two).lstrip("2,、. ")
        assert trace(one).rules == trace(two).rules


@pytest.mark.parametrize(
    ("line", "rule"),
    [(93, "R22"), (129, "R20"), (229, "R60"), (278, "R01"), (326, "R11"), (361, "R02"), (422, "R30"), (437, "R03")],
)
def test_lines_that_everybody_knows(line, rule):
    assert rule in trace(line).rules


def test_what_risks_the_policy_and_advice_are_held_by_no_rule():
    for line in (*range(218, 225), *range(69, 87), *range(168, 176), 1, 537):
        assert not trace(line).rules
    assert "亚马逊政策" in trace(220).why_none()
    assert "Amazon's policy" in trace(220).why_none("en")


@pytest.mark.parametrize("family", list(Rules.model_fields))
def test_every_number_belongs_to_a_rule(family):
    told = {key for rule in RULES.values() for key, _ in numbers_of(rule, POLICY)}
    assert {key for key, _ in dated_below(getattr(POLICY, family), f"rules.{family}")} <= told


def test_a_shared_family_tells_each_rule_its_own():
    keys = {rule: {key for key, _ in numbers_of(RULES[rule], POLICY)} for rule in ("R62", "R66", "R67")}
    assert not keys["R62"] & keys["R66"]
    assert "rules.checklists.procedures.翻新链接.steps" in keys["R62"]
    assert "rules.checklists.sheets.广告数据.due_days" in keys["R67"]


def test_steps_cite_lines_of_their_own_rule():
    for procedure in POLICY.checklists.procedures.values():
        for steps in (procedure.steps.value or (), *procedure.steps.values.values()):
            for step in steps:
                for line in step.sop:
                    assert procedure.rule in trace(line).rules, (procedure.rule, line)


def test_rules_are_named_in_any_letter_case():
    assert rule_named(" r30 ") is RULES["R30"]
    with pytest.raises(Error, match="F-007"):
        rule_named("R99")


def test_lines_with_a_reason_for_no_rule_have_none():
    of_rules = {line for rule in RULES.values() for line in rule.lines}
    assert not [line for first, last, _ in WHY for line in range(first, last + 1) if line in of_rules]
