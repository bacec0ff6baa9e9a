"""What the buttons of 同步 share: the state, the workbook that is open, a round as a report."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from addin.commands.command import ButtonReport, Desk, ShownChange
from rules.errors import Code, Error, Text
from rules.policy.kept import is_shipped
from rules.policy.loader import Config
from rules.policy.site import AnyWorkbook
from sheets_schema.cells import cell_value, plain
from sheets_schema.problems import Problem
from sync.backends.document import DocumentStore
from sync.backends.file import FileStore
from sync.backends.port import Store
from sync.backends.sent import SentDocument
from sync.plan.change import Change
from sync.round.report import BookReport, RoundReport, errors_of
from sync.state.database import State

K_NO_SITE = Code(
    "K-060",
    "还没有设置要同步的工作簿和导出目录",
    "no workbook and inbox to sync are configured yet",
    "点“设置”看配置在哪里,填 config.yaml 的 site.workbooks 和 site.inbox",
    "“Settings” shows where the configuration is; fill site.workbooks and site.inbox in config.yaml",
)
K_AT_SERVER = Code(
    "K-107",
    "同步由服务器 {found} 来做,这台电脑上没有记录",
    "the server {found} runs the rounds; this computer remembers nothing of them",
    "到服务器上查",
    "look on the server",
)

BLANK = "∅"
LISTED = 200
"""Conflicts and pasted rows named one by one in a report."""

WHY = {
    "computed": Text("计算列", "computed column"),
    "mark": Text("同步状态", "sync status"),
    "manual": Text("冲突里选的手工值", "the manual value chosen for a conflict"),
    "again": Text("旧副本补到最新", "an older copy brought up to date"),
}


@contextmanager
def open_state(config: Config) -> Iterator[State]:
    """What is remembered between rounds. Raises K-060 where nothing is configured to be synced, K-107 where a server remembers it."""
    if config.site.server is not None:
        raise Error(K_AT_SERVER, file=config.path, found=config.site.server.url)
    if is_shipped(config.path) or not config.site.workbooks:
        raise Error(K_NO_SITE, file=config.path)
    with State.of(config) as state:
        yield state


def workbook_of(desk: Desk) -> AnyWorkbook | None:
    """The configured workbook that the open document is, known by its whole path; None when it is none.

    A program names a document that is not on disk yet by its title alone; a file is where it is.
    """
    file = Path(desk.file)
    if not file.is_absolute() and isinstance(desk.store, FileStore):
        file = desk.store.path.absolute()
    if not file.is_absolute():
        return None
    return next((book for book in desk.config.site.workbooks if _same(file, desk.config.folder / book.path)), None)


def _same(one: Path, other: Path) -> bool:
    try:
        return one.samefile(other)
    except OSError:  # one of them is not on disk
        return one.resolve() == other.resolve()


def documents(desk: Desk) -> tuple[dict[str, Store], frozenset[str]]:
    """The open document by its workbook's name, and the workbooks that a button is about.

    In a configured workbook that one alone, elsewhere all of them (an empty set). A file that no program
    has open is no document.
    """
    book = workbook_of(desk)
    if book is None:
        return {}, frozenset()
    only = frozenset({book.name})
    if isinstance(desk.store, SentDocument):
        return {book.name: desk.store}, only
    return ({book.name: DocumentStore(desk.store, book.path.name)} if is_open_document(desk, book) else {}), only


def is_open_document(desk: Desk, book: AnyWorkbook) -> bool:
    """Whether a program has the workbook open, and does not only name its file."""
    return not (isinstance(desk.store, FileStore) and _same(desk.store.path, desk.config.folder / book.path))


def shown(value: Any) -> str:
    """A value as people read it; blank is ∅."""
    value = plain(cell_value(value))
    return BLANK if value is None else str(value)


def place_of(config: Config, workbook: str, tab: str, cell: str | None) -> str:
    """A cell as people read it; with its workbook's name where several are synced, the tab alone where it is gone."""
    named = f"《{workbook}》" if len(config.site.workbooks) > 1 else ""
    place = f"{named}{tab_of(config, workbook, tab)}"
    return f"{place}!{cell}" if cell else place


def tab_of(config: Config, workbook: str, name: str) -> str:
    """What a tab of ours is called in a workbook."""
    book = next((book for book in config.site.workbooks if book.name == workbook), None)
    return name if book is None else book.tabs.get(name, name)


