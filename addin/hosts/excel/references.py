"""References to cells inside a formula, found and replaced by values, so that it can be explained."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from addin.hosts.excel.values import from_excel
from sheets_schema.cells import CellError, to_serial

_CELL = r"\$?[A-Za-z]{1,3}\$?[1-9]\d{0,6}"
_REFERENCE = re.compile(
    rf"""(?P<text>"(?:[^"]|"")*")
    |(?P<place>(?:(?:'(?:[^']|'')+'|[\w.\[\]]+)!)?(?:{_CELL}(?::{_CELL})?|\$?[A-Za-z]{{1,3}}:\$?[A-Za-z]{{1,3}}))(?![\w.(!])
    |(?P<word>(?:'(?:[^']|'')+'!)?[\w.$]+)""",
    re.VERBOSE,
)
_ADDIN = re.compile(r"(?:'[^']*'|[\w.\[\]]+)!(?=[A-Za-z]+\()")


def references(formula: str) -> list[str]:
    """The references of a formula, in order, each once.

    >>> references('=LEADTIME(A2,"B3")+LEADTIME($A$2,表1!C4:C5)')
    ['A2', '$A$2', '表1!C4:C5']
    """
    found = (match["place"] for match in _REFERENCE.finditer(_bare(formula)))
    return list(dict.fromkeys(place for place in found if place))


def with_values(formula: str, values: Sequence[Any]) -> str:
    """The formula with the values of its `references`, as Excel hands them over, in their place.

    >>> with_values('=LEADTIME(A2,B2)', ["车机", None])
    '=LEADTIME("车机",)'
    """
    known = dict(zip(references(formula), values, strict=True))

    def replaced(match: re.Match[str]) -> str:
        return _literal(known[match["place"]]) if match["place"] else match[0]

    return _REFERENCE.sub(replaced, _bare(formula))


def _bare(formula: str) -> str:
    """Without the add-in's file before its functions."""
    return _ADDIN.sub("", formula)


def _literal(value: Any) -> str:
    """A value as a formula writes it; rows as an array."""
    cells = from_excel(value)
    if isinstance(cells, list):
        return "{" + ";".join(",".join(map(_constant, row)) for row in cells) + "}"
    return _constant(cells)


def _constant(cell: Any) -> str:
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, CellError):
        return f'"{cell}"'
    if isinstance(cell, str):
        return '"' + cell.replace('"', '""') + '"'
    return f"{cell:.15g}" if isinstance(cell, float) else f"{to_serial(cell):.15g}"
