"""Properties of the plan of a tab, on random tabs; and the engine against the slow reference."""

import copy
import random

from hypothesis import given, settings

from sheets_schema.model import Owner, Rows
from sheets_schema.table import Table
from sync.plan.advance import advance
from sync.plan.outcome import UNKNOWN
from tests import long
from tests.sync.plan.reference import LOST, fillable, holds, reference, same, token
from tests.sync.plan.worlds import COLUMNS, KEY, World, applied, table, worlds

MANY = settings(max_examples=1500 if long.IS_ASKED else 60, deadline=None)


def answered(world: World):
    return reference(
        world.base,
        world.ours,
        world.theirs,
        COLUMNS,
        world.rows,
        known=world.known,
        formulas=world.formulas,
        pins=world.pins,
        lost=world.lost,
        titles=world.titles,
    )


def writes(done):
    return {(item.key, item.column, token(item.before), token(item.after)) for item in done.writes}


def conflicts(done):
    return {(item.key, item.column, token(item.base), token(item.ours), token(item.theirs)) for item in done.conflicts}


def cells(base: Table):
    """The base as {(key, title): value}, blanks left out."""
    rows = zip(*(base.values(title) for title in KEY), strict=True)
    return {
        (key, title): LOST if same(base.value(title, row), UNKNOWN) else token(base.value(title, row))
        for row, key in enumerate(rows)
        for title in base.columns
        if title not in KEY and base.value(title, row) is not None
    }


@MANY
@given(worlds())
def test_the_engine_says_what_the_reference_says(world):
    done, expected = world.plan(), answered(world)
    assert writes(done) == expected.writes
    assert conflicts(done) == expected.conflicts
    assert {(item.key, item.column, token(item.theirs)) for item in done.formulas} == expected.formulas
    found = {item.key: {t: token(v) for t, v in item.values.items() if t not in KEY} for item in done.appends}
    assert found == {key: {t: token(v) for t, v in row.items()} for key, row in expected.appends.items()}
    assert cells(advance(done)) == {
        (key, title): LOST if value == LOST else token(value)
        for key, row in expected.base.items()
        for title, value in row.items()
        if value is not None
    }


@MANY
@given(worlds())
def test_idempotence(world):
    """Carried out and remembered, the next round writes nothing and asks the same."""
    done = world.plan()
    after = applied(world, done)
    base = advance(done)
    again = World(None, after, world.theirs, world.titles, rows=world.rows, base_table=base)
    again.known, again.formulas, again.pins = world.known, world.formulas, world.pins
    second = again.plan()
    assert not second.writes
    assert not second.appends
    assert {item[:2] + item[3:] for item in conflicts(second)} == {item[:2] + item[3:] for item in conflicts(done)}
    assert cells(advance(second)) == cells(base)


@MANY
@given(worlds())
def test_no_lost_edit_of_a_person(world):
    """What a person typed or cleared since the last agreement still stands, `put_back` columns aside."""
    done = world.plan()
    after = applied(world, done)
    for key, row in world.ours.items():
        for title, mine in row.items():
            past = LOST if world.lost else (world.base or {}).get(key, {}).get(title)
            if not same(mine, past) and not COLUMNS[title].put_back:
                assert same(after[key][title], mine)
    assert set(world.ours) <= set(after)


@MANY
@given(worlds())
def test_no_lost_edit_of_the_erp(world):
    """An ERP cell that differs from the sheet is written, asked about, shown beside a formula, or pinned."""
    done = world.plan()
    seen = {(item.key, item.column) for found in (done.writes, done.conflicts, done.formulas) for item in found}
    for key in world.ours.keys() & world.theirs.keys():
        for title, column in COLUMNS.items():
            if column.owner is not Owner.ERP or title not in world.titles[0] or (key, title) not in world.known:
                continue
            erp = world.theirs[key][title]
            pinned = holds(world.pins, key, title, erp)
            assert same(world.ours[key][title], erp) or pinned or (key, title) in seen
    if world.rows is Rows.ERP:
        assert {item.key for item in done.appends} == world.theirs.keys() - world.ours.keys()


@MANY
@given(worlds(plain=True))
def test_erp_conflicts_exactly_when_the_sheet_left_what_was_agreed_and_is_not_the_erps(world):
    expected = set()
    for key in world.ours.keys() & world.theirs.keys():
        for title in ("库存", "状态"):
            if title in world.titles[0] and title in world.titles[1]:
                mine, erp = world.ours[key][title], world.theirs[key][title]
                past = (world.base or {}).get(key, {}).get(title)
                if not same(mine, past) and not same(mine, erp):
                    expected.add((key, title))
    found = {(item.key, item.column) for item in world.plan().conflicts}
    assert {cell for cell in found if not COLUMNS[cell[1]].put_back} == expected


@MANY
@given(worlds())
def test_ownership(world):
    """People's and computed columns: no write, no conflict, blank in a new row; prefilled ones: no conflict."""
    done = world.plan()
    assert all(fillable(COLUMNS[item.column]) for item in done.writes)
    assert all(COLUMNS[item.column].owner is Owner.ERP for item in done.conflicts)
    for item in done.appends:
        assert all(title in KEY or fillable(COLUMNS[title]) for title in item.values)


@MANY
@given(worlds())
def test_no_invented_value(world):
    """Every value written is what the ERP says in that very cell, and it knows it."""
    done = world.plan()
    for item in done.writes:
        assert (item.key, item.column) in world.known
        assert same(item.after, world.theirs[item.key][item.column])
        assert same(item.before, world.ours[item.key][item.column])
    for new in done.appends:
        for title in new.values.keys() - set(KEY):
            assert (new.key, title) in world.known
            assert same(new.values[title], world.theirs[new.key][title])


@MANY
@given(worlds())
def test_row_and_column_order_invariance(world):
    rng = random.Random(1)
    other = copy.copy(world)

    def shuffled(rows):
        order = list(rows)
        rng.shuffle(order)
        return {key: rows[key] for key in order}

    other.base = None if world.base is None else shuffled(world.base)
    other.ours, other.theirs = shuffled(world.ours), shuffled(world.theirs)
    other.titles = (tuple(reversed(world.titles[0])), tuple(rng.sample(world.titles[1], len(world.titles[1]))))
    one, two = world.plan(), other.plan()
    assert writes(one) == writes(two)
    assert conflicts(one) == conflicts(two)
    assert {item.key for item in one.appends} == {item.key for item in two.appends}
    assert cells(advance(one)) == cells(advance(two))


@MANY
@given(worlds())
def test_a_dry_run_is_the_plan_that_is_carried_out(world):
    """Planning is pure: it changes no input, says the same again, and nothing but its cells change."""
    before = copy.deepcopy((world.base, world.ours, world.theirs))
    tables = table(world.ours, world.titles[0]), table(world.theirs, world.titles[1])
    dry, real = world.plan(), world.plan()
    advance(dry)
    assert (world.base, world.ours, world.theirs) == before
    for planned, fresh in zip((dry.ours, dry.theirs.table), tables, strict=True):
        assert all(list(map(token, planned.values(t))) == list(map(token, fresh.values(t))) for t in fresh.columns)
    assert (writes(dry), conflicts(dry)) == (writes(real), conflicts(real))
    after = applied(world, real)
    touched = {(item.key, item.column) for item in real.writes}
    for key, row in world.ours.items():
        for title, mine in row.items():
            assert (key, title) in touched or same(after[key][title], mine)
