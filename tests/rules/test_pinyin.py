"""Initials: the library's own letters, and what becomes of every character that has several."""

from datetime import date

import pytest
from pypinyin import Style, lazy_pinyin, pinyin
from pypinyin.constants import PHRASES_DICT, PINYIN_DICT

from rules.answer import Fault, Ledger, Word
from rules.pinyin_library import first_letters, initials, letters
from rules.plain_text import plain_text, simplified
from rules.policy.loader import packaged
from rules.sku_words import product_code
from tests.rules.test_plain_text import BIG5, GB2312

POLICY = packaged().rules.sku
DAY = date(2025, 4, 3)


def by_the_library(han):
    return plain_text("".join(lazy_pinyin(han, style=Style.FIRST_LETTER, errors="ignore")).upper())


def test_every_character_and_many_phrases():
    words = [*map(chr, PINYIN_DICT), *list(PHRASES_DICT)[::7]]
    assert len(words) > 45_000
    assert [word for word in words if first_letters(word) != by_the_library(word)] == []


def test_one_letter_for_each_character_of_a_phrase():
    assert [phrase for phrase in list(PHRASES_DICT)[::5] if len(letters(phrase)) != len(phrase)] == []


def test_what_is_no_character_has_no_letter():
    assert first_letters("") == ""
    assert first_letters("灯A1") == by_the_library("灯A1") == "D"
    assert letters("灯A") == ["D", ""]


def several(char):
    """The initials of all readings that the library knows."""
    told = pinyin(char, style=Style.FIRST_LETTER, heteronym=True, errors="ignore")
    return {plain_text(letter).upper()[0] for letter in told[0]} if told else set()


def answered(product):
    book = Ledger("R01", DAY)
    code, _ = product_code(book, product, POLICY)
    return code, {mark.word for mark in book.marks.values()}


HANDLED = {
    # characters, with several initials: settled by the glossary, marked 需确认
    "GB 2312": (GB2312, 6763, 1286, 127),
    "Big5, first level": (BIG5, 5401, 1049, 135),
}


@pytest.mark.parametrize("name", HANDLED)
def test_every_character_of_several_initials_is_settled_or_marked(name):
    chars, count, settled, marked = HANDLED[name]
    found = {"settled": 0, "marked": 0}
    for char in chars:
        code, words = answered(char)
        form = simplified(char)
        readings = several(form)
        assert readings == initials(form), char
        if len(readings) == 1:
            assert (code, words) == (next(iter(readings)), set()), char
        elif form in POLICY.settled:
            found["settled"] += 1
            assert (code, words) == (POLICY.settled[form], set()), char
            assert code in readings
        else:
            found["marked"] += 1
            assert words == {Word.TO_CONFIRM}, char
            assert code in readings
    assert (len(chars), *found.values()) == (count, settled, marked)


def test_the_glossary_gives_each_character_a_letter_that_it_has():
    for word, code in POLICY.glossary.items():
        assert len(word) == len(code), word
        assert all(letter in initials(char) for char, letter in zip(word, code, strict=True)), word
        assert simplified(word) == word, "traditional words are folded before the glossary is asked"
    assert all(len(initials(char)) > 1 for char in POLICY.settled), "nothing to settle"


@pytest.mark.parametrize("char", ["伺", "刨", "粘", "系", "重", "行", "长", "调", "藏", "卡"])
def test_doubtful_characters_are_marked_in_any_word_that_is_not_settled(char):
    for word in (char, f"{char}甲", f"甲{char}乙"):
        assert answered(word)[1] == {Word.TO_CONFIRM}


@pytest.mark.parametrize(
    "strange", ["🔥", "🇨🇳", "か", "カ", "한", "Ж", "Ω", "ß", "々", "ㄅ", "\ue000", "\U0002a6d5", "\ufffd", "ꙮ"]
)
def test_what_stands_for_a_word_and_has_no_letter_is_named(strange):
    with pytest.raises(Fault) as raised:
        answered(f"球泡{strange}灯")
    assert (raised.value.kind, raised.value.code.id) == ("#VALUE!", "F-620")
    assert f"U+{ord(plain_text(strange)[0]):04X}" in raised.value.message()


@pytest.mark.parametrize(
    "mark", [" ", "-", "、", "(", "）", "*", "+", "×", "°", "®", "★", "—", "\u3000", "\t", "&", "¥"]
)
def test_marks_only_separate(mark):
    assert answered(f"球泡{mark}灯") == ("QPD", set())
