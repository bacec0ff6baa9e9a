"""A button of 同步 where a server runs the rounds: the open document goes there, what is to be written comes back.

The server plans on what was sent and remembers the plan before it answers; this computer writes where the document
still shows what was planned on, and tells what it did not write. What is saved decides, so an answer that gets lost
on the way costs nothing: the next round sees what the file holds.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from addin.commands.command import ButtonReport, Desk, Preview
from addin.commands.server import K_STRANGE, Server
from addin.commands.syncing import is_open_document, workbook_of
from addin.commands.wire import BAD, append_of, edit_of, grid_json, preview_of, report_of
from rules.errors import Code, Error, Remote, Text
from sheets_schema.cells import clean, plain
from sheets_schema.grid.codes import X_CHANGED
from sheets_schema.grid.contents import Grid
from sheets_schema.grid.edits import CellEdit, CellRefusal, Place, Receipt, RowAppend
from sheets_schema.problems import Problem
from sync.backends.document import DocumentStore
from sync.backends.file import FileStore

PATH = "/v1/sync"

K_UNTOLD = Code(
    "K-105",
    "已经写进这份文档,但没能告诉服务器:{found}",
    "it is written in this document, but the server could not be told: {found}",
    "照常保存,下一轮按保存的文件核对",
    "save as usual; the next round goes by the saved file",
)
K_NOT_WRITTEN = Code(
    "K-106",
    "服务器算好了,但没有写进这份文档:{found}",
    "the server has planned it, but nothing was written in this document: {found}",
    "再点一次“立即同步”",
    "press “Sync now” again",
)

Run = Callable[[Desk], Preview]


def by_server(button: str, run: Run) -> Run:
    """The button's work: at the server where one is configured, else `run` on this computer."""

    def work(desk: Desk) -> Preview:
        settings = desk.config.site.server
        return run(desk) if settings is None else _asked(desk, button, Server(settings, desk.config.folder))

    return work


@dataclass(frozen=True)
class _Opened:
    """The open document as it is sent; without a name it is no workbook of ours, and nothing of it is sent."""

    name: str | None
    names: tuple[str, ...] = ()
    grids: Mapping[str, Grid] | None = None
    file: str = ""

    def as_json(self) -> dict[str, Any]:
        grids = {tab: grid_json(grid) for tab, grid in (self.grids or {}).items()}
        return {"workbook": self.name, "names": self.names, "tabs": grids, "file": self.file}


def _asked(desk: Desk, button: str, server: Server) -> Preview:
    """The server's preview; carrying it out asks it again. Raises what `Server` raises."""
    answers = {name: list(value) if isinstance(value, tuple) else value for name, value in desk.answers.items()}
    told = server.post(f"{PATH}/{button}/preview", {**_opened(desk, server).as_json(), "answers": answers})
    try:
        preview, seen, confirm = preview_of(told), str(told["seen"]), bool(told["confirm"])
    except BAD as wrong:
        raise Remote(K_STRANGE, found=f"{server.url} ({wrong!r})") from None

    def finish() -> ButtonReport:
        return _finished(desk, server, button, {"answers": answers, "seen": seen})

    return replace(preview, finish=finish if confirm else None)


def _opened(desk: Desk, server: Server) -> _Opened:
    """What of the open document the server has to see."""
    book = workbook_of(desk)
    if book is None:
        return _Opened(None)
    if not is_open_document(desk, book):
        return _Opened(book.name)
    wanted = server.get(f"{PATH}/workbook", name=book.name).get("tabs", [])
    names = tuple(desk.store.tabs())
    grids = {tab: desk.store.read(tab) for tab in names if tab in wanted}
    return _Opened(book.name, names, grids, FileStore(desk.config.folder / book.path).version())


def _finished(desk: Desk, server: Server, button: str, asked: Mapping[str, Any]) -> ButtonReport:
    """Has it carried out, and writes into the open document what is for it."""
    opened = _opened(desk, server)
    told = server.post(f"{PATH}/{button}/apply", {**opened.as_json(), **asked})
    try:
        report, orders = report_of(told["report"]), _Orders.of(told, opened.grids or {})
    except BAD as wrong:
        raise Remote(K_STRANGE, found=f"{server.url} ({wrong!r})") from None
    if told["round"] is None:
        return report
    try:
        refused = orders.write(DocumentStore(desk.store, desk.file)).refused
        places = [(one.tab, one.row, one.col) for one in refused]
        problems = [_problem(desk, one) for one in refused]
    except Error as error:
        places = orders.places()
        problems = [Problem(K_NOT_WRITTEN, desk.file, facts={"found": Text(error.text("zh"), error.text("en"))})]
    told_back = {"workbook": opened.name, "names": opened.names, "round": told["round"], "refused": places}
    try:
        server.post(f"{PATH}/arrived", told_back)
    except Error as error:
        problems.append(Problem(K_UNTOLD, desk.file, facts={"found": Text(error.text("zh"), error.text("en"))}))
    return replace(report, problems=(*report.problems, *problems))


