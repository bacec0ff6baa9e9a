"""What people type, in the one form that rules compare."""

from __future__ import annotations

import unicodedata
from functools import lru_cache


def plain_text(text: str) -> str:
    """Text in half width, without accents and outer blanks.

    >>> plain_text(" ＷＩＦＩ款 México ")
    'WIFI款 Mexico'
    """
    return text.strip() if text.isascii() else _without_accents(text)


@lru_cache(maxsize=8192)
def _without_accents(text: str) -> str:
    if unicodedata.is_normalized("NFKD", text) and not any(map(unicodedata.combining, text)):
        return text.strip()
    decomposed = unicodedata.normalize("NFKD", text)
    return unicodedata.normalize("NFC", "".join(c for c in decomposed if not unicodedata.combining(c))).strip()
