"""生成货件备注: the notes of overseas stocking orders, 货件号-FBA仓库号-货件追踪编号 (R02)."""

from __future__ import annotations

from addin.commands.command import ButtonReport, Command, Desk, Plan, Preview
from addin.commands.filling import changes, fill, target
from addin.commands.rows import RowFunction
from addin.commands.tables import is_blank, read_table
from addin.registry.headers import TITLES
from rules.answer import Fault
from rules.errors import Code, Text
from sheets_schema.problems import Problem

K_OTHER_NOTE = Code(
    "K-023",
    "写的是“{value}”,按本行应为 {expected}",
    "the note is “{value}”; this row makes it {expected}",
    "核对后改正;没有改动这一格",
    "check and correct it; the cell was left alone",
)


def run(desk: Desk) -> Preview:
    """Fills empty notes of the selected rows, in a new column where there is none; wrong ones are listed."""
    table = read_table(desk)
    function = RowFunction.of("SHIPNOTE", table)
    goal = target(table, TITLES["note"])
    here = desk.here
    made: dict[int, str] = {}
    problems: list[Problem] = []
    lacking = right = 0
    for line in table.lines:
        answer = function.answer(line, here)
        if answer is None:
            lacking += function.is_begun(line)
        elif isinstance(answer, Fault):
            problems.append(function.problem(table, line, answer))
        elif goal.is_new or table.is_empty(line.number, goal.column):
            made[line.number] = str(answer.value)
        elif is_blank(line.at(goal.column)) or line.at(goal.column) == answer.value:
            right += 1
        else:
            found = line.at(goal.column)
            problems.append(table.problem(K_OTHER_NOTE, line.number, goal.column, found, expected=answer.value))
    edits = fill(table, goal, made)
    details = []
    if right:
        details.append(Text(f"{right} 行的备注已经写好", f"{right} rows have their note"))
    if lacking:
        details.append(
            Text(
                f"{lacking} 行的货件号、FBA仓或追踪编号还没填", f"{lacking} rows lack shipment, warehouse or reference"
            )
        )
    title = Text(f"要填 {len(made)} 条货件备注", f"{len(made)} shipment notes to fill in")
    report = ButtonReport(title, changes(edits), tuple(problems), tuple(details))
    return Preview(report, Plan(desk.store.version(), tuple(edits)))


COMMAND = Command("shipment_notes", run)
