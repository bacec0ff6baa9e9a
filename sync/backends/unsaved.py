"""What is so of every document that is open in a program: nothing of it stays before somebody saves it."""

from __future__ import annotations

from rules.errors import Error
from sheets_schema.grid.edits import Receipt
from sync.backends.port import Landing


class Unsaved:
    """The words of a store that an open document answers alike, wherever it is open."""

    durable = False

    def version(self) -> str:
        """What its contents are known by."""
        raise NotImplementedError

    def owner(self) -> str:
        """Its file says it."""
        return ""

    def tidy(self) -> list[Error]:
        """A program keeps its own order."""
        return []

    def settle(self, sent: str) -> Landing:
        """A document that shows something else than then may hold it."""
        return Landing.WAITING if self.version() == sent else Landing.UNKNOWN

    def restore(self, backup: str, former: str, expected: str) -> Receipt | None:  # noqa: ARG002 - it keeps none
        """Only the person who has it open closes it unsaved."""
        return None
