"""撤销上次同步: takes the last round back; what people changed since then stays."""

from __future__ import annotations

from typing import Any

from addin.commands.at_server import by_server
from addin.commands.command import ButtonReport, Command, Desk, Preview, ShownChange
from addin.commands.syncing import as_problem, documents, open_state, place_of, shown
from rules.errors import Code, Text
from rules.policy.loader import Config
from sheets_schema.cells import cell_value
from sheets_schema.problems import Problem
from sync.plan.change import Change
from sync.round.undo import UndoReport, undo

K_KEPT = Code(
    "K-061",
    "同步之后改过,现在是 {found},保持不动",
    "changed since the sync ({found} now) and left as it is",
    "要退回就自己改",
    "change it yourself to have the old value back",
)
WHOLE_ROW = Text("清空追加的行", "the appended row is emptied")


def run(desk: Desk) -> Preview:
    """The cells that would be put back, and on confirmation the undo of that very round.

    It is the last that wrote into this workbook; in any other document the last of all.

    Raises:
        Error: T-020 there is no round to take back; K-060 nothing is configured to be synced.
    """
    stores, only = documents(desk)
    with open_state(desk.config) as state:
        seen = undo(desk.config, state, workbook=next(iter(only), None), dry_run=True, stores=stores)

    def finish() -> ButtonReport:
        with open_state(desk.config) as state:
            done = undo(desk.config, state, seen.undone, stores=stores, who=desk.who)
        title = Text(
            f"撤销了第 {done.undone} 轮:恢复 {done.restored} 格,清空 {done.removed} 行,重新打开 {done.reopened} 个冲突",
            f"round {done.undone} taken back: {done.restored} cells restored, {done.removed} rows emptied, "
            f"{done.reopened} conflicts open again",
        )
        return _report(desk.config, title, done)

    title = Text(
        f"撤销第 {seen.undone} 轮:退回 {seen.restored} 格,清空 {seen.removed} 行,保留 {len(seen.kept)} 处",
        f"round {seen.undone}: {seen.restored} cells to put back, {seen.removed} rows to empty, {len(seen.kept)} kept",
    )
    return Preview(_report(desk.config, title, seen), finish=finish if seen.cells or seen.reopened else None)


def _report(config: Config, title: Text, report: UndoReport) -> ButtonReport:
    changes = tuple(_change(config, workbook, cell) for workbook, cell in report.cells)
    problems = [*map(_kept, report.kept), *map(as_problem, report.refused)]
    return ButtonReport(title, changes, tuple(problems))


def _change(config: Config, workbook: str, cell: Change) -> ShownChange:
    place = place_of(config, workbook, cell.tab, cell.cell)
    if not cell.column:
        row = ";".join(f"{title} {shown(value)}" for title, value in cell.raw.items())
        return ShownChange(place, row, None, WHOLE_ROW)
    return ShownChange(place, cell_value(cell.before), cell_value(cell.after))


def _kept(item: dict[str, Any]) -> Problem:
    found = item["now"]
    return Problem(
        K_KEPT, None, item["tab"], item["cell"], column=item["column"], value=found, facts={"found": shown(found)}
    )


COMMAND = Command("undo_sync", by_server("undo_sync", run))
