"""What is done when a document is opened, saved, changed, or looked at on another day."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from addin.hosts.libreoffice import uno_types
from addin.hosts.libreoffice.explaining import Lookup, opening
from addin.hosts.libreoffice.functions import functions
from addin.hosts.libreoffice.names import bare, pattern
from addin.registry.catalogue import ENTRIES
from addin.registry.entry import Entry, Kind

_watched: dict[str, Any] = {}
_days: dict[str, date] = {}
MOST_CHANGED = 5_000
"""Rows of a change that are looked at at once; in longer ones the names are settled when the document is saved."""
_FORMULAS = 16
SAVING = ("OnSave", "OnSaveAs", "OnSaveTo")


def heard(context: Any, event: str, document: Any) -> None:
    """One event of one spreadsheet document."""
    if functions().looked_up is None:
        functions().looked_up = Lookup(context)
    if event == "OnLoadFinished":
        opened(document)
    elif event in ("OnLoad", "OnNew"):
        _watch(document)
        _days[document.RuntimeUID] = functions().today()
    elif event in SAVING:
        settle(document)
    elif event == "OnFocus":
        today = functions().today()
        if _days.get(document.RuntimeUID, today) != today:
            _days[document.RuntimeUID] = today
            if depends_on_today(document):
                document.calculateAll()


def opened(document: Any) -> None:
    """Bare names throughout; what was computed on another day is computed again. The document counts as unchanged."""
    was_modified = document.isModified()
    with opening(document):
        settle(document)
        if depends_on_today(document):
            document.calculateAll()
    if not was_modified:
        document.setModified(False)


def takes_today(entry: Entry) -> bool:
    """Whether a call that leaves something out is answered for the day it is made."""
    return any(
        arg.optional and arg.kind in (Kind.DATE, Kind.MOMENT) and arg.name in ("as_of", "day") for arg in entry.args
    )


def depends_on_today(document: Any) -> bool:
    """Whether a formula may be answered otherwise tomorrow, or explains another one."""
    words = "|".join(rf"\b{entry.name}\(" for entry in ENTRIES if takes_today(entry) or entry.name == "EXPLAIN")
    return any(sheet.findFirst(_search(sheet, words)) is not None for sheet in document.Sheets)


def settle(document: Any) -> int:
    """Gives every formula its bare names; answers how many were changed. Is no step of undo."""
    found = [cell for sheet in document.Sheets for cell in _cells(sheet.findAll(_search(sheet, pattern())))]
    if not found:
        return 0
    with uno_types.without_undo(document):
        return sum(map(_renamed, found))


def _search(sheet: Any, words: str) -> Any:
    search = sheet.createSearchDescriptor()
    search.SearchRegularExpression = True
    search.SearchType = 0
    search.setSearchString(words)
    return search


def _cells(found: Any) -> Iterator[Any]:
    """Every cell of the ranges that a search found."""
    if found is None:
        return
    for place in range(found.Count):
        yield from _cells_of(found.getByIndex(place))


def _cells_of(area: Any) -> Iterator[Any]:
    at = area.RangeAddress
    for row in range(at.EndRow - at.StartRow + 1):
        for column in range(at.EndColumn - at.StartColumn + 1):
            yield area.getCellByPosition(column, row)


def _renamed(cell: Any) -> bool:
    """Writes a cell's formula, or its array's, anew where the name is to be another."""
    array = cell.ArrayFormula
    formula = array[1:-1] if array.startswith("{") else array or cell.Formula
    if not formula.startswith("="):
        return False
    wanted = bare(formula)
    if wanted == formula:
        return False
    if array:
        cursor = cell.Spreadsheet.createCursorByRange(cell)
        cursor.collapseToCurrentArray()
        cursor.setArrayFormula(wanted)
    else:
        cell.setFormula(wanted)
    return True


def _watch(document: Any) -> None:
    """Hears of changed cells, in documents that somebody looks at."""
    hidden = any(item.Name == "Hidden" and item.Value for item in document.Args)
    if hidden or document.RuntimeUID in _watched:
        return
    listener = uno_types.changes_listener(_changed, _closed)
    document.addChangesListener(listener)
    _watched[document.RuntimeUID] = listener


def _changed(document: Any, ranges: list[Any]) -> None:
    """Cells were written: what the function wizard inserted gets its bare name."""
    for area in ranges:
        at = area.RangeAddress
        if at.EndRow - at.StartRow < MOST_CHANGED:
            with uno_types.without_undo(document):
                for formulas in area.queryContentCells(_FORMULAS):
                    for cell in _cells_of(formulas):
                        _renamed(cell)


def _closed(document: Any) -> None:
    _watched.pop(document.RuntimeUID, None)
    _days.pop(document.RuntimeUID, None)
