"""R22, R40–R42 and R53 in cells: tests, targets, budgets and prices."""

from __future__ import annotations

from addin.registry.entry import Entry

ENTRIES: tuple[Entry, ...] = ()
