"""The formulas of a document by their bare names, as files keep them and as Calc's macro functions understand them.

The function wizard inserts the name of the add-in's service, other hosts store names of their own. And
an argument left out between others reaches a macro function as 0: where 0 means something, empty text
takes its place, which every host reads as nothing given.
"""

from __future__ import annotations

from functools import cache

from addin.hosts.libreoffice.values import zero_is_blank
from addin.registry.catalogue import ENTRIES, SPELLINGS
from sheets_schema.formula_tokens import tokens
from sheets_schema.formulas import Host, for_host

FOREIGN = r"QUANLIUCHENG[._]|_XL(FN|WS|UDF|LL)\.|\[[0-9]+\]!|\.xlam"
"""What a formula holds that may name a function otherwise than by its bare name, as a pattern of Calc's search."""


@cache
def gaps() -> dict[str, frozenset[int]]:
    """By function, the places of arguments that may be left out between others although 0 means something there.

    >>> sorted(gaps()["RESTOCK"]), list(gaps())
    ([4, 5, 6], ['RESTOCK'])
    """
    found = {}
    for entry in ENTRIES:
        places = {place for place, arg in enumerate(entry.args[:-1]) if arg.optional and not zero_is_blank(arg)}
        if places:
            found[entry.name] = frozenset(places)
    return found


@cache
def pattern() -> str:
    """What Calc searches formulas for, as they stand on the screen: foreign names, aliases, and gaps to fill."""
    aliases = "|".join(entry.alias_zh for entry in ENTRIES)
    return "|".join((FOREIGN, rf"({aliases})\(", *(rf"{name}\(.*[,;]\s*[,;]" for name in gaps())))


def bare(formula: str) -> str:
    """The formula as a document is to hold it, arguments separated by semicolons.

    >>> bare('=CN.QUANLIUCHENG.FUNCTIONS.LEADTIME(A2;"快线")+1')
    '=LEADTIME(A2;"快线")+1'
    >>> bare('=RESTOCK(A2;B2;0;MAX(1;;2);;;24)')
    '=RESTOCK(A2;B2;0;MAX(1;;2);"";"";24)'
    """
    return _without_gaps(for_host(formula, Host.EXCEL, SPELLINGS))


def _without_gaps(formula: str) -> str:
    if not any(f"{name}(" in formula for name in gaps()):
        return formula
    written: list[str] = []
    opened: list[tuple[str, int]] = []
    name, is_empty = "", True
    for kind, text, _ in tokens(formula):
        if text in ("(", "{"):
            opened.append((name, 0))
        elif opened and text in (")", "}"):
            opened.pop()
        elif opened and text == ";":
            function, place = opened.pop()
            if is_empty and place in gaps().get(function, ()):
                written.append('""')
            opened.append((function, place + 1))
        written.append(text)
        if kind != "space":
            is_empty = text in ("(", ";")
            name = text.upper() if kind == "call" else ""
    return "".join(written)
