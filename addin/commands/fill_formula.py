"""填充公式: one of our functions down a column, its arguments by the headers; as formulas, one array, or values."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from addin.commands.command import Ask, ButtonReport, Command, Desk, Plan, Preview, Question, ShownChange
from addin.commands.filling import Target, changes, fill, shown
from addin.commands.rows import RowFunction, fitting
from addin.commands.tables import TabTable, read_table
from addin.functions.evaluate import evaluate
from addin.registry.catalogue import ENTRIES
from addin.registry.entry import Entry, Shape
from rules.answer import Answer, Fault
from rules.errors import Code, Error, Text
from rules.policy.models import Rules
from sheets_schema.grid.address import Range, letters
from sheets_schema.grid.edits import ArrayFormula, CellEdit, DatedFormula, Formula
from sheets_schema.problems import Problem

K_NO_FUNCTION = Code(
    "K-015",
    "表头凑不齐任何一个函数的参数",
    "the headers hold the arguments of no function",
    "要有成套的列,如 品类和渠道、发货日和渠道、品牌品名站点、货件号FBA仓追踪编号",
    "columns that belong together are needed, such as 品类 and 渠道, or 发货日 and 渠道",
)
K_TAKEN_CELLS = Code(
    "K-016",
    "{found} 里已有内容,放不下一个数组公式",
    "{found} is not empty; an array formula does not fit",
    "选一个空列,或改用每行一个公式",
    "choose an empty column, or one formula per row",
)
K_DATED_ARRAY = Code(
    "K-017",
    "{found} 的答案是日期,不能做成一个数组公式",
    "{found} answers dates, which an array formula would show as numbers",
    "改用每行一个公式或数值",
    "use one formula per row, or values",
)
K_ANSWER = Code(
    "K-018",
    "“{found}”不能用来填充这张表",
    "“{found}” cannot be used on this tab",
    "从列出的选项里选",
    "choose one of those listed",
)

_ANY_DAY = date(2025, 4, 3)
AUTO, NEW = "auto", "new"
FORMULAS, ARRAY, VALUES = "formulas", "array", "values"
HOW = (
    (FORMULAS, Text("每行一个公式", "one formula per row")),
    (ARRAY, Text("整列一个数组公式(行多时更快)", "one array formula (quicker with many rows)")),
    (VALUES, Text("只填数值(以后不再变)", "values (they stay as they are)")),
)


def run(desk: Desk) -> Preview:
    """Asks for function, way and column; then fills the empty cells of that column in the selected rows.

    Raises K-015 where no function fits, K-016 and K-017 where an array cannot be, K-018 for an answer
    that was not offered.
    """
    table = read_table(desk)
    functions = _best_first(table, desk)
    if not functions:
        raise Error(K_NO_FUNCTION, file=desk.file or None, tab=table.tab)
    if not {"function", "how", "column"} <= desk.answers.keys():
        title = Text(f"{len(functions)} 个函数可以填", f"{len(functions)} functions can be filled in")
        return Preview(ButtonReport(title), questions=tuple(_questions(table, functions)))
    function = next((item for item in functions if item.entry.name == desk.answers["function"]), None)
    if function is None:
        raise Error(K_ANSWER, found=desk.answers["function"])
    goal = _target(table, function, str(desk.answers["column"]))
    how = desk.answers["how"]
    if how == VALUES:
        return _values(desk, table, function, goal)
    if how == ARRAY:
        return _array(desk, table, function, goal)
    if how == FORMULAS:
        return _formulas(desk, table, function, goal)
    raise Error(K_ANSWER, found=how)


def _best_first(table: TabTable, desk: Desk) -> list[RowFunction]:
    """Functions for a column: the one that the selected column is named after, then those with a column of their own."""
    entries = [entry for entry in ENTRIES if entry.shape is Shape.MAP]
    chosen = table.titles.get(desk.selection.left)

    def rank(item: RowFunction) -> int:
        own = _own(table, item)
        return 0 if own is not None and table.titles.get(own) == chosen else 1 if own is not None else 2

    return sorted(fitting(table, entries), key=rank)


def _own(table: TabTable, function: RowFunction) -> int | None:
    """The column that bears a function's name, unless it is one of its arguments."""
    try:
        column = table.titled((function.entry.alias_zh, function.entry.name))
    except Error:
        return None
    return None if column in function.columns else column


