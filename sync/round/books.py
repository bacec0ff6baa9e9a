"""Opens a configured workbook and reads its tabs as the sheets they are."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from rules.errors import Busy, Code, Error, Refused
from rules.policy.loader import Config
from rules.policy.site import AnyWorkbook
from sheets_schema.grid.edits import Formula, Receipt
from sheets_schema.model import Sheet
from sheets_schema.problems import Problem
from sheets_schema.sheets import SHEETS
from sync.backends.configured import store_of
from sync.backends.port import Store
from sync.plan import guards
from sync.tab.view import SheetView, view

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
class SeenBook:
    """A workbook as it was read: views by our sheet name, and the tabs that could not be read.

    `store` is where it was read and is written, `version` that of the contents that were read. `home` is where
    what is written stays: the store itself, or of a document that is open in a program, its file.
    """

    name: str
    store: Store
    home: Store
    version: str
    views: dict[str, SheetView] = field(default_factory=dict)
    refused: list[Error] = field(default_factory=list)
    missing: list[Problem] = field(default_factory=list)
    """Tabs that the workbook lacks and the configuration does not name: simply not synced."""
    idle: list[Problem] = field(default_factory=list)
    """That no tab takes part, of a workbook of which that is so."""
    tabs: tuple[str, ...] = ()
    """Every tab of the workbook, synced or not."""

    @property
    def where(self) -> str:
        """What messages call it."""
        return self.store.where

    def version_at_home(self) -> str:
        """The version of what stays; empty where there is nothing (any more)."""
        try:
            return self.version if self.store.durable else self.home.version()
        except Error:
            return ""

    def stands(self, version: str) -> bool:
        """Whether the workbook is at a version now; False where nobody can tell."""
        try:
            return self.store.version() == version
        except Error:
            return False

    def verify(self, receipt: Receipt) -> None:
        """Looks again at what a write says it made; of an open document the saving decides. Raises Busy G-049."""
        if self.store.durable and not self.stands(receipt.version):
            raise Busy(guards.G_UNVERIFIED, file=self.where)

    def refusals(self, receipt: Receipt) -> list[Error]:
        """What was refused, with its place."""
        answer: list[Error] = []
        for item in receipt.refused:
            cell = item.cell.rpartition("!")[2]
            answer.append(Refused(item.code, file=self.where, tab=item.tab, cell=cell, **item.facts))
        return answer


Stores = Mapping[str, Store]
"""Stores by their workbook's name that are used instead of the configured ones: documents that are open, as a rule."""


def home_of(config: Config, workbook: AnyWorkbook, stores: Stores) -> Store:
    """Where what is written into a workbook stays."""
    given = stores.get(workbook.name)
    return given if given is not None and given.durable else store_of(config.site, config.folder, workbook)


def sheets_of(book: AnyWorkbook) -> dict[str, Sheet]:
    """Our sheets that live in a configured workbook, by name.

    Those whose schema names the workbook, and those that its `tabs` names.
    """
    return {name: sheet for name, sheet in SHEETS.items() if sheet.workbook == book.name or name in book.tabs}


def read_book(config: Config, workbook: AnyWorkbook, stores: Stores | None = None) -> SeenBook:
    """Reads every tab of a configured workbook: where it is configured, or from its store in `stores`.

    A tab that can't be read (duplicate keys, missing key column …) is in `refused`; the others go on.

    What a killed process left is put in order first.

    Raises:
        Error: X-090 missing, or the reader's code when the workbook can't be read at all.
    """
    home = home_of(config, workbook, stores or {})
    store = (stores or {}).get(workbook.name, home)
    left = store.tidy()
    answer = SeenBook(workbook.name, store, home, store.version(), refused=left, tabs=tuple(store.tabs()))
    _read_tabs(config, workbook, answer)
    return answer


def _read_tabs(config: Config, workbook: AnyWorkbook, answer: SeenBook) -> None:
    where, tabs = answer.where, answer.tabs
    answer.refused.extend(
        Refused(guards.G_OWNER, file=where, tab=name, found=name) for name in workbook.tabs if name not in SHEETS
    )
    for name, sheet in sheets_of(workbook).items():
        tab = tab_name(workbook, name, tabs)
        aliases = config.site.column_aliases.get(name, {})
        try:
            unknown = [title for title in aliases if title not in sheet.by_title]
            if unknown:
                raise Refused(guards.G_OWNER, file=where, tab=tab, found=", ".join(unknown))
            if tab not in tabs and name in workbook.tabs:
                raise Refused(S_NO_TAB, file=where, expected=tab)
            if tab not in tabs:
                answer.missing.append(Problem(S_NO_TAB, where, column=tab, facts={"expected": tab}))
                continue
            answer.views[name] = view(answer.store.read(tab), sheet, aliases, config.site.store_name, where)
        except Refused as error:
            answer.refused.append(error)
    if not answer.views and not answer.refused:
        answer.idle.append(_nothing(where, tabs))


def _nothing(where: str, tabs: Sequence[str]) -> Problem:
    """S-013, with the line to write where tabs have names that we know."""
    ours = {word: name for name, sheet in SHEETS.items() for word in (name, *sheet.aliases)}
    lines = ", ".join(f"{ours[tab]}: {tab}" for tab in tabs if tab in ours)
    shown = "、".join(tabs[:10]) + (" …" if len(tabs) > 10 else "")
    facts = {"found": shown, "expected": f"tabs: {{{lines or '我们的表名: 你们的表名'}}}"}
    return Problem(S_NO_PART, where, facts=facts)


def tab_name(book: AnyWorkbook, name: str, tabs: Collection[str]) -> str:
    """What one of our tabs is called in a workbook: as configured, else by the first of its names that is there."""
    return book.tabs.get(name) or next((word for word in (name, *SHEETS[name].aliases) if word in tabs), name)


def look_up(config: Config, workbook: AnyWorkbook, name: str, stores: Stores | None = None) -> SheetView | None:
    """One tab as far as it can be read, doubled and incomplete keys included; None where it can't be read at all."""
    aliases = config.site.column_aliases.get(name, {})
    try:
        store = (stores or {}).get(workbook.name) or home_of(config, workbook, {})
        grid = store.read(tab_name(workbook, name, store.tabs()))
        return view(grid, SHEETS[name], aliases, config.site.store_name, store.where, loose=True)
    except (Error, OSError):
        return None


def saved_tabs(config: Config, workbook: AnyWorkbook, book: SeenBook) -> frozenset[str]:
    """The tabs of which what was read stays as it is: of an open document those that its file shows alike."""
    if book.store.durable:
        return frozenset(book.views)
    try:
        kept = read_book(config, workbook)
    except Error:
        return frozenset()
    return frozenset(name for name, view in book.views.items() if name in kept.views and _alike(view, kept.views[name]))


def _alike(one: SheetView, other: SheetView) -> bool:
    """Whether two readings of a tab show the same; what a formula shows is not compared."""
    titles = one.table.columns
    return titles == other.table.columns and all(_typed(one, title) == _typed(other, title) for title in titles)


def _typed(view: SheetView, title: str) -> list[object]:
    values: list[object] = list(view.table.values(title))
    for row in np.flatnonzero(view.formulas[title]) if title in view.formulas else ():
        values[row] = Formula
    return values
