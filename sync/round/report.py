"""What a round found and did, as data: the same for a plan, a dry run and the real thing."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from rules.errors import Busy, Error
from sheets_schema.cells import plain
from sheets_schema.problems import Problem
from sync.plan.change import Change
from sync.plan.keys import Key
from sync.state.settlements import OpenConflict
from sync.tab.adopt import ColumnAdoption

Finding = Problem | Error
DATA = ("cell", "manual", "again")
"""Kinds of changes that write a data cell of an existing row."""
Owner = Callable[[str, Key, str], str]
"""Who answers for a cell: tab, key, column."""


@dataclass
class BookReport:
    """One workbook of a round.

    `writes` counts data cells (ERP values, kinds `DATA`) written into existing rows, `appends` rows, `marks` cells
    of 同步状态; `computed` cells that the service fills. `skipped` counts cells left alone because a
    formula stands there or a person settled them.
    """

    name: str
    plan_id: str | None = None
    state: str = "READ"
    changes: list[Change] = field(default_factory=list)
    appends: int = 0
    skipped: int = 0
    conflicts: list[OpenConflict] = field(default_factory=list)
    known: frozenset[str] = frozenset()
    """Conflicts that an earlier round found already."""
    owners: Owner | None = None
    problems: list[Problem] = field(default_factory=list)
    refused: list[Error] = field(default_factory=list)
    adoption: list[ColumnAdoption] = field(default_factory=list)
    backup: str | None = None
    error: Error | None = None
    as_of: dict[str, str] = field(default_factory=dict)
    paste: dict[str, list[str]] = field(default_factory=dict)
    """Per tab the rows that could not be appended, ready to paste."""
    ran: int = 0
    """Tabs that were planned."""
    left: str | None = None
    """The version (a file's hash) that the round left or agreed to; None where it did not come so far."""

    @property
    def stopped(self) -> str | None:
        """Why nothing was done: `busy`, somebody has it; `failed`; None where it was."""
        return None if self.error is None else "busy" if isinstance(self.error, Busy) else "failed"

    @property
    def writes(self) -> int:
        """Data cells written into existing rows."""
        return self.count(*DATA)

    def owner(self, item: OpenConflict) -> str:
        """Who answers for a conflict."""
        return self.owners(item.tab, item.key, item.column) if self.owners else "ERP"

    def count(self, *kinds: str) -> int:
        """How many changes are of these kinds."""
        return sum(change.kind in kinds for change in self.changes)

    def as_json(self, lang: str = "zh") -> dict[str, Any]:
        """What `--json` shows of it (design: cli)."""
        return {
            "name": self.name,
            "plan_id": self.plan_id,
            "state": self.state,
            "writes": self.writes,
            "appends": self.appends,
            "marks": self.count("mark"),
            "computed": self.count("computed"),
            "conflicts": len(self.conflicts),
            "skipped": self.skipped,
            "problems": len(self.problems),
            "refused": len(self.refused) + (self.error is not None),
            "as_of": self.as_of,
            "backup": self.backup,
            "left": self.left,
            "stopped": self.stopped,
            "cells": [change.as_json() for change in self.changes],
            "details": {
                "conflicts": [self._conflict_json(item) for item in self.conflicts],
                "problems": [item.as_json(lang) for item in self.problems],
                "refused": [item.as_json(lang) for item in errors_of(self)],
                "paste": self.paste,
                "adoption": [item.as_json() for item in self.adoption],
            },
        }

    def _conflict_json(self, item: OpenConflict) -> dict[str, Any]:
        return {
            "id": item.id,
            "tab": item.tab,
            "key": [plain(part) for part in item.key],
            "column": item.column,
            "cell": item.cell,
            "reason": item.reason,
            "last_agreed": plain(item.base),
            "sheet": plain(item.ours),
            "erp": plain(item.theirs),
            "owner": self.owner(item),
            "source": item.source,
            "new": item.id not in self.known,
            "group": group(item.tab, item.column, item.reason),
        }


def group(tab: str, column: str, reason: str) -> str:
    """What conflicts are listed and settled together."""
    return f"{tab} · {column} · {reason}"


def errors_of(book: BookReport) -> Iterable[Error]:
    """What was refused in a workbook, the workbook itself included."""
    return [*book.refused, *([book.error] if book.error else [])]


@dataclass
class RoundReport:
    """A whole round: its number (None for a plan), workbooks, and what the inbox held."""

    round: int | None
    workbooks: list[BookReport] = field(default_factory=list)
    files: list[dict[str, Any]] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    held: list[Error] = field(default_factory=list)

    def as_json(self, lang: str = "zh") -> dict[str, Any]:
        """The document of `qlc sync plan/once --json`."""
        return {
            "round": self.round,
            "workbooks": [book.as_json(lang) for book in self.workbooks],
            "files": self.files,
            "problems": [item.as_json(lang) for item in self.problems],
            "held": [item.as_json(lang) for item in self.held],
        }

    @property
    def exit_code(self) -> int:
        """0 good, 1 findings, 3 everything refused, 4 everything busy, 2 nothing readable."""
        refused = [error for book in self.workbooks for error in errors_of(book)]
        if refused and not any(book.ran for book in self.workbooks):
            return max(error.exit_code for error in refused)
        busy = [book.error for book in self.workbooks if book.error]
        if busy and len(busy) == len(self.workbooks):
            return max(error.exit_code for error in busy)
        if refused or self.problems or self.held:
            return 1
        return int(any(book.conflicts or book.problems for book in self.workbooks))
