"""What the fillers of computed columns see: the cells of a tab as they will be, and what the ERP knows of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import Enum
from functools import cache
from typing import Any

from rules.answer import Text
from rules.policy.meanings import Meanings
from rules.policy.models import Rules
from sheets_schema.cells import Value
from sheets_schema.table import as_list
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


def _none(_title: str, _row: int) -> Doubt | None:
    return None


@dataclass(frozen=True)
class TabFacts:
    """The columns of a tab after a round, new rows included.

    `outside` says why a cell does not count, whatever stands in it (the ERP is silent, a formula); `keys` and `skus`
    are those of the rows, `sellers` all MSKUs of a SKU that the ERP lists.
    """

    columns: Columns
    outside: Callable[[str, int], Doubt | None] = _none
    keys: Sequence[tuple[Value, ...]] = ()
    skus: Sequence[str | None] = ()
    sellers: Mapping[str, tuple[Seller, ...]] = field(default_factory=dict)
    row_of: dict[tuple[Value, ...], int] = field(default_factory=dict, compare=False)
    found: dict[Any, Any] = field(default_factory=dict, compare=False)
    """What was worked out for a row: several columns show parts of it."""

    def __post_init__(self) -> None:
        self.row_of.update({key: row for row, key in enumerate(self.keys)})

    def value(self, title: str, row: int) -> Value:
        """A cell; blank where the tab has no such column."""
        column = self.columns.get(title)
        return column[row] if column is not None else None

    def number(self, title: str, row: int) -> float | None:
        """A number, None for anything else."""
        value = self.value(title, row)
        return value if isinstance(value, float) else None

    def stock(self, title: str, row: int) -> float | None:
        """Pieces that the ERP knows of; None for unknown."""
        return None if self.outside(title, row) else self.number(title, row)

    def doubt(self, title: str, row: int) -> Doubt | None:
        """Why `stock` is unknown; None where it is not."""
        if title not in self.columns:
            return Doubt.NO_COLUMN
        if (found := self.outside(title, row)) or self.number(title, row) is not None:
            return found
        return Doubt.BLANK if self.value(title, row) is None else Doubt.NO_NUMBER

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
class Context:
    """What a filler may know beside the tab: the numbers in force, the day of the data, what the ERP's words mean."""

    rules: Rules
    as_of: date
    meanings: Meanings = field(default_factory=lambda: meanings_of(None))
    daily: dict[tuple[float | None, ...], float | None] = field(default_factory=dict, compare=False)
    """Weighted daily sales by averages."""
    shared: dict[str, float | None] = field(default_factory=dict, compare=False)
    """Daily sales of all MSKUs of a SKU."""


def facts_of(
    view: SheetView, theirs: TheirsOfTab, columns: Columns, new: Sequence[tuple[tuple[Value, ...], int]] = ()
) -> TabFacts:
    """What fillers may look at: `columns` as they will be, `new` rows by key and the ERP's row."""
    at = their_rows(view, theirs, new)

    @cache
    def doubts(title: str) -> list[Doubt | None]:
        """Of a whole column: asked cell by cell it would be the dearest part of a round."""
        formulas = view.formulas.get(title, ())
        unplaced, known = (
            as_list(column[title]) if title in column else [] for column in (theirs.unplaced, theirs.known)
        )
        answer: list[Doubt | None] = [Doubt.SILENT] * len(at)
        for row, there in enumerate(at):
            if row < len(formulas) and formulas[row]:
                answer[row] = Doubt.FORMULA
            elif there is not None and unplaced and unplaced[there]:
                answer[row] = Doubt.UNPLACED
            elif there is not None and known and known[there]:
                answer[row] = None
        return answer

    def outside(title: str, row: int) -> Doubt | None:
        return doubts(title)[row]

    skus = [None if there is None or there >= len(theirs.skus) else theirs.skus[there] for there in at]
    return TabFacts(columns, outside, [*view.keys, *(key for key, _ in new)], skus, theirs.sellers)


def their_rows(
    view: SheetView, theirs: TheirsOfTab, new: Sequence[tuple[tuple[Value, ...], int]] = ()
) -> list[int | None]:
    """The ERP's row of each row of the tab, new ones after them; None where it has none."""
    rows = {key: row for row, key in enumerate(zip(*map(theirs.table.values, view.sheet.key), strict=True))}
    return [*(rows.get(key) for key in view.keys), *(row for _, row in new)]


def days_of(anchor: str, theirs: TheirsOfTab, at: Sequence[int | None]) -> list[date | None]:
    """数据截至 of each row: of its sheet's anchor column, else of its newest cell; None for a row without data.

    A tab whose cells are computed from people's columns alone takes the newest data of the tab.
    """
    newest = max((moment.date() for moment in theirs.row_as_of if moment), default=None)
    answer: list[date | None] = []
    for row in at:
        file = theirs.source_of(row, anchor) if anchor and row is not None else None
        moment = theirs.row_as_of[row] if row is not None else None
        alone = None if anchor else newest
        answer.append(file.as_of.date() if file else moment.date() if moment else alone if row is None else None)
    return answer
