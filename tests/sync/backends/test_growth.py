"""Ranges that grow with appended rows, in the parts behind them."""

import pytest

from sync.backends.workbook.growth import grown_list


@pytest.mark.parametrize(
    ("text", "grown"),
    [
        ("A2:A4", "A2:A6"),
        ("#REF! A2:A4 $B$9", "#REF! A2:A6 $B$9"),
        ("a2:$A$3 A1:B4", "a2:$A$3 A1:B6"),
    ],
)
def test_only_what_ends_above_the_new_rows_is_spelled_anew(text, grown):
    assert grown_list(text, [(5, 6)]) == grown
