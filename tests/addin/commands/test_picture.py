"""Cells as they stand in a picture."""

from datetime import datetime

import pytest

from addin.commands.picture import LONGEST, shown


@pytest.mark.parametrize(
    "mark", ["长", "Ａ", "\uff01", "\uff5e"], ids=["Han", "full-width letter", "full-width mark", "full-width tilde"]
)
def test_what_fills_two_columns_counts_as_two(mark):
    fits = mark * (LONGEST // 2)
    assert shown(fits) == fits
    assert shown(f"{fits}{mark}") == shown(f"{fits}x") == f"{fits}…"


@pytest.mark.parametrize("mark", ["a", "é", "ｱ"])
def test_what_fills_one_counts_as_one(mark):
    assert shown(mark * LONGEST) == mark * LONGEST
    assert shown(mark * (LONGEST + 1)) == f"{mark * LONGEST}…"


def test_a_moment_is_shown_to_the_minute_and_large_numbers_short():
    assert shown(datetime(2025, 4, 3, 14, 5, 59)) == "2025-04-03 14:05"
    assert (shown(1e15), shown(0.1 + 0.2), shown(1e14)) == ("1e+15", "0.3", "1" + "0" * 14)
