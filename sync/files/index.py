"""All accepted files of one report together: per key the newest, per pair what one file proves.

Newest and stale are judged per key within its pair (store or warehouse), by the moment of the data, then by
arrival, modification time and hash: in whatever order the files are handed over, the same set says the same.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from itertools import islice

import numpy as np
import numpy.typing as npt

from sheets_schema.table import Array
from sync.ingest.export import Export, Scope
from sync.ingest.findings import hides_rows

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
Key = tuple[str, ...]
Id = tuple[str, str]
"""What tells files apart (`Export.id`)."""


@dataclass(frozen=True)
class Held:
    """The question 筛选导出?: the newest file of a pair lists too few of its known rows to prove absence."""

    report: str
    pair: Scope
    file: str
    found: int
    known: int
    id: Id


@dataclass(frozen=True)
class Picked:
    """One field over all keys of a report: values, where a file says anything, and which file."""

    values: Array
    known: Bools
    source: Ints


class Index:
    """The accepted files of one report, oldest first.

    `keys` are distinct: the pair, then the report's key. `gone` marks keys that a later file of at least
    `share` of its pair's known rows lacks, unless it has rows that can't be read (any, of a file that a person
    called whole); `last` is the file that lists a key last. With `strange` the rows of unknown stores are indexed in place of the usable ones.
    """

    def __init__(self, exports: Iterable[Export], share: float, *, strange: bool = False) -> None:
        distinct = {export.id: export for export in exports}
        self.exports = sorted(distinct.values(), key=lambda export: (export.standing.order, export.id))
        self._share = share
        self._known: dict[Key, int] = {}
        self._pair_ids: dict[Scope, int] = {}
        self._rows: list[Ints] = []
        self._gids: list[Ints] = []
        self._single: list[bool] = []
        """Whether a file lists each of its keys once."""
        pairs: list[int] = []
        for export in self.exports:
            rows = np.flatnonzero(export.strange if strange else export.usable)
            self._rows.append(rows)
            gids = self._number(export, rows, pairs)
            self._gids.append(gids)
            self._single.append(bool(np.bincount(gids, minlength=1).max() <= 1))
        self.keys: list[Key] = list(self._known)
        self.pair_of: Ints = np.array(pairs, dtype=np.int64)
        self.last: Ints = np.full(len(self.keys), -1, dtype=np.int64)
        for number, gids in enumerate(self._gids):
            self.last[gids] = number
        self.pairs: list[Scope] = list(self._pair_ids)
        self._judge()

    @cached_property
    def fields(self) -> tuple[str, ...]:
        """The names of the key's parts, in order."""
        if not self.exports:
            return ()
        schema = self.exports[0].schema
        return (*schema.pair, *(name for name in schema.key if name not in schema.pair))

    def part(self, field: str) -> list[str]:
        """One part of every key."""
        at = self.fields.index(field)
        return [key[at] for key in self.keys]

    @cached_property
    def alive(self) -> Bools:
        """Keys that the ERP still lists, as far as the files prove."""
        return ~self.gone

    def _number(self, export: Export, rows: Ints, pairs: list[int]) -> Ints:
        columns = [self._texts(export, name, rows) for name in self._names(export)]
        width = len(export.schema.pair)
        known, before = self._known, len(self._known)
        gids = [known.setdefault(key, len(known)) for key in zip(*columns, strict=True)]
        new = (key[:width] for key in islice(known, before, None))
        pairs += [self._pair_ids.setdefault(pair, len(self._pair_ids)) for pair in new]
        return np.array(gids, dtype=np.int64)

    @staticmethod
    def _names(export: Export) -> tuple[str, ...]:
        schema = export.schema
        return (*schema.pair, *(name for name in schema.key if name not in schema.pair))

    @staticmethod
    def _texts(export: Export, name: str, rows: Ints) -> list[str]:
        if name not in export.table.data:
            return [""] * len(rows)
        return [
            "" if value is None or value != value else str(value) for value in export.table.data[name][rows].tolist()
        ]

    def _judge(self) -> None:
        """Sets `gone`, `covering` (per pair the newest file that proves absence, -1 for none) and `held`."""
        count = len(self.pairs)
        self.gone: Bools = np.zeros(len(self.keys), dtype=bool)
        self.covering: Ints = np.full(count, -1, dtype=np.int64)
        self.held: list[Held] = []
        total = np.bincount(self.pair_of, minlength=count)
        newest = np.full(count, -1, dtype=np.int64)
        listed_by = []
        for number, gids in enumerate(self._gids):
            each = gids if self._single[number] else np.unique(gids)
            listed = np.bincount(self.pair_of[each], minlength=count)
            listed_by.append(listed)
            newest[listed > 0] = number
            export = self.exports[number]
            if export.whole or not hides_rows(export.problems, self.fields):
                share = 0.0 if export.whole else self._share
                self.covering[(listed > 0) & (listed >= share * total - 1e-9)] = number
        if not count:
            return
        moments = np.array([np.datetime64(export.standing.rank) for export in self.exports])
        cover = self.covering[self.pair_of]
        self.gone = (cover >= 0) & (moments[cover] > moments[self.last])
        late = newest[self.pair_of]
        open_rows = ~self.gone & (moments[late] > moments[self.last])
        for pair in np.unique(self.pair_of[open_rows]).tolist():
            number = int(newest[pair])
            self.held.append(
                Held(
                    self.exports[number].report,
                    self.pairs[pair],
                    self.exports[number].path,
                    int(listed_by[number][pair]),
                    int(total[pair]),
                    self.exports[number].id,
                )
            )

    def pick(self, field: str, aggregate: str = "first", oldest: datetime | None = None) -> Picked:
        """The newest value of a field for every key, those that are gone included.

        A file without that column says nothing of it, so an older file may. Files before `oldest` say
        nothing. Text in a column of numbers is unknown.
        """
        numeric = any(
            field in export.table.data and export.schema.by_name[field].type in _NUMERIC for export in self.exports
        )
        values: Array = np.full(len(self.keys), np.nan) if numeric else np.full(len(self.keys), None, dtype=object)
        known = np.zeros(len(self.keys), dtype=bool)
        source = np.full(len(self.keys), -1, dtype=np.int64)
        for number, export in enumerate(self.exports):
            if field not in export.table.data or (oldest is not None and export.standing.rank < oldest):
                continue
            column = export.table.data[field][self._rows[number]]
            gids, cells, sure = _joined(self._gids[number], column, numeric, aggregate, single=self._single[number])
            values[gids] = cells
            known[gids] = sure
            source[gids] = number
        return Picked(values, known, source)

    def met(self, export: Export) -> tuple[int, int]:
        """How many keys of a file other files list too, of those in pairs that others speak about.

        (0, 0) where the others know nothing to compare with.
        """
        number = next(at for at, other in enumerate(self.exports) if other.id == export.id)
        mine = np.unique(self._gids[number])
        others = [gids for at, gids in enumerate(self._gids) if at != number]
        known = np.unique(np.concatenate(others)) if others else np.empty(0, dtype=np.int64)
        mine = mine[np.isin(self.pair_of[mine], self.pair_of[known])]
        return int(np.isin(mine, known).sum()), len(mine)

    def superseded(self, *, keep_gone: bool) -> list[Id]:
        """Files that say nothing any more: every row listed later with the same fields, or gone.

        With `keep_gone` a file stays as long as it is the last to list a row, gone or not.
        """
        useful: set[int] = set()
        for field in {name for export in self.exports for name in export.table.columns}:
            latest = np.full(len(self.keys), -1, dtype=np.int64)
            for number, export in enumerate(self.exports):
                if field in export.table.data:
                    latest[self._gids[number]] = number
            useful.update(latest.tolist())
        useful.update(self.covering.tolist())
        useful.update((self.last if keep_gone else self.last[self.alive]).tolist())
        return [export.id for number, export in enumerate(self.exports) if number not in useful]

    def gids(self, export: Export) -> Ints:
        """The number of the key of each row of one of the files."""
        return self._gids[self._at(export)]

    def rows_of(self, number: int, gid: int) -> Ints:
        """The rows (of its table) in which one of the files lists a key."""
        rows: Ints = self._rows[number][self._gids[number] == gid]
        return rows

    def number_of(self, key: Key) -> int | None:
        """The number of a key, None when no file lists it."""
        return self._known.get(key)

    def stale(self, export: Export, *, keep_gone: bool) -> bool:
        """Whether nothing of a file can be applied: every row is listed by a later one.

        Without `keep_gone`, rows that a later file proves gone are nothing either.
        """
        number = self._at(export)
        gids = self._gids[number]
        over = self.last[gids] > number
        return bool(len(gids)) and bool((over if keep_gone else over | self.gone[gids]).all())

    def newer(self, export: Export) -> Export:
        """The file that most rows of one are listed by; where none is, the newest of the report."""
        later = self.last[self.gids(export)]
        later = later[later > self._at(export)]
        return self.exports[int(np.bincount(later).argmax())] if len(later) else self.exports[-1]

    def _at(self, export: Export) -> int:
        return next(at for at, item in enumerate(self.exports) if item.id == export.id)


