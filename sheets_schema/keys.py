"""Keys and titles: one cleaning for every way in (sheets, exports, plain tables), before anything is compared.

Copied from a web page, a chat or a CSV, the same MSKU carries marks that nobody sees; a spreadsheet
keeps leading zeros alive with ``="0012"`` or ``'0012``, and other programs put texts in quotes. Two keys that
still look alike are told apart by `looks`: a finding, never one key.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable
from functools import lru_cache

_PLAIN = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._/+-]*[A-Za-z0-9])?")
"""Most keys: nothing in them to clean."""
_INSIDE = dict.fromkeys(map(ord, "._/+-\n"))
_EDGES = ("\n\n", *(edge for mark in "._/+-" for edge in (f"\n{mark}", f"{mark}\n")))
_WRAPPED = re.compile(r'=\s*"((?:[^"]|"")*)"')
_PAIRED = re.compile(r"""=?\s*(?:"([^"]+)"|'([^']+)'|`([^`]+)`|“([^“”]+)”|‘([^‘’]+)’)""")
"""A key that somebody put in quotes, as programming languages, CSV files and chats write a text."""
_MARKS = ("'", "`")
"""What stands before a text so that a spreadsheet leaves it alone."""
_CURLY = ("\u2018", "\u2019")
"""What an apostrophe becomes in a chat."""
_DASHES = dict.fromkeys(map(ord, "\u2010\u2011\u2012\u2013\u2014\u2015\u2212\u00af\u30fc\u4e00_"), "-")
_TWINS = str.maketrans("АВЕКМНОРСТУХаеорсухіІѕЅјЈΑΒΕΖΗΙΚΜΝΟΡΤΥΧοΟ", "ABEKMHOPCTYXaeopcyxiIsSjJABEZHIKMNOPTYXoO")
"""Cyrillic and Greek letters that look like Latin ones."""
_SAME = str.maketrans({"o": "0", "l": "1", "i": "1", "|": "1"})
_QUOTES = frozenset("\"'`´“”„‘’‚«»‹›「」『』")
_UNSEEN = frozenset({0x034F, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x2800, 0x3164, 0xFFA0, *range(0x180B, 0x1810)})
"""What shows nothing though Unicode calls it no format character: joiners, fillers, the blank of Braille."""
_SELECTORS = (range(0xFE00, 0xFE10), range(0xE0100, 0xE01F0))


def all_plain(texts: Collection[str]) -> bool:
    """Whether there is nothing to clean in any of some texts: ASCII letters and digits, with ``. _ / + -`` inside.

    >>> all_plain(["HI-QPD-CA", "0012"]), all_plain(["HI-QPD-CA", "'0012"]), all_plain(["a-"]), all_plain([""])
    (True, False, False, False)
    """
    framed = "\n".join(("", *texts, ""))
    if not framed.isascii() or framed.count("\n") != len(texts) + 1 or any(edge in framed for edge in _EDGES):
        return False
    return not texts or framed.translate(_INSIDE).isalnum()


def clean_key(text: str) -> str:
    """A key or title as it is compared: NFKC, no invisible marks, unwrapped, blanks folded.

    Letter case, leading zeros, length and line breaks (several values in one cell) stay. What is nothing
    but marks becomes blank.

    >>> clean_key("\\u200eHI-QPD\\u00a0 CA "), clean_key('="0012345"'), clean_key("'0012346"), clean_key("ＨＩ－１")
    ('HI-QPD CA', '0012345', '0012346', 'HI-1')
    """
    if _PLAIN.fullmatch(text):
        return text
    if not text.isascii():
        visible = "".join(char for char in text if not _invisible(char))
        text = unicodedata.normalize("NFKC", visible)
    text = _folded(text)
    bare = unquoted(text)
    if bare == text:
        bare = text[1:] if text.startswith(_CURLY) else unguarded(text)
    return text if bare == text else _folded(bare)


def unquoted(text: str) -> str:
    """A key that stands in quotes as a whole, without them; any other as it is.

    >>> unquoted('"0012"'), unquoted("'0012'"), unquoted('12"'), unquoted('"a" & "b"')
    ('0012', '0012', '12"', '"a" & "b"')
    """
    quoted = None if text[-1:].isalnum() else _PAIRED.fullmatch(text)
    return next(part for part in quoted.groups() if part is not None) if quoted else text


def unguarded(text: str) -> str:
    '''The text that a guarded cell means; any other as it is.

    >>> unguarded('="0012345"'), unguarded("'0012346"), unguarded("`-1"), unguarded("0012347\\t")
    ('0012345', '0012346', '-1', '0012347')
    >>> unguarded('="say ""yes"""'), unguarded("5' cable"), unguarded("=A1")
    ('say "yes"', "5' cable", '=A1')
    '''
    if text.startswith(_MARKS):
        return text[1:]
    text = text.strip("\t")
    wrapped = _WRAPPED.fullmatch(text) if text[:1] == "=" else None
    return wrapped[1].replace('""', '"') if wrapped else text


def _folded(text: str) -> str:
    lines = (" ".join(line.split()) for line in text.splitlines())
    return "\n".join(line for line in lines if line)


@lru_cache(maxsize=4096)
def _invisible(char: str) -> bool:
    """Format characters (soft hyphen, zero width, directions, byte order mark), selectors and fillers."""
    code = ord(char)
    return unicodedata.category(char) == "Cf" or code in _UNSEEN or any(code in codes for codes in _SELECTORS)


def looks(key: Iterable[object]) -> tuple[str, ...]:
    """What a key looks like: equal for keys that a person takes for the same.

    Letter case, kinds of dashes, letters of other alphabets, O and 0, accents, quotes and blanks don't matter.

    >>> looks(["HI–QPD-CA"]) == looks(["Hi-QPD-СА"]), looks(["HI-1"]) == looks(["HI-2"])
    (True, False)
    """
    return tuple(_look(str(part)) for part in key)


@lru_cache(maxsize=1 << 16)
def _look(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text.translate(_TWINS))
    plain = "".join(
        char for char in plain if not (unicodedata.category(char)[0] == "M" or char in _QUOTES or _invisible(char))
    )
    return "".join(plain.translate(_DASHES).casefold().translate(_SAME).split())
