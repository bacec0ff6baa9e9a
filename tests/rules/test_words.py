"""Patterns of the words that a team lists, against the patterns of file names in Python."""

from fnmatch import fnmatchcase

from hypothesis import given
from hypothesis import strategies as st

from rules.policy.words import fits


@given(st.text("ab*", max_size=6), st.text("ab", max_size=6))
def test_a_pattern_fits_what_another_reading_of_it_fits(pattern, word):
    assert fits(pattern, word) == fnmatchcase(word, pattern)
