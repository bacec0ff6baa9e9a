"""The port: what every place that holds sheets can do, and what rounds ask of one beyond that.

All stores pass `tests/contracts/test_store.py`; a round needs to know no more of one than stands here.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum
from typing import Protocol

from rules.errors import Error
from sheets_schema.grid.contents import Grid
from sheets_schema.grid.edits import CellEdit, NewTab, Receipt, RowAppend


class Tabs(Protocol):
    """A workbook somewhere, as far as a button needs it."""

    def tabs(self) -> list[str]:
        """The names of the tabs, in order."""

    def version(self) -> str:
        """Changes whenever the contents do; a cheap look."""

    def read(self, tab: str) -> Grid:
        """A tab's contents; `Error` X-012 when there is none of that name."""

    def apply(
        self,
        *,
        edits: Sequence[CellEdit] = (),
        appends: Sequence[RowAppend] = (),
        new_tabs: Sequence[NewTab] = (),
        expected: str,
    ) -> Receipt:
        """Writes what can be written, all at once; `Busy` when the version is not `expected`."""


class Landing(Enum):
    """What became of a write whose answer nobody heard."""

    NOTHING = "nothing"
    """It did not arrive: all is as it was before."""
    WAITING = "waiting"
    """All is as it was before, and a program has the workbook open: what it shows may be saved yet."""
    UNKNOWN = "unknown"
    """Something changed since: the cells themselves tell."""


class Store(Tabs, Protocol):
    """A configured workbook, or the document of one that is open in a program."""

    @property
    def where(self) -> str:
        """What messages call it: a file's name, a document's title."""

    @property
    def durable(self) -> bool:
        """Whether what was written stays; of an open document only what somebody saves does."""

    def apply(
        self,
        *,
        edits: Sequence[CellEdit] = (),
        appends: Sequence[RowAppend] = (),
        new_tabs: Sequence[NewTab] = (),
        expected: str,
        whole: Sequence[Sequence[CellEdit]] = (),
        owner: str | None = None,
    ) -> Receipt:
        """As that of `Tabs`, and reads back what it wrote: a cell that does not hold it counts as refused.

        Each of `whole` are edits (among `edits`) that are written together or not at all. `owner` is written with the
        first of them, or alone where nothing else is asked; a store that can't keep it leaves that to its file.
        """

    def owner(self) -> str:
        """What stands in the workbook of whose it is, where no person sees it; empty where nothing does."""

    def tidy(self) -> list[Error]:
        """Puts in order what a killed process left; findings about it. Raises X-090 where there is no workbook."""

    def settle(self, sent: str) -> Landing:
        """What became of a write that was sent when the version was `sent`."""

    def restore(self, backup: str, former: str, expected: str) -> Receipt | None:
        """Makes the workbook what it was at version `former`, whole, from its backup; None where that can't be had.

        `Busy` when the version is not `expected`.
        """
