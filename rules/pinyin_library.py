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
    """Each character's pinyin with its tone: the library's quickest style; another one is a third slower."""
    library = _library()
    pinyin = library.core.Pinyin(library.converter.DefaultConverter())
    return partial(pinyin.lazy_pinyin, style=library.Style.TONE, errors="ignore")


def first_letters(han: str) -> str:
    """The first letter of each character's pinyin, upper case; the reading follows the phrase.

    The same letters as the library's own style FIRST_LETTER gives (a test asks every character).

    >>> first_letters("球泡灯"), first_letters("行车记录仪"), first_letters("鱼应儿"), first_letters("安爱")
    ('QPD', 'XCJLY', 'YYE', 'AA')
    """
    letters = [word[0] for word in _reader()(han)]
    return "".join(letter if letter.isascii() else normalize("NFD", letter)[0] for letter in letters).upper()


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
