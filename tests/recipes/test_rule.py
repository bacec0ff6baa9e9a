"""The recipe of a rule: its module, its line in the index, its number, its function and its cases."""

import pytest

from tests.recipes.house import House

pytestmark = pytest.mark.proof

RULE = '''
"""R68: when goods that were relabelled are sellable again."""

from __future__ import annotations

from datetime import date

from rules.answer import Ledger, rule
from rules.calendars import days_later
from rules.policy.models import Rules


@rule("R68")
def sellable_again(book: Ledger, policy: Rules, relabelled: date) -> date:
    """The day of relabelling and the days that the warehouse needs."""
    return days_later(relabelled, book.take(policy.storage.relabel_days))
'''

CALL = """

def _again(here: Context, relabelled: date) -> Answer:
    from rules.sellable_again import sellable_again

    return sellable_again(relabelled, here.policy, relabelled)
"""

ENTRY = """
    Entry(
        "SELLABLEAGAIN",
        "换标可售日",
        "R68",
        Shape.MAP,
        (day("relabelled", "换标那天", "day of relabelling"),),
        "换标之后哪天又可以卖",
        "the day on which relabelled goods are sellable again",
        '=SELLABLEAGAIN("2025-04-03")',
        _again,
    ),"""

CASES = """
rule: R68
cases:
  - {name: 换标两天后可售, function: SELLABLEAGAIN, given: {relabelled: 2025-04-03}, expect: 2025-04-05, sop: [426]}
  - {name: 没换标是空, function: SELLABLEAGAIN, given: {relabelled: ""}, expect: null, sop: [426]}
"""


def test_a_rule_is_six_files(tmp_path):
    house = House(tmp_path)
    house.new("rules/sellable_again.py", RULE.lstrip())
    house.add(
        "rules/index.py",
        (
            '_rule("R67", "广告数据记录", "ad data log", "165 167 176 185 188-190", "checklists"),\n',
            '        _rule("R68", "换标可售日", "relabelled goods", "426", "storage"),\n',
        ),
    )
    house.add("rules/policy/families/deadlines.py", ("    free_days: Count\n", "    relabel_days: Count\n"))
    house.add(
        "config.yaml",
        (
            "why: 未贴标货物的免仓期, reading: 到仓当天不算，最后一天是到仓日+7}\n",
            "    relabel_days: {value: 2, unit: 天, sop: [426], why: 换标之后几天可以卖}\n",
        ),
    )
    house.add(
        "addin/registry/slots.py",
        ("    return free_until(arrived, here.policy, arrived)\n", CALL),
        ("ENTRIES = (", ENTRY),
    )
    house.new("tests/cases/R68.yaml", CASES.lstrip())
    assert len(house.touched) == 6

    answers = house.qlc("eval", '=SELLABLEAGAIN("2025-04-03")', '=换标可售日("2025-04-03")')
    assert [answer["value"] for answer in answers] == ["2025-04-05"] * 2
    told = house.qlc("explain", "R68")
    assert [number["value"] for number in told["numbers"]] == [7, 2]
    (entry,) = (entry for entry in house.qlc("functions") if entry["name"] == "SELLABLEAGAIN")
    assert entry["rule"] == "R68"
    assert house.cases("tests/rules/test_cases.py", "R68") == 2
