"""Operators around cells and constants of every type, computed by a real LibreOffice and by our evaluator.

The table in `tests/cases/operators.yaml` names where LibreOffice differs from Excel, and why. The formulas made
here keep away from those places, so that every single one must agree.
"""

import random
from datetime import date, datetime

import pytest

from tests.addin.functions.operator_cases import LEFT, NOTHING, Case, cases, in_workbook, ours, same, theirs
from tests.office import need_office, recomputed

MADE = 420
NUMBERS = [0, 1, -1, 2, 7, 0.1, 0.25, -2.5, 1 / 3, 45760, 45760.25, 1234567.891]
DAYS = ["2025-04-13", "2024-02-29", "1999-12-31"]
TEXTS = ["5", " 7 ", "-2.5", "1e3", "50%", "1,234", "2025-04-13", "06:00", "abc", "ABC", "a ", "ａ", "快线", "x1"]
CONSTANTS = ["1", "2", "0.5", "10%", "-3", '"a"', '"B"', '"5"', '""', '"2025-04-03"', "45760"]
COMPARISONS = ["=", "<>", "<", ">", "<=", ">="]


class Maker:
    """Formulas of one seed, each with the cells that it reads."""

    def __init__(self, seed):
        self.random = random.Random(seed)
        self.cells = {}

    def case(self):
        self.cells = {}
        kind = self.random.random()
        if kind < 0.35:
            formula = f"{self.side()}{self.random.choice(COMPARISONS)}{self.side()}"
        elif kind < 0.6:
            formula = self.text(3)
        else:
            formula = self.number(3)
        return Case(f"={formula}", dict(self.cells), None)

    def side(self):
        return self.number(1) if self.random.random() < 0.5 else f"({self.text(1)})"

    def text(self, depth):
        """Joined leaves, and sums whose digits both programs write alike."""
        parts = [self.leaf() if self.random.random() < 0.7 else f"({self.sum()})" for _ in range(depth)]
        return "&".join(parts)

    def sum(self):
        return f"{self.leaf()}{self.random.choice('+-')}{self.leaf()}"

    def number(self, depth):
        if depth == 0 or self.random.random() < 0.2:
            return self.signed(self.leaf())
        one, two = self.number(depth - 1), self.number(depth - 1)
        operator = self.random.choice("+-*/^")
        made = f"({one})^{self.random.choice('23')}" if operator == "^" else f"{one}{operator}{two}"
        return self.signed(f"({made})") if self.random.random() < 0.5 else made

    def signed(self, leaf):
        return self.random.choice([leaf] * 6 + [f"-{leaf}", f"--{leaf}", f"{leaf}%", f"-{leaf}%"])

    def leaf(self):
        if self.random.random() < 0.3 or len(self.cells) == 3:
            return self.random.choice(CONSTANTS) if len(self.cells) < 3 else self.random.choice([*self.cells])
        name = f"{'ABC'[len(self.cells)]}1"
        self.cells[name] = self.random.choice(
            [
                *[lambda: self.random.choice(NUMBERS)] * 3,
                lambda: self.random.choice(TEXTS),
                lambda: _day(self.random.choice(DAYS), self.random.choice([0, 0, 6, 12, 18])),
                lambda: None,
            ]
        )()
        return name


def _day(text, hour):
    day = date.fromisoformat(text)
    return datetime(day.year, day.month, day.day, hour) if hour else day


@pytest.fixture(scope="module")
def answers(tmp_path_factory):
    """Every case with our answer and LibreOffice's; one start of the program for all of them."""
    need_office()
    folder = tmp_path_factory.mktemp("operators")
    maker = Maker(20250413)
    asked = [*cases(), *(maker.case() for _ in range(MADE))]
    path = in_workbook(folder / "asked.xlsx", asked)
    answered = theirs(recomputed(path, folder / "lo"), len(asked))
    return list(zip(asked, ours(path), answered, strict=True))


def test_the_table_is_what_excel_answers_and_names_what_libreoffice_does(answers):
    table = answers[: len(cases())]
    assert [(case.formula, case.cells, mine) for case, mine, _ in table if not same(mine, case.answer)] == []
    for case, _, other in table:
        expected = case.answer if case.libreoffice is NOTHING else case.libreoffice
        assert case.answer == LEFT or same(other, expected), (case.formula, case.cells, other)
        assert (case.libreoffice is NOTHING) == (not case.why), case.formula
        assert case.libreoffice is NOTHING or not same(case.libreoffice, case.answer), case.formula


def test_every_made_formula_agrees(answers):
    made = answers[len(cases()) :]
    compared = [(case, mine, other) for case, mine, other in made if mine != LEFT]
    assert len(compared) >= 300
    assert [(case.formula, case.cells, mine, other) for case, mine, other in compared if not same(mine, other)] == []
    kinds = {type(mine) for _, mine, _ in compared}
    assert len(kinds) >= 4, kinds
