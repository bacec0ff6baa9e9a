"""Whether a cell still means what somebody expected of it."""

from __future__ import annotations

from datetime import date
from typing import Any

from sheets_schema.cells import clean, equal, meaning
from sheets_schema.model import Type


def agrees(found: Any, expected: Any) -> bool:
    """Whether a cell still means what was expected of it.

    >>> agrees("1,200", 1200), agrees(None, ""), agrees("是", True), agrees("A", "B")
    (True, True, True, False)
    """
    if expected is None or (isinstance(expected, str) and not clean(expected)):
        return found is None or (isinstance(found, str) and not clean(found))
    if isinstance(expected, bool):
        kind = Type.BOOL
    elif isinstance(expected, (int, float)):
        kind = Type.NUMBER
    elif isinstance(expected, date):
        kind = Type.DATETIME
    else:
        kind = Type.TEXT
    return equal(meaning(found, kind), meaning(expected, kind))