def round_report(config: Config, report: RoundReport, note: Text | None = None) -> ButtonReport:
    """A round, or the plan of one, as a person reads it."""
    books = report.workbooks
    problems = [*map(as_problem, report.held), *report.problems]
    for book in books:
        problems += [*book.problems, *map(as_problem, errors_of(book))]
    details = [note] if note else []
    details += [_file(file) for file in report.files]
    for book in books:
        details += _details(config, book)
    changes = tuple(_change(config, book, change) for book in books for change in book.changes)
    return ButtonReport(_title(report), changes, tuple(problems), tuple(details))


def as_problem(error: Error) -> Problem:
    """A refusal as a line of a report."""
    return Problem(error.code, error.file, error.tab, error.cell, facts={**error.facts, "cell": error.cell})


def _title(report: RoundReport) -> Text:
    """The sentence about a round; what was refused or held stands in it, or “nothing to write” would read as good."""
    written = _written(report)
    stopped = len(report.held) + sum(len(list(errors_of(book))) for book in report.workbooks)
    if not stopped:
        return written
    return Text(f"{written.zh};{stopped} 处被拒绝或没有采用", f"{written.en}; {stopped} refused or not taken")


def _written(report: RoundReport) -> Text:
    books = report.workbooks
    writes = sum(book.writes for book in books)
    computed, marks = (sum(book.count(kind) for book in books) for kind in ("computed", "mark"))
    appends, conflicts = sum(book.appends for book in books), sum(len(book.conflicts) for book in books)
    zh, en = (
        ("会写", "would write") if report.round is None else (f"第 {report.round} 轮写了", f"round {report.round}:")
    )
    if any(book.ran for book in books) and not any(book.as_of for book in books):
        return Text("没有用到任何导出,没有和 ERP 比过", "no export was used: nothing was compared with the ERP")
    if not any(book.changes for book in books):
        zh, en = ("没有要写的格子", "nothing to write") if report.round is None else (f"{zh} 0 格", f"{en} 0 cells")
        return Text(f"{zh};冲突 {conflicts}", f"{en}; {conflicts} conflicts")
    return Text(
        f"{zh} {writes} 格,追加 {appends} 行,计算 {computed} 格,标记 {marks} 行;冲突 {conflicts}",
        f"{en} {writes} cells, {appends} rows appended, {computed} computed, {marks} marked; {conflicts} conflicts",
    )


def _file(file: dict[str, Any]) -> Text:
    return Text(
        f"新导出 {file['report']}:{file['file']},{file['rows']} 行,数据截至 {file['as_of']}",
        f"new export {file['report']}: {file['file']}, {file['rows']} rows, data of {file['as_of']}",
    )


def _change(config: Config, book: BookReport, change: Change) -> ShownChange:
    place = place_of(config, book.name, change.tab, change.cell)
    source = Text(change.source, change.source) if change.source else WHY.get(change.kind)
    if isinstance(change.after, dict):
        row = ";".join(f"{title} {shown(value)}" for title, value in change.after.items())
        return ShownChange(place, None, row, source)
    return ShownChange(place, change.raw, cell_value(change.after), source)


def _details(config: Config, book: BookReport) -> Iterable[Text]:
    new = [item for item in book.conflicts if item.id not in book.known]
    for item in new[:LISTED]:
        place, who = f"{place_of(config, book.name, item.tab, item.cell)} {item.column}", book.owner(item)
        values = [shown(value) for value in (item.base, item.ours, item.theirs)]
        yield Text(
            f"新冲突 {place}:上次一致值 {values[0]},表格值 {values[1]},ERP值 {values[2]}({who})",
            f"new conflict {place}: last agreed {values[0]}, sheet {values[1]}, ERP {values[2]} ({who})",
        )
    more = len(book.conflicts) - len(new[:LISTED])
    if more:
        yield Text(f"另有 {more} 个冲突,点“冲突”看全部", f"{more} more conflicts; “Conflicts” shows all")
    if book.skipped:
        yield Text(
            f"{book.name}:跳过 {book.skipped} 格(有公式,或已选定用表格值)",
            f"{book.name}: {book.skipped} cells left alone (a formula, or settled for the sheet)",
        )
    for tab, lines in book.paste.items():
        yield Text(f"可粘贴到 {tab} 的行:", f"rows to paste into {tab}:")
        yield from (Text(line, line) for line in lines[:LISTED])
    if book.backup:
        yield Text(f"备份:{book.backup}", f"backup: {book.backup}")
    if book.state == "SENT":
        yield Text(
            f"《{book.name}》写在打开着的工作簿里:保存后才算数;不保存就关掉,下一轮会重新写",
            f"{book.name} was written in the open workbook: save it to make it count; closed unsaved, "
            "the next round writes it again",
        )
