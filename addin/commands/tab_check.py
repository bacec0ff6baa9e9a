"""One tab checked: what is wrong, what was checked, and what was not and why.

Only a tab whose full schema is known can be without problems; of any other it is said what was looked at by its
titles. Nothing is passed over in silence: a tab without a header, columns that no check reads, checks that lack a
column, formulas without a result.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from addin.commands import stocking_check
from addin.commands.checklist_checks import checklist_problems
from addin.commands.column_check import K_LIMIT, K_TYPE, column_problems
from addin.commands.columns import Columns, Gaps
from addin.commands.command import Selection
from addin.commands.formulas_to_values import HEADER as KEPT_HEADER
from addin.commands.formulas_to_values import KEPT_TAB
from addin.commands.left_out import (
    K_EMPTY,
    K_NO_RESULT,
    K_NO_ROWS,
    K_OURS,
    K_UNKNOWN,
    MATTERS,
    S_UNREAD,
    gaps_of,
    some,
    unchecked,
)
from addin.commands.rule_checks import rule_problems
from addin.commands.schema_check import schema_problems
from addin.commands.sheet_checks import Elsewhere, SheetCheck
from addin.commands.tables import HEADER_SEARCH, K_NO_HEADER, Line, TabTable, is_blank, table_of
from addin.native.rulebook import RULES_TAB, RULES_TITLES
from addin.registry.headers import TITLES
from rules.errors import Code, Error, Text
from rules.policy.loader import Config
from sheets_schema.cells import clean
from sheets_schema.grid.address import cell_name
from sheets_schema.grid.contents import Grid
from sheets_schema.problems import Problem

SHEET_CHECKS = (stocking_check.CHECK,)
"""The checks of whole rows, each beside what it is about. A new one is a module and a name here."""
RESULT_TAB = "校验结果"
RESULT_HEADER = ("代码", "位置", "列", "值", "问题", "怎么办")
OURS = {RESULT_TAB: RESULT_HEADER, KEPT_TAB: KEPT_HEADER, RULES_TAB: RULES_TITLES}
"""Tabs that this program makes, each with its header."""
TOTALS = frozenset({"合计", "总计", "小计", "共计", "汇总", "total", "sum", "totals"})
"""How the first cell of a row of totals reads."""


@dataclass(frozen=True)
class TabCheck:
    """What a check of a tab came to.

    `is_full` where its whole schema is known; `rules` are what was checked, `columns` how many of its columns were
    read; `unchecked` are problems in form: a code, a place and why.
    """

    tab: str
    rows: int = 0
    is_full: bool = False
    columns: int = 0
    rules: tuple[Text, ...] = ()
    problems: tuple[Problem, ...] = ()
    unchecked: tuple[Problem, ...] = ()
    hidden: bool = False

    @property
    def left(self) -> tuple[Problem, ...]:
        """What leaves something unchecked that stands in the tab."""
        return tuple(item for item in self.unchecked if item.code.id in MATTERS)

    @property
    def is_good(self) -> bool:
        """Whether everything in a tab of known schema was checked, and nothing is wrong."""
        return bool(self.is_full and self.rows and not self.mistakes and not self.left)

    @property
    def mistakes(self) -> int:
        """The problems that are more than a note."""
        return sum(not problem.is_note for problem in self.problems)

    @property
    def title(self) -> Text:
        """The sentence about the tab; the words for “no problem” only where all of it is good."""
        if not self.rows:
            return Text(self.unchecked[0].message("zh"), self.unchecked[0].message("en"))
        zh, en = f"查了 {self.rows} 行", f"{self.rows} rows checked"
        if self.mistakes:
            zh, en = f"{zh},{self.mistakes} 处问题", f"{en}: {self.mistakes} problems"
        elif self.is_good:
            zh, en = f"{zh},没有问题", f"{en}: no problem"
        else:
            zh, en = f"{zh},查过的没有发现错误", f"{en}: no mistake in what was looked at"
        if notes := len(self.problems) - self.mistakes:
            zh, en = f"{zh},{notes} 处提醒", f"{en}, {notes} notes"
        if self.unchecked:
            zh, en = f"{zh};{len(self.unchecked)} 项没有检查", f"{en}; {len(self.unchecked)} things not checked"
        return Text(zh, en)

    @property
    def scope(self) -> Text:
        """What was checked: columns and rules; empty where nothing was."""
        if not self.rules:
            return Text("", "")
        zh, en = "、".join(rule.zh for rule in self.rules), ", ".join(rule.en for rule in self.rules)
        return Text(f"查了 {self.columns} 列:{zh}", f"{self.columns} columns: {en}")


def check_tab(
    grid: Grid, config: Config, today: date, other: Elsewhere, *, file: str = "", selection: Selection | None = None
) -> TabCheck:
    """Everything about one tab, its problems in the order of the sheet."""

    def nothing(code: Code, **facts: object) -> TabCheck:
        return TabCheck(
            grid.name, unchecked=(Problem(code, file or None, grid.name, facts=dict(facts)),), hidden=grid.hidden
        )

    if is_ours(grid):
        return nothing(K_OURS)
    content = sum(not all(map(is_blank, row)) for row in grid.rows)
    if not content and not grid.formulas:
        return nothing(K_EMPTY)
    try:
        table = _without_totals(table_of(grid, config, file, selection))
    except Error as error:
        if error.code is not K_NO_HEADER:
            raise
        return nothing(K_UNKNOWN, found=HEADER_SEARCH, count=content or len({row for row, _ in grid.formulas}))
    if not table.lines:
        silent = [cell_name(*place) for place in sorted(grid.formulas) if place[0] > table.header_row]
        return nothing(K_NO_RESULT, count=len(silent), cells=some(silent)) if silent else nothing(K_NO_ROWS)
    return replace(_checked(table, config, today, other), hidden=grid.hidden)


def unread(tab: str, error: Error, file: str) -> TabCheck:
    """A tab that can't be read while others can: its content is left."""
    found = Text(*(f"{error.code.id} {error.message(lang)}" for lang in ("zh", "en")))
    return TabCheck(tab, unchecked=(Problem(S_UNREAD, file, tab, facts={"found": found}),))


