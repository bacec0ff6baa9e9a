"""R51 on a tab of stocking rows (《亚马逊实时备货单》): every row before the lead approves it.

What the ERP knows (averages) and who wants a warranty card stand on other tabs of the same workbook.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from addin.commands.columns import Columns, Gaps, yes_or_no
from addin.commands.known_tabs import tab_called
from addin.commands.row_checks import day_of, said
from addin.commands.sheet_checks import Averages, Elsewhere, SheetCheck
from addin.commands.tables import Line, TabTable, is_blank, table_of
from addin.registry.headers import TITLES
from rules.errors import Code, Error, Text
from rules.policy.loader import Config
from rules.stocking_rows import F_NO_ERP_AVERAGE, StockingRow, stocking_row_findings
from sheets_schema.cells import clean, meaning
from sheets_schema.model import Type
from sheets_schema.outlines.stocking import ROWS, WARRANTIES
from sheets_schema.problems import Problem
from sheets_schema.sheets.stock import STOCK
from sync.backends.port import Tabs

K_OTHER_TAB = Code(
    "K-098",
    "没有表 {expected},或者读不了:没有核对{what}",
    "there is no tab {expected}, or it can't be read: {what} not compared",
    "把它放在同一个工作簿里",
    "keep it in the same workbook",
)

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
_WHAT = {
    "carton": Text("整箱", "whole cartons"),
    "stage": Text("淘汰产品(R23)", "dropped products (R23)"),
    "margin": Text("毛利率是否填了", "whether there is a margin"),
    "avg7": Text("7天日均", "7-day averages"),
    "avg14": Text("14天日均", "14-day averages"),
    "avg30": Text("30天日均", "30-day averages"),
    "strategic": Text("战略性备货是否单独列示", "whether strategic stock is listed"),
    "remark": Text("战略性备货是否写在备注", "whether the remark lists strategic stock"),
    "warranty": Text("延保标签", "warranty labels"),
    "attachments": Text("附件是否齐全", "attachments"),
}
"""What is not checked without a column."""


def elsewhere(store: Tabs, config: Config) -> Elsewhere:
    """Reads the other tabs; a missing or unreadable one says nothing, and its rows are then not compared."""
    names = store.tabs()
    stock = _other(store, tab_called(STOCK.name, names, config), config)
    wanted = _other(store, tab_called(WARRANTIES.name, names, config), config)
    averages: dict[str, Averages] | None = None
    msku = _column(stock, "msku")
    if stock is not None and msku is not None:
        averages = {}
        places = [_column(stock, name) for name in ("avg7", "avg14", "avg30")]
        for line in stock.all_lines:
            seven, fourteen, thirty = (_number(line.at(at)) for at in places)
            averages.setdefault(_id(line.at(msku)), (seven, fourteen, thirty))
    keys = [at for at in (_column(wanted, "msku"), _column(wanted, "sku")) if at is not None]
    warranties = None
    if wanted is not None and keys:
        warranties = frozenset(_id(line.at(at)) for line in wanted.all_lines for at in keys)
    return Elsewhere(averages, warranties)


def _other(store: Tabs, tab: str | None, config: Config) -> TabTable | None:
    try:
        return table_of(store.read(tab), config) if tab is not None else None
    except Error:
        return None


def _is_stocking(table: TabTable) -> bool:
    """Whether a table holds stocking rows: a quantity for a target month."""
    return _column(table, "quantity") is not None and _column(table, "target_month") is not None


def _problems(columns: Columns, other: Elsewhere, gaps: Gaps) -> Iterator[Problem]:
    """Every finding of every row, at the cell it means; rows count as of their own date, else of today.

    What can't be checked without a column is a gap.
    """
    table = columns.table
    at = {name: _column(table, name) for name in {*_COLUMN_OF.values(), "strategic", "sku", "made", "msku"}}
    days = ("applied", "order_date", "day")
    when = next((place for name in days if (place := _column(table, name)) is not None), None)
    for name, what in _WHAT.items():
        if at[name] is None:
            gaps.note(TITLES[name][0], what)
    for line in table.lines:
        row = _row(line, at, other)
        answer = stocking_row_findings(day_of(line.at(when)) or columns.today, columns.policy, row).value
        for finding in answer if isinstance(answer, tuple) else ():
            name = _COLUMN_OF.get(finding.where, "quantity")
            place = at[name]
            if place is None or (name == "warranty" and other.warranties is None):
                continue
            if finding.code is not F_NO_ERP_AVERAGE or other.averages is not None:
                yield from said(table, line, place, [finding])


def _not_compared(table: TabTable, other: Elsewhere) -> Iterator[Problem]:
    """The other tabs that stocking rows are not compared with, because they say nothing."""
    missing = (
        (STOCK.name, other.averages, Text("ERP 的日均", "the ERP's averages")),
        (WARRANTIES.name, other.warranties, Text("延保标签有没有登记", "whether warranty labels are listed")),
    )
    for tab, known, what in missing:
        if known is None:
            yield table.problem(K_OTHER_TAB, table.header_row, None, None, expected=tab, what=what)


def _row(line: Line, at: Mapping[str, int | None], other: Elsewhere) -> StockingRow:
    def cell(name: str) -> Any:
        return line.at(at[name])

    keys = {_id(cell("msku")), _id(cell("sku"))} - {""}
    averages = other.averages or {}
    erp = next((averages[key] for key in keys if key in averages), (None, None, None))
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
    """Whether a cell asks for it: YES, or any word that is not a no."""
    return not is_blank(value) and yes_or_no(value) is not False


CHECK = SheetCheck(
    ROWS, Text("备货行 R51", "stocking rows R51"), ("quantity", "target_month"), _is_stocking, _problems, _not_compared
)
