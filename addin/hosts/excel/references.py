"""References to cells inside a formula, found and replaced by values, so that it can be explained."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from addin.functions.literals import literal
from addin.hosts.excel.values import from_excel
from addin.registry.catalogue import SPELLINGS
from sheets_schema.formulas import neutral

_CELL = r"\$?[A-Za-z]{1,3}\$?[1-9]\d{0,6}"
_REFERENCE = re.compile(
    rf"""(?P<text>"(?:[^"]|"")*")
    |(?P<place>(?:(?:'(?:[^']|'')+'|[\w.\[\]]+)!)?(?:{_CELL}(?::{_CELL})?|\$?[A-Za-z]{{1,3}}:\$?[A-Za-z]{{1,3}}))(?![\w.(!])
    |(?P<word>(?:'(?:[^']|'')+'!)?[\w.$]+)""",
    re.VERBOSE,
)


def references(formula: str) -> list[str]:
    """The references of a formula, in order, each once.

    >>> references('=LEADTIME(A2,"B3")+LEADTIME($A$2,表1!C4:C5)')
    ['A2', '$A$2', '表1!C4:C5']
    """
    found = (match["place"] for match in _REFERENCE.finditer(neutral(formula, SPELLINGS)))
    return list(dict.fromkeys(place for place in found if place))


def with_values(formula: str, values: Sequence[Any]) -> str:
    """The formula with the values of its `references`, as Excel hands them over, in their place.

    >>> with_values('=LEADTIME(A2,B2)', ["车机", None])
    '=LEADTIME("车机",)'
    """
    known = dict(zip(references(formula), values, strict=True))

    def replaced(match: re.Match[str]) -> str:
        return literal(from_excel(known[match["place"]])) if match["place"] else match[0]

    return _REFERENCE.sub(replaced, neutral(formula, SPELLINGS))
