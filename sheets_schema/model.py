"""The vocabulary of sheets and exports: column types, owners, sheets, reports."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rules.policy.meanings import Meanings
    from sheets_schema.cells import Value


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


@dataclass(frozen=True)
class Column:
    """One column of a sheet, with its owner.

    `role` names the team that fills a people's column (运营, 采购, 物流, 主管, 财务);
    `fill` the computation of a computed one; `assumed` marks a title that no source confirms.
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


@dataclass(frozen=True)
class Sheet:
    """One tab as it should be: key, row owner, columns.

    `pair` are the columns that say to which scope (store, warehouse) a row belongs; `aliases` other names
    of the tab.
    """

    name: str
    workbook: str
    rows: Rows
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    pair: tuple[str, ...] = ()
    rule: str = ""
    aliases: tuple[str, ...] = ()

    @cached_property
    def by_title(self) -> dict[str, Column]:
        """Columns by their canonical title."""
        return {column.title: column for column in self.columns}

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
    """What can be checked in a tab whose full schema is still to come, or beside it: columns by their titles."""

    name: str
    workbook: str
    columns: tuple[Column, ...]
    aliases: tuple[str, ...] = ()

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


Cells = Mapping[str, "Sequence[Value]"]
"""Typed columns of one file by field; one that the file lacks is not there."""
Window = tuple[date, date]
"""First and last day that a file's name says it is about."""
Derive = Callable[[Cells, "Meanings", Window | None], "dict[str, list[Value]]"]
"""Works out fields that no title gives."""


@dataclass(frozen=True)
class Companion:
    """A field that another report in the same file tells: its rows, counted for each key of this one."""

    report: str
    field: str
    count: Callable[[Cells, Sequence[tuple[Value, ...]]], list[Value]]


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
