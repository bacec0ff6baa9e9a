"""Limits on what one round may change: met exactly they pass, one more is refused."""

import pytest

from rules.errors import Refused
from rules.policy.site import Guards
from sync.plan.guards import Volume, check_volume

LIMITS = Guards(max_change_percent=50, max_change_count=40, max_mark_percent=20, max_mark_count=15, small_tab=20)


def check(*, changed=0, total=100, marks=0, rows=100, force=(), owners=1):
    volumes = [Volume(f"erp{number}", changed, total) for number in range(owners)]
    check_volume(volumes, marks, rows, LIMITS, frozenset(force), file="f", tab="t")


@pytest.mark.parametrize(
    ("plan", "answer"),
    [
        ({"changed": 40}, None),
        ({"changed": 41}, ("G-006", 40)),
        ({"changed": 30, "total": 60}, None),
        ({"changed": 31, "total": 60}, ("G-006", 30)),
        ({"changed": 20, "total": 20}, ("G-006", 10)),
        ({"changed": 19, "total": 19}, None),
        ({"changed": 41, "owners": 2}, ("G-006", 40)),
        ({"changed": 41, "force": ["G-006"]}, None),
        ({"changed": 41, "force": ["G-007"]}, ("G-006", 40)),
        ({"marks": 15}, None),
        ({"marks": 16}, ("G-007", 15)),
        ({"marks": 10, "rows": 50}, None),
        ({"marks": 11, "rows": 50}, ("G-007", 10)),
        ({"marks": 5, "rows": 20}, ("G-007", 4)),
        ({"marks": 19, "rows": 19}, None),
        ({"marks": 16, "force": ["G-007"]}, None),
        ({"marks": 16, "force": ["G-006"]}, ("G-007", 15)),
        ({"changed": 41, "marks": 16, "force": ["G-006"]}, ("G-007", 15)),
    ],
)
def test_a_limit_is_the_last_number_that_passes(plan, answer):
    if answer is None:
        check(**plan)
        return
    code, limit = answer
    with pytest.raises(Refused) as refused:
        check(**plan)
    assert (refused.value.code.id, refused.value.facts["expected"]) == (code, limit)
    assert refused.value.facts["found"] == plan["changed" if code == "G-006" else "marks"]
