"""Initials of Han characters as formulas: a table of characters, the glossary's words, and doubtful phrases.

A character has one letter in the table: the glossary's, else the dictionary's. Where the dictionary reads
one that the glossary does not settle otherwise within a phrase, the phrase stands in a list of its own, and
a name that holds it is an error unless the team's glossary has the word. Traditional characters are errors.
"""

from __future__ import annotations

from functools import cache

from addin.native.expression import E, call, every, failed, length, part, same_text, some, when
from addin.native.rulebook import PINYIN_TAB, RuleBook
from addin.native.tab import Tab
from rules.pinyin_library import first_letters, letters, phrases


@cache
def _dictionary() -> dict[str, str]:
    """The 6,763 characters of GB 2312 with the letter that the dictionary gives each alone."""
    answer = {}
    for high in range(0xB0, 0xF8):
        for low in range(0xA1, 0xFF):
            try:
                char = bytes((high, low)).decode("gb2312")
            except UnicodeDecodeError:  # a gap in the table
                continue
            answer[char] = first_letters(char)
    return answer


def characters() -> list[str]:
    """The characters of the table, in its order."""
    return list(_dictionary())


def _letters(book: RuleBook) -> list[str]:
    """Their letters; the glossary's characters go before the dictionary."""
    settled = {char: letter for letter, chars in book.policy.sku.glossary_characters.items() for char in chars}
    return [settled.get(char, letter) for char, letter in _dictionary().items()]


@cache
def _read_otherwise() -> list[tuple[str, frozenset[str]]]:
    """Phrases in which the dictionary reads characters otherwise than alone, with those characters."""
    alone = _dictionary()
    found = []
    for phrase in phrases():
        if all(char in alone for char in phrase):
            pairs = zip(phrase, letters(phrase), strict=True)
            if changed := frozenset(char for char, letter in pairs if alone[char] != letter):
                found.append((phrase, changed))
    return found


def _doubtful(book: RuleBook) -> list[str]:
    """Phrases that are read otherwise than their characters; the shortest of those within each other."""
    settled = {char for chars in book.policy.sku.glossary_characters.values() for char in chars}
    known = {phrase for phrase, changed in _read_otherwise() if not changed <= settled}
    return sorted(phrase for phrase in known if not _holds_another(phrase, known))


def _holds_another(phrase: str, known: set[str]) -> bool:
    ends = range(len(phrase) + 1)
    pieces = (phrase[start:end] for start in ends for end in range(start + 2, len(phrase) + 1))
    return any(piece in known for piece in pieces if piece != phrase)


def letter(book: RuleBook, char: E) -> E:
    """The letter of a character; #VALUE! for one that is not in the table."""
    chars = book.list_of(PINYIN_TAB, "字", characters())
    initials_ = book.list_of(PINYIN_TAB, "首字母", _letters(book))
    place = call("MATCH", char, chars, 0)
    known = same_text(call("INDEX", chars, place), char)
    wrong = book.named("#VALUE!")
    return call("IFERROR", when((known, call("INDEX", initials_, place)), otherwise=wrong), wrong)


def initials(tab: Tab, title: str, text: E, most: int) -> E:
    """The initials of a text of up to `most` Han characters; an error for any other text.

    From left to right the longest word of the glossary goes before the characters.
    """
    book, glossary = tab.book, tab.book.policy.sku.glossary
    sizes = sorted({len(word) for word in glossary}, reverse=True)
    free: E = E("1")
    answer: E = E('""')
    rest: E = E('""')
    for place in range(1, most + 1):
        word: E = E('""')
        for size in reversed(sizes):
            word = call("IFERROR", book.meaning(part(text, place, size), "sku.glossary", glossary, "词表"), word)
        taken = tab.step(f"{title}{place} 词", when((free > place, ""), otherwise=word))
        char = part(text, place, 1)
        alone = when((length(text) < place, ""), otherwise=letter(book, char))
        said = when((free > place, ""), (taken.is_(""), alone), otherwise=taken)
        answer = answer & tab.step(f"{title}{place}", said)
        covered = some(free > place, taken.isnt(""))
        rest = rest & when((covered, "|"), otherwise=char)
        size_of = when(*((_fits(book, text, place, size), size) for size in sizes), otherwise=1)
        free = tab.step(f"{title}{place} 下一个", when((free > place, free), otherwise=size_of + place))
    lone = tab.step(f"{title}余下", rest)
    phrases_range = book.list_of(PINYIN_TAB, "多音词", _doubtful(book))
    doubtful = tab.step(f"{title}多音词", call("SUMPRODUCT", E(f"--ISNUMBER(FIND({phrases_range},{lone}))")))
    spelled = tab.step(f"{title}首字母", answer)
    good = every(length(text) > 0, length(text) <= most, doubtful.is_(0))
    return when((good, spelled), otherwise=book.named("#VALUE!"))


def _fits(book: RuleBook, text: E, place: int, size: int) -> E:
    """Whether a word of the glossary of that size stands at a place."""
    glossary = book.policy.sku.glossary
    known = book.meaning(part(text, place, size), "sku.glossary", glossary, "词表")
    return every(length(text) >= place + size - 1, call("NOT", failed(known)))
