"""Three-way merge of plain tables: `qlc merge`, and the same engine as the plan of a tab.

Without owners both sides are equals: the side that changed a cell wins, rows and columns that one side
dropped go, and what both changed differently is a conflict, where ours stays. Readings:

- A cell that no side had before differs from every value, blank too: a row (or column) that both sides
  added with different cells is a conflict.
- A row that one side deleted and the other edited is a conflict (`delete_modify`); a value in a column
  that the other side added is an edit, a new row in a column that the other side dropped is none.
- Where all agree in meaning, the side that changed the spelling (2 -> "2") wins.
- With owners the rules of sheets hold: the sheet's rows and columns all stay, rows it lacks are appended
  with blank people's columns; a column without an owner follows the rule of plain tables, cell by cell.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import numpy as np

from rules.errors import Code, Error
from sheets_schema.keys import clean_key
from sheets_schema.model import Owner
from sheets_schema.table import Table, as_objects
from sync.plan.compare import BoolArray, IntArray, differ, gather, is_blank
from sync.plan.decide import Rule, decide
from sync.plan.keys import absent, data_rows, match
from sync.plan.order import merge_order
from sync.plan.untyped import Plain, typed

M_OWNER = Code(
    "M-007",
    "--owner 里的列 {found} 不存在;已有 {expected}",
    "the column {found} of --owner does not exist; there are {expected}",
    "核对列名",
    "check the title",
)


class Clash(StrEnum):
    """What kind of conflict two tables have."""

    CELL = "cell"
    DELETE_MODIFY = "delete_modify"
    INSERT_INSERT = "insert_insert"
    COLUMN = "column"
    """An edit in a column that the other side dropped."""


@dataclass(frozen=True)
class TableConflict:
    """Where two tables disagree; values as written. A row that one side deleted has no column: its
    values are rows, ``{title: cell}``, None for the side that deleted it."""

    key: list[Any]
    column: str | None
    kind: Clash
    base: Any
    ours: Any
    theirs: Any


@dataclass(frozen=True)
class Merged:
    """A merged table with values as written, and what a person must decide."""

    columns: list[str]
    rows: list[list[Any]]
    conflicts: list[TableConflict]


def merge(
    base: Plain, ours: Plain, theirs: Plain, key: Sequence[str], owners: Mapping[str, Owner] | None = None
) -> Merged:
    """Merges two tables that came from `base`. A title is known however it is spelled; ours' spelling stays.

    Raises:
        Error: M-003 a key column is missing, M-007 an owner for a column that no table has.
        Refused: M-001 duplicate keys, M-002 a blank key in a row with other values.
    """
    written = {clean_key(title): title for side in (base, theirs, ours) for title in side.columns}
    owned = {written.get(clean_key(title), title): owner for title, owner in (owners or {}).items()}
    for title in owned:
        if title not in written.values():
            known = dict.fromkeys((*ours.columns, *theirs.columns, *base.columns))
            raise Error(M_OWNER, found=title, expected=", ".join(known))
    titles = tuple(written.get(clean_key(title), title) for title in key)
    if not base.columns:
        base = Plain(titles, [], base.file)
    sides = (base.titled(written), ours.titled(written), theirs.titled(written))
    return _Merge(sides, titles, owned).merged()


class _Merge:
    """One merge: rows are paired once, columns decided one by one, then the rows are laid out."""

    def __init__(self, sides: tuple[Plain, Plain, Plain], key: tuple[str, ...], owners: Mapping[str, Owner]) -> None:
        self._files = sides
        self._key, self._owners = key, owners
        self._sides, self._alike = typed(sides, key)
        self._base, self._ours, self._theirs = self._sides
        self._written = [side.cells for side in sides]
        self._order = {title: at for at, title in enumerate(dict.fromkeys((*sides[1].columns, *sides[2].columns)))}
        in_base, in_ours, in_theirs = (
            data_rows(table, key, strict=True, file=side.file) for table, side in zip(self._sides, sides, strict=True)
        )
        found, agreed = match(in_ours, in_theirs), match(in_ours, in_base)
        both = found >= 0
        self._pairs = in_ours.rows[both], found[both], agreed[both]
        self._ours_only = in_ours.rows[~both], agreed[~both]
        new = in_theirs.only(absent(found, in_theirs))
        self._theirs_only = new.rows, match(new, in_base)
        self._names = self._named(in_base.rows, in_ours.rows, in_theirs.rows, agreed)
        self._taken: dict[str, tuple[IntArray, IntArray]] = {}
        self._conflicts: list[tuple[tuple[int, int, int], TableConflict]] = []

    def merged(self) -> Merged:
        """The merged table."""
        columns = self._columns()
        for title in self._order:
            if title not in self._key:
                self._merge_column(title)
        dropped = self._deletions(*self._ours_only, self._ours, from_ours=True)
        lacking = self._deletions(*self._theirs_only, self._theirs, from_ours=False)
        rows = self._lay_out(columns, dropped, lacking)
        conflicts = [item for _, item in sorted(self._conflicts, key=lambda found: found[0])]
        return Merged(columns, rows, conflicts)

    def _rule(self, title: str) -> Rule:
        owner = self._owners.get(title)
        return Rule.EITHER if owner is None else Rule.ERP if owner is Owner.ERP else Rule.PEOPLE

    def _columns(self) -> list[str]:
        if self._owners:
            return list(self._ours.columns)
        base, ours, theirs = (side.columns for side in self._files)
        keep = {title for title in (*ours, *theirs) if (title in ours and title in theirs) or title not in base}
        keep |= {title for title in ours if title in base and title not in theirs and self._edited(title)}
        return merge_order(base, ours, theirs, keep)

    def _edited(self, title: str) -> bool:
        """Whether ours edited a column that theirs dropped, in a row that is not new."""
        rows = np.concatenate([self._pairs[0], self._ours_only[0]])
        in_base = np.concatenate([self._pairs[2], self._ours_only[1]])
        return bool(_changed(self._ours, self._base, title, rows, in_base).any())

    def _merge_column(self, title: str) -> None:
        """Decides the cells of one column in the rows that both sides have."""
        ours_at, theirs_at, base_at = self._pairs
        if title in self._ours.data and title in self._theirs.data:
            self._merge_cells(title)
        elif title not in self._base.data:
            if title in self._theirs.data:
                self._taken[title] = ours_at, theirs_at
        elif not self._owners:
            side, rows = (self._ours, ours_at) if title in self._ours.data else (self._theirs, theirs_at)
            for at in np.flatnonzero(_changed(side, self._base, title, rows, base_at)).tolist():
                self._conflict(Clash.COLUMN, title, int(base_at[at]), int(ours_at[at]), int(theirs_at[at]))

    def _merge_cells(self, title: str) -> None:
        rule, (ours_at, theirs_at, base_at) = self._rule(title), self._pairs
        ours, theirs = self._ours.data[title][ours_at], self._theirs.data[title][theirs_at]
        types = frozenset[type]().union(*(side.types(title) for side in self._sides if title in side.data))
        unequal = differ(ours, theirs, types)
        at = np.flatnonzero(unequal)
        past = gather(self._base.data.get(title), base_at[at])
        seen = (base_at[at] >= 0) & (title in self._base.data)
        if rule is not Rule.EITHER:
            seen |= True  # in sheets, a cell never seen was blank
        take, clash = decide(rule, *(~differ(now[at], past, types) & seen for now in (ours, theirs)))
        for one in at[clash].tolist():
            kind = Clash.INSERT_INSERT if base_at[one] < 0 else Clash.CELL
            self._conflict(kind, title, int(base_at[one]), int(ours_at[one]), int(theirs_at[one]))
        taken = at[take]
        if rule is Rule.EITHER and title in self._base.data and title not in self._alike:
            taken = np.concatenate([taken, self._respelled(title, ~unequal & (base_at >= 0))])
        self._taken[title] = ours_at[taken], theirs_at[taken]

    def _respelled(self, title: str, equal: BoolArray) -> IntArray:
        """Pairs of one meaning that only theirs spells in a new way."""
        base, ours, theirs = (side[title] for side in self._written)
        at = np.flatnonzero(equal)
        ours_at, theirs_at, base_at = self._pairs
        at = at[np.asarray(as_objects(ours)[ours_at[at]] != as_objects(theirs)[theirs_at[at]], dtype=bool)]
        places = zip(at.tolist(), base_at[at].tolist(), ours_at[at].tolist(), strict=True)
        return np.array([one for one, past, row in places if base[past] == ours[row]], dtype=np.intp)

    def _deletions(self, rows: IntArray, in_base: IntArray, side: Table, *, from_ours: bool) -> set[int]:
        """Rows of one side that the other deleted: those to drop. Edited ones are conflicts."""
        if self._owners:
            return set()
        known = in_base >= 0
        edited = np.zeros(len(rows), dtype=bool)
        for title in side.columns:
            if title in self._base.data:
                edited |= _changed(side, self._base, title, rows, in_base)
            else:
                edited |= known & ~is_blank(side.data[title][rows])
        for row, old in zip(rows[edited].tolist(), in_base[edited].tolist(), strict=True):
            self._conflict(Clash.DELETE_MODIFY, None, old, row if from_ours else -1, -1 if from_ours else row)
        gone = known & ~edited if from_ours else known
        return set(rows[gone].tolist())

    def _conflict(self, kind: Clash, title: str | None, base: int, ours: int, theirs: int) -> None:
        place = (ours, 0) if ours >= 0 else (len(self._ours), theirs)
        order = -1 if title is None else self._order[title]
        side, row = (self._written[1], ours) if ours >= 0 else (self._written[2], theirs)
        values = (_cell(cells, title, at) for cells, at in zip(self._written, (base, ours, theirs), strict=True))
        item = TableConflict([side[name][row] for name in self._key], title, kind, *values)
        self._conflicts.append(((*place, order), item))

    def _named(
        self, in_base: IntArray, in_ours: IntArray, in_theirs: IntArray, agreed: IntArray
    ) -> tuple[list[int], ...]:
        """A number for every row of each table: the same for rows of one key, those of all-blank rows below 0."""
        base, ours, theirs = (
            _numbered(side, keyed) for side, keyed in zip(self._sides, (in_base, in_ours, in_theirs), strict=True)
        )
        base[in_base] = in_base
        ours[in_ours] = np.where(agreed >= 0, agreed, len(base) + in_ours)
        theirs[self._pairs[1]] = ours[self._pairs[0]]
        new, past = self._theirs_only
        theirs[new] = np.where(past >= 0, past, len(base) + len(ours) + new)
        return tuple(names.tolist() for names in (base, ours, theirs))

    def _lay_out(self, columns: list[str], dropped: set[int], lacking: set[int]) -> list[list[Any]]:
        base, ours, theirs = self._names
        ours_row = {name: row for row, name in enumerate(ours)}
        new_row = {name: row for row, name in enumerate(theirs) if name not in ours_row}
        keep = {name for name, row in ours_row.items() if row not in dropped}
        keep |= {name for name, row in new_row.items() if row not in lacking}
        keep -= self._blank_rows_gone()
        order = merge_order(base, ours, theirs, keep)
        mine, added = (
            self._merged_rows(columns),
            self._added_rows(columns, [new_row[name] for name in order if name in new_row]),
        )
        return [mine[ours_row[name]] if name in ours_row else next(added) for name in order]

    def _blank_rows_gone(self) -> set[int]:
        """All-blank rows that one side deleted: the first, second … of each table are the same row."""
        base, ours, theirs = ({name for name in side if name < 0} for side in self._names)
        return theirs - ours if self._owners else base - (ours & theirs)

    def _merged_rows(self, columns: list[str]) -> list[list[Any]]:
        """Every row of ours as merged."""
        _, ours, theirs = self._written
        nothing = [None] * len(self._ours)
        merged = []
        for title in columns:
            column = ours.get(title, nothing)
            if title in self._taken:
                column, others = column.copy(), theirs[title]
                for row, source in zip(*(rows.tolist() for rows in self._taken[title]), strict=True):
                    column[row] = others[source]
            merged.append(column)
        return [list(row) for row in zip(*merged, strict=True)]

    def _added_rows(self, columns: list[str], rows: Sequence[int]) -> Iterator[list[Any]]:
        """Some rows of theirs as they are added."""
        theirs = self._written[2]
        added = [theirs.get(title) if self._rule(title) is not Rule.PEOPLE else None for title in columns]
        return ([None if column is None else column[row] for column in added] for row in rows)


def _changed(side: Table, base: Table, title: str, rows: IntArray, in_base: IntArray) -> BoolArray:
    """Where a side's rows differ from what they were; a new row did not change."""
    answer: BoolArray = differ(side.data[title][rows], gather(base.data[title], in_base)) & (in_base >= 0)
    return answer


def _cell(cells: Mapping[str, list[Any]], title: str | None, row: int) -> Any:
    """A cell as written; the whole row without a title; None for a row or column that is not there."""
    if row < 0:
        return None
    if title is None:
        return {name: column[row] for name, column in cells.items()}
    return cells[title][row] if title in cells else None


def _numbered(table: Table, keyed: IntArray) -> IntArray:
    """-1, -2 … for the rows that carry no key, in their order; 0 for those that do."""
    blank = np.ones(len(table), dtype=bool)
    blank[keyed] = False
    return -np.cumsum(blank) * blank
