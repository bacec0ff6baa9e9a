"""Words that an installation uses, and what each is: by the whole word, or by a pattern with ``*``."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple


@lru_cache(maxsize=4096)
def folded(text: str) -> str:
    r"""A word without blanks, letter case, full-width forms and marks that nobody sees.

    >>> folded("　墨西哥ＤＦ 仓\u200b") == folded("墨西哥df仓")
    True
    """
    plain = unicodedata.normalize("NFKC", text)
    return "".join(char for char in plain if not char.isspace() and unicodedata.category(char) != "Cf").casefold()


def fits(pattern: str, word: str) -> bool:
    """Whether a folded word is of a folded pattern, in which ``*`` stands for anything or nothing.

    >>> fits("深圳*", "深圳仓"), fits("*海外*", "墨西哥海外仓"), fits("深圳*", "义乌深圳仓"), fits("a*a", "a")
    (True, True, False, False)
    """
    first, *middle = pattern.split("*")
    if not middle:
        return word == first
    last = middle.pop()
    if not (word.startswith(first) and word.endswith(last) and len(word) >= len(first) + len(last)):
        return False
    at, end = len(first), len(word) - len(last)
    for piece in middle:
        found = word.find(piece, at, end)
        if found < 0:
            return False
        at = found + len(piece)
    return True


class Entry(NamedTuple):
    """One line of such a list: what is written there, and what it says the word is."""

    written: str
    kind: str
    is_pattern: bool


class Words:
    """Lists of entries, the first before the second; in each whole words before patterns."""

    def __init__(self, *lists: Iterable[Entry]) -> None:
        self._whole: list[dict[str, list[Entry]]] = []
        self._patterns: list[list[tuple[str, Entry]]] = []
        for entries in lists:
            whole: dict[str, list[Entry]] = {}
            patterns: list[tuple[str, Entry]] = []
            for entry in entries:
                if entry.is_pattern:
                    patterns.append((folded(entry.written), entry))
                else:
                    whole.setdefault(folded(entry.written), []).append(entry)
            self._whole.append(whole)
            self._patterns.append(patterns)

    def find(self, word: str) -> tuple[Entry, ...]:
        """The entries that fit a word; those that a better one goes before are left out. None: nobody knows it."""
        text = folded(word)
        for whole, patterns in zip(self._whole, self._patterns, strict=True):
            found = whole.get(text) or [entry for pattern, entry in patterns if fits(pattern, text)]
            if found:
                return tuple(found)
        return ()
