"""What the fillers of computed columns see: the cells of a tab as they will be, and what the ERP knows of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import Enum
from functools import cache, cached_property

import numpy as np

from rules.errors import Text
from rules.policy.meanings import Meanings
from rules.policy.models import Rules
from sheets_schema.cells import Value
from sheets_schema.table import Array
from sync.files.told import Seller, TheirsOfTab
from sync.ingest.meanings import meanings_of
from sync.tab.view import SheetView

Columns = Mapping[str, Sequence[Value]]


class Doubt(Enum):
    """Why a cell's number does not count."""

    NO_COLUMN = Text("表里没有列 {column}", "the tab has no column {column}")
    FORMULA = Text("{column} 的格子里是公式", "a formula stands in {column}")
    UNPLACED = Text("{column} 有货在没有归类的仓库里", "goods of {column} lie in a warehouse that nobody placed")
    SILENT = Text("没有在用的导出说到 {column}", "no export in force tells of {column}")
    BLANK = Text("{column} 的格子是空的", "{column} is blank")
    NO_NUMBER = Text("{column} 的格子里不是数字", "no number stands in {column}")

    @cache
    def of(self, column: str) -> Text:
        """The sentence about a column."""
        return Text(*(text.format(column=column) for text in self.value))


DOUBTS = (None, *Doubt)
"""Doubts by the number that stands for them in a column (`TabFacts.doubts`)."""
NUMBER_OF = {doubt: number for number, doubt in enumerate(DOUBTS)}


def _everywhere(_title: str) -> Array | None:
    return None


@dataclass(frozen=True)
class TabFacts:
    """The columns of a tab after a round, new rows included.

    `outside` says per column why its cells do not count, whatever stands in them (the ERP is silent, a formula):
    numbers of `DOUBTS`, None for a column that counts everywhere. `keys` and `skus` are those of the rows, `sellers`
    all MSKUs of a SKU that the ERP lists.
    """

    columns: Columns
    outside: Callable[[str], Array | None] = _everywhere
    keys: Sequence[tuple[Value, ...]] = ()
    skus: Sequence[str | None] = ()
    sellers: Mapping[str, tuple[Seller, ...]] = field(default_factory=dict)
    _doubts: dict[str, Array] = field(default_factory=dict, compare=False)
    _numbers: dict[tuple[str, ...], list[tuple[float | None, ...]]] = field(default_factory=dict, compare=False)

    @cached_property
    def row_of(self) -> dict[tuple[Value, ...], int]:
        """The row of each key."""
        return {key: row for row, key in enumerate(self.keys)}

    def value(self, title: str, row: int) -> Value:
        """A cell; blank where the tab has no such column."""
        column = self.columns.get(title)
        return column[row] if column is not None else None

    def number(self, title: str, row: int) -> float | None:
        """A number, None for anything else."""
        value = self.value(title, row)
        return value if isinstance(value, float) else None

    def numbers(self, titles: tuple[str, ...]) -> list[tuple[float | None, ...]]:
        """The numbers of some columns, row by row; None for anything else."""
        if titles not in self._numbers:
            none = [None] * len(self.keys)
            columns = (self.columns.get(title, none) for title in titles)
            floats = ([value if isinstance(value, float) else None for value in column] for column in columns)
            self._numbers[titles] = list(zip(*floats, strict=True))
        return self._numbers[titles]

    def doubts(self, title: str) -> Array:
        """Why the pieces of a column are unknown, row by row: numbers of `DOUBTS`, 0 where they count."""
        if title not in self._doubts:
            self._doubts[title] = self._found_doubts(title)
        return self._doubts[title]

    def _found_doubts(self, title: str) -> Array:
        column = self.columns.get(title)
        if column is None:
            return np.full(len(self.keys), NUMBER_OF[Doubt.NO_COLUMN], dtype=np.int8)
        blank, other = NUMBER_OF[Doubt.BLANK], NUMBER_OF[Doubt.NO_NUMBER]
        found = [0 if isinstance(value, float) else blank if value is None else other for value in column]
        inside = np.array(found, dtype=np.int8)
        outside = self.outside(title)
        return inside if outside is None else np.where(outside > 0, outside, inside)

    def day(self, title: str, row: int) -> date | None:
        """A day, None for anything else."""
        value = self.value(title, row)
        return value.date() if isinstance(value, datetime) else value if isinstance(value, date) else None

    def text(self, title: str, row: int) -> str | None:
        """A text, None for anything else."""
        value = self.value(title, row)
        return value if isinstance(value, str) else None

    def sku(self, row: int) -> str | None:
        """The SKU of a row, as the ERP says it."""
        return self.skus[row] if row < len(self.skus) else None


@dataclass(frozen=True)
class DayContext:
    """What a filler may know beside the tab: the numbers in force, the day of the data, what the ERP's words mean."""

    rules: Rules
    as_of: date
    meanings: Meanings = field(default_factory=lambda: meanings_of(None))
    daily: dict[tuple[float | None, ...], float | None] = field(default_factory=dict, compare=False)
    """Weighted daily sales by averages."""


def facts_of(
    view: SheetView,
    theirs: TheirsOfTab,
    columns: Columns,
    at: Sequence[int | None],
    new: Sequence[tuple[Value, ...]] = (),
) -> TabFacts:
    """What fillers may look at: `columns` as they will be, `at` the ERP's row of each row, `new` the keys of new rows."""
    theirs_at = np.array([-1 if there is None else there for there in at], dtype=np.intp)

    def outside(title: str) -> Array:
        answer = np.full(len(at), NUMBER_OF[Doubt.SILENT], dtype=np.int8)
        for column, number in ((theirs.known, 0), (theirs.unplaced, NUMBER_OF[Doubt.UNPLACED])):
            if title in column:
                answer[np.append(column[title], False)[theirs_at]] = number
        if title in view.formulas:
            answer[: len(view.formulas[title])][view.formulas[title]] = NUMBER_OF[Doubt.FORMULA]
        return answer

    skus = [None if there is None or there >= len(theirs.skus) else theirs.skus[there] for there in at]
    return TabFacts(columns, outside, [*view.keys, *new], skus, theirs.sellers)


def their_rows(
    view: SheetView, theirs: TheirsOfTab, new: Sequence[tuple[tuple[Value, ...], int]] = ()
) -> list[int | None]:
    """The ERP's row of each row of the tab, new ones after them; None where it has none."""
    rows = {key: row for row, key in enumerate(zip(*map(theirs.table.values, view.sheet.key), strict=True))}
    return [*map(rows.get, view.keys), *(row for _, row in new)]


def days_of(anchor: str, theirs: TheirsOfTab, at: Sequence[int | None]) -> list[date | None]:
    """数据截至 of each row: of its sheet's anchor column, else of its newest cell; None for a row without data.

    A tab whose cells are computed from people's columns alone takes the newest data of the tab.
    """
    of_row = [moment.date() if moment else None for moment in theirs.row_as_of]
    if not anchor:
        newest = max((day for day in of_row if day), default=None)
        return [newest if row is None else of_row[row] for row in at]
    if anchor in theirs.source:
        of_file = [file.as_of.date() for file in theirs.files]
        for row, file in enumerate(theirs.source[anchor].tolist()):
            if file >= 0:
                of_row[row] = of_file[file]
    return [None if row is None else of_row[row] for row in at]
