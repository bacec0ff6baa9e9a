"""pypinyin, loaded on first use and in half the time that a plain import takes."""

from __future__ import annotations

import gc
from collections.abc import Callable
from functools import cache
from typing import Any


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
def _reader() -> tuple[Callable[..., list[str]], Any]:
    library = _library()
    return library.lazy_pinyin, library.Style.FIRST_LETTER


def first_letters(han: str) -> str:
    """The first letter of each character's pinyin, upper case; the reading follows the phrase.

    >>> first_letters("球泡灯"), first_letters("行车记录仪"), first_letters("鱼应儿")
    ('QPD', 'XCJLY', 'YYE')
    """
    read, style = _reader()
    return "".join(read(han, style=style, errors="ignore")).upper()


def syllables(han: str) -> list[str]:
    """Each character's pinyin, upper case without tones; ü is V.

    >>> syllables("文具绿")
    ['WEN', 'JU', 'LV']
    """
    return [word.upper() for word in _library().lazy_pinyin(han, errors="ignore")]
