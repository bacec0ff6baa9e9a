"""R51 on a tab of stocking rows (《亚马逊实时备货单》): every row before the lead approves it.

What the ERP knows (averages) and who wants a warranty card stand on other tabs of the same workbook.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from addin.commands.rule_checks import day_of
from addin.commands.schema_check import K_MISSING
from addin.commands.tables import Line, TabTable, is_blank, table_of
from addin.registry.headers import TITLES
from rules.errors import Error
from rules.policy.loader import Config
from rules.policy.models import Rules
from rules.stocking_rows import StockingRow, stocking_row_findings
from sheets_schema.cells import clean, meaning
from sheets_schema.model import Type
from sheets_schema.problems import Problem
from sync.backends.port import Store

STOCK_TAB, WARRANTY_TAB = "库存数据", "延保卡需求"

_COLUMN_OF = {
    "数量": "quantity",
    "箱规": "carton",
    "目标销售月": "target_month",
    "毛利率": "margin",
    "备注": "remark",
    "日均": "avg7",
    "7天日均": "avg7",
    "14天日均": "avg14",
    "30天日均": "avg30",
    "延保": "warranty",
    "附件": "attachments",
    "产品阶段": "stage",
}
"""The field of the table that a finding's `where` means."""
_OF_THE_TABLE = ("margin", "avg7", "avg14", "avg30")
"""Columns that every such table should have; said once, not row by row."""
_NO = frozenset({"否", "无", "不要", "不需要", "NO", "N", "FALSE", "0", "-", "/"})

Averages = tuple[float | None, float | None, float | None]


@dataclass(frozen=True)
class Elsewhere:
    """What other tabs of the workbook say: the ERP's averages by MSKU, and who is in 延保卡需求."""

    averages: Mapping[str, Averages] = field(default_factory=dict)
    warranties: frozenset[str] | None = None


def elsewhere(store: Store, config: Config) -> Elsewhere:
    """Reads the other tabs; a missing or unreadable one says nothing."""
    tables: dict[str, TabTable] = {}
    for name in (STOCK_TAB, WARRANTY_TAB):
        if name in store.tabs():
            try:
                tables[name] = table_of(store.read(name), config)
            except Error:
                continue
    stock, wanted = tables.get(STOCK_TAB), tables.get(WARRANTY_TAB)
    averages: dict[str, Averages] = {}
    msku = _column(stock, "msku")
    if stock is not None and msku is not None:
        places = [_column(stock, name) for name in ("avg7", "avg14", "avg30")]
        for line in stock.all_lines:
            seven, fourteen, thirty = (_number(line.at(at)) for at in places)
            averages.setdefault(_id(line.at(msku)), (seven, fourteen, thirty))
    warranties = None
    if wanted is not None:
        keys = [at for at in (_column(wanted, "msku"), _column(wanted, "sku")) if at is not None]
        warranties = frozenset(_id(line.at(at)) for line in wanted.all_lines for at in keys)
    return Elsewhere(averages, warranties)


def is_stocking(table: TabTable) -> bool:
    """Whether a table holds stocking rows: a quantity for a target month."""
    return _column(table, "quantity") is not None and _column(table, "target_month") is not None


def stocking_problems(table: TabTable, policy: Rules, today: date, other: Elsewhere) -> Iterator[Problem]:
    """Every finding of every row, at the cell it means; rows count as of their own date, else of `today`."""
    if not is_stocking(table):
        return
    at = {name: _column(table, name) for name in {*_COLUMN_OF.values(), "strategic", "sku", "made", "msku"}}
    when = next((place for name in ("order_date", "day") if (place := _column(table, name)) is not None), None)
    for name in _OF_THE_TABLE:
        if at[name] is None:
            yield table.problem(K_MISSING, table.header_row, None, None, expected=TITLES[name][0])
    for line in table.lines:
        row = _row(line, at, other)
        answer = stocking_row_findings(day_of(line.at(when)) or today, policy, row).value
        for finding in answer if isinstance(answer, tuple) else ():
            name = _COLUMN_OF.get(finding.where, "quantity")
            place = at[name]
            if place is None or (name == "warranty" and other.warranties is None):
                continue
            yield table.problem(finding.code, line.number, place, line.at(place), **finding.facts)


def _row(line: Line, at: Mapping[str, int | None], other: Elsewhere) -> StockingRow:
    def cell(name: str) -> Any:
        return line.at(at[name])

    keys = {_id(cell("msku")), _id(cell("sku"))} - {""}
    erp = next((other.averages[key] for key in keys if key in other.averages), (None, None, None))
    carton = _number(cell("carton"))
    return StockingRow(
        quantity=_number(cell("quantity")),
        carton=int(carton) if carton else None,
        stage=_text(cell("stage")),
        target_month=_text(cell("target_month")),
        margin=_number(cell("margin")),
        strategic=_is_yes(cell("strategic")),
        remark=_text(cell("remark")),
        warranty=_is_yes(cell("warranty")),
        warranty_listed=bool(other.warranties and keys & other.warranties),
        avg7=_number(cell("avg7")),
        avg14=_number(cell("avg14")),
        avg30=_number(cell("avg30")),
        erp_avg7=erp[0],
        erp_avg14=erp[1],
        erp_avg30=erp[2],
        attachments=tuple(part for part in _text(cell("attachments")).replace("、", "\n").splitlines() if part),
        sku=_id(cell("sku")),
        sku_made=day_of(cell("made")),
    )


def _column(table: TabTable | None, name: str) -> int | None:
    """A column of the table; a doubled title counts as none here."""
    try:
        return table.column(name) if table is not None else None
    except Error:
        return None


def _number(value: Any) -> float | None:
    typed = meaning(value, Type.NUMBER)
    return typed if isinstance(typed, float) else None


def _text(value: Any) -> str:
    return "" if value is None else clean(str(value))


def _id(value: Any) -> str:
    typed = meaning(value, Type.ID)
    return "" if typed is None else str(typed)


def _is_yes(value: Any) -> bool:
    return value is True or (not isinstance(value, bool) and not is_blank(value) and _text(value).upper() not in _NO)
