"""Operators as Excel's: the table of cases, numbers as text, and what must hold for any cells."""

import struct
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
import yaml
from hypothesis import assume, given
from hypothesis import strategies as st

from addin.functions.as_excel import TINIEST, Serial, compared, digits15, general, number
from addin.functions.evaluate import evaluate
from addin.functions.operators import COMPARISONS, operation
from addin.functions.recalculation import H_ERROR_CELL
from rules.answer import Fault
from rules.policy.loader import packaged
from sheets_schema.cells import CellError, to_serial
from tests.addin.functions.operator_cases import LEFT, cases, in_workbook, ours, same

OBSERVED = yaml.safe_load((Path(__file__).parents[2] / "cases" / "numbers_as_text.yaml").read_text("utf-8"))
NUMBERS = st.floats(-1e300, 1e300, allow_nan=False)
CELLS = st.one_of(
    st.none(), NUMBERS, st.booleans(), st.text(max_size=6), st.dates(date(1900, 3, 1)), st.sampled_from(["5", "", "a"])
)


def test_the_table_of_operators(tmp_path):
    table = cases()
    assert len(table) > 100
    wrong = [
        (case.formula, case.cells, case.answer, found)
        for case, found in zip(table, ours(in_workbook(tmp_path / "table.xlsx", table)), strict=True)
        if not same(found, case.answer)
    ]
    assert not wrong


@pytest.mark.parametrize("case", [case for case in cases() if not case.cells], ids=lambda case: case.formula)
def test_the_command_line_answers_the_table_too(case):
    told = evaluate(case.formula, packaged().rules, date(2025, 4, 3))
    if case.answer == LEFT:
        assert told.fault.code.id == "F-602"
    elif isinstance(case.answer, CellError):
        assert told.fault.kind == case.answer
    else:
        assert same(float(told.value) if isinstance(told.value, Serial) else told.value, case.answer)


@pytest.mark.parametrize(("bits", "text"), OBSERVED)
def test_a_number_as_text_is_what_excel_makes_of_it(bits, text):
    assert general(struct.unpack(">d", bytes.fromhex(bits))[0]) == text


@given(NUMBERS)
def test_a_number_as_text_is_the_number_at_fifteen_digits(value):
    assume(1e-90 < abs(value) < 1e90 or value == 0)
    text = general(value)
    assert float(text) == digits15(value)
    assert len(text.lstrip("-")) <= 21
    assert number(text, "+") == digits15(value) or len(text) > 20


@given(CELLS, CELLS)
def test_exactly_one_of_less_equal_greater_holds(one, two):
    answers = {mark: operation(mark)(one, two) for mark in COMPARISONS}
    if any(isinstance(answer, Fault) for answer in answers.values()):
        assert {answer.code.id for answer in answers.values() if isinstance(answer, Fault)} == {"F-602"}
        assert (answers["="], answers["<>"]) == (False, True)
        return
    assert [answers["<"], answers["="], answers[">"]].count(True) == 1
    assert (answers["<="], answers[">="], answers["<>"]) == (not answers[">"], not answers["<"], not answers["="])
    assert compared(two, one, "<") == -compared(one, two, "<")


@given(st.dates(date(1900, 3, 1)), st.dates(date(1900, 3, 1)))
def test_days_subtract_to_a_number_of_days_and_add_up_again(one, two):
    days = operation("-")(one, two)
    assert days == (one - two).days
    assert not isinstance(days, Serial)
    again = operation("+")(two, days)
    assert (again, type(again)) == (to_serial(one), Serial)


@given(st.datetimes(datetime(1900, 3, 1), datetime(9000, 1, 1)), st.integers(0, 86_399))
def test_fractions_of_a_day_move_a_moment(moment, seconds):
    moment = moment.replace(microsecond=0)
    assert operation("+")(moment, seconds / 86_400) == pytest.approx(
        to_serial(moment + timedelta(seconds=seconds)), abs=1e-8
    )


def test_the_first_fault_counts_and_what_may_be_one_makes_it_unsure():
    left, right = Fault("#N/A", H_ERROR_CELL), Fault("#NUM!", H_ERROR_CELL)
    for mark in ("+", "&", "=", "^"):
        assert operation(mark)(left, right) is left
        assert operation(mark)(1.0, right) is right
    assert operation("+")("abc", right).code.id == "F-602"
    assert operation("-")(left) is left


def test_the_smallest_number_is_one_and_anything_smaller_is_zero():
    for value in (TINIEST, -TINIEST):
        assert operation("*")(value, 1.0) == value == operation("-")(0.0, -value) == number(value, "+")
        assert operation("*")(value, 0.5) == 0 == operation("/")(value, 2.0) == number(value / 2, "+")


def test_a_joined_text_has_an_end():
    assert operation("&")("a" * 20_000, "b" * 12_767) == "a" * 20_000 + "b" * 12_767
    assert operation("&")("a" * 20_000, "b" * 12_768).kind == "#VALUE!"
    assert operation("&")("😀" * 10_000, "😀" * 6_384).kind == "#VALUE!"
