"""A person's choice on a conflict; the next round carries it out, unless the cell or the ERP moved."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row

from rules.errors import Code, Error
from sheets_schema.cells import Value, meaning
from sheets_schema.model import Type
from sheets_schema.sheets import SHEETS
from sync.state.database import State, now
from sync.state.journal import key_text
from sync.state.pins import ALWAYS, Pin
from sync.tab.adopt import C_CHOICE, Choice

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
T_NO_PIN = Code(
    "T-023",
    "没有按住的格子 {found}",
    "nothing is held back under {found}",
    "用 qlc sync pins 查看编号",
    "see qlc sync pins",
)
T_SEVERAL_PINS = Code(
    "T-024",
    "{found} 对应多处:{expected}",
    "{found} stands for several: {expected}",
    "多写几位编号",
    "write more of the id",
)


def settle(
    state: State,
    ids: Sequence[str],
    choice: Choice,
    value: str | None,
    *,
    whole_column: bool = False,
    who: str | None = None,
) -> list[str]:
    """Stores a choice for conflicts named by the beginning of their id; answers their full ids.

    With `whole_column` the choice serves every open conflict of the same column and reason that has none
    yet; ALWAYS then lets the sheet win in the whole column, from now on and without a round, until somebody
    lets go of the pin. All or nothing: an unknown id stores no choice. `who` chose, where that is known.

    Raises:
        Error: T-010 unknown id, T-011 ambiguous id, T-012 a manual choice without value (or with one
            where none belongs), C-012 for `ask`, which settles nothing.
    """
    if (choice is Choice.MANUAL) != (value is not None):
        raise Error(T_VALUE)
    if choice is Choice.ASK:
        raise Error(C_CHOICE, found=choice.value, expected="用表格 sheet, 用ERP erp, 手工 manual, 以后都用表格 always")
    chosen = {row.id: row for row in (_named(state, one) for one in ids)}
    if whole_column and choice is Choice.ALWAYS:
        return _pin_columns(state, list(chosen.values()), who)
    if whole_column:
        groups = {_group(row) for row in chosen.values()}
        chosen |= {row.id: row for row in state.conflicts.open() if _group(row) in groups and row.choice is None}
    with state.begin():
        for row in chosen.values():
            state.conflicts.choose(row.id, choice.value, _typed(row, value), who)
        for workbook in sorted({row.workbook for row in chosen.values()}):
            ids = [row.id for row in chosen.values() if row.workbook == workbook]
            facts = {"choice": choice.value, "value": value, "conflicts": ids, "who": who}
            state.audit.add("choice", facts, workbook=workbook)
    return list(chosen)


def _group(row: Row[Any]) -> tuple[str, ...]:
    return row.workbook, row.tab, row.column, row.reason


def _pin_columns(state: State, rows: Sequence[Row[Any]], who: str | None) -> list[str]:
    """The sheet's word counts in these columns; their conflicts are settled, whatever the reason."""
    columns = {(row.workbook, row.tab, row.column) for row in rows}
    settled = [row.id for row in state.conflicts.open() if (row.workbook, row.tab, row.column) in columns]
    with state.begin():
        for workbook, tab, column in sorted(columns):
            state.pins.put(workbook, tab, [Pin((), column, ALWAYS)], now())
            facts = {"choice": ALWAYS, "tab": tab, "column": column, "who": who}
            state.audit.add("choice", facts, workbook=workbook)
        state.conflicts.close(settled, now(), chosen_by=who)
    return settled


def release(state: State, ids: Sequence[str]) -> list[str]:
    """Lets go of pins named by the beginning of their id; answers their full ids. All or nothing.

    Raises:
        Error: T-023 unknown id, T-024 ambiguous id.
    """
    known = {pin.id(workbook, tab): (workbook, tab, pin) for workbook, tab, pin in state.pins.all()}
    gone: dict[str, tuple[str, str, Pin]] = {}
    for one in ids:
        found = [full for full in known if full.startswith(one)]
        if not found or not one:
            raise Error(T_NO_PIN, found=one)
        if len(found) > 1:
            raise Error(T_SEVERAL_PINS, found=one, expected=", ".join(found[:5]))
        gone[found[0]] = known[found[0]]
    with state.begin():
        for workbook, tab, pin in gone.values():
            state.pins.drop(workbook, tab, [(pin.key, pin.column)])
            facts = {"tab": tab, "key": key_text(pin.key), "column": pin.column, "reason": pin.reason}
            state.audit.add("release", facts, workbook=workbook)
    return list(gone)


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
