"""What a PC asks of the server that runs its rounds, done in a process of its own (`workers`).

The commands are the very ones of a computer with a state of its own; the document is the one that was sent.
"""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
import time
import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from addin.commands.catalogue import COMMANDS
from addin.commands.command import Desk, Preview, Selection
from addin.commands.receiving import Folders, taken_json
from addin.commands.server_codes import V_FILE_NAME, V_NO_SUCH_BOOK, V_OTHER_FILE, V_SEEN
from addin.commands.syncing import open_state
from addin.commands.wire import (
    BAD,
    append_json,
    edit_json,
    error_json,
    grid_of,
    preview_json,
    report_json,
)
from addin.service.answers import encoded
from addin.service.codes import V_BODY, V_BROKEN, V_COMMAND, status
from addin.service.jobs import APPLY, Done
from addin.service.models import parsed
from addin.service.security import User
from rules.errors import Busy, Error
from rules.policy.loader import Config
from rules.policy.site import AnyWorkbook, Role
from sheets_schema.sheets import SHEETS
from sync.backends.configured import store_of
from sync.backends.file import FileStore
from sync.backends.memory import MemoryStore
from sync.backends.port import Tabs
from sync.backends.sent import SentDocument
from sync.files.folders import SUFFIXES
from sync.round.arrived import not_arrived
from sync.round.books import read_book, sheets_of, tab_name
from sync.state.locks import G_RUNNING

PRESS, ARRIVED, WORKBOOK, INBOX, UPLOAD = "press", "arrived", "workbook", "inbox", "upload"
NEEDS: Mapping[str, Role] = {
    "preview_sync": "operator",
    "sync_now": "operator",
    "conflicts": "operator",
    "undo_sync": "lead",
}
"""The buttons, and the role that it takes to carry out what each has shown; everybody may look."""
BACK: Role = "lead"
"""… to make an older copy of the workbook the one that counts."""
PATIENCE, AGAIN = 20.0, 0.2
"""Seconds that a request waits for a round of somebody else to end, and between two looks."""
LONGEST_NAME = 120
_FORBIDDEN = frozenset('<>:"/\\|?*')
_DEVICES = frozenset({"con", "prn", "aux", "nul", *(f"{name}{at}" for name in ("com", "lpt") for at in range(10))})


@dataclass(frozen=True)
class SyncJob:
    """A request: what it wants (`PRESS` …), of whom, its body, and the words of its address."""

    kind: str
    user: User
    today: date
    lang: str = "zh"
    body: bytes = b""
    button: str = ""
    way: str = ""
    query: Mapping[str, str] = field(default_factory=dict)


def compute(job: SyncJob, config: Config) -> Done:
    """The answer to a request; every error is one. A round of somebody else is waited for."""
    until = time.monotonic() + PATIENCE
    while True:
        try:
            return Done(200, encoded(_KINDS[job.kind](job, config)))
        except Error as error:
            if error.code is G_RUNNING and time.monotonic() < until:
                time.sleep(AGAIN)
                continue
            return Done(status(error), encoded({"error": _told(error, job.lang)}))
        except Exception as error:
            unforeseen = Error(V_BROKEN, found=type(error).__name__)
            return Done(status(unforeseen), encoded({"error": _told(unforeseen, job.lang)}), traceback.format_exc())


def _told(error: Error, lang: str) -> dict[str, Any]:
    return {**error_json(error), **error.as_json(lang)}


@dataclass(frozen=True)
class _Asked:
    """The document of a press: its workbook here, its contents, and what the person answered and saw."""

    book: AnyWorkbook | None
    document: SentDocument | None
    answers: Mapping[str, Any]
    seen: str


def _pressed(job: SyncJob, config: Config) -> dict[str, Any]:
    """A button's preview, or what carrying it out made and what is to be written there. Raises V-011, V-018."""
    if job.button not in NEEDS:
        raise Error(V_COMMAND, found=job.button[:60], expected=", ".join(NEEDS))
    asked = _asked(job.body, config)
    if job.way == APPLY:
        job.user.need(BACK if asked.answers.get("old_copy") == "back" else NEEDS[job.button])
    preview = _run(job, asked, config)
    seen = _seen(preview)
    if job.way != APPLY:
        return {**preview_json(preview), "seen": seen}
    if seen != asked.seen or preview.finish is None:
        raise Busy(V_SEEN)
    report = preview.finish()
    return {"report": report_json(report), **_orders(asked, config)}


def _run(job: SyncJob, asked: _Asked, config: Config) -> Preview:
    file = "" if asked.book is None else str(asked.book.file(config.folder).absolute())
    store: Tabs = MemoryStore({})
    if asked.document is not None:
        store = asked.document
    elif asked.book is not None:
        store = FileStore(asked.book.file(config.folder))
    desk = Desk(store, Selection("", 1, 0, 1, 0), config, job.today, file, asked.answers, job.user.name or None)
    return COMMANDS[job.button].run(desk)


def _asked(body: bytes, config: Config) -> _Asked:
    """Raises V-010, V-019, V-020."""
    document = parsed(body)
    try:
        name, names = document["workbook"], list(map(str, document["names"]))
        answers, seen = dict(document["answers"]), str(document.get("seen", ""))
        grids = {str(tab): grid_of(str(tab), grid) for tab, grid in document["tabs"].items()}
        file = str(document["file"])
    except BAD as wrong:
        raise Error(V_BODY, found=f"{type(wrong).__name__}: {wrong}"[:80]) from None
    if name is None:
        return _Asked(None, None, answers, seen)
    book = _book(config, name)
    if not names:
        return _Asked(book, None, answers, seen)
    if file != store_of(config.site, config.folder, book).version():
        raise Busy(V_OTHER_FILE, file=book.path.name, found=book.name)
    sent = hashlib.sha256(json.dumps(document["tabs"], sort_keys=True).encode("utf-8", "replace")).hexdigest()
    return _Asked(book, SentDocument(names, grids, sent, book.path.name), answers, seen)


