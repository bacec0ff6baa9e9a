"""References to cells inside a formula, found and replaced by values, so that it can be explained."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from addin.functions.literals import literal
from addin.hosts.excel.values import from_excel
from addin.registry.catalogue import SPELLINGS
from sheets_schema.formula_tokens import tokens
from sheets_schema.formulas import neutral


def references(formula: str) -> list[str]:
    """The references of a formula, in order, each once.

    >>> references('=LEADTIME(A2,"B3")+LEADTIME($A$2,表1!C4:C5)')
    ['A2', '$A$2', '表1!C4:C5']
    """
    return list(dict.fromkeys(text for is_reference, text in _pieces(formula) if is_reference))


def with_values(formula: str, values: Sequence[Any]) -> str:
    """The formula with the values of its `references`, as Excel hands them over, in their place.

    >>> with_values('=LEADTIME(A2,B2)', ["车机", None])
    '=LEADTIME("车机",)'
    """
    known = dict(zip(references(formula), values, strict=True))
    pieces = _pieces(formula)
    return "".join(literal(from_excel(known[text])) if is_reference else text for is_reference, text in pieces)


def _pieces(formula: str) -> Iterator[tuple[bool, str]]:
    """The tokens, an area with the sheet before it as one, and whether each is a reference."""
    sheet = ""
    for kind, text, _ in tokens(neutral(formula, SPELLINGS)):
        if kind == "sheet":
            sheet += text
            continue
        yield kind == "area", sheet + text
        sheet = ""
    yield False, sheet
