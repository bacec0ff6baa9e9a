"""How large a sheet may be before reading it takes all memory or all day; nobody's sheets come near."""

from __future__ import annotations

from collections.abc import Iterable

from rules.errors import Error, Text
from sheets_schema.grid.address import parse_range
from sync.backends.workbook.codes import X_BROKEN_ROWS, X_LARGE

LONGEST_ROW = 1 << 24
"""Bytes of one row, or of what stands before the rows."""
LONGEST_TAIL = 1 << 25
"""Bytes of what stands behind the rows."""
MOST_CELLS = 11_000_000
"""Cells of one tab, blanks up to the last one of each row included; a formula weighs as much as `FORMULA` of them."""
FORMULA = 7
_MOST_IN_ARRAYS = 1 << 22
"""Cells of all array formulas of a tab; they never overlap, and four whole columns are more than anybody has."""


def check_weight(weight: int, row: int) -> None:
    """Raises X-017 when a tab has more cells up to a row than can be held."""
    if weight > MOST_CELLS:
        found = Text(f"到第 {row} 行的单元格", f"cells up to row {row}")
        raise Error(X_LARGE, found=found, expected=f"{MOST_CELLS:,}")


def too_long(part: str, zh: str, en: str, limit: int) -> Error:
    """The error for a stretch of a sheet part that is longer than any program writes it."""
    return Error(X_LARGE, found=Text(f"{part} 里{zh}", f"{en} of {part}"), expected=f"{limit >> 20} MB")


def long_row(part: str) -> Error:
    """The error for a row, or what stands before the rows, beyond `LONGEST_ROW`."""
    return too_long(part, "的一行", "one row", LONGEST_ROW)


def long_tail(part: str) -> Error:
    """The error for what stands behind the rows beyond `LONGEST_TAIL`."""
    return too_long(part, "各行之后的内容", "what stands behind the rows", LONGEST_TAIL)


def check_arrays(refs: Iterable[str]) -> None:
    """Raises X-011 for array formulas that no program would have written: they would be walked cell by cell."""
    cells = 0
    for ref in refs:
        area = parse_range(ref)
        cells += area.size if area else 0
        if cells > _MOST_IN_ARRAYS:
            raise Error(X_BROKEN_ROWS, found=ref)
