"""One column over a sheet's rows, as some report tells it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np

from sheets_schema.table import Array
from sync.files.index import Bools, Ints


def _none() -> Bools:
    return np.zeros(0, dtype=bool)


@dataclass(frozen=True)
class Feed:
    """One column over a sheet's rows: value, whether it is known, the number of the file it is from.

    `held` are rows of which no source may say anything: goods of a warehouse that nobody placed would be missing.
    """

    values: Array
    known: Bools
    source: Ints
    per_sku: bool = False
    held: Bools = field(default_factory=_none)

    @classmethod
    def empty(cls, rows: int, *, numeric: bool, per_sku: bool = False) -> Feed:
        """Nothing known of any row."""
        values: Array = np.full(rows, np.nan) if numeric else np.full(rows, None, dtype=object)
        known = np.zeros(rows, dtype=bool)
        return cls(values, known, np.full(rows, -1, dtype=np.int64), per_sku, known.copy())

    def with_values(self, values: Array) -> Feed:
        """The same with other values."""
        return replace(self, values=values, known=self.known.copy())

    def blank(self) -> Bools:
        """Where the value is blank."""
        if self.values.dtype != object:
            return np.isnan(self.values)
        return np.array([value is None for value in self.values.tolist()], dtype=bool)

    def over(self, second: Feed) -> Feed:
        """This one where it has a value; `second` where it has one; known blank where either knows the row."""
        blank = ~self.known | self.blank()
        use = blank & second.known & (~second.blank() | ~self.known) & ~self.held
        values = self.values.copy()
        if values.dtype != second.values.dtype:
            values = values.astype(object)
        values[use] = second.values[use]
        return Feed(
            values,
            (self.known | second.known) & ~self.held,
            np.where(use, second.source, self.source),
            self.per_sku or second.per_sku,
            self.held | (second.held & ~self.known),
        )
