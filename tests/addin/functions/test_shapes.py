"""Formulas that say the same of other rows have one shape."""

from hypothesis import assume, given
from hypothesis import strategies as st

from addin.functions.places import Area
from addin.functions.shapes import Shapes
from sheets_schema.grid.shift import shift

rows, columns = st.integers(1, 300), st.sampled_from(["A", "B", "Z", "AA", "XFC"])
mark = st.sampled_from(["", "$"])
cell = st.builds(lambda a, c, b, r: f"{a}{c}{b}{r}", mark, columns, mark, rows)
area = st.one_of(
    cell,
    st.builds(lambda one, two: f"{one}:{two}", cell, cell),
    st.builds(lambda a, c, b, d: f"{a}{c}:{b}{d}", mark, columns, mark, columns),
    st.builds(lambda a, r, b, q: f"{a}{r}:{b}{q}", mark, rows, mark, rows),
)
place = st.one_of(area, st.builds(lambda tab, where: f"{tab}!{where}", st.sampled_from(["表1", "'a b''c!'"]), area))
formula = st.builds(lambda one, two: f'LEADTIME({one},"A1!B2")+{two}', place, place)


@given(formula, st.integers(1, 300), st.integers(0, 30), st.integers(0, 300), st.integers(0, 5))
def test_a_formula_filled_down_keeps_its_shape(text, row, column, down, right):
    moved = shift(text, down, right)
    assume("#REF!" not in moved)
    shapes = Shapes()
    one, two = shapes.shape(text, row, column), shapes.shape(moved, row + down, column + right)
    assert one is two
    assert one.why is None
    for reference, name in zip(one.references, one.names, strict=True):
        assert name in one.text
        before, after = (reference.area("S", *at) for at in ((row, column), (row + down, column + right)))
        assert before is not None
        assert after is not None


def test_areas():
    shape = Shapes().shape("LEADTIME($A2,表1!B$3:C4)+COVERDAYS(D:D,'o''k'!5:5)", 2, 4)
    areas = [reference.area("S", 3, 5) for reference in shape.references]
    assert areas == [
        Area("S", 3, 0, 3, 0),
        Area("表1", 3, 2, 5, 3),
        Area("S", 1, 4, 1048576, 4),
        Area("o'k", 6, 0, 6, 16383),
    ]
    assert shape.references[0].area("S", 1, 5) is not None
    assert shape.references[0].area("S", 0, 5) is None
    assert shape.calls_ours
