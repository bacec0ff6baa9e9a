"""`qlc bench plan`: both sides do the same job; the full size is a proof."""

import random

import pytest

from console.bench import plan


def test_both_sides_give_the_same_plan(tmp_path, monkeypatch):
    pytest.importorskip("polars")
    monkeypatch.setattr(plan, "ROWS", 400)
    monkeypatch.setattr(plan, "GONE", 7)
    plan.make(tmp_path)
    ours, theirs = plan.with_plan(tmp_path)(), plan.with_polars(tmp_path)()
    for one, other, width in zip(ours, theirs, plan.WIDTHS, strict=True):
        assert sorted(repr(tuple(item[:width])) for item in one) == sorted(repr(tuple(item)) for item in other)
    changed = 0.01 * 400 * 28
    assert changed * 0.9 < len(ours[0]) <= changed
    assert len(ours[2]) == 7


def test_the_tables_are_shuffled_and_keyed(monkeypatch):
    monkeypatch.setattr(plan, "ROWS", 1000)
    tables = plan.tables(random.Random(1))
    keys = {side: list(zip(*(tables[side][title] for title in plan.KEY), strict=True)) for side in plan.SIDES}
    assert set(keys["base"]) == set(keys["ours"])
    assert keys["base"] != keys["ours"]
    assert len(set(keys["theirs"]) - set(keys["ours"])) == plan.GONE


@pytest.mark.proof
def test_within_the_limits_of_polars():
    rows = plan.run()
    assert {row["name"]: row["ratio"] for row in rows if not row["ok"]} == {}
