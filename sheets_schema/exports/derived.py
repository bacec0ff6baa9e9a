"""What the derived fields of several reports share: one cell of a file as a number or a text, and its warehouse.

Each function sees the typed columns of one file; a column that a file lacks gives no derived field. A state
that nobody knows leaves the quantity unknown.
"""

from __future__ import annotations

from rules.policy.meanings import Meanings, Place
from sheets_schema.cells import Value
from sheets_schema.model import Cells

_IGNORED = str(Place.IGNORED)


def number(value: Value) -> float | None:
    """A cell as a number; None for anything else."""
    return float(value) if isinstance(value, float) else None


def count_in(cells: Cells, name: str, row: int) -> float | None:
    """The number of a field in a row; None without the column."""
    return number(cells[name][row]) if name in cells else None


def text_in(cells: Cells, name: str, row: int) -> str | None:
    """The text of a field in a row; None without the column."""
    value = cells[name][row] if name in cells else None
    return value if isinstance(value, str) else None


def counts_nowhere(cells: Cells, name: str, row: int, meanings: Meanings) -> bool:
    """Whether the warehouse of a row is one whose goods count nowhere."""
    warehouse = text_in(cells, name, row)
    return warehouse is not None and meanings.warehouse(warehouse).kind == _IGNORED
