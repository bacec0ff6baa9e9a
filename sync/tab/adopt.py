"""First contact with a workbook, or contact again: one choice per column, made before anything is written."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from rules.errors import Code, Error, Text

C_CHOICE = Code(
    "C-012",
    "不认识的选择 {found}",
    "unknown choice {found}",
    "可用:{expected}",
    "use one of: {expected}",
)


class Choice(StrEnum):
    """Whose value a cell takes. ASK leaves the question open, as a conflict.

    SHEET counts until the ERP says something else, ALWAYS until somebody lets go of the pin.
    """

    SHEET = "sheet"
    ERP = "erp"
    MANUAL = "manual"
    ALWAYS = "always"
    ASK = "ask"

    @classmethod
    def parse(cls, word: str) -> Choice:
        """A choice in either language. Raises C-012.

        >>> Choice.parse("用ERP"), Choice.parse("sheet")
        (<Choice.ERP: 'erp'>, <Choice.SHEET: 'sheet'>)
        """
        known = {said.casefold(): choice for choice, words in WORDS.items() for said in words}
        choice = known.get(word.strip().casefold())
        if choice is None:
            raise Error(
                C_CHOICE, found=word, expected="用表格 sheet, 用ERP erp, 手工 manual, 以后都用表格 always, 逐格 ask"
            )
        return choice


WORDS = {
    Choice.SHEET: Text("用表格", "sheet"),
    Choice.ERP: Text("用ERP", "erp"),
    Choice.MANUAL: Text("手工", "manual"),
    Choice.ALWAYS: Text("以后都用表格", "always"),
    Choice.ASK: Text("逐格", "ask"),
}
"""A choice as people read and write it."""


@dataclass(frozen=True)
class Adoption:
    """Choices for the cells that differ at first contact, or at a later one: by (tab, column), else `default`."""

    default: Choice = Choice.ASK
    columns: dict[tuple[str, str], Choice] = field(default_factory=dict)

    def choice(self, tab: str, column: str) -> Choice:
        """The choice for one column."""
        return self.columns.get((tab, column), self.default)

    def as_json(self) -> dict[str, Any]:
        """What the record keeps of it."""
        columns = {f"{tab}.{column}": choice.value for (tab, column), choice in self.columns.items()}
        return {"default": self.default.value, "columns": columns}


def choices_from(words: Sequence[str], default: str | None) -> Adoption:
    """Choices written ``TAB.COLUMN=erp``. Raises C-012 for a word of another form.

    >>> choices_from(["库存数据.国内仓=erp"], None).choice("库存数据", "国内仓")
    <Choice.ERP: 'erp'>
    """
    columns = {}
    for word in words:
        place, equals, choice = word.rpartition("=")
        tab, dot, column = place.partition(".")
        if not (equals and dot and tab and column):
            raise Error(C_CHOICE, found=word, expected="TAB.COLUMN=sheet|erp|ask")
        columns[tab, column] = Choice.parse(choice)
    return Adoption(Choice.parse(default) if default else Choice.ASK, columns)


@dataclass(frozen=True)
class ColumnAdoption:
    """First contact with a column: how many blanks would be filled, how many cells differ."""

    tab: str
    column: str
    fill: int
    differ: int

    def as_json(self) -> dict[str, Any]:
        """What `--json` shows of it."""
        return {"tab": self.tab, "column": self.column, "fill": self.fill, "differ": self.differ}
