"""Properties of the merge of plain tables."""

from itertools import product

from hypothesis import given, settings
from hypothesis import strategies as st

from sync.files.merge import Clash, merge
from sync.plan.untyped import Plain
from tests import long

MANY = settings(max_examples=2000 if long.IS_ASKED else 80, deadline=None)
KEY = ["店铺", "SKU"]
KEYS = list(product(["A", "B"], [1, 2, 3]))
TITLES = ["数量", "备注", "状态"]
CELLS = {
    "数量": st.sampled_from([None, 0, 1, 2.5, -3]),
    "备注": st.sampled_from([None, "x", "约30", "ＡＢ", "y z"]),
    "状态": st.sampled_from([None, True, False, "在售", 7]),
}


@st.composite
def starts(draw):
    keys = draw(st.permutations(KEYS))[: draw(st.integers(0, len(KEYS)))]
    titles = draw(st.permutations(TITLES))
    return [*KEY, *titles], {key: {title: draw(CELLS[title]) for title in titles} for key in keys}


@st.composite
def edits(draw, start, *, shape=True):
    """Another state of a table: cells changed, rows deleted, added and moved; with `shape` columns too."""
    columns, rows = start
    titles = columns[2:]
    order = draw(st.permutations(list(rows))) if draw(st.booleans()) else list(rows)
    other = {key: dict(rows[key]) for key in order if draw(st.integers(0, 5))}
    for key in draw(st.lists(st.sampled_from(KEYS), max_size=2)):
        other.setdefault(key, {title: draw(CELLS[title]) for title in titles})
    for key, title in draw(st.lists(st.tuples(st.sampled_from(KEYS), st.sampled_from(titles)), max_size=4)):
        if key in other:
            other[key][title] = draw(CELLS[title])
    if shape and draw(st.integers(0, 3)) == 0:
        titles = [title for title in titles if title != "状态"]
    if shape and draw(st.integers(0, 3)) == 0:
        titles = [*titles[:1], "新列", *titles[1:]]
        for cells in other.values():
            cells["新列"] = draw(CELLS["备注"])
    return [*KEY, *titles], other


def plain(state):
    columns, rows = state
    return Plain(tuple(columns), [[*key, *(cells[title] for title in columns[2:])] for key, cells in rows.items()])


def rows_of(merged):
    """The merged rows as {key: {title: (type, value)}}, whatever their order."""
    answer = {}
    for row in merged.rows:
        cells = dict(zip(merged.columns, row, strict=True))
        answer[cells["店铺"], cells["SKU"]] = {t: (type(v), v) for t, v in cells.items() if t not in KEY}
    assert len(answer) == len(merged.rows)
    return answer


@st.composite
def threes(draw, *, shape=True):
    start = draw(starts())
    return start, draw(edits(start, shape=shape)), draw(edits(start, shape=shape))


@MANY
@given(threes())
def test_identity(sides):
    """Where one side did nothing the other is the answer, cell by cell, in its order and spelling."""
    base, ours, _ = map(plain, sides)
    for merged in (merge(base, base, ours, KEY), merge(base, ours, base, KEY)):
        assert merged.columns == list(ours.columns)
        assert [list(map(repr, row)) for row in merged.rows] == [list(map(repr, row)) for row in ours.rows]
        assert merged.conflicts == []


@MANY
@given(threes())
def test_convergence(sides):
    """Both did the same: that is the answer. Theirs merged in once more changes nothing."""
    base, ours, theirs = map(plain, sides)
    same = merge(base, ours, ours, KEY)
    assert (same.columns, same.rows, same.conflicts) == (list(ours.columns), [list(row) for row in ours.rows], [])
    once = merge(base, ours, theirs, KEY)
    if not once.conflicts:
        result = Plain(tuple(once.columns), once.rows)
        again = merge(base, result, theirs, KEY)
        assert (set(again.columns), again.conflicts) == (set(once.columns), [])
        assert rows_of(again) == rows_of(once)


@MANY
@given(threes(shape=False))
def test_disjoint_edits_commute(sides):
    """Without a conflict it does not matter who is called ours (rows and columns as sets)."""
    base, ours, theirs = map(plain, sides)
    one, two = merge(base, ours, theirs, KEY), merge(base, theirs, ours, KEY)
    assert bool(one.conflicts) == bool(two.conflicts)
    assert {(tuple(c.key), c.column, c.kind) for c in one.conflicts} == {
        (tuple(c.key), c.column, c.kind) for c in two.conflicts
    }
    if not one.conflicts:
        assert rows_of(one) == rows_of(two)


@MANY
@given(threes(shape=False))
def test_conflict_completeness_and_soundness(sides):
    """Cells: exactly when o≠b, t≠b and o≠t. Rows: exactly when one side deleted what the other changed."""
    (_, base), (columns, ours), (_, theirs) = sides
    expected = set()
    for key in base.keys() | ours.keys() | theirs.keys():
        b, o, t = (side.get(key) for side in (base, ours, theirs))
        if o is not None and t is not None:
            for title in columns[2:]:
                past = repr(b[title]) if b is not None else "absent"
                if len({past, repr(o[title]), repr(t[title])}) == 3:
                    expected.add((key, title, Clash.CELL if b else Clash.INSERT_INSERT))
        elif (
            b is not None
            and (o or t)
            and {k: repr(v) for k, v in (o or t).items()} != {k: repr(v) for k, v in b.items()}
        ):
            expected.add((key, None, Clash.DELETE_MODIFY))
    merged = merge(*map(plain, sides), KEY)
    assert {(tuple(c.key), c.column, c.kind) for c in merged.conflicts} == expected
    assert len(merged.conflicts) == len(expected)
    result = rows_of(merged)
    for conflict in merged.conflicts:
        if conflict.column is not None:
            assert result[tuple(conflict.key)][conflict.column] == (type(conflict.ours), conflict.ours)


@MANY
@given(threes())
def test_no_invented_value(sides):
    """Every merged cell stands in ours or theirs, in that row and column; else it is blank."""
    merged = merge(*map(plain, sides), KEY)
    for key, cells in rows_of(merged).items():
        for title, cell in cells.items():
            there = [side[key][title] for _, side in sides[1:] if key in side and title in side[key]]
            assert cell in [(type(value), value) for value in there] or cell[1] is None


@MANY
@given(threes(shape=False), st.randoms(use_true_random=False))
def test_row_and_column_order_invariance(sides, rng):
    def shuffled(state):
        columns, rows = state
        titles, keys = columns[2:], list(rows)
        rng.shuffle(titles)
        rng.shuffle(keys)
        return [*KEY, *titles], {key: rows[key] for key in keys}

    one = merge(*map(plain, sides), KEY)
    two = merge(*(plain(shuffled(side)) for side in sides), KEY)
    assert rows_of(one) == rows_of(two)
    assert {(tuple(c.key), c.column, c.kind) for c in one.conflicts} == {
        (tuple(c.key), c.column, c.kind) for c in two.conflicts
    }
