"""解释此单元格: the rule, numbers and SOP lines behind a formula, or where a synced value came from."""

from __future__ import annotations

from typing import Any

from addin.commands.cell_calls import cell_calls
from addin.commands.cell_told import texts
from addin.commands.command import ButtonReport, Command, Desk, Preview
from addin.commands.syncing import as_problem, documents, open_state, shown, workbook_of
from addin.functions.evaluate import evaluate
from addin.functions.explain import explanation
from addin.functions.explain_text import as_text
from rules.errors import Error, Text
from sheets_schema.grid.address import cell_name
from sheets_schema.problems import Problem
from sync.round.explain import C_CELL, explain


def run(desk: Desk) -> Preview:
    """What is known of the active cell; never an error for a cell that nothing is known of."""
    tab, row, column = desk.selection.tab, desk.selection.top, desk.selection.left
    grid = desk.store.read(tab)
    place, value = f"{tab}!{cell_name(row, column)}", grid.value(row, column)
    formula = grid.formulas.get((row, column))
    details: list[Text] = []
    problems: list[Problem] = []
    if formula is not None:
        found, problems = _formula(desk, tab, row, column, formula)
        details += found
    try:
        details += _synced(desk, place)
    except Error as error:
        problems.append(as_problem(error))
    if not details and not problems:
        details.append(_plain(desk, value))
    if desk.config.problem:
        problems.append(as_problem(desk.config.problem))
    return Preview(
        ButtonReport(
            Text(f"{place} = {shown(value)}", f"{place} = {shown(value)}"), (), tuple(problems), tuple(details)
        )
    )


def _plain(desk: Desk, value: Any) -> Text:
    if value is None:
        return Text("这一格是空的", "the cell is blank")
    if workbook_of(desk) is None:
        return Text(
            "不是本产品的公式。这个文件不在配置的 site.workbooks 里,是不是同步写的,这里不知道",
            "no formula of ours. The file is none of site.workbooks, so whether a sync wrote it is not known here",
        )
    return Text(
        "不是本产品的公式,也不在同步的表和列里:是人填的内容",
        "no formula of ours, and in no column that is synced: typed by a person",
    )


def _formula(desk: Desk, tab: str, row: int, column: int, formula: str) -> tuple[list[Text], list[Problem]]:
    details, problems = [], []
    for call in cell_calls(desk, tab, row, column, formula):
        if call.why is not None:
            problems.append(
                Problem(
                    call.why.code,
                    desk.file or None,
                    tab,
                    cell_name(row, column),
                    value=call.written,
                    facts=call.why.facts,
                )
            )
            continue
        result = evaluate(call.formula, desk.config.rules, desk.today, desk.config.site.zone)
        zh, en = (as_text(explanation(result, lang), lang) for lang in ("zh", "en"))
        details.append(Text(f"{call.written}\n{zh}", f"{call.written}\n{en}"))
    if not details and not problems:
        details.append(
            Text(
                f"表格自带的公式,没有用到本产品的函数:={formula}",
                f"a formula of the spreadsheet's own functions: ={formula}",
            )
        )
    return details, problems


def _synced(desk: Desk, place: str) -> list[Text]:
    """Where a synced cell's value came from; nothing for any other cell or document."""
    book = workbook_of(desk)
    if book is None:
        return []
    with open_state(desk.config) as state:
        try:
            return texts(explain(desk.config, state, book.name, place, documents(desk)[0]))
        except Error as error:
            if error.code is C_CELL:
                return []
            raise


COMMAND = Command("explain_cell", run)
