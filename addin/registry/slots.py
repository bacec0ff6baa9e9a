"""R24, R30–R33, R35 and R37 in cells: deadlines, slots and routes."""

from __future__ import annotations

from addin.registry.entry import Entry

ENTRIES: tuple[Entry, ...] = ()
