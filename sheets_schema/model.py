"""The vocabulary of sheets and exports: column types, owners, sheets, reports."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from functools import cached_property
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rules.policy.meanings import Meanings
    from rules.policy.models import Rules
    from rules.turnover import Segment
    from sheets_schema.filling import Filling
    from sheets_schema.sources import Source


class Type(StrEnum):
    """What a cell of a column means (`cells.meaning` converts)."""

    TEXT = "text"
    ID = "id"
    """Text that only looks like a number: leading zeros and length are kept."""
    INTEGER = "integer"
    NUMBER = "number"
    MONEY = "money"
    PERCENT = "percent"
    """A share: ``50%``, ``"50.00%"`` and 0.5 are the same."""
    DATE = "date"
    DATETIME = "datetime"
    BOOL = "bool"


class Owner(StrEnum):
    """Who may write a column (sync.md, "Who owns a column")."""

    ERP = "erp"
    PEOPLE = "people"
    COMPUTED = "computed"


class Rows(StrEnum):
    """Who adds rows to a tab: ERP rows are appended, people's tabs are only filled."""

    ERP = "erp"
    PEOPLE = "people"


WIDTH = 13
"""Of a column in a new workbook."""


@dataclass(frozen=True)
class Column:
    """One column of a sheet, with its owner.

    `role` names the team that fills a people's column (运营, 采购, 物流, 主管, 财务); `sources` feed an ERP column,
    best first, and `field` is what reports call a part of the key. `fill` is the computation of a computed one,
    `reads` the columns that it reads, `rests` the segments of stock without which it stays blank. `assumed` marks a
    title that no source confirms. `width` is its width in a new workbook, in characters.
    What a person may write: one of `choices`, or a word of the configuration's list `words`; `needed` and
    `never` say on which rows the cell must be filled or must stay blank, `limits` what its value must be
    (notation: `sheets_schema.conditions`); `sop` are the lines that ask for it. `since` is the version that brought
    a column: workbooks made before lack it, and nobody dropped it. A `retired` one stays where a workbook has it, and
    no template offers it.
    """

    title: str
    type: Type
    owner: Owner
    role: str | None = None
    aliases: tuple[str, ...] = ()
    prefill: bool = False
    put_back: bool = False
    fill: str | None = None
    choices: tuple[str, ...] = ()
    required: bool = False
    assumed: bool = False
    help_zh: str = ""
    words: str = ""
    needed: str = ""
    never: str = ""
    limits: tuple[str, ...] = ()
    sop: tuple[int, ...] = ()
    since: str = ""
    retired: bool = False
    field: str = ""
    sources: tuple[Source, ...] = ()
    reads: tuple[str, ...] = ()
    rests: tuple[Segment, ...] = ()
    width: int = WIDTH


@dataclass(frozen=True)
class Sheet:
    """One tab as it should be: key, row owner, columns, and what is special about it.

    `pair` are the columns that say to which scope (store, warehouse) a row belongs; `aliases` other names
    of the tab. `makers` are the reports whose rows are its rows: per store the first of which there is a file.
    `anchor` is the column whose data day is the row's: computed cells are of that day. `averages` are the columns of
    average daily sales by which stock that is known per SKU is divided. `person` is the column that says who answers
    for a store's MSKU, on whatever tab. `fillings` are the computed columns of this tab alone, by `fill` name.
    """

    name: str
    workbook: str
    rows: Rows
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    pair: tuple[str, ...] = ()
    rule: str = ""
    aliases: tuple[str, ...] = ()
    makers: tuple[str, ...] = ()
    anchor: str = ""
    averages: tuple[str, ...] = ()
    person: str = ""
    fillings: Mapping[str, Filling] = field(default_factory=dict, hash=False)

    @cached_property
    def by_title(self) -> dict[str, Column]:
        """Columns by their canonical title."""
        return {column.title: column for column in self.columns}

    @cached_property
    def key_fields(self) -> tuple[str, ...]:
        """What reports call the parts of the key."""
        return tuple(self.by_title[title].field for title in self.key)

    @cached_property
    def store(self) -> str | None:
        """The column of stores; None where the tab has none."""
        return next((column.title for column in self.columns if column.field == "store"), None)

    @cached_property
    def bound(self) -> dict[str, tuple[Source, ...]]:
        """The columns that reports feed, with their sources, best first."""
        return {column.title: column.sources for column in self.columns if column.sources}

    @cached_property
    def sku_sources(self) -> tuple[Source, ...]:
        """What says which SKU a row is of, best first; none where no column is known per SKU."""
        sources = [source for column in self.bound.values() for source in column]
        shared = any(source.level == "sku" for source in sources)
        return tuple(source for source in sources if shared and source.level == "key" and source.field == "sku")

    @cached_property
    def reports(self) -> frozenset[str]:
        """The reports that feed the tab or make its rows."""
        return frozenset(source.report for sources in self.bound.values() for source in sources).union(self.makers)

    @property
    def offered(self) -> tuple[Column, ...]:
        """The columns of a new workbook."""
        return tuple(column for column in self.columns if not column.retired)

    def is_filled(self, title: str) -> bool:
        """Whether the ERP fills a column, people's prefilled ones included."""
        column = self.by_title.get(title)
        return column is not None and (column.owner is Owner.ERP or column.prefill)