def _book(config: Config, name: object) -> AnyWorkbook:
    """Raises V-019."""
    books = config.site.workbooks
    found = next((book for book in books if book.name == name), None)
    if found is None:
        raise Error(V_NO_SUCH_BOOK, found=str(name)[:60], expected="、".join(book.name for book in books) or "-")
    return found


def _seen(preview: Preview) -> str:
    """What stands for the lines that a person is shown: only the very same are carried out."""
    lines = report_json(preview.report)["changes"]
    return hashlib.sha256(json.dumps(lines, ensure_ascii=False).encode("utf-8", "replace")).hexdigest()


def _orders(asked: _Asked, config: Config) -> dict[str, Any]:
    """What is to be written into the open document, and by which titles and keys its rows are known there."""
    document, book = asked.document, asked.book
    if document is None or book is None or not (document.edits or document.appends):
        return {"round": None, "edits": [], "appends": [], "whole": [], "keys": {}}
    with open_state(config) as state:
        number = next(row.round for row in state.journal.of_book(book.name) if row.state == "SENT")
    tabs = {edit.tab for edit in document.edits} | {row.tab for row in document.appends}
    views = read_book(config, book, {book.name: document}).views.values()
    keys = {
        view.tab: [view.header_row, [view.positions[title] for title in view.sheet.key]]
        for view in views
        if view.tab in tabs
    }
    at = {edit.place: index for index, edit in enumerate(document.edits)}
    return {
        "round": number,
        "edits": list(map(edit_json, document.edits)),
        "appends": list(map(append_json, document.appends)),
        "whole": [[at[edit.place] for edit in group] for group in document.whole],
        "keys": keys,
    }


def _arrived(job: SyncJob, config: Config) -> dict[str, Any]:
    """Takes down which cells of a round were not written; `refused` is null where the saved file has decided already."""
    document = parsed(job.body)
    try:
        names, number = list(map(str, document["names"])), int(document["round"])
        refused = [(str(tab), int(row), int(column)) for tab, row, column in document["refused"]]
    except BAD as wrong:
        raise Error(V_BODY, found=f"{type(wrong).__name__}: {wrong}"[:80]) from None
    book = _book(config, document.get("workbook"))
    tabs = {tab_name(book, name, names): name for name in sheets_of(book)}
    with open_state(config) as state:
        return {"refused": not_arrived(state, number, book.name, refused, tabs)}


def _workbook(job: SyncJob, config: Config) -> dict[str, Any]:
    """The tabs of a workbook that rounds read, by every name that they may have."""
    book = _book(config, job.query.get("name"))
    sheets = sheets_of(book)
    return {"tabs": sorted({word for name in sheets for word in (book.tabs.get(name, name), *SHEETS[name].aliases)})}


def _inbox(_: SyncJob, config: Config) -> dict[str, Any]:
    """What lies in the inbox, and what counts."""
    folders = Folders(config)
    return {
        "stores": folders.stores,
        "files": {sha: Path(place).name for sha, place in folders.known().items()},
        "before": list(map(taken_json, folders.before())),
    }


def _uploaded(job: SyncJob, config: Config) -> dict[str, Any]:
    """A file that was sent, recognised and put where it belongs. Raises V-022, and what `Folders.receive` raises."""
    name = cleaned(job.query.get("name", ""))
    folders = Folders(config)
    with tempfile.TemporaryDirectory(dir=config.folder / config.site.state_folder) as place:
        path = Path(place) / name
        path.write_bytes(job.body)
        _date(path, job.query.get("modified", ""))
        export, there = folders.receive(path, job.query.get("store"))
    return {"place": there, "report": export.report, "as_of": export.as_of_text, "rows": len(export.taken)}


def cleaned(written: str) -> str:
    """A file's name as it may stand in a folder of ours: no folder, no hidden or owner's file, of a kind that exports are.

    Raises V-022.

    >>> cleaned("..\\\\a/FBA库存 20260427.csv")
    'FBA库存 20260427.csv'
    """
    name = "".join("_" if char in _FORBIDDEN or not char.isprintable() else char for char in _last(written)).strip()
    stem, suffix = Path(name).stem, Path(name).suffix
    bad = name.startswith((".", "~$")) or stem.rstrip(". ").casefold() in _DEVICES or not stem.strip(". _")
    if bad or suffix.lower() not in SUFFIXES:
        raise Error(V_FILE_NAME, found=written[:80], expected=" ".join(sorted(SUFFIXES)))
    return f"{stem[: LONGEST_NAME - len(suffix)].strip()}{suffix}"


def _last(written: str) -> str:
    return written.replace("\\", "/").rpartition("/")[2]


def _date(path: Path, written: str) -> None:
    """Gives a file the time that it had where it came from, never one that lies ahead."""
    try:
        moment = min(float(written), time.time())
        os.utime(path, (moment, moment))
    except (ValueError, OverflowError, OSError):
        raise Error(V_BODY, found=f"modified: {written[:40]}") from None


_KINDS: dict[str, Callable[[SyncJob, Config], dict[str, Any]]] = {
    PRESS: _pressed,
    ARRIVED: _arrived,
    WORKBOOK: _workbook,
    INBOX: _inbox,
    UPLOAD: _uploaded,
}
