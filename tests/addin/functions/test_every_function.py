"""What holds for every function: wrong cells, blanks, spellings of days, ranges."""

from datetime import date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from addin.functions.batch import evaluate_batch
from addin.functions.calls import F_BROKEN
from addin.functions.evaluate import evaluate
from addin.functions.formula import parse
from addin.functions.tree import Array, Call, Constant
from addin.registry.catalogue import ENTRIES
from addin.registry.entry import Kind, Shape
from rules.errors import CODES
from rules.policy.loader import packaged
from sheets_schema.cells import to_serial

POLICY = packaged().rules
DAY = date(2025, 4, 3)
ASKED = [entry for entry in ENTRIES if entry.name != "EXPLAIN"]

WRONG = {
    Kind.NUMBER: ("many", "#VALUE!", "F-011"),
    Kind.INTEGER: ("many", "#VALUE!", "F-011"),
    Kind.DATE: ("someday", "#VALUE!", "F-012"),
    Kind.MOMENT: ("2025-02-30", "#VALUE!", "F-012"),
    Kind.TIME: ("25:00", "#VALUE!", "F-015"),
    Kind.YES_NO: ("perhaps", "#VALUE!", "F-014"),
}
"""A cell that no argument of the kind can mean, and what the function's cell shows."""

BLANKS = (None, "", "  ", "\u3000")

ANY_CELL = st.one_of(
    st.none(),
    st.text(max_size=12),
    st.booleans(),
    st.floats(allow_nan=False),
    st.integers(-(10**9), 10**9),
    st.dates(),
    st.datetimes(),
    st.sampled_from(["快线", "2025-04-03", "CA", "MEX1", "YES", "-1", "0", "1e308", "9999-12-31", "球泡灯", "1" * 400]),
    st.sampled_from(["9999-12-31T23:59:59-12:00", "1900-01-01T00:00:00+14:00", "2025-04-02T06:30:00Z"]),
)


def example_of(entry):
    """The arguments of the entry's example, as cells, one per argument."""
    node = parse(entry.example)
    assert isinstance(node, Call)
    cells = []
    for argument in node.arguments:
        assert isinstance(argument, (Constant, Array)), entry.name
        is_array = isinstance(argument, Array)
        cells.append([list(row) for row in argument.rows] if is_array else argument.value)
    return cells + [None] * (len(entry.args) - len(cells))


def answer(entry, cells, today=DAY):
    (outcome,) = evaluate_batch([(entry.name, cells)], POLICY, today)
    return outcome.as_json()


def changed(cells, place, value):
    return [*cells[:place], value, *cells[place + 1 :]]


def arguments(*kinds):
    return [
        pytest.param(entry, place, id=f"{entry.name}-{arg.name}")
        for entry in ASKED
        for place, arg in enumerate(entry.args)
        if not kinds or arg.kind in kinds
    ]


@pytest.mark.parametrize(("entry", "place"), arguments(*WRONG))
def test_a_cell_that_can_not_be_meant_is_the_right_error(entry, place):
    cell, error, code = WRONG[entry.args[place].kind]
    told = answer(entry, changed(example_of(entry), place, cell))
    if entry.name in ("ADCAP", "ADSTATE") and entry.args[place].name == "month_or_day":
        code = told["code"]
    assert (told["error"], told["code"]) == (error, code)
    assert entry.args[place].name in told["message"] or cell in told["message"]


NEEDED = [case for case in arguments() if (arg := case.values[0].args[case.values[1]]).is_needed and not arg.is_range]


@pytest.mark.parametrize(("entry", "place"), NEEDED)
def test_a_blank_where_a_value_is_needed_gives_a_blank(entry, place):
    for blank in BLANKS:
        told = answer(entry, changed(example_of(entry), place, blank))
        assert (told["value"], told["error"]) == (None, None)


