"""Random small tabs for properties: three tables that share some keys, with every kind of value."""

from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import product

import numpy as np
from hypothesis import strategies as st

from sheets_schema.cells import CellError
from sheets_schema.model import Column, Owner, Rows, Type
from sheets_schema.table import Table, as_array
from sync.plan.outcome import Rules, Theirs
from sync.plan.three_way import plan

KEY = ("店铺", "MSKU")
COLUMNS = {
    column.title: column
    for column in (
        Column("库存", Type.NUMBER, Owner.ERP),
        Column("状态", Type.TEXT, Owner.ERP),
        Column("到货", Type.DATE, Owner.ERP, put_back=True),
        Column("单价", Type.NUMBER, Owner.PEOPLE, prefill=True),
        Column("备注", Type.TEXT, Owner.PEOPLE, role="运营"),
        Column("合计", Type.NUMBER, Owner.COMPUTED),
    )
}
KEYS = list(product(["A-US", "A-CA"], ["m1", "m2", 3.0]))
NUMBERS = st.sampled_from([None, 0.0, 1.0, 2.0])
MIXED = st.sampled_from(
    [None, 1.0, 2.0, True, False, "1", "约30", CellError("#N/A"), "#N/A", date(2025, 4, 3), datetime(2025, 4, 3, 9)]
)


def side(draw, titles, keys=None):
    """{key: {title: value}} in random row order."""
    rows = draw(st.permutations(KEYS))[: draw(st.integers(0, len(KEYS)))] if keys is None else keys
    values = {title: draw(st.sampled_from([NUMBERS, MIXED])) for title in titles}
    return {key: {title: draw(values[title]) for title in titles} for key in rows}


def mutated(draw, start, titles):
    """A side that mostly repeats another: real tables change little."""
    rows = draw(st.permutations(sorted(start, key=repr))) if draw(st.booleans()) else list(start)
    answer = {key: {title: start[key].get(title) for title in titles} for key in rows if draw(st.integers(0, 5))}
    for key in draw(st.lists(st.sampled_from(KEYS), max_size=2)):
        answer.setdefault(key, {title: draw(MIXED) for title in titles})
    for key, title in draw(st.lists(st.tuples(st.sampled_from(KEYS), st.sampled_from([*titles, ""])), max_size=5)):
        if key in answer and title:
            answer[key][title] = draw(MIXED)
    return answer


def table(rows, titles):
    """A side as a typed table."""
    data = {title: as_array([key[at] for key in rows]) for at, title in enumerate(KEY)}
    data |= {title: as_array([cells[title] for cells in rows.values()]) for title in titles}
    return Table((*KEY, *titles), data)


@dataclass
class World:
    """Everything a plan is made from, as dictionaries."""

    base: dict | None
    ours: dict
    theirs: dict
    titles: tuple
    base_titles: tuple = ()
    rows: Rows = Rows.ERP
    known: set = field(default_factory=set)
    formulas: set = field(default_factory=set)
    pins: dict = field(default_factory=dict)
    lost: bool = False
    base_table: Table | None = None

    def plan(self):
        ours_titles, theirs_titles = self.titles
        masks = {
            title: np.array([(key, title) in self.known for key in self.theirs], dtype=bool) for title in theirs_titles
        }
        formulas = {
            title: np.array([(key, title) in self.formulas for key in self.ours], dtype=bool) for title in ours_titles
        }
        base = self.base_table
        if base is None and self.base is not None:
            base = table(self.base, self.base_titles)
        return plan(
            base,
            table(self.ours, ours_titles),
            Theirs(table(self.theirs, theirs_titles), masks),
            Rules(KEY, self.rows, COLUMNS),
            formulas=formulas,
            pins=self.pins,
            lost=self.lost,
        )


@st.composite
def worlds(draw, *, plain=False):
    """A world; with `plain` nothing is unknown, pinned, lost, or a formula."""
    everything = list(COLUMNS)
    subset = st.lists(st.sampled_from(everything), unique=True, min_size=4)
    base_titles, ours_titles, theirs_titles = (tuple(draw(subset)) for _ in range(3))
    start = side(draw, everything)
    base = {key: {title: cells[title] for title in base_titles} for key, cells in start.items()}
    ours, theirs = mutated(draw, start, ours_titles), mutated(draw, start, theirs_titles)
    cells = [(key, title) for key in KEYS for title in everything]
    world = World(base, ours, theirs, (ours_titles, theirs_titles), base_titles)
    world.known = {(key, title) for key in theirs for title in theirs_titles}
    if draw(st.integers(0, 4)) == 0:
        world.base = None
    if plain:
        return world
    world.known -= set(draw(st.lists(st.sampled_from(cells), max_size=6)))
    world.formulas = {
        (key, title)
        for key, title in draw(st.lists(st.sampled_from(cells), max_size=4))
        if key in ours and title in ours_titles
    }
    for key, title in draw(st.lists(st.sampled_from(cells), max_size=4)):
        said = theirs.get(key, {}).get(title)
        pinned = [said] if draw(st.booleans()) else []
        world.pins[key, title] = None if draw(st.integers(0, 5)) == 0 else (*draw(st.lists(MIXED, max_size=2)), *pinned)
    world.lost = draw(st.integers(0, 4)) == 0
    world.rows = draw(st.sampled_from(Rows))
    return world


def applied(world, done):
    """The sheet after the plan was carried out, and the world of the next round."""
    after = {key: dict(cells) for key, cells in world.ours.items()}
    for write in done.writes:
        after[write.key][write.column] = write.after
    for item in done.appends:
        after[item.key] = {title: item.values.get(title) for title in world.titles[0]}
    return after
