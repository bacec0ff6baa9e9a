"""Stock that the ERP knows per SKU: the lines that it is the sum of, and where the sum is unknown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np

from sheets_schema.sources import Source
from sheets_schema.table import as_list
from sync.files.feed import Feed
from sync.files.index import Index, Ints, Picked


@dataclass(frozen=True)
class SkuLine:
    """What one line of a report adds to its SKU's stock: `pieces`, None where they are unknown.

    `number` is the line's key in the index, `gone` one that the ERP no longer lists, `unplaced` one of a
    warehouse that nobody placed.
    """

    number: int
    pieces: float | None
    gone: bool = False
    unplaced: bool = False


class BySku:
    """One field of one report, summed over each SKU's lines.

    A line that is gone counts 0, and so does an SKU that a covering file does not list. An SKU is unknown where
    one of its lines is, where a warehouse that nobody placed holds some of it, or where no file covers.
    """

    def __init__(self, index: Index, picked: Picked, source: Source, oldest: datetime | None) -> None:
        self.index, self.picked = index, picked
        self._places = frozenset(source.places)
        self._place = as_list(index.pick("place").values) if self._places else []
        self._skus = index.part("sku")
        self._unplaced: set[str] = set()
        self._unknown: set[str] = set()
        self._total: dict[str, float] = {}
        self._newest: dict[str, int] = {}
        pairs: set[int] = set()
        values, known, files = as_list(picked.values), picked.known.tolist(), picked.source.tolist()
        gone, pair_of = index.gone.tolist(), index.pair_of.tolist()
        for gid, sku in enumerate(self._skus):
            if not self._counts(gid):
                if self._place[gid] is None and not gone[gid] and values[gid] != 0.0:
                    self._unplaced.add(sku)
                continue
            pairs.add(pair_of[gid])
            if gone[gid]:
                self._add(sku, 0.0, int(index.covering[pair_of[gid]]))
            elif known[gid] and isinstance(value := values[gid], float):
                self._add(sku, value, files[gid])
            else:
                self._unknown.add(sku)
        covering = [self._covers(int(index.covering[pair]), source.field, oldest) for pair in pairs]
        self.covering = max(covering) if covering and min(covering) >= 0 else -1
        """The newest of the files that say what is not there; -1 where one is missing."""

    def _counts(self, gid: int) -> bool:
        return not self._places or self._place[gid] in self._places

    def _add(self, sku: str, pieces: float, file: int) -> None:
        self._total[sku] = self._total.get(sku, 0.0) + pieces
        self._newest[sku] = max(self._newest.get(sku, -1), file)

    def _covers(self, number: int, field: str, oldest: datetime | None) -> int:
        if number < 0:
            return -1
        export = self.index.exports[number]
        young = oldest is None or export.standing.rank >= oldest
        return number if young and field in export.table.data else -1

    def feed(self, skus: Sequence[str | None], numbers: Ints) -> Feed:
        """The sums on the rows of a sheet; `numbers` are those of the index's files among all."""
        feed = Feed.empty(len(skus), numeric=True, per_sku=True)
        for row, sku in enumerate(skus):
            if sku is None:
                continue
            feed.held[row] = self.is_held(sku)
            if self.state(sku) is not None:
                feed.values[row] = self._total.get(sku, 0.0)
                feed.known[row] = True
                feed.source[row] = numbers[self._newest.get(sku, self.covering)]
        return feed

    def state(self, sku: str) -> bool | None:
        """Whether lines of a SKU were summed; False where it has none by a covering file, None where it is unknown."""
        if sku in self._unknown or sku in self._unplaced:
            return None
        return True if sku in self._total else False if self.covering >= 0 else None

    def is_held(self, sku: str) -> bool:
        """Whether goods of a SKU lie in a warehouse that nobody placed."""
        return sku in self._unplaced and sku not in self._unknown

    def is_unknown(self, sku: str) -> bool:
        """Whether a line of a SKU is unknown."""
        return sku in self._unknown

    def lines(self, sku: str) -> list[SkuLine]:
        """The lines of one SKU that count, or that hold its sum up, by key."""
        found = []
        for gid in np.flatnonzero(np.array([name == sku for name in self._skus], dtype=bool)).tolist():
            unplaced = bool(self._places) and self._place[gid] is None
            if not (unplaced or self._counts(gid)):
                continue
            value, gone = self.picked.values[gid], bool(self.index.gone[gid])
            known = bool(self.picked.known[gid]) and isinstance(value, float) and value == value
            found.append(SkuLine(gid, 0.0 if gone else float(value) if known else None, gone, unplaced))
        return sorted(found, key=lambda line: self.index.keys[line.number])
