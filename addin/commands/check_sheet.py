"""检查本表: every problem of the tab on a sheet of its own, with links to the cells. Marks nothing in the tab."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from addin.commands.command import ButtonReport, Command, Desk, Plan, Preview
from addin.commands.list_tab import existing, link, rewritten
from addin.commands.stocking_check import elsewhere
from addin.commands.tab_check import RESULT_HEADER, RESULT_TAB, TabCheck, check_tab
from rules.errors import Text
from sheets_schema.cells import CellError
from sheets_schema.grid.address import parse_cell
from sheets_schema.grid.edits import CellEdit, NewTab
from sheets_schema.problems import Problem

WIDTHS = (9, 22, 14, 24, 60, 60)
MOST = 10_000
"""Rows on the result tab; the report has them all."""
FIRST = 3
"""Places of a problem that stand together at the top; the others follow below."""


def run(desk: Desk) -> Preview:
    """Lists the problems of the selected rows (a single cell: of the tab) on `校验结果`, and what was not checked.

    What was not checked stands first, then the problems, those of whole columns and the most frequent before
    others, notes last. Raises X-012 for an unknown tab, K-013 where somebody has a tab of that name.
    """
    grid = desk.store.read(desk.selection.tab)
    other = elsewhere(desk.store, desk.config)
    checked = check_tab(grid, desk.config, desk.today, other, file=desk.file, selection=desk.selection)
    groups = grouped(checked.problems)
    edits: list[CellEdit] = []
    tabs: list[NewTab] = []
    listed = bool(checked.rows and (groups or checked.unchecked))
    if listed or (checked.rows and existing(desk.store, RESULT_TAB)):
        edits, tabs = rewritten(desk.store, RESULT_TAB, _rows(checked, groups), widths=WIDTHS)
    plan = Plan(desk.store.version(), tuple(edits), new_tabs=tuple(tabs))
    details = list(_told(checked))
    if listed:
        details.append(Text(f"问题列在表“{RESULT_TAB}”", f"the problems go to the tab “{RESULT_TAB}”"))
    title = Text(f"{checked.tab}:{checked.title.zh}", f"{checked.tab}: {checked.title.en}")
    worst = tuple(problem for group in groups for problem in group)
    report = ButtonReport(title, problems=(*checked.left, *worst), details=tuple(details))
    closing = ButtonReport(title, details=tuple(details))
    return Preview(report, plan, finish=None if plan.writes_nothing else lambda: closing)


def grouped(problems: Sequence[Problem]) -> list[list[Problem]]:
    """The same problem of the same column together, worst first: of whole columns, then the most frequent, notes last."""
    groups: dict[tuple[str, str | None, bool], list[Problem]] = {}
    for problem in problems:
        groups.setdefault((problem.code.id, problem.column, problem.cell is None), []).append(problem)
    return sorted(groups.values(), key=lambda group: (group[0].is_note, group[0].cell is not None, -len(group)))


def _told(checked: TabCheck) -> list[Text]:
    return [text for text in (checked.scope, *_reasons(checked)) if text.zh]


def _reasons(checked: TabCheck) -> list[Text]:
    said = ((item.message("zh"), item.message("en")) for item in checked.unchecked) if checked.rows else ()
    return [Text(f"没有检查:{zh}", f"not checked: {en}") for zh, en in said]


def _rows(checked: TabCheck, groups: Sequence[Sequence[Problem]]) -> list[tuple[Any, ...]]:
    """Head, sentence, what was not checked, each group with its first places; then the places that are left."""
    rows: list[tuple[Any, ...]] = [RESULT_HEADER]
    rows.append((None, link(checked.tab, 1, 0), None, None, checked.title.zh, checked.scope.zh or None))
    rows += [_row(checked.tab, item, prefix="没有检查:") for item in checked.unchecked]
    later: list[Problem] = []
    for group in groups:
        if len(group) > FIRST:
            head = group[0]
            rows.append((head.code.id, None, head.column, None, f"共 {len(group)} 处,前 {FIRST} 处如下", None))
        rows += [_row(checked.tab, problem) for problem in group[:FIRST]]
        later += group[FIRST:]
    room = max(0, MOST - len(rows))
    if later:
        rows.append((None, None, None, None, f"其余 {len(later)} 处:", None))
    rows += [_row(checked.tab, problem) for problem in later[:room]]
    if len(later) > room:
        rows.append((None, None, None, None, f"还有 {len(later) - room} 处没有列出", None))
    return rows


def _row(tab: str, problem: Problem, prefix: str = "") -> tuple[Any, ...]:
    at = parse_cell(problem.cell) if problem.cell else None
    row, column = at or (problem.row or 1, 0)
    what, todo = problem.parts()
    value = str(problem.value) if isinstance(problem.value, (str, CellError)) else problem.value
    cells = (problem.column, value, f"{prefix}{what}", todo or None)
    return problem.code.id, link(tab, row, column), *(_whole(cell) for cell in cells)


def _whole(cell: Any) -> Any:
    """A cell that can be written: half a surrogate pair can't."""
    return cell.encode("utf-8", "replace").decode() if isinstance(cell, str) else cell


COMMAND = Command("check_sheet", run)