@pytest.mark.parametrize(("entry", "place"), [case for case in arguments() if case not in NEEDED])
def test_a_blank_elsewhere_is_one_blank_however_it_looks(entry, place):
    """An argument that may be left out, one whose blank has a meaning of its own, a range without a cell of content."""
    told = [answer(entry, changed(example_of(entry), place, blank)) for blank in BLANKS]
    assert all((one["value"], one["code"]) == (told[0]["value"], told[0]["code"]) for one in told)
    if entry.args[place].optional and place == len(entry.args) - 1:
        left_out = answer(entry, example_of(entry)[:place])
        assert (left_out["value"], left_out["code"]) == (told[0]["value"], told[0]["code"])


@pytest.mark.parametrize(("entry", "place"), arguments(Kind.DATE, Kind.MOMENT))
@pytest.mark.parametrize("day", [date(2025, 4, 3), date(2024, 2, 29), date(2025, 12, 31)])
def test_every_spelling_of_a_day_means_the_same(entry, place, day):
    spelled = [
        day,
        to_serial(day),
        day.isoformat(),
        f"{day.year}/{day.month}/{day.day}",
        f"{day.year}.{day.month}.{day.day}",
        f"{day.year}年{day.month}月{day.day}日",
        f" {day:%Y-%m-%d} 00:00:00 ",
        f"{day:%Y/%m/%d}".translate(str.maketrans("0123456789/", "０１２３４５６７８９／")),
        datetime(day.year, day.month, day.day),
    ]
    cells = example_of(entry)
    told = [answer(entry, changed(cells, place, cell)) for cell in spelled]
    assert all(one["code"] == told[0]["code"] and one["value"] == told[0]["value"] for one in told)
    assert told[0]["error"] in (None, "#NUM!")


SINGLE = [entry for entry in ASKED if not all(arg.is_range for arg in entry.args)]


@pytest.mark.parametrize("entry", SINGLE, ids=[entry.name for entry in SINGLE])
def test_a_column_answers_what_its_cells_answer(entry):
    cells = example_of(entry)
    place = next(at for at, arg in enumerate(entry.args) if not arg.is_range)
    told = answer(entry, changed(cells, place, [[cells[place]], [None], [cells[place]]]))
    single = answer(entry, cells)["value"]
    if entry.shape is Shape.SPILL and entry.width is None:
        assert told["code"] == "F-006"
    else:
        expected = single[0] if entry.shape is Shape.SPILL else [single]
        assert told["value"][0] == told["value"][2] == expected


@settings(max_examples=400)
@given(st.data())
def test_nothing_in_a_cell_raises(data):
    entry = data.draw(st.sampled_from(ASKED))
    cells = [
        data.draw(st.lists(st.lists(ANY_CELL, min_size=2, max_size=2), min_size=1, max_size=3))
        if arg.kind is Kind.RANGE
        else data.draw(ANY_CELL)
        for arg in entry.args
    ]
    told = answer(entry, cells, data.draw(st.dates()))
    assert told["code"] is None or told["code"] in CODES
    assert told["code"] != F_BROKEN.id, told["message"]
    assert (told["error"] is None) == (told["code"] is None)


@settings(max_examples=100)
@given(st.data())
def test_one_odd_cell_in_a_good_call_never_raises(data):
    entry = data.draw(st.sampled_from(ASKED))
    cells = example_of(entry)
    place = data.draw(st.integers(0, len(cells) - 1))
    odd = data.draw(ANY_CELL)
    told = answer(entry, changed(cells, place, [[odd]] if entry.args[place].kind is Kind.RANGE else odd))
    assert told["code"] is None or told["code"] in CODES
    assert told["code"] != F_BROKEN.id, told["message"]


def test_the_examples_of_the_registry_are_calls_with_constants():
    for entry in ASKED:
        assert evaluate(entry.example, POLICY, DAY).as_json()["value"] is not None
        assert len(example_of(entry)) == len(entry.args)
