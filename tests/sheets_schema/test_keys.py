"""Keys and titles: what is the same, what only looks the same."""

import sys
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sheets_schema.cells import clean, meaning
from sheets_schema.headers import normal_title
from sheets_schema.keys import all_plain, clean_key, looks, unguarded, unquoted
from sheets_schema.model import Type

SAID = [0xAD, *range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x206A), 0xFEFF]
"""The format characters that the rules of syncing name."""


def test_every_format_character_goes():
    formats = {code for code in range(sys.maxunicode + 1) if unicodedata.category(chr(code)) == "Cf"}
    for code in formats | set(SAID):
        if code not in range(0xE0000, 0xE1000) and unicodedata.category(chr(code)) != "Cn":
            assert clean_key(f"HI{chr(code)}-1") == "HI-1", hex(code)


@pytest.mark.parametrize(
    ("written", "key"),
    [
        ('="HI-FXGZD-72W-4PCS-MX"', "HI-FXGZD-72W-4PCS-MX"),
        ('= "0012345"', "0012345"),
        ("'0012346", "0012346"),
        ("`0012346", "0012346"),
        ("\u20180012346", "0012346"),
        ("\u20190012346", "0012346"),
        ("灯带 5\u2019", "灯带 5\u2019"),
        ("\t0012347", "0012347"),
        ("ＨＩ－ＱＰＤ", "HI-QPD"),
        ("HI  QPD\u3000CA", "HI QPD CA"),
        ("A-1\r\nA-2\r\n", "A-1\nA-2"),
        ("=A1+B1", "=A1+B1"),
        ('="a" & "b"', '="a" & "b"'),
        ("'", ""),
        ("\u200e\u200b", ""),
        ('"HI-1"', "HI-1"),
        ("'0012346'", "0012346"),
        ("`HI-1`", "HI-1"),
        ("\u201cHI-1\u201d", "HI-1"),
        ("=\u201cHI-1\u201d", "HI-1"),
        ("\u2018HI-1\u2019", "HI-1"),
        ('"a" & "b"', '"a" & "b"'),
        ('12"', '12"'),
        ("='x'!A1", "='x'!A1"),
    ],
)
def test_written_forms_of_a_key(written, key):
    assert clean_key(written) == key
    assert meaning(written, Type.ID) == (key or None)


@pytest.mark.parametrize("mark", "\u034f\u115f\u1160\u17b4\u180b\u180f\u2800\u3164\uffa0\ufe0f\U000e0100")
def test_what_shows_nothing_goes_though_it_is_no_format_character(mark):
    assert clean_key(f"HI{mark}-1") == "HI-1"


@given(st.text(max_size=30))
@settings(deadline=None)
def test_cleaning_twice_is_cleaning_once(text):
    once = clean_key(text)
    if not once.startswith(("'", "`", "\u2018", "\u2019", "=", '"', "\u201c")):
        assert clean_key(once) == once


@given(st.lists(st.sampled_from("Aa1 -销\u200e\u00a0Ａ"), max_size=12).map("".join))
@settings(deadline=None)
def test_what_is_one_key_is_one_title_and_looks_the_same(text):
    marked = "".join(f"{char}\u2063" for char in text)
    assert clean_key(marked) == clean_key(text)
    assert normal_title(marked) == normal_title(text)
    assert looks([clean_key(marked)]) == looks([clean_key(text)])


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("HI-O1-CA", "HI-01-CA"),
        ("НI-1", "HI-1"),
        ("hi-1", "HI-1"),
        ("HI–1", "HI-1"),
        ("HI 1", "HI1"),
        ("HÍ-1", "HI-1"),
        ('HI-"1"', "HI-1"),
    ],
)
def test_two_keys_that_look_alike(one, other):
    assert clean_key(one) != clean_key(other)
    assert looks([one]) == looks([other])


@given(st.lists(st.text("aZ09._/+-' \"=\n\tｱ", max_size=4), max_size=4))
def test_plain_texts_need_no_cleaning(texts):
    bare = [
        text for text in texts if text and all(step(text) == text for step in (clean, clean_key, unguarded, unquoted))
    ]
    assert not all_plain(texts) or bare == texts
    inside = [text for text in texts if text.isascii() and text.isalnum()]
    assert all_plain(inside)
    assert not all_plain([*inside, ""])