def _questions(table: TabTable, functions: list[RowFunction]) -> Iterator[Question]:
    named = tuple((item.entry.name, _label(table, item)) for item in functions)
    yield Question("function", Text("填哪个函数", "which function"), Ask.CHOICE, named, named[0][0])
    yield Question("how", Text("怎么填", "how"), Ask.CHOICE, HOW, FORMULAS)
    columns = [
        (AUTO, Text("用函数名那一列,没有就加新列", "the column named after the function, else a new one")),
        (NEW, Text("在最右边加新列", "a new column on the right")),
    ]
    columns += [
        (letters(at), Text(f"{letters(at)} 列 {title}", f"column {letters(at)} {title}"))
        for at, title in table.titles.items()
        if any(table.is_empty(line.number, at) for line in table.lines)
    ]
    yield Question("column", Text("填到哪一列", "which column"), Ask.CHOICE, tuple(columns), AUTO)


def _label(table: TabTable, function: RowFunction) -> Text:
    words = "、".join(table.titles[column] for column in function.columns if column is not None)
    entry = function.entry
    return Text(f"{entry.alias_zh} {entry.name}({words})", f"{entry.name}({words})")


def _target(table: TabTable, function: RowFunction, word: str) -> Target:
    entry = function.entry
    if word == AUTO:
        own = _own(table, function)
        word = NEW if own is None else letters(own)
    if word == NEW:
        return Target(table.free_column, entry.alias_zh, is_new=True)
    column = next((at for at in table.titles if letters(at) == word), None)
    if column is None or column in function.columns:
        raise Error(K_ANSWER, found=word)
    return Target(column, table.titles[column])


def _formulas(desk: Desk, table: TabTable, function: RowFunction, goal: Target) -> Preview:
    dated = answers_dates(function.entry, desk.config.rules)
    made: dict[int, Formula] = {}
    for line in table.lines:
        if goal.is_new or table.is_empty(line.number, goal.column):
            text = function.formula(line.number)
            made[line.number] = DatedFormula(text, dated) if dated else Formula(text)
    edits = fill(table, goal, made)
    title = Text(f"{goal.title}:填 {len(made)} 个公式", f"{goal.title}: {len(made)} formulas")
    return _preview(desk, ButtonReport(title, changes(edits), (), _kept(table, made)), edits)


def _array(desk: Desk, table: TabTable, function: RowFunction, goal: Target) -> Preview:
    if answers_dates(function.entry, desk.config.rules):
        raise Error(K_DATED_ARRAY, found=function.entry.name)
    numbers = [line.number for line in table.lines]
    area = Range(min(numbers, default=0), goal.column, max(numbers, default=0), goal.column)
    if not numbers or not all(table.is_empty(*place) for place in area.cells()):
        raise Error(K_TAKEN_CELLS, file=desk.file or None, tab=table.tab, found=str(area))
    formula = ArrayFormula(function.formula(area.top, area.bottom), str(area))
    edits = fill(table, goal, {area.top: formula})
    shown_changes = (*changes(edits[:-1]), ShownChange(f"{table.tab}!{area}", None, f"{{{shown(formula)}}}"))
    title = Text(
        f"{goal.title}:一个数组公式,{len(numbers)} 行", f"{goal.title}: one array formula, {len(numbers)} rows"
    )
    return _preview(desk, ButtonReport(title, shown_changes), edits)


def _values(desk: Desk, table: TabTable, function: RowFunction, goal: Target) -> Preview:
    here = desk.here
    made: dict[int, Any] = {}
    problems: list[Problem] = []
    marked = 0
    free = [line for line in table.lines if goal.is_new or table.is_empty(line.number, goal.column)]
    for line in free:
        answer = function.answer(line, here)
        if isinstance(answer, Fault):
            problems.append(function.problem(table, line, answer, None if goal.is_new else goal.column))
        elif isinstance(answer, Answer) and answer.value is not None:
            made[line.number] = answer.value
            marked += bool(answer.marks)
    edits = fill(table, goal, made)
    details = list(_kept(table, dict.fromkeys(line.number for line in free)))
    if marked:
        details.append(
            Text(f"{marked} 个答案带标记(解读、估算 …),用公式填可以点开解释", f"{marked} answers carry a mark")
        )
    title = Text(f"{goal.title}:填 {len(made)} 个数值", f"{goal.title}: {len(made)} values")
    return _preview(desk, ButtonReport(title, changes(edits), tuple(problems), tuple(details)), edits)


def _kept(table: TabTable, made: dict[int, Any]) -> tuple[Text, ...]:
    kept = len(table.lines) - len(made)
    return (Text(f"{kept} 行已有内容,没有动", f"{kept} rows hold something and stay"),) if kept else ()


def _preview(desk: Desk, report: ButtonReport, edits: list[CellEdit]) -> Preview:
    return Preview(report, Plan(desk.store.version(), tuple(edits)))


def answers_dates(entry: Entry, policy: Rules) -> int:
    """1 for a function that answers days, 2 for moments, as its example does; 0 for any other."""
    value = evaluate(entry.example, policy, _ANY_DAY).value
    return 2 if isinstance(value, datetime) else int(isinstance(value, date))


COMMAND = Command("fill_formula", run)
