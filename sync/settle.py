"""A person's choice on a conflict; the next round carries it out, unless the cell or the ERP moved."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row

from rules.errors import Code, Error
from sheets_schema.cells import Value, meaning
from sheets_schema.model import Type
from sheets_schema.sheets import SHEETS
from sync.adopt import C_CHOICE, Choice
from sync.state.database import State

T_UNKNOWN = Code(
    "T-010",
    "没有待处理的冲突 {found}",
    "no open conflict {found}",
    "用 qlc sync conflicts 查看编号",
    "see qlc sync conflicts",
)
T_AMBIGUOUS = Code(
    "T-011",
    "{found} 对应多个冲突:{expected}",
    "{found} stands for several conflicts: {expected}",
    "多写几位编号",
    "write more of the id",
)
T_VALUE = Code(
    "T-012",
    "选择“手工”要给出值,其它选择不要",
    "manual needs a value, the other choices take none",
    "例如 --use 手工 --value 120",
    "for example --use manual --value 120",
)


def settle(
    state: State, ids: Sequence[str], choice: Choice, value: str | None, *, whole_column: bool = False
) -> list[str]:
    """Stores a choice for conflicts named by the beginning of their id; answers their full ids.

    With `whole_column` the choice serves every open conflict of the same column and reason. All or
    nothing: an unknown id stores no choice.

    Raises:
        Error: T-010 unknown id, T-011 ambiguous id, T-012 a manual choice without value (or with one
            where none belongs), C-012 for `ask`, which settles nothing.
    """
    if (choice is Choice.MANUAL) != (value is not None):
        raise Error(T_VALUE)
    if choice is Choice.ASK:
        raise Error(C_CHOICE, found=choice.value, expected="用表格 sheet, 用ERP erp, 手工 manual")
    chosen: dict[str, Row[Any]] = {}
    for one in ids:
        row = _named(state, one)
        chosen[row.id] = row
        if whole_column:
            same = (row.workbook, row.tab, row.column, row.reason)
            group = [
                other
                for other in state.conflicts.open(row.workbook)
                if (other.workbook, other.tab, other.column, other.reason) == same
            ]
            chosen.update((other.id, other) for other in group)
    with state.begin():
        for row in chosen.values():
            state.conflicts.choose(row.id, choice.value, _typed(row, value))
    return list(chosen)


def _named(state: State, one: str) -> Row[Any]:
    found = state.conflicts.unsettled(one)
    if not found:
        raise Error(T_UNKNOWN, found=one)
    if len(found) > 1:
        raise Error(T_AMBIGUOUS, found=one, expected=", ".join(row.id for row in found[:5]))
    return found[0]


def _typed(row: Row[Any], value: str | None) -> Value:
    sheet = SHEETS.get(row.tab)
    column = sheet.by_title.get(row.column) if sheet else None
    return meaning(value, column.type if column else Type.TEXT)
