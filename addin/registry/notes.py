"""R02, R03 and R05 in cells: SHIPNOTE, SHIPNOTECHECK, LETTERNAME, CASETEXT."""

from __future__ import annotations

from addin.registry.entry import Entry

ENTRIES: tuple[Entry, ...] = ()
