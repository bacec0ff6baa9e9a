"""The next agreed values: what was seen equal on both sides, and what was written and verified."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np

from sheets_schema.table import Array, Table, as_list
from sync.plan.compare import BoolArray, IntArray, gather, objects
from sync.plan.decide import Rule, rule_of
from sync.plan.keys import Key, data_rows, keys
from sync.plan.outcome import UNKNOWN, MergePlan


def advance(plan: MergePlan, *, unverified: Collection[tuple[Key, str]] = (), missing: Collection[Key] = ()) -> Table:
    """The base after a round that carried out `plan`.

    A cell advances when both sides meant the same, or when it took the ERP's value; `unverified` names
    written cells that could not be read back (refused, lost), `missing` rows that were not appended
    after all. Open conflicts, cells left to a person, formulas, cells that the ERP does not know, and
    rows and columns that are gone from the sheet keep the value they had. An appended row starts afresh:
    what was not written is blank.

    After a lost base, every cell that was not seen equal is `UNKNOWN`, not blank: it stays a question
    in later rounds too. So does a `put_back` cell that differed at first contact.
    """
    return _Advance(plan, unverified, set(missing)).table()


class _Advance:
    """Lays out the rows of the new base, then fills column after column."""

    def __init__(self, plan: MergePlan, unverified: Collection[tuple[Key, str]], missing: set[Key]) -> None:
        self._plan, self._key = plan, plan.rules.key
        self._old = plan.base if plan.base is not None and plan.base.columns else Table(self._key, _blank(self._key))
        self._doubtful: dict[str, set[Key]] = {}
        for key, title in unverified:
            self._doubtful.setdefault(title, set()).add(key)
        self._settled = {title: self._settle(title) for title in plan.agreed}
        words = keys(plan.theirs.table, self._key, plan.new_rows)
        arrived = [at for at, key in enumerate(words) if key not in missing]
        self._appended: IntArray = plan.new_rows[arrived]
        self._lay_out([words[at] for at in arrived])

    def table(self) -> Table:
        """The new base."""
        titles = dict.fromkeys((*self._old.columns, *self._key, *self._unknown_columns(), *self._settled))
        return Table(tuple(titles), {title: self._column(title) for title in titles})

    def _settle(self, title: str) -> BoolArray:
        """The pairs whose cell advances."""
        answer = self._plan.agreed[title].copy()
        taken = self._plan.taken.get(title)
        if taken is not None:
            doubtful = self._doubtful.get(title)
            if doubtful:
                words = keys(self._plan.ours, self._key, self._plan.pairs[0][taken])
                taken = taken[[key not in doubtful for key in words]]
            answer[taken] = True
        return answer

    def _lay_out(self, arrived: list[Key]) -> None:
        """Numbers the rows of the new base: the old ones, then rows of the sheet, then appended ones."""
        ours, _, base = self._plan.pairs
        size = len(self._old)
        if self._plan.lost:
            self._fresh: IntArray = self._plan.ours_rows
            self._row_of_pair: IntArray = np.searchsorted(self._fresh, ours)
        else:
            new_pairs = np.flatnonzero((base < 0) & self._touched())
            self._fresh = ours[new_pairs]
            self._row_of_pair = base.copy()
            self._row_of_pair[new_pairs] = size + np.arange(len(new_pairs))
        size += len(self._fresh)
        known = self._old_keys() if arrived else {}
        self._row_of_append: IntArray = np.array([known.get(key, -1) for key in arrived], dtype=np.intp)
        new = np.flatnonzero(self._row_of_append < 0)
        self._row_of_append[new] = size + np.arange(len(new))
        self._new_appends: IntArray = self._appended[new]
        self._size = size + len(new)

    def _touched(self) -> BoolArray:
        """The pairs of which the new base will say anything."""
        answer = np.zeros(len(self._plan.pairs[0]), dtype=bool)
        for settled in self._settled.values():
            answer |= settled
        for title in self._asked_columns():
            answer[self._plan.clashing[title]] = True
        return answer

    def _old_keys(self) -> dict[Key, int]:
        keyed = data_rows(self._old, self._key)
        return dict(zip(keyed.words(), keyed.rows.tolist(), strict=True))

    def _asked_columns(self) -> list[str]:
        """Columns whose open conflicts must stay questions although the rule would write."""
        owners = self._plan.rules.owners
        return [title for title in self._plan.clashing if rule_of(owners[title]) is Rule.PUT_BACK]

    def _unknown_columns(self) -> list[str]:
        """After a lost base: every column that the ERP may fill."""
        if not self._plan.lost:
            return []
        owners = self._plan.rules.owners
        return [
            title
            for title in self._plan.ours.columns
            if title in owners and title not in self._key and rule_of(owners[title]) is not Rule.PEOPLE
        ]

    def _column(self, title: str) -> Array:
        if title in self._key:
            ours, theirs = self._plan.ours.data[title], self._plan.theirs.table.data[title]
            return _joined(self._old.data[title], ours[self._fresh], theirs[self._new_appends])
        old = self._old.data.get(title)
        more = self._size - len(self._old)
        answer = gather(old, np.concatenate([np.arange(len(self._old)), np.full(more, -1)]).astype(np.intp))
        if len(self._row_of_append):
            answer = _put(answer, self._row_of_append, gather(None, self._row_of_append))
        if title in self._unknown_columns():
            answer = objects(answer)
            answer[len(self._old) : len(self._old) + len(self._fresh)] = UNKNOWN
        if title in self._settled:
            answer = self._filled(title, answer)
        return answer

    def _filled(self, title: str, answer: Array) -> Array:
        theirs = self._plan.theirs.table.data[title]
        settled = self._settled[title]
        answer = _put(answer, self._row_of_pair[settled], theirs[self._plan.pairs[1][settled]])
        known = self._plan.theirs.known.get(title)
        said = np.ones(len(self._appended), dtype=bool) if known is None else known[self._appended]
        answer = _put(answer, self._row_of_append[said], theirs[self._appended[said]])
        if title in self._asked_columns():
            asked = self._row_of_pair[self._plan.clashing[title]]
            answer = objects(answer)
            answer[asked] = UNKNOWN
        return answer


def _blank(key: tuple[str, ...]) -> dict[str, Array]:
    return {title: np.empty(0, dtype=object) for title in key}


def _put(column: Array, rows: IntArray, values: Array) -> Array:
    """The column with some cells replaced; numbers stay packed as long as nothing else is among them."""
    if not len(rows):
        return column
    if values.dtype != column.dtype:
        if values.dtype != object and not _holds_anything(column):
            column = np.full(len(column), np.nan)
        elif column.dtype != object and not _holds_anything(values):
            values = np.full(len(values), np.nan)
        else:
            column, values = objects(column), objects(values)
    column[rows] = values
    return column


def _holds_anything(column: Array) -> bool:
    return any(value is not None for value in as_list(column))


def _joined(*parts: Array) -> Array:
    filled = [part for part in parts if len(part)]
    if not filled:
        return np.empty(0, dtype=object)
    if len({part.dtype for part in filled}) > 1:
        filled = [objects(part) for part in filled]
    return np.concatenate(filled)
