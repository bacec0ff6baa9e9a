"""What an open document refuses to have written: the same checks for every spreadsheet program."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from rules.errors import Code
from sheets_schema.grid.address import LAST_COLUMN, LAST_ROW, Range, parse_range
from sheets_schema.grid.agrees import agrees
from sheets_schema.grid.codes import X_ADDRESS, X_ARRAY, X_CHANGED, X_LOCKED, X_MERGED, X_ROW_TAKEN
from sheets_schema.grid.contents import Grid
from sheets_schema.grid.edits import (
    UNSET,
    ArrayFormula,
    CellEdit,
    Formula,
    Receipt,
    RowAppend,
)
from sheets_schema.grid.shift import shift
from sheets_schema.grid.writable import Unwritable, check_value

Kept = Mapping[tuple[int, int], str]
"""Cells of array formulas that stay, with the formula's range."""


def arrays(grid: Grid, places: set[tuple[int, int]]) -> tuple[Kept, list[Range]]:
    """The cells of array formulas that are only partly written, with their ranges; and the others as ranges."""
    kept: dict[tuple[int, int], str] = {}
    replaced = []
    for ref in grid.arrays.values():
        area = parse_range(ref)
        if area is None or places.isdisjoint(area.cells()):
            continue
        if places.issuperset(area.cells()):
            replaced.append(area)
        else:
            kept.update(dict.fromkeys(area.cells(), ref))
    return kept, replaced


def may_write(grid: Grid, edit: CellEdit, kept: Kept, locked: Callable[[CellEdit], bool], report: Receipt) -> bool:
    """Whether an edit may be written; tells the reason where it may not. `locked` asks the program."""
    refusal = _refusal(grid, edit, kept, locked)
    if refusal:
        report.refused.append(edit.refused(*refusal))
    return refusal is None


def _refusal(
    grid: Grid, edit: CellEdit, kept: Kept, locked: Callable[[CellEdit], bool]
) -> tuple[Code, Mapping[str, Any]] | None:
    if not (1 <= edit.row <= LAST_ROW and 0 <= edit.col <= LAST_COLUMN):
        return X_ADDRESS, {"found": edit.name.rpartition("!")[2]}
    if ref := kept.get((edit.row, edit.col)):
        return X_ARRAY, {"found": ref}
    now = grid.value(edit.row, edit.col)
    if edit.expect is not UNSET and not agrees(now, edit.expect):
        return X_CHANGED, {"found": now, "expected": edit.expect}
    if merged := next((area for area in grid.merged if _inside(edit, area)), None):
        return X_MERGED, {"found": merged}
    if locked(edit):
        return X_LOCKED, {}
    if isinstance(edit.value, ArrayFormula) and (taken := _taken(grid, edit, edit.value)) is not None:
        return X_CHANGED, {"found": taken, "expected": ""}
    try:
        check_value(edit.value)
    except Unwritable as no:
        return no.code, no.facts
    return None


def _taken(grid: Grid, edit: CellEdit, array: ArrayFormula) -> Any:
    """What stands in the way of an array formula, beside its own first cell."""
    area = parse_range(array.ref)
    places = area.cells() if area else ()
    values = (grid.value(*place) for place in places if place != (edit.row, edit.col))
    return next((value for value in values if value is not None), None)


def _inside(edit: CellEdit, area: Range) -> bool:
    """Whether a cell lies in a merged range without being its first."""
    within = area.top <= edit.row <= area.bottom and area.left <= edit.col <= area.right
    return within and (edit.row, edit.col) != (area.top, area.left)


def appended(grid: Grid, append: RowAppend, report: Receipt) -> list[CellEdit]:
    """The cells of a row to append, formulas of row `like` among them; none, and told, where the row is taken."""
    values = dict(append.values)
    for column in append.formula_cols:
        model = grid.formulas.get((append.like or 0, column))
        if column not in values and model is not None:
            values[column] = Formula(shift(model, append.row - (append.like or 0), 0))
    edits = [CellEdit(append.tab, append.row, column, values[column]) for column in sorted(values)]
    if append.row in grid.numbers:
        facts = {"found": append.row}
        report.refused.extend(edit.refused(X_ROW_TAKEN, facts) for edit in edits)
        return []
    return [edit for edit in edits if edit.value is not None]
