"""pypinyin, loaded on first use and in half the time that a plain import takes."""

from __future__ import annotations

import gc
from collections.abc import Callable
from functools import cache, partial
from typing import Any
from unicodedata import normalize


@cache
def _library() -> Any:
    """The library. Its 47,000 phrases are small lists: while they are made the collector only gets in
    the way, and as they live as long as the process it need never look at them again.
    """
    collecting = gc.isenabled()
    gc.disable()
    try:
        import pypinyin
    finally:
        if collecting:
            gc.enable()
    gc.freeze()
    return pypinyin


@cache
def _reader() -> Callable[[str], list[str]]:
    """Each character's pinyin with its tone: the library's quickest style; another one is a third slower.

    What has no pinyin is read as empty, character by character.
    """
    library = _library()
    pinyin = library.core.Pinyin(library.converter.DefaultConverter())
    return partial(pinyin.lazy_pinyin, style=library.Style.TONE, errors=lambda chars: [""] * len(chars))


def letters(text: str) -> list[str]:
    """For each character the first letter of its pinyin, upper case; empty where it has none.

    The reading follows the phrase. The same letters as the library's own style FIRST_LETTER gives (a
    test asks every character).

    >>> letters("球泡灯"), letters("行车记录仪"), letters("鱼应儿"), letters("安𰻞")
    (['Q', 'P', 'D'], ['X', 'C', 'J', 'L', 'Y'], ['Y', 'Y', 'E'], ['A', 'B'])
    """
    return [_initial(word) for word in _reader()(text)]


def first_letters(text: str) -> str:
    """The letters of a text in one word; what has none is left out.

    >>> first_letters("球泡灯 8 个")
    'QPDG'
    """
    return "".join(letters(text))


@cache
def initials(char: str) -> frozenset[str]:
    """The first letters of all readings of one character; none for a character without pinyin.

    >>> sorted(initials("长")), sorted(initials("灯")), sorted(initials("あ"))
    (['C', 'Z'], ['D'], [])
    """
    known: str = _library().constants.PINYIN_DICT.get(ord(char), "")
    return frozenset(map(_initial, known.split(","))) - {""}


def _initial(word: str) -> str:
    return "" if not word else (word[0] if word[0].isascii() else normalize("NFD", word[0])[0]).upper()


def syllables(han: str) -> list[str]:
    """Each character's pinyin, upper case without tones; ü is V.

    >>> syllables("文具绿")
    ['WEN', 'JU', 'LV']
    """
    return [word.upper() for word in _library().lazy_pinyin(han, errors="ignore")]


def phrases() -> list[str]:
    """Every phrase that the library reads as a whole.

    >>> "银行" in phrases()
    True
    """
    return list(_library().constants.PHRASES_DICT)
