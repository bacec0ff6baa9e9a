"""Whole columns come to what the rules say of each row."""

import math
import random

import numpy as np
import pytest

from rules.cover import NO_SALES
from rules.segment_cover import Portion, segment_days, total_days, verdict
from rules.turnover import Segment
from sync.tab.cover import UNSOLD, lasting, of_known, rounded, together

UNKNOWN = math.nan


def days(column):
    return [None if math.isnan(count) else NO_SALES if count == UNSOLD else count for count in column.tolist()]


def known(number):
    return None if math.isnan(number) else number


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("size", [1, 2, 3])
def test_days_of_a_segment_are_those_of_the_rule(seed, size):
    chance = random.Random(seed * 10 + size)
    stock = [0.0, 1.0, 7.0, 30.3, 478.0, 1e9, UNKNOWN]
    sales = [0.0, 0.1, 3.0, 4.3, 10.1, 1 / 3, UNKNOWN]
    rows = [[(chance.choice(stock), chance.choice(sales)) for _ in range(size)] for _ in range(400)]
    columns = [(np.array([row[at][0] for row in rows]), np.array([row[at][1] for row in rows])) for at in range(size)]
    expected = [segment_days([Portion(known(pieces), known(daily)) for pieces, daily in row]) for row in rows]
    assert days(lasting(columns)) == expected


@pytest.mark.parametrize("seed", range(4))
def test_the_total_and_what_is_known_of_it_are_those_of_the_rule(seed):
    chance = random.Random(seed)
    counts = [0.0, 0.1, 0.2, 33.333333333, 40.0, 119.9, 120.0, UNSOLD, UNKNOWN]
    rows = [[chance.choice(counts) for _ in Segment] for _ in range(400)]
    rows += [[chance.choice(counts[:7]) for _ in Segment] for _ in range(100)]
    columns = [np.array(column) for column in zip(*rows, strict=True)]
    said = [days(np.array(row)) for row in rows]
    assert days(together(columns)) == [total_days(row) for row in said]
    over, sure = of_known(columns) > 120, together(columns) >= 0
    assert ["是" if a else "否" if b else None for a, b in zip(over, sure, strict=True)] == [
        verdict(row, 120) for row in said
    ]


@pytest.mark.parametrize("digits", [1, 2, 9])
def test_columns_are_rounded_as_numbers_are(digits):
    chance = random.Random(digits)
    halves = [(chance.randrange(10**6) + 0.5) / 10**digits for _ in range(3000)]
    beside = [math.nextafter(half, chance.choice([0, 1e9])) for half in halves]
    numbers = [*halves, *beside, *(chance.uniform(0, 10.0 ** chance.randrange(16)) for _ in range(3000))]
    numbers += [-0.5, 2.675, 0.05, 0.15, 1e22, 1e300, math.inf, 0.0]
    assert rounded(np.array(numbers), digits).tolist() == [round(number, digits) for number in numbers]
    assert np.isnan(rounded(np.array([UNKNOWN]), digits)).all()