@dataclass(frozen=True)
class Outline:
    """What can be checked in a tab whose full schema is still to come, or beside it: columns by their titles.

    `spellings` are the words of a column that the rule book has its own names for: name -> spellings.
    """

    name: str
    workbook: str
    columns: tuple[Column, ...]
    aliases: tuple[str, ...] = ()
    spellings: Mapping[str, Callable[[Rules], dict[str, tuple[str, ...]]]] = field(default_factory=dict, hash=False)

    @cached_property
    def by_title(self) -> dict[str, Column]:
        """Columns by their canonical title."""
        return {column.title: column for column in self.columns}


@dataclass(frozen=True)
class Field:
    """One field of an export: our name, and every title it is known by; a `signed` count may be below zero."""

    name: str
    type: Type
    titles: tuple[str, ...]
    required: bool = False
    assumed: bool = False
    signed: bool = False


Cells = Mapping[str, Sequence[Any]]
"""Typed columns of one file by field; one that the file lacks is not there."""
Window = tuple[date, date]
"""First and last day that a file's name says it is about."""
Derive = Callable[[Cells, "Meanings", Window | None], dict[str, list[Any]]]
"""Works out fields that no title gives."""


@dataclass(frozen=True)
class Companion:
    """A field that another report in the same file tells: its rows, counted for each key of this one."""

    report: str
    field: str
    count: Callable[[Cells, Sequence[tuple[Any, ...]]], list[Any]]


@dataclass(frozen=True)
class CountedOnce:
    """Goods that another report counts too, once the document named in a row has left (R02, R50).

    `document` is the field that names it, in both reports; `moving` and `arrived` are the pieces of a row, `sent`
    those of the other report's rows, the first that is known.
    """

    by: str
    document: str
    moving: str
    arrived: str
    sent: tuple[str, str]


@dataclass(frozen=True)
class Report:
    """One kind of ERP or Amazon export, recognised by its header set.

    `key` identifies a row; `pair` are the fields that give its scope; `as_of` the date field, if any;
    `forward_fill` the fields that stand only on a group's first row; `sheet_title` the tab to read
    when the file has several. Of each group in `any_of` at least one field must be there; `blanks`
    are the words that mean an empty cell; `blank_means` the fields where an empty cell says that there is
    nothing (elsewhere it says nothing); `rival` names the other ERP whose export this is: such a file is
    recognised only to be refused.

    `derive` works out the fields without titles; `companion` tells one more from another tab of the file;
    `sums_rows` where a row may sum several MSKU or stores; `called_by` are the fields that a row is called by, the
    report's own name without any; `pieces` the field of a report whose rows lie in warehouses that somebody has to
    place; `once` says which of its goods another report counts too.
    """

    name: str
    source: str
    fields: tuple[Field, ...]
    key: tuple[str, ...]
    pair: tuple[str, ...]
    as_of: str | None = None
    forward_fill: tuple[str, ...] = ()
    sheet_title: str | None = None
    aliases: tuple[str, ...] = field(default=())
    any_of: tuple[tuple[str, ...], ...] = ()
    blanks: tuple[str, ...] = ()
    blank_means: tuple[str, ...] = ()
    rival: str = ""
    derive: Derive | None = None
    companion: Companion | None = None
    sums_rows: bool = False
    called_by: tuple[str, ...] = ()
    pieces: str = ""
    once: CountedOnce | None = None

    @cached_property
    def by_name(self) -> dict[str, Field]:
        """Fields by our name."""
        return {item.name: item for item in self.fields}
