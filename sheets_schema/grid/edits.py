"""What is asked of a workbook, and what became of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, Final

from rules.errors import Code
from sheets_schema.grid.address import cell_name


def named(tab: str, row: int, col: int) -> str:
    """``Tab!B2``; coordinates outside the sheet are shown as numbers.

    >>> named("库存", 2, 1), named("库存", 0, 1)
    ('库存!B2', '库存!R0C2')
    """
    return f"{tab}!R{row}C{col + 1}" if row < 1 or col < 0 else f"{tab}!{cell_name(row, col)}"


Place = tuple[str, int | None, int | None]
"""Tab, row (from 1), column (from 0); a row without a column, a tab without either."""


class Unset(Enum):
    """The type of `UNSET`."""

    UNSET = "unset"


UNSET: Final = Unset.UNSET
"""No expectation about the old value (None would expect a blank)."""


class Formula(str):
    """A formula to write, without ``=``. Plain text that begins with ``=`` stays text.

    `dated` is 1 where it answers a day, 2 a moment: its cell is shown as one.
    """

    __slots__ = ()
    dated = 0


class DatedFormula(Formula):
    """A formula that answers a day or a moment."""

    def __new__(cls, text: str, dated: int) -> DatedFormula:
        """The formula's text without ``=``; 1 for a day, 2 for a moment."""
        made = super().__new__(cls, text)
        made.dated = dated
        return made


class ArrayFormula(Formula):
    """One formula that answers every cell of `ref` (``D2:D20``); it stands in the first of them.

    The other cells must be blank, or hold what the formula shows. Its cells change together or not at
    all: blanking all of them takes it away.
    """

    ref: str

    def __new__(cls, text: str, ref: str) -> ArrayFormula:
        """The formula's text without ``=``, and its range."""
        made = super().__new__(cls, text)
        made.ref = ref
        return made


@dataclass(frozen=True, slots=True)
class Cached:
    """The value that a cell's formula shows; the formula stays as it is written."""

    value: Any


@dataclass(frozen=True, slots=True)
class CellEdit:
    """One cell to write: `row` counts from 1, `col` from 0.

    `value` is None (blank: the style stays), text, a truth value, a number, a date, a `CellError`, a
    `Formula`, or, where a formula stands, what it shows (`Cached`). With `expect`, the cell is refused (X-109) unless its value means that. `like` is the
    (row, col) whose style a cell gets that has to be created.
    """

    tab: str
    row: int
    col: int
    value: Any
    expect: Any = UNSET
    like: tuple[int, int] | None = None

    @property
    def name(self) -> str:
        """``Tab!B2``."""
        return named(self.tab, self.row, self.col)

    @property
    def place(self) -> tuple[str, int, int]:
        """Tab, row, column."""
        return self.tab, self.row, self.col

    def refused(self, code: Code, facts: Mapping[str, Any] | None = None) -> CellRefusal:
        """That it was not written."""
        return CellRefusal(self.tab, self.row, self.col, code, facts or {})


@dataclass(frozen=True, slots=True)
class RowAppend:
    """A row to create under a table.

    Styles and height come from row `like`. In `formula_cols` the table's column formula, else the formula of
    row `like`, is filled down. Refused as a whole when one of its cells is, or when the row has content.
    """

    tab: str
    row: int
    values: Mapping[int, Any]
    like: int | None = None
    formula_cols: Sequence[int] = ()


@dataclass(frozen=True, slots=True)
class NewTab:
    """A tab to add behind the others.

    The first of `rows` is its header (bold, frozen); `widths` are column widths in characters;
    `hidden_name` is a hidden defined name for its first cell, by which it is recognised when renamed;
    a `hidden` tab is shown again by the program's own command for that.
    """

    name: str
    rows: Sequence[Sequence[Any]]
    widths: Sequence[float] = ()
    hidden_name: str | None = None
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class CellRefusal:
    """A cell that was not written, and why; a row without `col`, a tab without `row`.

    `address` is what somebody wrote for one, where no cell is called so.
    """

    tab: str
    row: int | None
    col: int | None
    code: Code
    facts: Mapping[str, Any] = field(default_factory=dict)
    address: str = ""

    @property
    def cell(self) -> str:
        """``Tab!B2``, ``Tab!2`` or ``Tab``."""
        if self.row is None:
            return f"{self.tab}!{self.address}" if self.address else self.tab
        return f"{self.tab}!{self.row}" if self.col is None else named(self.tab, self.row, self.col)

    def message(self, lang: str = "zh") -> str:
        """Why, and what to do."""
        return self.code.text(dict(self.facts), lang)

    def as_json(self, lang: str = "zh") -> dict[str, str]:
        """As `qlc patch --json` lists it."""
        return {"cell": self.cell, "code": self.code.id, "message": self.message(lang)}


@dataclass(frozen=True, slots=True)
class Receipt:
    """What was written (``Tab!B2`` each; ``Tab`` alone for an added tab) and what was refused.

    When `changed` is empty, nothing was written at all. `version` is the store's afterwards, where it says one;
    `backup` is where what was there before is kept.
    """

    changed: list[str] = field(default_factory=list)
    refused: list[CellRefusal] = field(default_factory=list)
    version: str = ""
    backup: str | None = None

    @property
    def places(self) -> frozenset[Place]:
        """Where something was refused."""
        return frozenset((item.tab, item.row, item.col) for item in self.refused)
