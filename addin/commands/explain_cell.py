"""解释此单元格: the rule, numbers and SOP lines behind a formula, or where a synced value came from."""

from __future__ import annotations

from typing import Any

from addin.commands.cell_calls import cell_calls
from addin.commands.command import Command, Desk, Preview, Report
from addin.commands.syncing import as_problem, open_state, shown, workbook_of
from addin.evaluate import evaluate
from addin.explain import explanation
from addin.explain_text import as_text
from rules.answer import Text
from rules.errors import Error
from sheets_schema.problems import Problem
from sync.backends.workbook.address import cell_name
from sync.history import C_CELL, cell_history

KINDS = {
    "cell": Text("同步写入", "written by a sync"),
    "append": Text("同步追加的行", "appended by a sync"),
    "computed": Text("同步计算", "computed by a sync"),
    "mark": Text("同步标记", "marked by a sync"),
    "manual": Text("冲突里选的手工值", "the manual value chosen for a conflict"),
    "kept": Text("冲突里选了用表格", "left as typed by a choice"),
    "again": Text("旧副本补到最新", "written again into an older copy"),
    "restore": Text("撤销同步时放回", "put back when a sync was taken back"),
}


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
        details.append(_plain(value))
    if desk.config.problem:
        problems.append(as_problem(desk.config.problem))
    return Preview(
        Report(Text(f"{place} = {shown(value)}", f"{place} = {shown(value)}"), (), tuple(problems), tuple(details))
    )


def _plain(value: Any) -> Text:
    if value is None:
        return Text("这一格是空的", "the cell is blank")
    return Text(
        "这一格是人填的内容,不是本产品的公式,也不是同步写的",
        "typed by a person: no formula of ours, and no sync wrote it",
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
            told = cell_history(desk.config, state, book.name, place, desk.store)
        except Error as error:
            if error.code is C_CELL:
                return []
            raise
    values = [shown(told[name]) for name in ("sheet", "last_agreed", "erp")]
    key = " / ".join(map(shown, told["key"]))
    lines = [
        Text(
            f"{told['tab']} · {key} · {told['column']},负责:{told['owner']}",
            f"{told['tab']} · {key} · {told['column']}, owner {told['owner']}",
        ),
        Text(
            f"表格值 {values[0]},上次一致值 {values[1]},ERP值 {values[2]}",
            f"sheet {values[0]}, last agreed {values[1]}, ERP {values[2]}",
        ),
    ]
    if told["source"]:
        lines.append(Text(f"ERP值来自 {told['source']}", f"the ERP's value is from {told['source']}"))
    if told["marks"]:
        lines.append(Text("几个 MSKU 共用同一份库存(共享)", "several MSKUs share this stock (共享)"))
    for value in told["pinned"]:
        lines.append(
            Text(
                f"ERP值 {shown(value)} 没有采用,ERP 变了再问",
                f"the ERP's {shown(value)} was turned down until it changes",
            )
        )
    return [*lines, *map(_written, told["history"])]


def _written(item: dict[str, Any]) -> Text:
    kind = KINDS[item["kind"]]
    change = f"{shown(item['before'])} → {shown(item['after'])}"
    source = f",{item['source']}" if item["source"] else ""
    return Text(
        f"第 {item['round']} 轮{kind.zh}:{change}{source}",
        f"round {item['round']}, {kind.en}: {change}{source}",
    )


COMMAND = Command("explain_cell", run)
