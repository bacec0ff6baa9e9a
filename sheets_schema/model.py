"""The vocabulary of sheets and exports: column types, owners, sheets, reports."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property


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


@dataclass(frozen=True)
class Report:
    """One kind of ERP or Amazon export, recognised by its header set.

    `key` identifies a row; `pair` are the fields that give its scope; `as_of` the date field, if any;
    `forward_fill` the fields that stand only on a group's first row; `sheet_title` the tab to read
    when the file has several. Of each group in `any_of` at least one field must be there; `blanks`
    are the words that mean an empty cell; `blank_means` the fields where an empty cell says that there is
    nothing (elsewhere it says nothing); `rival` names the other ERP whose export this is: such a file is
    recognised only to be refused.
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

    @cached_property
    def by_name(self) -> dict[str, Field]:
        """Fields by our name."""
        return {item.name: item for item in self.fields}
