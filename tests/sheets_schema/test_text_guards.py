"""What we write for spreadsheets is never calculated, and comes back as it was."""

import csv
import io

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from sheets_schema.cells import parse_number
from sheets_schema.keys import unguarded
from sheets_schema.text_guards import guarded

STARTS = "=+-@\t\r\n＝＋－＠'`"
ANY = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)


@given(ANY | st.builds(str.__add__, st.sampled_from(STARTS), ANY))
@example('="0012"')
@example("'")
@example("''x")
@example("\t=1")
@settings(deadline=None, max_examples=300)
def test_a_text_comes_back(text):
    back = unguarded(guarded(text))
    assert back == (text if guarded(text) != text else text.strip("\t"))


@given(st.builds(str.__add__, st.sampled_from(STARTS), ANY))
@settings(deadline=None, max_examples=300)
def test_nothing_that_looks_like_a_formula_is_left_bare(text):
    assert guarded(text)[0] == "'" or parse_number(text) is not None


@pytest.mark.parametrize("text", ["-5", "+5", "-1,200.50", "-12.5%", "0012", "HI-QPD-CA", "球泡灯", "", "5-4", "a=b"])
def test_numbers_and_plain_texts_stay(text):
    assert guarded(text) == text


@pytest.mark.parametrize(
    "text", ["=1+1", "+1+1", "-A 1", "@SUM(A1)", '=HYPERLINK("x")', "-5-4", "+86 138", "--", "\t=1"]
)
def test_formulas_are_guarded(text):
    row = io.StringIO()
    csv.writer(row).writerow([guarded(text)])
    ((cell,),) = csv.reader(io.StringIO(row.getvalue(), newline=""))
    assert cell[0] == "'"
    assert unguarded(cell) == text
