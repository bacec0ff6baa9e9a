"""Columns judged and read whole mean what their cells mean one by one."""

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from sheets_schema.cells import meaning
from sheets_schema.model import Type
from sheets_schema.table import as_list, at_precision
from sync.plan.untyped import _arrays, _kind, _kind_of_words, _meanings

MANY = settings(max_examples=300, deadline=None)
NUMBERS = st.one_of(
    st.none(),
    st.integers(-(10**17), 10**17),
    st.floats(allow_nan=False, allow_infinity=False),
    st.decimals(-(10**9), 10**9, places=3).map(float),
)
WORDS = st.one_of(
    st.sampled_from(["", " ", "7", " 7\u00a0", "+.5", "1.", "-0", "1-2", ".", "1,200", "5%", "12E3", "1e5", "约30"]),
    st.sampled_from(["007", "-01", "1" * 15, "1" * 16, "0.1234567890123456789", "2025.4.3", "14:00", "1\n2", "７"]),
    st.decimals(-(10**9), 10**9, places=3).map(str),
    st.none(),
)


def one_by_one(columns, is_key):
    kind = _kind(columns, {type(cell) for column in columns for cell in column}, is_key)
    return [_meanings(column, kind) for column in columns]


def whole(columns, is_key):
    types = frozenset(type(cell) for column in columns for cell in column)
    found, is_alike = _arrays(columns, types, is_key)
    if is_alike:
        cells = {
            (cell, meant)
            for column, (array, _) in zip(columns, found, strict=True)
            for cell, meant in zip(column, as_list(array), strict=True)
        }
        assert len({meant for _, meant in cells}) == len(cells)
    for array, types in found:
        assert set(map(type, as_list(array))) <= types
    return [as_list(array) for array, _ in found]


@MANY
@given(st.lists(st.floats(allow_nan=False, allow_infinity=False) | st.decimals(-(10**12), 10**12, places=5).map(float)))
@example([0.1 + 0.2, 1e15 + 0.5, 123456789012.34567, 5e-324, -0.0])
def test_a_column_is_rounded_as_its_cells(numbers):
    expected = [meaning(number, Type.NUMBER) for number in numbers]
    assert at_precision(np.array(numbers, dtype=np.float64)).tolist() == expected


@MANY
@given(st.lists(st.lists(NUMBERS, max_size=5), min_size=1, max_size=3), st.booleans())
@example([[10**15, 1]], False)
@example([[10**15 - 1, 1]], False)
@example([[10**400]], False)
def test_numbers(columns, is_key):
    assert whole(columns, is_key) == one_by_one(columns, is_key)


@MANY
@given(st.lists(st.lists(WORDS, max_size=4), min_size=1, max_size=3), st.booleans())
@example([["1", "007"]], False)
@example([["1", "1" * 16]], False)
@example([["1.5", "+0"], ["", None]], False)
def test_texts(columns, is_key):
    assert whole(columns, is_key) == one_by_one(columns, is_key)


@pytest.mark.parametrize(
    ("words", "is_key", "numbers", "kind"),
    [
        ({"12", "1,200"}, False, False, Type.NUMBER),
        ({"12", "abc"}, False, False, Type.TEXT),
        ({"abc"}, False, True, Type.NUMBER),
        ({"0012"}, False, True, Type.TEXT),
        ({"12"}, True, False, Type.ID),
        (set(), False, False, Type.TEXT),
        ({"2025-04-03", "14:00"}, False, False, Type.DATETIME),
        ({"2025-04-03", "later"}, False, False, Type.TEXT),
        ({"2025-04-03"}, False, True, Type.NUMBER),
    ],
)
def test_what_the_texts_of_a_column_make_it(words, is_key, numbers, kind):
    assert _kind_of_words(words, is_key, numbers=numbers) is kind
