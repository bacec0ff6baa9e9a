"""Checks of one tab's rows as a whole, that need more than a column or two: what such a check is."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from addin.commands.columns import Columns, Gaps
from addin.commands.tables import TabTable
from rules.errors import Text
from sheets_schema.model import Outline, Sheet
from sheets_schema.problems import Problem

Averages = tuple[float | None, float | None, float | None]


@dataclass(frozen=True)
class Elsewhere:
    """What other tabs of the workbook say: the ERP's averages by MSKU, and who is in 延保卡需求; None: nothing."""

    averages: Mapping[str, Averages] | None = None
    warranties: frozenset[str] | None = None


@dataclass(frozen=True)
class SheetCheck:
    """A check of the rows of one tab of ours, and of any table that holds the same (`fits`).

    On its own tab the columns of the fields `needs` are missed where it does not fit. `not_compared` tells which
    other tabs say nothing.
    """

    sheet: Sheet | Outline
    name: Text
    needs: tuple[str, ...]
    fits: Callable[[TabTable], bool]
    run: Callable[[Columns, Elsewhere, Gaps], Iterator[Problem]]
    not_compared: Callable[[TabTable, Elsewhere], Iterator[Problem]]
