"""What was seen in a person's cell between rounds: nothing records each typing, but every round keeps the workbook
as it found it, and a file says who saved it last."""

from __future__ import annotations

import re
import zipfile
import zlib
from dataclasses import dataclass
from html import unescape
from pathlib import Path

from rules.errors import Error
from rules.policy.loader import Config
from rules.policy.site import AnyWorkbook
from sheets_schema.cells import Value, equal
from sync.plan.keys import Key
from sync.round.books import read_book
from sync.state.database import State

_WHO = re.compile(rb"<(?:\w+:)?lastModifiedBy\b[^>]*>([^<]{1,200})<")
_WHEN = re.compile(rb"<(?:\w+:)?modified\b[^>]*>([^<]{1,40})<")
_HEAD = 1 << 16


@dataclass(frozen=True)
class Seen:
    """A value that stood in a cell when a round began (`round` None: now), and who had saved the file last, and when."""

    round: int | None
    value: Value
    by: str = ""
    saved: str = ""


@dataclass(frozen=True)
class Looks:
    """The values of a cell that differ from the one before, newest first, and how many earlier workbooks were looked at."""

    values: tuple[Seen, ...]
    books: int


def seen(config: Config, state: State, book: AnyWorkbook, tab: str, key: Key, title: str, now: Value) -> Looks:
    """What a cell held when earlier rounds began, as far as their workbooks are kept.

    A workbook that can't be read, and one without the row or the column, says nothing.
    """
    answer = [Seen(None, now, *saved_by(config.folder / book.path))]
    looked = 0
    for number, kept in state.journal.backups(book.name):
        path = _where(config, book, Path(kept))
        found = _value(config, book, path, tab, key, title)
        if found is None:
            continue
        looked += 1
        if not equal(found[0], answer[-1].value):
            answer.append(Seen(number, found[0], *saved_by(path)))
    return Looks(tuple(answer), looked)


def _where(config: Config, book: AnyWorkbook, kept: Path) -> Path:
    """Where a kept workbook lies, also when the folder was moved since, or was named from another one."""
    beside = (config.folder / book.path).parent / kept.parent.name / kept.name
    return beside if beside.is_file() else kept


def _value(config: Config, book: AnyWorkbook, path: Path, tab: str, key: Key, title: str) -> tuple[Value] | None:
    if not path.is_file():
        return None
    try:
        view = read_book(config, _in(book, path)).views.get(tab)
    except Error:
        return None
    if view is None or title not in view.positions or key not in view.keys:
        return None
    return (view.table.value(title, view.keys.index(key)),)


def _in(book: AnyWorkbook, path: Path) -> AnyWorkbook:
    """The same workbook in another file."""
    return book.model_copy(update={"path": path.absolute()})


def saved_by(path: Path) -> tuple[str, str]:
    """Who saved a workbook last, and when, by its own word; empty where it does not say."""
    try:
        with zipfile.ZipFile(path) as package, package.open("docProps/core.xml") as part:
            head = part.read(_HEAD)
    except (KeyError, OSError, EOFError, RuntimeError, NotImplementedError, zipfile.BadZipFile, zlib.error):
        return "", ""
    who, when = _WHO.search(head), _WHEN.search(head)
    return _text(who), _text(when)


def _text(match: re.Match[bytes] | None) -> str:
    return "" if match is None else unescape(match[1].decode("utf-8", "replace")).strip()
