"""The port: what every place that holds sheets can do. All of them pass `tests/contracts/test_store.py`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from sheets_schema.grid.contents import Grid
from sheets_schema.grid.edits import CellEdit, NewTab, PatchReport, RowAppend


class Store(Protocol):
    """A workbook somewhere."""

    def tabs(self) -> list[str]:
        """The names of the tabs, in order."""

    def version(self) -> str:
        """Changes whenever the contents do."""

    def read(self, tab: str) -> Grid:
        """A tab's contents; `Error` X-012 when there is none of that name."""

    def apply(
        self,
        *,
        edits: Sequence[CellEdit] = (),
        appends: Sequence[RowAppend] = (),
        new_tabs: Sequence[NewTab] = (),
        expected: str,
    ) -> PatchReport:
        """Writes what can be written, all at once; `Busy` when the version is not `expected`."""
