"""R11 in cells: EXPECTEDARRIVAL."""

from __future__ import annotations

from addin.registry.entry import Entry

ENTRIES: tuple[Entry, ...] = ()
