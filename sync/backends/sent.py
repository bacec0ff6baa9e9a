"""The document of a workbook that is open on another computer, as its contents were sent.

What is written here is handed back to that computer, which writes it where the document still shows what was sent.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from rules.errors import Busy, Error
from sheets_schema.grid.address import cell_name
from sheets_schema.grid.codes import X_MOVED, X_NO_TAB
from sheets_schema.grid.contents import Grid
from sheets_schema.grid.edits import CellEdit, NewTab, Receipt, RowAppend
from sync.backends.unsaved import Unsaved


class SentDocument(Unsaved):
    """A store of which nothing stays before somebody saves there; `edits`, `appends` and `whole` are to be written there.

    `names` are all tabs of the document, `grids` those that were sent, `sent` stands for all of it.
    """

    def __init__(self, names: Sequence[str], grids: Mapping[str, Grid], sent: str, where: str) -> None:
        self.where = where
        self._names, self._grids, self._version = list(names), grids, sent
        self.edits: list[CellEdit] = []
        self.appends: list[RowAppend] = []
        self.whole: list[list[CellEdit]] = []

    def tabs(self) -> list[str]:
        """The names of the tabs, in order."""
        return self._names

    def version(self) -> str:
        """What stands for the contents that were sent, until something is to be written."""
        return self._version if not (self.edits or self.appends) else f"{self._version}+"

    def read(self, tab: str) -> Grid:
        """A tab as it was sent."""
        if tab not in self._grids:
            raise Error(X_NO_TAB, file=self.where, found=tab, expected="、".join(self._grids))
        return self._grids[tab]

    def apply(
        self,
        *,
        edits: Sequence[CellEdit] = (),
        appends: Sequence[RowAppend] = (),
        new_tabs: Sequence[NewTab] = (),  # noqa: ARG002 - a round adds none
        expected: str,
        whole: Sequence[Sequence[CellEdit]] = (),
        owner: str | None = None,  # noqa: ARG002 - its file keeps it
    ) -> Receipt:
        """Takes down what is to be written; what is refused there is told later."""
        if expected != self.version():
            raise Busy(X_MOVED)
        for tab in {edit.tab for edit in edits} | {row.tab for row in appends}:
            self.read(tab)
        self.edits += edits
        self.appends += appends
        self.whole += map(list, whole)
        rows = [f"{row.tab}!{cell_name(row.row, column)}" for row in appends for column in row.values]
        return Receipt([*(edit.name for edit in edits), *rows])
