"""检查本表: every problem of the tab on a sheet of its own, with links to the cells. Marks nothing in the tab."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from addin.commands.command import Command, Desk, Plan, Preview, Report
from addin.commands.list_tab import existing, link, rewritten
from addin.commands.rule_checks import note_problems, sku_problems, slot_problems
from addin.commands.schema_check import schema_problems
from addin.commands.stocking_check import Elsewhere, elsewhere, is_stocking, stocking_problems
from addin.commands.tables import TabTable, read_table
from rules.answer import Text
from rules.errors import Code, Error
from rules.policy.loader import Config
from sheets_schema.cells import CellError
from sheets_schema.problems import Problem
from sync.backends.workbook.address import parse_cell
from sync.backends.workbook.edits import CellEdit, NewTab

RESULT_TAB = "校验结果"
HEADER = ("代码", "位置", "列", "值", "问题", "怎么办")
WIDTHS = (9, 22, 14, 24, 60, 60)
MOST = 10_000
"""Rows on the result tab; the report has them all."""

K_NOTHING = Code(
    "K-014",
    "这张表没有可以检查的列",
    "this tab has no column that can be checked",
    "选库存数据、在途、子-2链接负责人,或有 SKU、货件备注、预约时间和箱数、数量和目标销售月的表",
    "go to 库存数据, 在途, 子-2链接负责人, or a tab with SKU, 货件备注, 预约时间 and 箱数, or 数量 and 目标销售月",
)


def is_checkable(table: TabTable) -> bool:
    """Whether anything is known about the tab's columns."""
    fields = ("sku", "note")
    has_slot = table.column("slot") is not None and table.column("boxes") is not None
    known = any(table.column(name) is not None for name in fields)
    return table.sheet is not None or known or has_slot or is_stocking(table)


def problems_of(table: TabTable, config: Config, today: date, other: Elsewhere) -> list[Problem]:
    """Everything that is wrong with the rows that are meant, in the order of the sheet."""
    found = [
        *schema_problems(table, config),
        *sku_problems(table, config.rules, today),
        *note_problems(table, config.rules, today),
        *slot_problems(table, config.rules, today),
        *stocking_problems(table, config.rules, today, other),
    ]
    return sorted(found, key=_place)


def _place(problem: Problem) -> tuple[int, int]:
    at = parse_cell(problem.cell) if problem.cell else None
    return problem.row or 0, at[1] if at else -1


def run(desk: Desk) -> Preview:
    """Lists the problems of the selected rows (a single cell: of the tab) on `校验结果`.

    Raises K-010 or K-014 for a tab it knows nothing about, K-013 where somebody has a tab of that name.
    """
    table = read_table(desk)
    if table.tab.casefold() == RESULT_TAB or not is_checkable(table):
        raise Error(K_NOTHING, file=desk.file or None, tab=table.tab)
    problems = problems_of(table, desk.config, desk.today, elsewhere(desk.store, desk.config))
    count = len(table.lines)
    title = Text(f"检查了 {count} 行,没有问题", f"{count} rows checked, no problem")
    edits: list[CellEdit] = []
    tabs: list[NewTab] = []
    if problems:
        title = Text(f"检查了 {count} 行,{len(problems)} 处问题", f"{count} rows checked, {len(problems)} problems")
    if problems or existing(desk.store, RESULT_TAB):
        edits, tabs = rewritten(desk.store, RESULT_TAB, _rows(table, problems), widths=WIDTHS)
    details = (Text(f"问题列在表“{RESULT_TAB}”", f"the problems go to the tab “{RESULT_TAB}”"),) if problems else ()
    plan = Plan(desk.store.version(), tuple(edits), new_tabs=tuple(tabs))
    return Preview(Report(title, problems=tuple(problems), details=details), plan)


def _rows(table: TabTable, problems: Sequence[Problem]) -> list[tuple[Any, ...]]:
    rows: list[tuple[Any, ...]] = [HEADER]
    for problem in problems[:MOST]:
        at = parse_cell(problem.cell) if problem.cell else None
        row, column = at or (problem.row or table.header_row, 0)
        what, todo = problem.parts()
        value = str(problem.value) if isinstance(problem.value, CellError) else problem.value
        rows.append((problem.code.id, link(table.tab, row, column), problem.column, value, what, todo or None))
    if len(problems) > MOST:
        rows.append((None, None, None, None, f"还有 {len(problems) - MOST} 处没有列出", None))
    if not problems:
        rows.append((None, link(table.tab, table.header_row, 0), None, None, "没有问题", None))
    return rows


COMMAND = Command("check_sheet", run)
