"""Functions by what a person would call them: Chinese words, initials of their pinyin, English, a rule's id."""

from __future__ import annotations

import re
from functools import cache

from addin.registry.catalogue import ENTRIES
from addin.registry.entry import Entry
from rules.index import RULES
from rules.pinyin_library import first_letters
from sheets_schema.cells import clean

LEAST_SHARE = 0.3
"""Of a sentence that is found nowhere as a whole, the share of neighbouring characters that must be."""


def search(words: str) -> list[Entry]:
    """The functions that fit every word, best first; all of them without words.

    >>> [entry.name for entry in search("备货周期")][:1], [entry.name for entry in search("bhzq")]
    (['LEADTIME'], ['LEADTIME'])
    >>> search("最晚什么时候下单")[0].name, search("r33")[0].name, search("没有这种东西")
    ('ORDERBY', 'SHIPCUTOFF', [])
    """
    terms = clean(words).casefold().lstrip("=").split()
    ranked = []
    for place, entry in enumerate(ENTRIES):
        scores = [_score(entry, term) for term in terms]
        if all(scores):
            ranked.append((-sum(scores), place, entry))
    return [entry for _, _, entry in sorted(ranked, key=lambda item: item[:2])]


_ASKING = re.compile("什么时候|什么|怎么|多少天|多少|几天|哪天|哪个|可以|[的是吗要]")


def _score(entry: Entry, term: str) -> float:
    """How well a word fits; 0 for not at all."""
    name, alias, initials, rule, texts = _words(entry)
    if term in (name, alias):
        return 100
    if name.startswith(term) or alias.startswith(term):
        return 80
    if term in (initials, rule):
        return 70
    if term in alias or (len(term) > 1 and (initials.startswith(term) or term in name)):
        return 60
    for weight, text in texts:
        if term in text:
            return weight
    if term.isascii():
        return 0
    share = _share(_ASKING.sub("", term) or term, alias + "".join(text for _, text in texts))
    return 10 * share if share >= LEAST_SHARE else 0


def _share(term: str, text: str) -> float:
    pairs = [term[at : at + 2] for at in range(len(term) - 1)]
    return sum(pair in text for pair in pairs) / len(pairs) if pairs else 0


@cache
def _words(entry: Entry) -> tuple[str, str, str, str, tuple[tuple[float, str], ...]]:
    rule = RULES.get(entry.rule)
    about = f"{rule.title.zh} {rule.title.en}" if rule else ""
    arguments = " ".join(f"{arg.zh} {arg.en} {arg.name}" for arg in entry.args)
    texts = ((40.0, f"{entry.zh} {entry.en}"), (30.0, about), (20.0, arguments))
    return (
        entry.name.casefold(),
        entry.alias_zh.casefold(),
        first_letters(entry.alias_zh).casefold(),
        entry.rule.casefold(),
        tuple((weight, text.casefold()) for weight, text in texts),
    )
