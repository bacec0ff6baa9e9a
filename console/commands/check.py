"""`qlc check`: every problem of a workbook's tabs, each with its cell; writes nothing."""

from __future__ import annotations

import argparse
from pathlib import Path

from addin.commands.check_sheet import RESULT_TAB, is_checkable, problems_of
from addin.commands.stocking_check import elsewhere
from addin.commands.tables import K_NO_HEADER, TabTable, table_of
from console.output import Output
from console.policy import add_today, policy_in_force, today
from rules.errors import Code, Error
from rules.policy.loader import Config
from sheets_schema.problems import Problem
from sync.backends.workbook.store import WorkbookStore

EXAMPLES = """
例 / examples:
  qlc check 全流程数据.xlsx
  qlc check 全流程数据.xlsx --tab 库存数据
  qlc check 全流程数据                配置里的工作簿 / a configured workbook
"""

C_NOTHING = Code(
    "C-074",
    "没有一张表可以检查",
    "no tab that can be checked",
    "要有 SKU、店铺、MSKU、货件号 等表头",
    "a header such as SKU, 店铺, MSKU or 货件号 is needed",
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments."""
    parser.epilog = EXAMPLES
    parser.add_argument("workbook", metavar="WORKBOOK", help="文件,或配置里的名字 / a file, or a configured name")
    parser.add_argument("--tab", help="只查这张表 / this tab only")
    add_today(parser)


def run(args: argparse.Namespace, out: Output) -> int:
    """0 when nothing is wrong, 1 with problems; 2 for a tab that nothing is known about."""
    config = policy_in_force(args, out)
    known = {book.name: config.folder / book.path for book in config.site.workbooks}
    path = known.get(args.workbook, Path(args.workbook))
    store = WorkbookStore(path)
    tables = _tables(store, config, args.tab, path.name)
    other = elsewhere(store, config)
    day = today(args, config)
    problems: list[Problem] = []
    for table in tables:
        problems += problems_of(table, config, day, other)
    out.json(
        {"checked": [table.tab for table in tables], "problems": [problem.as_json(out.lang) for problem in problems]}
    )
    for problem in problems:
        out.line(problem.text(out.lang))
    names = "、".join(table.tab for table in tables)
    rows = sum(len(table.lines) for table in tables)
    out.say(
        f"检查了 {names},{rows} 行:{len(problems)} 处问题。",
        f"{rows} rows of {names} checked: {len(problems)} problems.",
    )
    return int(bool(problems))


def _tables(store: WorkbookStore, config: Config, tab: str | None, file: str) -> list[TabTable]:
    """The tabs to check. Raises X-012, K-010 for a named tab that can't be, C-074 where there is none."""
    tables = []
    for name in [tab] if tab is not None else store.tabs():
        if tab is None and name == RESULT_TAB:
            continue
        try:
            table = table_of(store.read(name), config, file)
        except Error as error:
            if tab is not None or error.code is not K_NO_HEADER:
                raise
            continue
        if is_checkable(table):
            tables.append(table)
    if not tables:
        raise Error(C_NOTHING, file=file, tab=tab)
    return tables
