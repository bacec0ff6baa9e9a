"""Initials are those of the library's own style, for every character it knows and for phrases."""

from pypinyin import Style, lazy_pinyin
from pypinyin.constants import PHRASES_DICT, PINYIN_DICT

from rules.pinyin_library import first_letters
from rules.plain_text import plain_text


def by_the_library(han):
    return plain_text("".join(lazy_pinyin(han, style=Style.FIRST_LETTER, errors="ignore")).upper())


def test_every_character_and_many_phrases():
    words = [*map(chr, PINYIN_DICT), *list(PHRASES_DICT)[::7]]
    assert len(words) > 45_000
    assert [word for word in words if first_letters(word) != by_the_library(word)] == []


def test_what_is_no_character_is_left_out():
    assert first_letters("") == ""
    assert first_letters("灯A1") == by_the_library("灯A1") == "D"
