"""The team's tabs as far as their rows are checked by title, until each has its full schema in `sheets`.

A full schema takes its outline's columns over; what the rule book's checklists (config) say of a tab stays there.
"""

from __future__ import annotations

from sheets_schema.model import Outline
from sheets_schema.outlines import adjusting, records, shipping, stocking

OUTLINES: dict[str, Outline] = {
    value.name: value
    for module in (shipping, stocking, adjusting, records)
    for value in vars(module).values()
    if isinstance(value, Outline)
}
"""Every outline by its tab's name."""
