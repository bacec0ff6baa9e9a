"""What a plan says: kept as row numbers per column, turned into rows only when somebody looks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from itertools import repeat
from typing import NamedTuple

import numpy as np

from sheets_schema.cells import CellError, Value
from sheets_schema.model import Column, Rows
from sheets_schema.table import Array, Table, as_list
from sync.plan.compare import BoolArray, IntArray, differ, gather, is_blank
from sync.plan.keys import Key, keys

UNKNOWN = CellError("#未知")
"""An agreed value that was lost: unlike blank, no cell equals it."""


@dataclass(frozen=True)
class Theirs:
    """What the ERP says.

    `known` masks, per column, the rows for which a file says anything: False is unknown, not blank. A
    column without mask is known throughout; a column that the table lacks is unknown.
    """

    table: Table
    known: Mapping[str, BoolArray] = field(default_factory=dict)


@dataclass(frozen=True)
class Rules:
    """The key of a tab, who adds its rows, and who owns its columns (by title)."""

    key: tuple[str, ...]
    rows: Rows
    owners: Mapping[str, Column]


class Kind(StrEnum):
    """Why a cell is a conflict."""

    TYPED_OVER = "typed_over"
    """A person typed over it; the ERP still says what was agreed on."""
    BOTH_CHANGED = "both_changed"
    """The person and the ERP changed it differently."""
    NEVER_AGREED = "never_agreed"
    """The two differ, and were never seen equal (first contact, new row, lost base)."""


class Write(NamedTuple):
    """A cell of an existing row that takes the ERP's value. Rows count from 0 in their own table."""

    key: Key
    column: str
    before: Value
    after: Value
    ours_row: int
    theirs_row: int


class Conflict(NamedTuple):
    """A cell that stays until a person decides."""

    key: Key
    column: str
    base: Value
    ours: Value
    theirs: Value
    ours_row: int
    theirs_row: int
    kind: Kind


class Formula(NamedTuple):
    """A formula in an ERP column: left alone, with the ERP's value beside it."""

    key: Key
    column: str
    theirs: Value
    ours_row: int
    theirs_row: int


class Append(NamedTuple):
    """A row that the sheet lacks; `values` holds what the ERP says in columns it may fill."""

    key: Key
    theirs_row: int
    values: dict[str, Value]


@dataclass(frozen=True)
class Plan:
    """What a round would do to the cells of one tab, and what it found equal.

    `pairs` are the rows that both sides have: sheet row, ERP row, agreed row (-1: none). The mappings
    hold positions in `pairs` per column; `agreed` masks the pairs where both sides mean the same.
    `ours_rows` are all rows of the sheet with a key, `new_rows` rows of the ERP to append.
    `held` counts cells left alone because a person turned the ERP's value down.
    """

    rules: Rules
    base: Table | None
    ours: Table
    theirs: Theirs
    lost: bool
    pairs: tuple[IntArray, IntArray, IntArray]
    taken: Mapping[str, IntArray]
    clashing: Mapping[str, IntArray]
    formula_cells: Mapping[str, IntArray]
    agreed: Mapping[str, BoolArray]
    ours_rows: IntArray
    new_rows: IntArray
    held: int = 0
    void_pins: Sequence[tuple[Key, str]] = ()

    @cached_property
    def writes(self) -> list[Write]:
        """Cells that take the ERP's value, column by column, in the sheet's row order."""
        return [item for title, at in self.taken.items() for item in self._writes(title, at)]

    @cached_property
    def conflicts(self) -> list[Conflict]:
        """Cells that wait for a person."""
        return [item for title, at in self.clashing.items() for item in self._conflicts(title, at)]

    @cached_property
    def formulas(self) -> list[Formula]:
        """Formulas that stand in ERP columns."""
        found: list[Formula] = []
        for title, at in self.formula_cells.items():
            ours, theirs = self.pairs[0][at], self.pairs[1][at]
            values = as_list(self.theirs.table.data[title][theirs])
            found += map(
                Formula._make,
                zip(self._keys(ours), repeat(title), values, ours.tolist(), theirs.tolist(), strict=False),
            )
        return found

    @cached_property
    def appends(self) -> list[Append]:
        """Rows to append, in the ERP's order; a value it does not know is not in `values`."""
        columns = {title: self.known_values(title, self.new_rows) for title in self.fillable}
        words = keys(self.theirs.table, self.rules.key, self.new_rows)
        answer = []
        for at, (key, row) in enumerate(zip(words, self.new_rows.tolist(), strict=True)):
            values: dict[str, Value] = dict(zip(self.rules.key, key, strict=True))
            values |= {title: cells[at] for title, (cells, known) in columns.items() if known[at]}
            answer.append(Append(key, row, values))
        return answer

    @property
    def fillable(self) -> list[str]:
        """Columns of the sheet that an appended row takes from the ERP."""
        return [title for title in self.agreed if title not in self.rules.key]

    def known_values(self, title: str, theirs_rows: IntArray) -> tuple[list[Value], list[bool]]:
        """Cells of the ERP, and whether it says anything there."""
        mask = self.theirs.known.get(title)
        known = [True] * len(theirs_rows) if mask is None else mask[theirs_rows].tolist()
        return as_list(self.theirs.table.data[title][theirs_rows]), known

    def _keys(self, ours_rows: IntArray) -> list[Key]:
        return keys(self.ours, self.rules.key, ours_rows)

    def _values(self, title: str, at: IntArray) -> tuple[list[Value], list[Value]]:
        ours, theirs = self.pairs[0][at], self.pairs[1][at]
        return as_list(self.ours.data[title][ours]), as_list(self.theirs.table.data[title][theirs])

    def _writes(self, title: str, at: IntArray) -> Iterator[Write]:
        ours, theirs = self.pairs[0][at], self.pairs[1][at]
        before, after = self._values(title, at)
        return map(
            Write._make,
            zip(self._keys(ours), repeat(title), before, after, ours.tolist(), theirs.tolist(), strict=False),
        )

    def _conflicts(self, title: str, at: IntArray) -> Iterator[Conflict]:
        ours, theirs = self.pairs[0][at], self.pairs[1][at]
        mine, erp = self._values(title, at)
        agreed = [None if is_unknown(value) else value for value in as_list(self.agreed_cells(title, at))]
        kinds = self._kinds(title, at)
        return map(
            Conflict._make,
            zip(
                self._keys(ours), repeat(title), agreed, mine, erp, ours.tolist(), theirs.tolist(), kinds, strict=False
            ),
        )

    def agreed_cells(self, title: str, at: IntArray) -> Array:
        """The last agreed cells of some pairs; blank where none is recorded."""
        return gather(self.base.data.get(title) if self.base else None, self.pairs[2][at])

    def _kinds(self, title: str, at: IntArray) -> list[Kind]:
        if self.base is None:
            return [Kind.NEVER_AGREED] * len(at)
        agreed = self.agreed_cells(title, at)
        unmoved = ~differ(self.theirs.table.data[title][self.pairs[1][at]], agreed)
        unknown = np.fromiter(map(is_unknown, agreed.tolist()), dtype=bool, count=len(at))
        never = (self.pairs[2][at] < 0) | (is_blank(agreed) & ~unmoved) | unknown
        return [
            Kind.NEVER_AGREED if first else Kind.TYPED_OVER if still else Kind.BOTH_CHANGED
            for first, still in zip(never.tolist(), unmoved.tolist(), strict=True)
        ]


def is_unknown(value: Value) -> bool:
    """Whether an agreed value is `UNKNOWN`."""
    return type(value) is CellError and value == UNKNOWN
