"""What `qlc sync` prints: rounds, conflicts, history, in the words of the trade."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Any

from console.conflict_lists import show_found, text
from console.output import Output
from rules.errors import Error
from sheets_schema.cells import plain
from sheets_schema.problems import Problem
from sync.plan.change import KEPT, Change
from sync.round.report import BookReport, RoundReport, errors_of
from sync.round.undo import UndoReport
from sync.state.database import State
from sync.state.journal import key_of, row_of, value_of
from sync.tab.adopt import WORDS, Adoption, Choice, ColumnAdoption

SHOWN = 12
"""Cells, conflicts and problems shown per workbook before `…`; --json has all."""


def show_round(report: RoundReport, out: Output) -> None:
    """The readable diff of a round or a plan."""
    title = (
        ("计划(未写入)", "Plan (nothing written)")
        if report.round is None
        else (f"第 {report.round} 轮", f"Round {report.round}")
    )
    out.say(*title)
    for file in report.files:
        out.line(f"  + {file['report']}  {file['file']}  {file['rows']} 行/rows  数据截至 {file['as_of']}")
    findings: list[Error | Problem] = [*report.held, *report.problems]
    for finding in findings:
        out.line(f"  ! {finding.text(out.lang)}")
    for book in report.workbooks:
        _show_book(book, out)
    if any(book.ran for book in report.workbooks) and not any(book.as_of for book in report.workbooks):
        out.say(
            "没有用到任何导出(没有新的,也没有以前收下的):没有和 ERP 比过。",
            "No export was used, new or kept: nothing was compared with the ERP.",
        )


def _show_book(book: BookReport, out: Output) -> None:
    out.line()
    out.say(
        f"《{book.name}》 写入 {book.writes} 格,追加 {book.appends} 行,计算 {book.count('computed')} 格,"
        f"标记 {book.count('mark')} 行,冲突 {len(book.conflicts)},跳过 {book.skipped},问题 {len(book.problems)},"
        f"拒绝 {len(list(errors_of(book)))}",
        f"{book.name}: {book.writes} cells written, {book.appends} rows appended, {book.count('computed')} computed, "
        f"{book.count('mark')} marked, {len(book.conflicts)} conflicts, {book.skipped} skipped, "
        f"{len(book.problems)} problems, {len(list(errors_of(book)))} refused",
    )
    if not book.ran and not book.adoption:
        out.say("  没有一张表参与:什么都没有比过", "  no tab took part: nothing was compared")
    by_column: dict[tuple[str, str, str], list[Change]] = {}
    for change in book.changes:
        if change.kind != "append":
            by_column.setdefault((change.tab, change.column, change.kind), []).append(change)
    for (tab, column, _), changes in sorted(by_column.items()):
        shown = ",".join(f"{c.cell} {text(c.before)}→{text(c.after)}" for c in changes[:2])
        out.line(f"  ~ {tab} · {column}  ×{len(changes)}  {shown}{' …' if len(changes) > 2 else ''}")
    appended = {(change.tab, change.key): change for change in book.changes if change.kind == "append"}
    for (tab, key), change in list(appended.items())[:3]:
        out.line(f"  + {tab}  {' / '.join(map(text, key))}  ({change.cell})")
    if len(appended) > 3:
        out.line(f"  + … {len(appended)} 行/rows")
    show_found(book, out, SHOWN)
    findings: list[Error | Problem] = [*book.problems[:SHOWN], *errors_of(book)]
    for finding in findings:
        out.line(f"  ! {finding.text(out.lang)}")
    for tab, lines in book.paste.items():
        out.say(f"  可粘贴到 {tab} 的行:", f"  rows to paste into {tab}:")
        for line in lines[:SHOWN]:
            out.line(f"    {line}")
    hidden = len(book.problems) - SHOWN
    if hidden > 0:
        out.say(f"  … 另有 {hidden} 条(--json 看全部)", f"  … {hidden} more (--json shows all)")
    if book.backup:
        out.say(f"  备份:{book.backup}", f"  backup: {book.backup}")


def show_adoption(columns: Sequence[ColumnAdoption], wanted: Adoption, out: Output) -> None:
    """Per column: blanks to fill, cells that differ, and the choice."""
    rows = [
        (item.tab, item.column, item.fill, item.differ, _choice_word(wanted.choice(item.tab, item.column), out))
        for item in columns
    ]
    head = (
        ("表", "列", "将填空格", "与ERP不同", "选择")
        if out.lang == "zh"
        else ("tab", "column", "blanks to fill", "differ", "choice")
    )
    out.table(rows, head)


def _choice_word(choice: Choice, out: Output) -> str:
    return WORDS[choice].say(out.lang)


def ask_choices(columns: Sequence[ColumnAdoption], wanted: Adoption, out: Output) -> Adoption:
    """Asks on the terminal for each column that differs; an empty answer keeps the shown choice."""
    chosen = dict(wanted.columns)
    for item in columns:
        if item.differ:
            out.say(
                f"{item.tab}.{item.column}:{item.differ} 格不同。用表格 / 用ERP / 逐格?",
                f"{item.tab}.{item.column}: {item.differ} cells differ. sheet / erp / ask?",
            )
            answer = sys.stdin.readline().strip()
            if answer:
                chosen[item.tab, item.column] = Choice.parse(answer)
    return Adoption(wanted.default, chosen)


def confirm(out: Output) -> bool:
    """Asks whether to go on; only a clear yes counts."""
    out.say("写入吗?(是/否)", "Write? (yes/no)")
    return sys.stdin.readline().strip().lower() in ("是", "y", "yes")


KINDS = {"sync": "同步", "adopt": "接管", "undo": "撤销"}


def show_history(state: State, limit: int, out: Output) -> int:
    """Rounds that changed something, newest first; the numbers of `rules:` that each was the first to use."""
    changed: dict[int, list[dict[str, Any]]] = {}
    for row in state.numbers.changes():
        changed.setdefault(row.round, []).append({"key": row.key, "before": row.before, "after": row.after})
    rounds, written = [], state.journal.counts(limit)
    for row in state.journal.rounds(limit):
        books = [
            {
                "workbook": book.workbook,
                "state": book.state,
                "written": written.get((row.id, book.workbook), 0),
                "went_back": book.went_back,
            }
            for book in state.journal.books(row.id)
        ]
        rounds.append(
            {
                "round": row.id,
                "kind": row.kind,
                "started": row.started,
                "finished": row.finished,
                "closed_by": row.closed_by,
                "undone_round": row.undone,
                "who": row.who,
                "workbooks": books,
                "rules": changed.get(row.id, []),
            }
        )
    out.json(rounds)
    if not rounds:
        out.say("还没有同步过。", "Nothing was synced yet.")
    for item in rounds:
        _show_round_line(item, out)
    return 0


def _show_round_line(item: dict[str, Any], out: Output) -> None:
    kind = KINDS[item["kind"]] if out.lang == "zh" else item["kind"]
    what = "; ".join(f"{book['workbook']} {book['written']} ({book['state']})" for book in item["workbooks"])
    who = f"  {item['who']}" if item["who"] else ""
    out.line(f"{item['round']:>4}  {item['started'][:19]}Z  {kind}{who}  {what}")
    if item["closed_by"]:
        out.say(
            f"      中断了,由第 {item['closed_by']} 轮收尾", f"      was cut off; round {item['closed_by']} cleared up"
        )
    for book in item["workbooks"]:
        if book["went_back"]:
            out.say(
                f"      《{book['workbook']}》是旧副本,回到了第 {book['went_back']} 轮之前",
                f"      {book['workbook']} was an older copy: back to before round {book['went_back']}",
            )
    for rule in item["rules"]:
        change = f"{rule['key']} {rule['before'] or '∅'}→{rule['after'] or '∅'}"
        out.say(f"      第 {item['round']} 轮起 {change}", f"      from round {item['round']} on {change}")


def show_cells(state: State, number: int, out: Output) -> int:
    """Every cell that one round wrote."""
    cells = []
    for row in state.journal.written(number):
        whole = row.column == ""
        cells.append(
            {
                "workbook": row.workbook,
                "tab": row.tab,
                "key": [plain(part) for part in key_of(row.key)],
                "column": row.column or None,
                "cell": row.cell,
                "kind": row.kind,
                "before": None if whole else plain(value_of(row.before)),
                "after": {k: plain(v) for k, v in row_of(row.after).items()} if whole else plain(value_of(row.after)),
                "source": row.source,
                "source_sha256": row.source_sha,
            }
        )
    out.json(cells)
    for item in cells:
        change = f"{text(item['before'])} → {text(item['after'])}"
        if item["kind"] == KEPT:
            change = f"{text(item['after'])} {'保留' if out.lang == 'zh' else 'kept'}"
        out.line(f"{item['tab']}!{item['cell']}  {item['column'] or '(行/row)'}  {change}  {item['source'] or ''}")
    return 0


def show_undo(report: UndoReport, out: Output) -> None:
    """What was restored and what a person had changed since."""
    out.say(
        f"撤销第 {report.undone} 轮:恢复 {report.restored} 格,清空 {report.removed} 行,保留 {len(report.kept)} 格(之后被改过)",
        f"Round {report.undone} taken back: {report.restored} cells restored, {report.removed} rows emptied, "
        f"{len(report.kept)} kept (changed since)",
    )
    if report.reopened:
        out.say(
            f"  重新打开 {report.reopened} 个冲突(qlc sync conflicts)", f"  {report.reopened} conflicts are open again"
        )
    for item in report.kept[:SHOWN]:
        place = item["cell"] or " / ".join(map(text, item["key"]))
        out.line(f"  = {item['tab']}!{place} {item['column'] or ''}  {text(item['now'])}")
    for error in report.refused:
        out.line(f"  ! {error.text(out.lang)}")
