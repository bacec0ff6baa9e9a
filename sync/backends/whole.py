"""Edits that are written together or not at all."""

from __future__ import annotations

from collections.abc import Sequence

from sheets_schema.grid.edits import CellEdit, Receipt


def broken(whole: Sequence[Sequence[CellEdit]], receipt: Receipt) -> list[CellEdit]:
    """The edits of every group of which some cell was refused."""
    refused = receipt.places
    if not refused:
        return []
    return [edit for group in whole if any(edit.place in refused for edit in group) for edit in group]
