"""Reading a tab again: of its rows only those are parsed whose bytes are new since the last reading."""

from __future__ import annotations

import re
from dataclasses import replace
from hashlib import blake2b
from itertools import compress

from sync.backends.workbook.limits import FORMULA, MOST_CELLS
from sync.backends.workbook.row_feed import RowFeed
from sync.backends.workbook.rows import Cells, PartContext

_END = b"</row>"
_NUMBER = re.compile(rb'<row r="([1-9]\d{0,6})"')


class Stale(Exception):
    """What was kept does not answer: the tab has to be read whole."""


class Look:
    """What a reading of a tab leaves for the next: its contents, and a digest of each row's bytes.

    It holds as long as the formats of dates stay and the shared strings are the same or have grown at their end.
    """

    def __init__(self) -> None:
        self._context: PartContext | None = None
        self._cells = Cells()
        self._rows: dict[bytes, int] = {}

    def forget(self) -> None:
        """Nothing is kept: the next reading is whole."""
        self._context, self._cells, self._rows = None, Cells(), {}

    def begin(self, context: PartContext) -> Again:
        """A reading that takes over what is kept, or begins anew where it does not hold any more."""
        old = self._context
        if old is None or (old.dates, old.date1904) != (context.dates, context.date1904) or not _grown(old, context):
            self.forget()
        return Again(RowFeed(context), self._cells, self._rows)

    def keep(self, again: Again) -> Cells:
        """All that the tab holds, kept for the next reading. Raises `Stale`."""
        cells, context = again.cells(), again.feed.context
        if self._context is not None:  # the rows that stay hold the strings that were there
            known = self._context.strings
            context = replace(context, strings=known + context.strings[len(known) :])
        self._context, self._cells, self._rows = context, cells, again.rows
        return cells


def _grown(old: PartContext, new: PartContext) -> bool:
    return new.strings[: len(old.strings)] == old.strings


class Again:
    """One reading: `take` whole rows as bytes, then `cells`."""

    def __init__(self, feed: RowFeed, old: Cells, known: dict[bytes, int]) -> None:
        self.prefix = b""
        self.feed = feed
        self.rows: dict[bytes, int] = {}
        """The rows seen, by digest: their numbers."""
        self._old = old
        self._known = known
        self._over: list[int] = []
        self._last = 0
        feed.cells.shared = dict(old.shared)

    def take(self, block: bytes) -> None:
        """Reads whole rows: the block ends with one. Raises `Stale`; what `RowFeed.take` does."""
        if self.prefix:
            raise Stale
        pieces = block.split(_END)
        pieces.pop()
        digests = [blake2b(piece, digest_size=16).digest() for piece in pieces]
        numbers = list(map(self._known.get, digests))
        new = [number is None for number in numbers]
        fresh = list(compress(pieces, new))
        if fresh:
            self.feed.take(_END.join([*fresh, b""]))
        spans = map(_span, fresh)
        for digest, number in zip(digests, numbers, strict=True):
            first, last = next(spans) if number is None else (number, number)
            if first <= self._last:
                raise Stale
            if number is not None:
                self._over.append(number)
            if first == last:
                self.rows[digest] = last
            self._last = last

    def cells(self) -> Cells:
        """All that the tab holds. Raises `Stale` where what changed may reach rows that did not."""
        old, new = self._old, self.feed.cells
        if not self._known:
            return new
        over = set(self._over)
        weight = new.weight + old.weight
        masters = {row for row, _, _ in old.shared.values()}
        formulas = len(old.formulas) + len(new.formulas)
        if new.shared != old.shared or not masters <= over or weight + FORMULA * formulas > MOST_CELLS:
            raise Stale
        kept = dict(zip(old.numbers, old.rows, strict=True))
        rows = {number: kept[number] for number in self._over if number in kept}
        rows.update(zip(new.numbers, new.rows, strict=True))
        numbers = sorted(rows)
        return Cells(
            numbers,
            list(map(rows.__getitem__, numbers)),
            _both(old.formulas, new.formulas, over),
            _both(old.arrays, new.arrays, over),
            new.shared,
            self._last,
            weight,
        )


def _span(piece: bytes) -> tuple[int, int]:
    """The numbers of the first and the last row of a piece, which holds one unless blank ones stand before it."""
    numbers = list(map(int, _NUMBER.findall(piece)))
    if len(numbers) != piece.count(b"<row") or numbers != sorted(set(numbers)):
        raise Stale
    return numbers[0], numbers[-1]


def _both(
    old: dict[tuple[int, int], str], new: dict[tuple[int, int], str], over: set[int]
) -> dict[tuple[int, int], str]:
    """What is known of the cells of the rows that are taken over and of the others, in the sheet's order."""
    if not old:
        return new
    return dict(sorted(({place: text for place, text in old.items() if place[0] in over} | new).items()))