def is_ours(grid: Grid) -> bool:
    """Whether this program made a tab: its name, and the header that it writes there."""
    header = OURS.get(grid.name)
    return header is not None and any(tuple(row[: len(header)]) == header for row in grid.rows[:HEADER_SEARCH])


def _checked(table: TabTable, config: Config, today: date, other: Elsewhere) -> TabCheck:
    columns, gaps = Columns(table, config.rules, today), Gaps()
    found, ran, read = rule_problems(columns, gaps)
    told = {problem.cell for problem in found}
    found += [
        *schema_problems(table, config),
        *(problem for problem in column_problems(columns, gaps) if problem.cell not in told or not _is_form(problem)),
        *checklist_problems(columns, gaps),
    ]
    fitting = [check for check in SHEET_CHECKS if check.fits(table)]
    for check in SHEET_CHECKS:
        if check in fitting:
            ran.append(check.name)
            found += check.run(columns, other, gaps)
        elif table.known.name == check.sheet.name:
            _miss(check, table, gaps)
    known = {at for title in columns.checked_titles if (at := table.place(title)) is not None}
    if config.site.stores and table.stores is not None:
        known.add(table.stores)
        ran.append(Text("店名", "stores"))
    rules = [*_general(table), *ran]
    left_out = [*unchecked(table, config, known | read, rules), *gaps_of(table, gaps)]
    for check in fitting:
        left_out += check.not_compared(table, other)
    is_full = table.sheet is not None
    return TabCheck(
        table.tab,
        len(table.lines),
        is_full,
        len(known | read),
        tuple(rules),
        tuple(sorted(found, key=_place)),
        tuple(left_out),
    )


def _is_form(problem: Problem) -> bool:
    """Whether it is about the form of a cell alone: a rule's word on the same cell says more."""
    return problem.code in (K_TYPE, K_LIMIT)


def _without_totals(table: TabTable) -> TabTable:
    """A table without the rows of totals at its end: sums are no rows of it."""
    end = len(table.all_lines)
    while end and _is_total(table.all_lines[end - 1]):
        end -= 1
    if end == len(table.all_lines):
        return table
    last = table.all_lines[end - 1].number if end else table.header_row
    lines = tuple(line for line in table.lines if line.number <= last)
    return replace(table, lines=lines, all_lines=table.all_lines[:end])


def _is_total(line: Line) -> bool:
    first = next((cell for cell in line.cells if not is_blank(cell)), None)
    return isinstance(first, str) and clean(first).rstrip(":：").casefold() in TOTALS


def _miss(check: SheetCheck, table: TabTable, gaps: Gaps) -> None:
    """The columns without which the rows of a tab can't be checked as a whole."""
    for field in check.needs:
        if table.place(TITLES[field][0]) is None:
            gaps.note(TITLES[field][0], check.name)


def _general(table: TabTable) -> list[Text]:
    """What is checked of every tab, and of one that is known."""
    said = [Text("错误值", "error values")]
    if any(table.place(column.title) is not None for column in table.known.columns):
        said += [Text("类型、选项、必填", "types, choices, blanks")]
    if table.sheet is not None:
        said += [Text("表头", "titles"), Text("键重复", "doubled keys")]
    return said


def _place(problem: Problem) -> tuple[int, int, str]:
    """Row by row from the left: of two cells of a row the one with the shorter address stands before."""
    return problem.row or 0, len(problem.cell or ""), problem.cell or ""
