"""R50 in cells: RESTOCK, STOCKOUT."""

from __future__ import annotations

from addin.registry.entry import Entry

ENTRIES: tuple[Entry, ...] = ()
