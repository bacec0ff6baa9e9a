"""Opens a configured workbook and reads its tabs as the sheets they are."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from rules.errors import Code, Error, Refused
from rules.policy.loader import Config
from rules.policy.site import Workbook
from sheets_schema.grid.contents import Grid
from sheets_schema.grid.edits import Formula
from sheets_schema.model import Sheet
from sheets_schema.problems import Problem
from sheets_schema.sheets import SHEETS
from sync.backends.port import Store
from sync.backends.workbook.files import file_hash, reaching
from sync.backends.workbook.reader import open_workbook
from sync.backends.workbook.replace import tidy
from sync.plan import guards
from sync.tab.view import SheetView, view

X_MISSING = Code(
    "X-090",
    "工作簿不存在",
    "the workbook does not exist",
    "检查 config.yaml 的 site.workbooks:path 从 config.yaml 所在的文件夹算起",
    "check path in site.workbooks of config.yaml; it starts from the folder of config.yaml",
)
S_NO_TAB = Code(
    "S-012",
    "工作簿里没有表 {expected}",
    "the workbook has no tab {expected}",
    "恢复表名,或在 config.yaml 的 site.workbooks 给这个工作簿写 tabs: {{我们的表名: 你们的表名}}",
    "restore the tab's name, or give the workbook tabs: {{our name: yours}} in site.workbooks of config.yaml",
)

S_NO_PART = Code(
    "S-013",
    "没有一张表参与同步,什么都没有比过。工作簿里的表:{found}",
    "no tab takes part: nothing was compared. Tabs of the workbook: {found}",
    "在 config.yaml 的 site.workbooks 给这个工作簿写 {expected}",
    "give the workbook {expected} in site.workbooks of config.yaml",
)


@dataclass(frozen=True)
class Book:
    """A workbook as it was read: views by our sheet name, and the tabs that could not be read.

    `version` is the file's hash; of a workbook that is open in a spreadsheet program, `store` is the open
    document and `version` its own.
    """

    name: str
    path: Path
    version: str
    views: dict[str, SheetView] = field(default_factory=dict)
    refused: list[Error] = field(default_factory=list)
    missing: list[Problem] = field(default_factory=list)
    """Tabs that the workbook lacks and the configuration does not name: simply not synced."""
    idle: list[Problem] = field(default_factory=list)
    """That no tab takes part, of a workbook of which that is so."""
    store: Store | None = None
    tabs: tuple[str, ...] = ()
    """Every tab of the workbook, synced or not."""


def sheets_of(book: Workbook) -> dict[str, Sheet]:
    """Our sheets that live in a configured workbook, by name.

    Those whose schema names the workbook, and those that its `tabs` names.
    """
    return {name: sheet for name, sheet in SHEETS.items() if sheet.workbook == book.name or name in book.tabs}


def read_book(config: Config, book: Workbook, store: Store | None = None) -> Book:
    """Reads every tab of a configured workbook: its file, or the document that is open in a program.

    A tab that can't be read (duplicate keys, missing key column …) is in `refused`; the others go on.

    What a killed process left beside the file is put in order first (`tidy`): the file decides.

    Raises:
        Error: X-090 missing, or the reader's code when the file can't be read at all.
    """
    path = config.folder / book.path
    if store is not None:
        answer = Book(book.name, path, store.version(), store=store, tabs=tuple(store.tabs()))
        _read_tabs(config, book, answer, answer.tabs, store.read)
        return answer
    with reaching(path):
        left = tidy(path)
        try:
            path.lstat()
        except FileNotFoundError:
            raise Error(X_MISSING, file=path) from None
    with open_workbook(path) as opened:
        answer = Book(book.name, path, opened.sha256, refused=left, tabs=tuple(tab.name for tab in opened.tabs))
        _read_tabs(config, book, answer, answer.tabs, opened.read)
    return answer


def _read_tabs(config: Config, book: Workbook, answer: Book, tabs: Sequence[str], read: Callable[[str], Grid]) -> None:
    answer.refused.extend(
        Refused(guards.G_OWNER, file=book.path.name, tab=name, found=name) for name in book.tabs if name not in SHEETS
    )
    for name, sheet in sheets_of(book).items():
        tab = tab_name(book, name, tabs)
        aliases = config.site.column_aliases.get(name, {})
        try:
            unknown = [title for title in aliases if title not in sheet.by_title]
            if unknown:
                raise Refused(guards.G_OWNER, file=book.path.name, tab=tab, found=", ".join(unknown))
            if tab not in tabs and name in book.tabs:
                raise Refused(S_NO_TAB, file=book.path.name, expected=tab)
            if tab not in tabs:
                missing = Problem(S_NO_TAB, book.path.name, column=tab, facts={"expected": tab})
                answer.missing.append(missing)
                continue
            answer.views[name] = view(read(tab), sheet, aliases, config.site.store_name, book.path.name)
        except Refused as error:
            answer.refused.append(error)
    if not answer.views and not answer.refused:
        answer.idle.append(_nothing(book, tabs))


def _nothing(book: Workbook, tabs: Sequence[str]) -> Problem:
    """S-013, with the line to write where tabs have names that we know."""
    ours = {word: name for name, sheet in SHEETS.items() for word in (name, *sheet.aliases)}
    lines = ", ".join(f"{ours[tab]}: {tab}" for tab in tabs if tab in ours)
    shown = "、".join(tabs[:10]) + (" …" if len(tabs) > 10 else "")
    facts = {"found": shown, "expected": f"tabs: {{{lines or '我们的表名: 你们的表名'}}}"}
    return Problem(S_NO_PART, book.path.name, facts=facts)


def tab_name(book: Workbook, name: str, tabs: Collection[str]) -> str:
    """What one of our tabs is called in a workbook: as configured, else by the first of its names that is there."""
    return book.tabs.get(name) or next((word for word in (name, *SHEETS[name].aliases) if word in tabs), name)


def look_up(config: Config, book: Workbook, name: str, store: Store | None = None) -> SheetView | None:
    """One tab as far as it can be read, doubled and incomplete keys included; None where it can't be read at all."""
    aliases = config.site.column_aliases.get(name, {})
    try:
        if store is not None:
            grid = store.read(tab_name(book, name, store.tabs()))
        else:
            with open_workbook(config.folder / book.path) as opened:
                grid = opened.read(tab_name(book, name, [tab.name for tab in opened.tabs]))
        return view(grid, SHEETS[name], aliases, config.site.store_name, book.path.name, loose=True)
    except (Error, OSError):
        return None


def hash_on_disk(book: Book) -> str:
    """The hash of a workbook's file; empty where there is none (any more)."""
    try:
        return file_hash(book.path)
    except Error:
        return ""


def saved_tabs(config: Config, configured: Workbook, book: Book) -> frozenset[str]:
    """The tabs that an open document and its file show alike; of a file, all."""
    if book.store is None:
        return frozenset(book.views)
    try:
        file = read_book(config, configured)
    except Error:
        return frozenset()
    return frozenset(name for name, view in book.views.items() if name in file.views and _alike(view, file.views[name]))


def _alike(one: SheetView, other: SheetView) -> bool:
    """Whether two readings of a tab show the same; what a formula shows is not compared."""
    titles = one.table.columns
    return titles == other.table.columns and all(_typed(one, title) == _typed(other, title) for title in titles)


def _typed(view: SheetView, title: str) -> list[object]:
    values: list[object] = list(view.table.values(title))
    for row in np.flatnonzero(view.formulas[title]) if title in view.formulas else ():
        values[row] = Formula
    return values
