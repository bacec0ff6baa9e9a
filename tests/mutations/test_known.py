"""What is known to survive is there still, and says why."""

from tests.mutations.__main__ import key_of, known_reasons, sample
from tests.mutations.changes import changes
from tests.mutations.tree import ROOT


def test_every_known_survivor_is_a_change_with_a_reason():
    reasons = known_reasons()
    places = {place for place, *_ in reasons}
    there = {key_of(change) for place in places for change in changes(place, (ROOT / place).read_text("utf-8"))}
    assert reasons.keys() <= there
    assert all(reasons.values())


def test_a_seed_makes_one_sample_spread_over_rooms_and_kinds():
    rooms = ("sheets_schema/outlines", "sheets_schema")
    first = sample(20, 1, rooms)
    assert first == sample(20, 1, rooms) != sample(20, 2, rooms)
    assert sum(change.place.startswith("sheets_schema/outlines/") for change in first[:10]) == 10
    assert len({change.kind for change in first[10:]}) == 9
