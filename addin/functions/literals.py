"""Values as a formula writes them, so that a formula can be explained without its sheet."""

from __future__ import annotations

from datetime import date
from typing import Any

from rules.answer import Fault
from sheets_schema.cells import CellError, to_serial


def literal(value: Any) -> str:
    """A cell, or rows as an array; a blank is written as nothing, an error as its text.

    >>> literal([["车机", 1.5], [None, True]])
    '{"车机",1.5;,TRUE}'
    """
    if isinstance(value, list):
        return "{" + ";".join(",".join(map(_constant, row)) for row in value) + "}"
    return _constant(value)


def _constant(cell: Any) -> str:
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, Fault):
        return f'"{cell.kind}"'
    if isinstance(cell, CellError):
        return f'"{cell}"'
    if isinstance(cell, (int, float, date)):
        return f"{to_serial(cell) if isinstance(cell, date) else cell:.15g}"
    return '"' + str(cell).replace('"', '""') + '"'
