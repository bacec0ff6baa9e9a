"""The columns of a row's cells in almost no time: rows of one shape are worked out once."""

from __future__ import annotations

import re
from itertools import pairwise

from sheets_schema.grid.address import COLUMN, LAST_COLUMN

# The signs of tags stay, so that letters of a text are never taken for those of an address.
_KEPT = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ<>="
_DROPPED = bytes(code for code in range(256) if code not in _KEPT)
_ZEROS = bytes(48 if 48 <= code <= 57 else code for code in range(256))
_ADDRESS = re.compile(rb"\sr\s*=")
_MOST = 1 << 12
"""Shapes that are remembered at a time."""


class CellOrder:
    """Answers for rows of one sheet; `prefix` is that of its elements."""

    def __init__(self, prefix: bytes) -> None:
        self._cell = b"<%sc" % prefix
        self._cells = re.compile(rb"<%sc(?=[\s/>])" % prefix)
        self._names = re.compile(rb'<%sc r="([A-Z]{1,3}\d+)"' % prefix)
        self._shapes: dict[bytes, list[int]] = {}
        self._longest = 0

    def look(self, rows: bytes) -> None:
        """Looks at the rows that are asked about next: how many digits a number in quotes has at most."""
        self._longest = 0
        zeros = rows.translate(_ZEROS)
        while b"0" * (self._longest + 1) + b'"' in zeros:
            self._longest += 1

    def columns(self, row: bytes, number: int) -> list[int] | None:
        """The columns (from 0) of the cells inside a row, behind its start tag; ascending.

        None where that can't be told at a glance: cells without address or with other attributes first, of
        another row, or not in order.

        >>> order = CellOrder(b"")
        >>> order.columns(b'<c r="A5"><v>1</v></c><c r="C5"/></row>', 5)
        [0, 2]
        >>> order.columns(b'<c r="C5"/><c r="A5"/></row>', 5), order.columns(b'<c r="A15"/></row>', 5)
        (None, None)
        """
        shape = row.translate(None, _DROPPED)
        columns = self._shapes.get(shape)
        own = b"%d" % number
        if columns is not None and len(own) >= self._longest and row.count(own + b'"') == len(columns):
            return columns  # no quoted number is longer, so those that end like the row's are the row's
        found = self._names.findall(row)
        if row.count(self._cell) != len(found):
            return None
        names = (b",".join(found) + b",").replace(own + b",", b",").split(b",")[:-1] if found else []
        if not all(name.isalpha() for name in names):
            return None
        columns = [COLUMN[name.decode()] for name in names]
        if any(right <= left for left, right in pairwise(columns)) or (columns and columns[-1] > LAST_COLUMN):
            return None
        if len(self._shapes) == _MOST:
            self._shapes.clear()
        self._shapes[shape] = columns
        return columns

    def unaddressed(self, row: bytes) -> list[int] | None:
        """The columns of cells none of which has an address; None where one has, or there are too many."""
        count = len(self._cells.findall(row))
        if count > LAST_COLUMN + 1 or _ADDRESS.search(row):
            return None
        return list(range(count))
