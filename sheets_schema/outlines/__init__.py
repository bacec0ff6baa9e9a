"""The team's tabs as far as their rows are checked by title, until each has its full schema in `sheets`.

A full schema takes its outline's columns over; what the rule book's checklists (config) say of a tab stays there.
"""

from __future__ import annotations

from sheets_schema.model import Column, Outline, Type
from sheets_schema.outlines import adjusting, records, shipping, stocking
from sheets_schema.outlines.people import OPERATORS

OUTLINES: dict[str, Outline] = {
    value.name: value
    for module in (shipping, stocking, adjusting, records)
    for value in vars(module).values()
    if isinstance(value, Outline)
}
"""Every outline by its tab's name."""


def _anywhere() -> tuple[Column, ...]:
    """The operators' columns that the SOP itself asks for, and that mean the same on every tab that has them."""
    by_title: dict[str, dict[tuple[object, ...], Column]] = {}
    for outline in OUTLINES.values():
        for column in outline.columns:
            if any(meaning := _meaning(column)):
                by_title.setdefault(column.title, {})[(column.type, *meaning)] = column
    columns = [column for meanings in by_title.values() if len(meanings) == 1 for column in meanings.values()]
    lists = {
        column.title for outline in vars(records).values() if isinstance(outline, Outline) for column in outline.columns
    }
    return tuple(column for column in columns if column.sop and column.role == OPERATORS and column.title not in lists)


def _meaning(column: Column) -> tuple[object, ...]:
    """What is checked of a column; nothing of free text."""
    typed = "" if column.type is Type.TEXT else column.type
    return typed, column.choices, column.words, column.limits, column.needed, column.never


ANYWHERE = Outline("", "", _anywhere())
"""What is checked on a tab that nobody registered: titles that say by themselves what stands under them."""