_NUMERIC = frozenset({"integer", "number", "money", "percent"})


def _joined(gids: Ints, column: Array, numeric: bool, aggregate: str, *, single: bool) -> tuple[Ints, Array, Bools]:
    """One value per distinct key: (keys, values, sure). Text among numbers is not sure."""
    sure = np.ones(len(column), dtype=bool)
    if numeric and column.dtype == object:
        sure = np.array([value is None or isinstance(value, float) for value in column.tolist()], dtype=bool)
        column = np.array([value if isinstance(value, float) else np.nan for value in column.tolist()])
    if single:
        return gids, column, sure
    distinct, inverse = np.unique(gids, return_inverse=True)
    if numeric and aggregate == "sum":
        filled = ~np.isnan(column)
        total = np.bincount(inverse, weights=np.where(filled, column, 0.0), minlength=len(distinct))
        some = np.bincount(inverse, weights=filled, minlength=len(distinct)) > 0
        total[~some] = np.nan
        all_sure = np.bincount(inverse, weights=~sure, minlength=len(distinct)) == 0
        return distinct, total, all_sure
    blank = np.isnan(column) if numeric else np.array([value is None for value in column.tolist()], dtype=bool)
    filled_first = np.argsort(blank, kind="stable")
    first = filled_first[np.unique(gids[filled_first], return_index=True)[1]]
    return distinct, column[first], sure[first]
