"""Formulas are cut where Excel cuts them, and no character is lost."""

import time
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from sheets_schema import formula_tokens
from sheets_schema.formula_tokens import one_area, tab_of, tokens

CASES = yaml.safe_load((Path(__file__).parents[1] / "cases" / "formula_tokens.yaml").read_text("utf-8"))

PIECES = [
    "A1",
    "$B$2",
    "A:C",
    "1:3",
    "LOG10",
    "LEADTIME",
    "备货周期",
    "名称",
    "T1",
    "Tab!",
    "'a|b'!",
    "'",
    '"',
    '"x"',
    '""',
    "[",
    "]",
    "[1]",
    "[#All]",
    "#",
    "#REF!",
    "{",
    "}",
    "(",
    ")",
    ",",
    ";",
    ":",
    "<>",
    "<",
    "-",
    "%",
    "!",
    "?",
    "\\",
    ".",
    "$",
    "_",
    "1",
    "2.5",
    "1E5",
    "“",
    "”",
    "＂",
    "（",
    "·",
    "@",
    "|",
    "１",
    "😀",
]
pieces = st.sampled_from([*PIECES, " ", "\n", "\u00a0", "\ud800"])


@pytest.mark.parametrize("case", CASES, ids=[case["cut"] for case in CASES])
def test_where_a_formula_is_cut(case):
    cut = case["cut"].split("·")
    found = list(tokens("".join(cut)))
    assert [text for _, text, _ in found] == cut
    assert [kind for kind, _, _ in found] == case["kinds"].split()


def test_the_cases_show_every_kind():
    described = {kind for case in CASES for kind in case["kinds"].split()}
    listed = [line.split()[0] for line in formula_tokens.__doc__.split("\n") if line.startswith("    ")]
    assert described == set(listed)


@given(st.one_of(st.text(max_size=60), st.lists(pieces, max_size=30).map("".join)))
def test_the_tokens_joined_are_the_formula(formula):
    found = list(tokens(formula))
    assert "".join(text for _, text, _ in found) == formula
    assert [start for _, _, start in found] == [formula.index(text, start) for _, text, start in found]
    assert all(text for _, text, _ in found)
    ends = [start + len(text) for _, text, start in found]
    assert ends == [*(start for _, _, start in found[1:]), len(formula)][: len(ends)]


@pytest.mark.parametrize(
    "unit", ['"', "'", "[", "[a", "[[a]", "''", "A1:", "a.", "$", "[1]a", "1.", "#A_", "“", "a ", "'a"]
)
def test_work_grows_with_the_length_alone(unit):
    def seconds(count):
        start = time.process_time()
        for _ in tokens(unit * count):
            pass
        return time.process_time() - start

    seconds(100)
    assert seconds(40_000) < 2 + 40 * seconds(4_000)


def test_one_reference():
    assert one_area("Tab!$A$1:B2") == ("Tab", "$A$1:B2")
    assert one_area("2:3") == (None, "2:3")
    for text in ("", "Tab!", "Tab!x", "A1,B2", "a!b!A1", " A1", '"A1"'):
        assert one_area(text) is None


def test_a_tab_by_its_name():
    assert tab_of("''''!") == "'"
    assert tab_of("[1]Tab!") == "[1]Tab"
