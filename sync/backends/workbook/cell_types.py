"""A cell's own text as the value that it is, by the cell's type."""

from __future__ import annotations

from typing import Any

from sheets_schema.cells import CellError, parse_date
from sheets_schema.grid.contents import dated


def number(text: str) -> float:
    """The number that a cell's text is.

    Raises:
        ValueError: no number as spreadsheets write them: NaN, INF, 1E999, 1_000, digits of other scripts.
    """
    value = float(text)
    if value - value != 0 or "_" in text or not text.isascii():
        raise ValueError(text)
    return value


_TRUTH = {"1": True, "true": True, "0": False, "false": False}


def typed(kind: str, text: str, is_date: bool, date1904: bool) -> Any:
    """The value of a cell that holds its own text: every type but shared and inline strings.

    What is not of its type (NaN, a type that no format knows) stays the text that it is, and a moment with its zone too,
    for its reader's clock; a truth value "yes" or "2" is an error: as text it would be true, or two.

    >>> typed("", "1.5", False, False), typed("b", "TRUE", False, False), typed("e", "#N/A", False, False)
    (1.5, True, '#N/A')
    >>> typed("n", "NaN", False, False), typed("b", "yes", False, False), typed("d", "2026-04-27T20:00:00Z", False, False)
    ('NaN', 'yes', '2026-04-27T20:00:00Z')
    """
    if kind in ("str", "inlineStr"):
        return text or None
    stripped = text.strip()
    if not stripped:
        return None
    if kind == "b":
        return _TRUTH.get(stripped.lower(), CellError(stripped))
    if kind == "e":
        return CellError(stripped)
    if kind == "d":
        return parse_date(stripped) or stripped
    try:
        value = number(stripped) if kind in ("", "n") else None
    except ValueError:
        value = None
    if value is None:
        return stripped
    return dated(value, date1904) if is_date else value
