"""EXPLAIN of a formula's text, as Calc's FORMULA() answers it: its references are looked up in the document."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from addin.hosts.excel.references import references, with_values
from addin.hosts.libreoffice.spelling import to_excel

_opening: list[Any] = []
"""The document that is being opened; else the one that is looked at counts."""


class Lookup:
    """Puts values in place of references."""

    def __init__(self, context: Any) -> None:
        self._desktop = context.ServiceManager.createInstanceWithContext("com.sun.star.frame.Desktop", context)

    def __call__(self, formula: str) -> str:
        """The formula with the values of its references; as it is where they cannot be looked up."""
        written = to_excel(formula)
        places = references(written)
        document = _opening[-1] if _opening else self._desktop.getCurrentComponent()
        if not places or not hasattr(document, "Sheets"):
            return written
        window = document.CurrentController
        sheet = window.ActiveSheet if window is not None else document.Sheets[0]
        try:
            return with_values(written, [_values(document, sheet, place) for place in places])
        except LookupError:
            return written


def _values(document: Any, sheet: Any, place: str) -> Any:
    tab, _, area = place.replace("$", "").rpartition("!")
    name = tab.strip("'").replace("''", "'")
    if name and not document.Sheets.hasByName(name):
        raise LookupError(name)
    found = document.Sheets.getByName(name) if name else sheet
    rows = found.getCellRangeByName(area).getDataArray()
    return rows[0][0] if len(rows) == 1 and len(rows[0]) == 1 else rows


@contextmanager
def opening(document: Any) -> Iterator[None]:
    """While a document is opened, it is the one that formulas are explained in."""
    _opening.append(document)
    try:
        yield
    finally:
        _opening.pop()
