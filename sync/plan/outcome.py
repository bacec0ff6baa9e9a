"""What a plan says: kept as row numbers per column, turned into rows only when somebody looks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from itertools import repeat
from typing import Any, NamedTuple, TypeVar

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


Row = TypeVar("Row", Write, Conflict, Formula)


@dataclass(frozen=True)
class MergePlan:
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
        found: list[Write] = []
        for title, at in self.taken.items():
            found += _rows(Write, self._words[at].tolist(), repeat(title), *self._values(title, at), *self._places(at))
        return found

    @cached_property
    def conflicts(self) -> list[Conflict]:
        """Cells that wait for a person, in the same order."""
        found: list[Conflict] = []
        for title, at in self.clashing.items():
            past, kinds = self._past(title, at)
            cells = (past, *self._values(title, at), *self._places(at), kinds)
            found += _rows(Conflict, self._words[at].tolist(), repeat(title), *cells)
        return found

    @cached_property
    def formulas(self) -> list[Formula]:
        """Formulas that stand in ERP columns."""
        found: list[Formula] = []
        for title, at in self.formula_cells.items():
            _, erp = self._values(title, at)
            found += _rows(Formula, self._words[at].tolist(), repeat(title), erp, *self._places(at))
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

    @cached_property
    def _words(self) -> Array:
        """The keys of the pairs that something is said about; nothing elsewhere."""
        touched = np.zeros(len(self.pairs[0]), dtype=bool)
        for cells in (self.taken, self.clashing, self.formula_cells):
            for at in cells.values():
                touched[at] = True
        answer = np.empty(len(touched), dtype=object)
        where = np.flatnonzero(touched)
        for pair, words in zip(where.tolist(), keys(self.ours, self.rules.key, self.pairs[0][where]), strict=True):
            answer[pair] = words
        return answer

    def _values(self, title: str, at: IntArray) -> tuple[list[Value], list[Value]]:
        ours, theirs = self.pairs[0][at], self.pairs[1][at]
        return as_list(self.ours.data[title][ours]), as_list(self.theirs.table.data[title][theirs])

    def _places(self, at: IntArray) -> tuple[list[int], list[int]]:
        return self.pairs[0][at].tolist(), self.pairs[1][at].tolist()

    def _past(self, title: str, at: IntArray) -> tuple[list[Value], list[Kind]]:
        """The last agreed values (None where lost), and why each cell is a conflict."""
        if self.base is None:
            return [None] * len(at), [Kind.NEVER_AGREED] * len(at)
        agreed = gather(self.base.data.get(title), self.pairs[2][at])
        unmoved = ~differ(self.theirs.table.data[title][self.pairs[1][at]], agreed)
        unknown = unknown_cells(agreed)
        never = (self.pairs[2][at] < 0) | (is_blank(agreed) & ~unmoved) | unknown
        past = as_list(agreed)
        for one in np.flatnonzero(unknown).tolist():
            past[one] = None
        kinds = np.where(never, 0, np.where(unmoved, 1, 2)).tolist()
        return past, [_KINDS[number] for number in kinds]


_KINDS = (Kind.NEVER_AGREED, Kind.TYPED_OVER, Kind.BOTH_CHANGED)


def _rows(kind: type[Row], *columns: Iterable[Any]) -> Iterator[Row]:
    """Named tuples from columns, without a call of Python code for each."""
    return map(tuple.__new__, repeat(kind), zip(*columns, strict=False))


def unknown_cells(agreed: Array) -> BoolArray:
    """Where agreed values are `UNKNOWN` (the error value, not a text of that spelling)."""
    answer = np.zeros(len(agreed), dtype=bool)
    if agreed.dtype == object:
        for at in np.flatnonzero(agreed == str(UNKNOWN)).tolist():
            answer[at] = type(agreed[at]) is CellError
    return answer
