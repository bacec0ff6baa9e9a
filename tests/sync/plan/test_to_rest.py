"""The planner alone: one random tab, changed twice, whose planned writes arrive shuffled and in part, planned again and again.

Sheet and ERP both come from one tab (two that are drawn apart hardly ever meet). Of every plan some writes arrive, in
any order, others are lost and known to be. At most 200 plans later it rests, and the end is the one that a single
whole batch makes: the same sheet, the same questions, the same agreed values. With people and ERP going on meanwhile
it rests all the same, and nothing is asked but about cells that a person touched.
"""

import random

from hypothesis import given, settings
from hypothesis import strategies as st

from sheets_schema.model import Owner, Rows
from sync.plan.advance import advance
from tests import long
from tests.sync.plan.reference import same
from tests.sync.plan.test_properties import cells, conflicts
from tests.sync.plan.worlds import COLUMNS, World, worlds

MANY = settings(max_examples=1500 if long.IS_ASKED else 40, deadline=None)
STEPS = 200


def arrived(world, done, writes, appends):
    """The world after some of what was planned arrived, and the rest was seen not to."""
    after = {key: dict(row) for key, row in world.ours.items()}
    for write in writes:
        assert same(after[write.key][write.column], write.before), "nothing is written over what it was not planned on"
        after[write.key][write.column] = write.after
    for item in appends:
        assert item.key not in after, "no row is doubled"
        after[item.key] = {title: item.values.get(title) for title in world.titles[0]}
    lost = {(one.key, one.column) for one in done.writes} - {(one.key, one.column) for one in writes}
    missing = {one.key for one in done.appends} - {one.key for one in appends}
    again = World(None, after, world.theirs, world.titles, rows=world.rows)
    again.base_table = advance(done, unverified=lost, missing=missing)
    again.known, again.formulas, again.pins = world.known, world.formulas, world.pins
    return again


def some(chance, items):
    """Some of them, in any order; now and then none, or all."""
    share = chance.choice([0.0, 0.2, 0.5, 1.0])
    kept = [item for item in items if chance.random() < share]
    chance.shuffle(kept)
    return kept


def to_rest(world, chance, meanwhile=lambda world, step: None):
    """Plans until nothing is to be written; answers the world that rests, and its plan."""
    for step in range(STEPS):
        done = world.plan()
        if not done.writes and not done.appends:
            return world, done
        world = arrived(world, done, some(chance, done.writes), some(chance, done.appends))
        meanwhile(world, step)
    raise AssertionError(f"no rest after {STEPS} plans")


@MANY
@given(worlds(), st.integers(0, 1 << 32))
def test_batches_in_any_order_and_part_rest_where_a_whole_one_does(world, seed):
    done = world.plan()
    whole = arrived(world, done, done.writes, done.appends)
    end, last = to_rest(world, random.Random(seed))
    assert end.ours == whole.ours
    assert {item[:2] + item[3:] for item in conflicts(last)} == {item[:2] + item[3:] for item in conflicts(done)}
    assert cells(advance(last)) == cells(advance(whole.plan()))


@MANY
@given(worlds(plain=True), st.integers(0, 1 << 32))
def test_people_and_erp_going_on_it_rests_and_asks_only_about_touched_cells(world, seed):
    chance = random.Random(seed)
    started = {key: dict(row) for key, row in world.ours.items()}
    base = world.base or {}
    touched = {(k, t) for k, row in world.ours.items() for t, v in row.items() if not same(v, base.get(k, {}).get(t))}
    typed = {}

    def meanwhile(now, step):
        if step > 20:
            return
        if now.ours:
            key, title = chance.choice(sorted(now.ours, key=str)), chance.choice(now.titles[0])
            now.ours[key][title] = value = chance.choice([None, 7.0, 8.0])
            touched.add((key, title))
            typed[key, title] = value
        if now.theirs:
            key, title = chance.choice(sorted(now.theirs, key=str)), chance.choice(now.titles[1])
            now.theirs = {one: dict(row) for one, row in now.theirs.items()}
            now.theirs[key][title] = chance.choice([0.0, 1.0, 2.0])

    end, last = to_rest(world, chance, meanwhile)
    assert {(item.key, item.column) for item in last.conflicts} <= touched
    assert set(started) <= set(end.ours)
    if world.rows is Rows.ERP:
        assert set(end.theirs) <= set(end.ours)
    for (key, title), value in typed.items():
        if COLUMNS[title].owner is Owner.PEOPLE and not COLUMNS[title].prefill:
            assert same(end.ours[key][title], value)
    for key, row in started.items():
        for title, value in row.items():
            if (key, title) not in touched and COLUMNS[title].owner in (Owner.PEOPLE, Owner.COMPUTED):
                assert same(end.ours[key][title], value) or COLUMNS[title].prefill
