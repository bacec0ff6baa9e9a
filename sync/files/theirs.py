"""What the ERP's files say of one sheet: a typed table, what is known of it, and where each cell is from.

Rows come from the reports that make them, plus the sheet's own rows of which any report knows something.
They are sorted by key, so that the files' order and number show nowhere.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

import numpy as np

from sheets_schema.cells import Value, meanings
from sheets_schema.exports import REPORTS
from sheets_schema.model import Rows, Sheet, Type
from sheets_schema.sources import Level, Source
from sheets_schema.table import Array, Table, as_array, as_list
from sync.files.by_sku import BySku
from sync.files.feed import Feed
from sync.files.index import Bools, Held, Index, Ints, Key, Picked
from sync.files.levels import feed_by_shipment, without_sent
from sync.files.library import Library
from sync.files.told import FileRef, Seller, TheirsOfTab, file_ref
from sync.ingest.export import Export
from sync.ingest.join import Overlap

_NUMBERS = (Type.INTEGER, Type.NUMBER, Type.MONEY, Type.PERCENT)
_DECIMALS = 2
"""Daily averages are rounded as the ERP shows them (lingxing_restock.md)."""


def theirs(sheet: Sheet, library: Library, ours_keys: Sequence[tuple[Value, ...]]) -> TheirsOfTab:
    """What the library's files say of `sheet`.

    `ours_keys` are the keys of the tab as it is, store names canonical: rows of people's tabs, and rows
    that no report lists but some report knows something of.
    """
    return _Join(sheet, library, ours_keys).done()


def picked_of(library: Library, index: Index, source: Source, oldest: datetime | None) -> tuple[Picked, list[Overlap]]:
    """The field of a source for every key of its report, goods that a shipment counts already left out."""
    report = REPORTS[source.report]
    if report.once is not None and source.field in (report.once.moving, report.once.arrived):
        return without_sent(library, report, report.once, source.field, oldest)
    return index.pick(source.field, source.aggregate, oldest), []


class _Join:
    def __init__(self, sheet: Sheet, library: Library, ours_keys: Sequence[tuple[Value, ...]]) -> None:
        self.sheet = sheet
        self.library = library
        self.ours = [tuple("" if part is None else str(part) for part in key) for key in ours_keys]
        self.fields = sheet.key_fields
        self.makers = [library.index(name) for name in sheet.makers if name in library]
        self.gone: set[Key] = set()
        self.alive: set[Key] = set()
        self.held: list[Held] = []
        self.rows: dict[Key, int] = {}
        self.files: dict[tuple[str, str], int] = {}
        self.refs: list[FileRef] = []
        self.overlaps: list[Overlap] = []
        self._targets: dict[str, Ints] = {}
        """The row of each key of a report, -1 for none."""

    def done(self) -> TheirsOfTab:
        listed = self._listed()
        wanted = set(self.ours) if self.sheet.rows is Rows.PEOPLE else listed | set(self.ours)
        if self.sheet.sku_sources:
            wanted |= self._sold()
        self.rows = {key: at for at, key in enumerate(sorted(wanted))}
        self._skus = self._sku_of_rows()
        feeds: dict[str, Feed] = {}
        for title, sources in self.sheet.bound.items():
            feed = self._column(title, sources)
            if feed is not None:
                feeds[title] = feed
        keep = self._rows_worth_keeping(feeds, listed)
        return self._answer(feeds, keep)

    def _sold(self) -> set[Key]:
        """Every MSKU that some report lists with a SKU, whether or not this sheet has it."""
        found: set[Key] = set()
        for source in self.sheet.sku_sources:
            index = self.library.index(source.report)
            if index.exports and set(self.fields) == set(index.fields):
                keys = self._sheet_keys(index)
                found.update(keys[gid] for gid in np.flatnonzero(index.alive).tolist())
        return found

    def _listed(self) -> set[Key]:
        """Keys of rows that the ERP lists; sets what is gone and held.

        Per pair the first maker with a file about it makes the rows; a key is gone when no maker lists it.
        """
        listed: set[Key] = set()
        taken: set[Key] = set()
        for index in self.makers:
            keys = self._sheet_keys(index)
            mine = np.array([pair not in taken for pair in index.pairs], dtype=bool)[index.pair_of]
            for gid in np.flatnonzero(index.alive).tolist():
                self.alive.add(keys[gid])
                if mine[gid]:
                    listed.add(keys[gid])
            self.gone.update(keys[gid] for gid in np.flatnonzero(index.gone & mine).tolist())
            self.held += [item for item in index.held if item.pair not in taken]
            taken.update(index.pairs)
        self.gone -= self.alive
        return listed

    def _sheet_keys(self, index: Index) -> list[Key]:
        """The sheet's key of each key of an index."""
        if not index.exports:
            return []
        return list(zip(*(index.part(field) for field in self.fields), strict=True))

    def _sku_of_rows(self) -> list[str | None]:
        """The SKU of each row, as the best report says it; rows without are None."""
        answer: list[str | None] = [None] * len(self.rows)
        for source in self.sheet.sku_sources:
            index = self.library.index(source.report)
            if not index.exports:
                continue
            picked = index.pick(source.field)
            keys = self._sheet_keys(index)
            for key, sku, known in zip(keys, as_list(picked.values), picked.known.tolist(), strict=True):
                row = self.rows.get(key)
                if known and row is not None and answer[row] is None and sku is not None:
                    answer[row] = str(sku)
        return answer

    def _column(self, title: str, sources: Sequence[Source]) -> Feed | None:
        """The column from its sources in order: the first that has a value.

        A blank says nothing, unless the report speaks in blanks there (`blank_means`).
        """
        kind = self.sheet.by_title[title].type
        feed: Feed | None = None
        for source in sources:
            found = self._source(source)
            if found is None:
                continue
            typed = _typed(found, kind, source.divide)
            if source.field not in REPORTS[source.report].blank_means:
                typed.known[typed.blank()] = False
            feed = typed if feed is None else feed.over(typed)
        return feed

    def _source(self, source: Source) -> Feed | None:
        index = self.library.index(source.report)
        if not index.exports or not any(source.field in export.table.data for export in index.exports):
            return None
        oldest = self.library.oldest(source.report, source.max_age_days)
        numbers = self._file_numbers(index.exports)
        if source.level is Level.SKU:
            return self._by_sku(index, source, oldest).feed(self._skus, numbers)
        picked = index.pick(source.field, source.aggregate, oldest)
        if source.level is Level.SHIPMENT:
            at = self.fields.index("shipment")
            return feed_by_shipment(index, picked, [key[at] for key in self.rows], numbers, oldest)
        if any(field not in index.fields for field in self.fields):
            return None
        if source.report not in self._targets:
            at_row = (self.rows.get(key, -1) for key in self._sheet_keys(index))
            self._targets[source.report] = np.fromiter(at_row, dtype=np.int64)
        target = self._targets[source.report]
        use = (target >= 0) & picked.known & index.alive
        order = np.flatnonzero(use)
        order = order[np.argsort(index.last[order], kind="stable")]
        feed = Feed.empty(len(self.rows), numeric=picked.values.dtype != object)
        feed.values[target[order]] = picked.values[order]
        feed.known[target[order]] = True
        feed.source[target[order]] = numbers[picked.source[order]]
        return feed

    def _by_sku(self, index: Index, source: Source, oldest: datetime | None) -> BySku:
        picked, overlaps = picked_of(self.library, index, source, oldest)
        once = REPORTS[source.report].once
        if once is not None and source.field == once.moving:
            self.overlaps = overlaps
        return BySku(index, picked, source, oldest)

    def _file_numbers(self, exports: Sequence[Export]) -> Ints:
        for export in exports:
            if export.id not in self.files:
                self.files[export.id] = len(self.refs)
                self.refs.append(file_ref(export))
        return np.array([self.files[export.id] for export in exports], dtype=np.int64)

    def _rows_worth_keeping(self, feeds: Mapping[str, Feed], listed: set[Key]) -> Bools:
        """Listed rows, and the sheet's own of which something is known."""
        keep = np.array([key in listed for key in self.rows], dtype=bool)
        if self.sheet.rows is Rows.PEOPLE:
            keep[:] = False
        for feed in feeds.values():
            keep |= feed.known
        ours = set(self.ours)
        mine = np.array([key in ours or key in listed for key in self.rows], dtype=bool)
        return keep & mine if len(self.rows) else keep

    def _answer(self, feeds: Mapping[str, Feed], keep: Bools) -> TheirsOfTab:
        keys = [key for key, kept in zip(self.rows, keep.tolist(), strict=True) if kept]
        data: dict[str, Array] = {}
        for at, title in enumerate(self.sheet.key):
            texts: list[Value] = [key[at] or None for key in keys]
            data[title] = as_array(texts)
        known, source, shared, unplaced = {}, {}, {}, {}
        repeated = self._repeated()[keep]
        for title, feed in feeds.items():
            data[title] = feed.values[keep]
            known[title] = feed.known[keep]
            source[title] = feed.source[keep]
            if feed.per_sku:
                shared[title] = known[title] & repeated
                unplaced[title] = feed.held[keep]
        return TheirsOfTab(
            Table(tuple(data), data),
            known,
            frozenset(tuple(part or None for part in key) for key in self.gone),
            frozenset(tuple(part or None for part in key) for key in self.alive),
            tuple(sorted(self.held, key=lambda item: (item.report, item.pair))),
            shared,
            source,
            tuple(self.refs),
            tuple(self.overlaps),
            unplaced,
            tuple(sku for sku, kept in zip(self._skus, keep.tolist(), strict=True) if kept),
            self._sellers(feeds) if self.sheet.sku_sources else {},
        )

    def _sellers(self, feeds: Mapping[str, Feed]) -> dict[str, tuple[Seller, ...]]:
        """Per SKU every MSKU that the ERP lists, with its average daily sales."""
        sold = self._sold() | self.alive
        columns = [self._numbers(feeds.get(title)) for title in self.sheet.averages]
        averages = list(zip(*columns, strict=True)) if columns else [()] * len(self.rows)
        found: dict[str, list[Seller]] = {}
        for key, sku, given in zip(self.rows, self._skus, averages, strict=True):
            if sku is not None and key in sold:
                found.setdefault(sku, []).append(Seller(key, given))
        return {sku: tuple(sellers) for sku, sellers in found.items()}

    def _numbers(self, feed: Feed | None) -> list[float | None]:
        if feed is None:
            return [None] * len(self.rows)
        cells = zip(as_list(feed.values), feed.known.tolist(), strict=True)
        return [value if known and isinstance(value, float) else None for value, known in cells]

    def _repeated(self) -> Bools:
        """Rows whose SKU stands on more than one row."""
        count: dict[str, int] = {}
        for sku in self._skus:
            if sku is not None:
                count[sku] = count.get(sku, 0) + 1
        return np.array([sku is not None and count[sku] > 1 for sku in self._skus], dtype=bool)


def _typed(feed: Feed, kind: Type, divide: float) -> Feed:
    """The feed's values as the sheet's column has them: days without time, averages rounded."""
    if kind in _NUMBERS:
        if feed.values.dtype == object:
            return feed
        values = feed.values if divide == 1.0 else feed.values / divide
        values = np.round(values, _DECIMALS) if kind is Type.NUMBER else values
        return feed.with_values(values)
    listed = [
        value.date() if kind is Type.DATE and isinstance(value, datetime) else value for value in as_list(feed.values)
    ]
    wrong = [kind in (Type.DATE, Type.DATETIME) and isinstance(value, str) for value in listed]
    typed = meanings(listed, kind)
    array: Array = np.empty(len(typed), dtype=object)
    array[:] = typed
    answer = feed.with_values(array)
    answer.known[np.array(wrong, dtype=bool)] = False
    return answer