def _problem(desk: Desk, one: CellRefusal) -> Problem:
    """A cell that was not written, as a line of the report."""
    return Problem(one.code, desk.file, one.tab, one.cell.rpartition("!")[2], facts=dict(one.facts))


@dataclass(frozen=True)
class _Orders:
    """What is to be written, with the contents that it was planned on.

    `keys` are, by tab, the row of its titles and the columns of its key: a row is known by its key, and a place counts
    only while titles and key stand where they stood.
    """

    before: Mapping[str, Grid]
    edits: Sequence[CellEdit]
    appends: Sequence[RowAppend]
    whole: Sequence[Sequence[CellEdit]]
    keys: Mapping[str, tuple[int, tuple[int, ...]]]

    @classmethod
    def of(cls, told: Mapping[str, Any], before: Mapping[str, Grid]) -> _Orders:
        """What an answer orders; raises one of `BAD`."""
        edits = list(map(edit_of, told["edits"]))
        keys = {tab: (int(row), tuple(map(int, columns))) for tab, (row, columns) in told["keys"].items()}
        whole = [[edits[int(at)] for at in group] for group in told["whole"]]
        return cls(before, edits, list(map(append_of, told["appends"])), whole, keys)

    def write(self, store: DocumentStore) -> Receipt:
        """Writes what the document still shows as planned on; the rest is refused (X-109)."""
        version = store.version()
        now = {tab: store.read(tab) for tab in self.keys}
        titled = {tab for tab in now if self._titles(tab, now[tab]) == self._titles(tab, self.before[tab])}
        taken = {tab: {self._key(tab, grid, row) for row in grid.numbers} for tab, grid in now.items()}
        lost = {edit.place for edit in self.edits if edit.tab not in titled or not self._stands(now, edit)}
        lost |= {edit.place for group in self.whole if any(one.place in lost for one in group) for edit in group}
        out = [row for row in self.appends if row.tab not in titled or self._new_key(row) in taken[row.tab]]
        receipt = store.apply(
            edits=[edit for edit in self.edits if edit.place not in lost],
            appends=[row for row in self.appends if row not in out],
            whole=[group for group in self.whole if not any(edit.place in lost for edit in group)],
            expected=version,
        )
        left = [_moved(now, edit.place, edit.expect) for edit in self.edits if edit.place in lost]
        left += [_moved(now, (row.tab, row.row, at), None) for row in out for at in row.values]
        return replace(receipt, refused=[*receipt.refused, *left])

    def places(self) -> list[Place]:
        """Every place that is to be written."""
        rows = [(row.tab, row.row, at) for row in self.appends for at in row.values]
        return [*(edit.place for edit in self.edits), *rows]

    def _titles(self, tab: str, grid: Grid) -> list[Any]:
        number = self.keys[tab][0]
        return grid.rows[grid.numbers.index(number)] if number in grid.numbers else []

    def _key(self, tab: str, grid: Grid, row: int) -> tuple[str, ...]:
        return tuple(_said(grid.value(row, at)) for at in self.keys[tab][1])

    def _stands(self, now: Mapping[str, Grid], edit: CellEdit) -> bool:
        """Whether the row's key is where it was."""
        return self._key(edit.tab, now[edit.tab], edit.row) == self._key(edit.tab, self.before[edit.tab], edit.row)

    def _new_key(self, row: RowAppend) -> tuple[str, ...]:
        return tuple(_said(row.values.get(at)) for at in self.keys[row.tab][1])


def _said(value: Any) -> str:
    """A part of a key as it is compared."""
    return "" if value is None else clean(str(plain(value)))


def _moved(now: Mapping[str, Grid], place: tuple[str, int, int], expected: Any) -> CellRefusal:
    facts = {"found": now[place[0]].value(*place[1:]), "expected": expected}
    return CellRefusal(*place, X_CHANGED, facts)
