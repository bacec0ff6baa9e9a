"""`qlc check`: every problem of a workbook's tabs, each with its cell, and what was not checked; writes nothing."""

from __future__ import annotations

import argparse
import gc
from pathlib import Path
from typing import Any

from addin.commands.check_sheet import FIRST, grouped
from addin.commands.stocking_check import elsewhere
from addin.commands.tab_check import TabCheck, check_tab, unread
from console.output import Output
from console.policy import add_today, policy_in_force, today
from rules.errors import Error, Text
from sheets_schema.problems import Problem
from sync.backends.file import FileStore

EXAMPLES = """
例 / examples:
  qlc check 全流程数据.xlsx
  qlc check 全流程数据.xlsx --tab 库存数据
  qlc check 全流程数据                配置里的工作簿 / a configured workbook
"""

SHOWN = ("tab", "cell", "row", "column", "value", "code", "message")
"""What the document tells of a problem."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments."""
    parser.epilog = EXAMPLES
    parser.add_argument("workbook", metavar="WORKBOOK", help="文件,或配置里的名字 / a file, or a configured name")
    parser.add_argument("--tab", help="只查这张表 / this tab only")
    add_today(parser)


def run(args: argparse.Namespace, out: Output) -> int:
    """0 when nothing is wrong (notes are fine) and nothing was left, 1 with problems or content that was not checked.

    Raises X-012 for an unknown `--tab`.
    """
    gc.disable()  # a large tab makes millions of small values that live until it is told; the process ends with it
    config = policy_in_force(args, out)
    known = {book.name: config.folder / book.path for book in config.site.workbooks}
    path = known.get(args.workbook, Path(args.workbook))
    store = FileStore(path)
    other, day = elsewhere(store, config), today(args, config)
    names = [args.tab] if args.tab is not None else store.tabs()
    tabs = []
    for name in names:
        try:
            grid = store.read(name)
        except Error as error:
            if args.tab is not None:
                raise
            tabs.append(unread(name, error, path.name))
        else:
            tabs.append(check_tab(grid, config, day, other, file=path.name))
    if out.as_json:  # of a large tab that is wrong everywhere the document is the dearest part
        out.json(_document(tabs, out.lang))
    for tab in tabs:
        _show(tab, out)
    _sum_up(tabs, out)
    return int(any(tab.mistakes or tab.left for tab in tabs))


def _document(tabs: list[TabCheck], lang: str) -> dict[str, Any]:
    return {
        "problems": [_problem(item, lang) for tab in tabs for item in tab.problems],
        "unchecked": [{"tab": tab.tab, "why": item.message(lang)} for tab in tabs for item in tab.unchecked],
    }


def _problem(problem: Problem, lang: str) -> dict[str, Any]:
    told = problem.as_json(lang)
    return {name: told[name] for name in SHOWN}


def _show(tab: TabCheck, out: Output) -> None:
    """The tab's sentence, what was checked, what was not, and each kind of problem with its first places."""
    hidden = ("(隐藏的表)", " (hidden)") if tab.hidden else ("", "")
    out.say(f"{tab.tab}{hidden[0]}:{tab.title.zh}", f"{tab.tab}{hidden[1]}: {tab.title.en}")
    if tab.rows:
        out.say(f"  {tab.scope.zh}", f"  {tab.scope.en}")
        for item in tab.unchecked:
            out.say(
                f"  没有检查 {item.code.id} {item.message('zh')}", f"  not checked {item.code.id} {item.message('en')}"
            )
    for group in grouped(tab.problems):
        for problem in group[:FIRST]:
            out.line(f"  {problem.text(out.lang)}")
        if rest := group[FIRST:]:
            cells = "、".join(str(problem.cell) for problem in rest[:FIRST])
            out.say(
                f"    …… {rest[0].code.id} 还有 {len(rest)} 处:{cells} ……(--json 有全部)",
                f"    … {len(rest)} more of {rest[0].code.id}: {cells} … (--json has them all)",
            )


def _sum_up(tabs: list[TabCheck], out: Output) -> None:
    rows, problems = sum(tab.rows for tab in tabs), sum(tab.mistakes for tab in tabs)
    full = [tab.tab for tab in tabs if tab.is_full and tab.rows and not tab.left]
    left = [tab.tab for tab in tabs if tab.left]
    if not rows and not left:
        out.say("没有内容可查。", "There is nothing to check.")
        return
    good = Text("查过的没有发现错误", "no mistake in what was looked at") if left else Text("没有问题", "no problem")
    found = Text(f"{problems} 处问题", f"{problems} problems") if problems else good
    zh = f"完整检查了 {len(full)} 张表({'、'.join(full) or '无'}),共看了 {rows} 行:{found.zh}"
    en = f"{len(full)} tabs checked in full ({', '.join(full) or 'none'}), {rows} rows looked at: {found.en}"
    if left:
        zh += f";没有查完的表 {len(left)} 张:{'、'.join(left)}"
        en += f"; {len(left)} tabs not fully checked: {', '.join(left)}"
    out.say(f"{zh}。", f"{en}.")
