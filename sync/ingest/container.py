"""What a file is, by its bytes: workbook, text, HTML or XML. Its name and suffix say nothing."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Callable
from pathlib import Path

from rules.errors import Busy, Error
from sync.backends.file import FileStore
from sync.ingest.codes import (
    I_ARCHIVE,
    I_BROKEN,
    I_CUT,
    I_EMPTY,
    I_GREW,
    I_KIND,
    I_LARGE,
)
from sync.ingest.delimited import is_binary, read_delimited
from sync.ingest.encodings import encodings_of, undecided, without_joined
from sync.ingest.html_table import claimed_in_page, is_html, read_html
from sync.ingest.raw import MAX_BYTES, MAX_CELLS, Budget, RawFile, RawTab
from sync.ingest.spreadsheetml import claimed_in_xml, is_spreadsheetml, read_spreadsheetml

_WORKBOOK = (b"PK\x03\x04", b"PK\x05\x06", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")
"""How zip archives begin, and the old containers of encrypted and of binary workbooks: one reader judges them all."""
_KNOWN = "xlsx, csv, tsv, HTML .xls, XML .xls"
_FOREIGN = (b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"{\\rtf", b"SQLite format 3", b"PAR1")
_ARCHIVES = {b"Rar!": "rar", b"7z\xbc\xaf": "7z", b"\x1f\x8b": "gzip", b"BZh": "bzip2", b"\xfd7zXZ": "xz"}
_PREALLOCATED = bytes(512)
"""Zeros that a download had reserved and never filled."""


def bytes_of(path: Path) -> bytes:
    """The bytes of a file, through one handle: what is checked is what is read.

    Raises:
        OSError: it can't be opened, or is no ordinary file.
        Error: I-005 past the limit (it is not read).
        Busy: I-054 it changed while it was read.
    """
    handle = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    with os.fdopen(handle, "rb") as file:
        before = os.fstat(handle)
        if not stat.S_ISREG(before.st_mode):
            raise OSError(errno.EINVAL, "not an ordinary file", str(path))
        if before.st_size > MAX_BYTES:
            size, limit = f"{before.st_size >> 20} MB", f"{MAX_BYTES >> 20} MB"
            raise Error(I_LARGE, file=path, found=size, expected=limit)
        data = file.read(before.st_size + 1)
        after = os.fstat(handle)
    if len(data) != before.st_size or after.st_mtime_ns != before.st_mtime_ns:
        raise Busy(I_GREW, file=path)
    return data


def open_file(path: Path, data: bytes, score: Callable[[RawTab], float]) -> RawFile:
    """The tabs of a file whose bytes are `data`; `score` rates a header (it chooses separator and encoding).

    Raises:
        Error: I-001 unknown kind, I-002 empty, I-005 too large, I-038 an archive of another kind than zip, and what the readers of each kind
            raise (X-001 for a binary .xls or a zip that is no workbook, X-002 for one with a password).
    """
    file = str(path)
    if not data.strip(b"\x00 \t\r\n\xef\xbb\xbf"):
        raise Error(I_EMPTY, file=file)
    if data.startswith(_WORKBOOK):
        return RawFile("xlsx", None, _workbook(path))
    if data.startswith(_FOREIGN):
        raise Error(I_KIND, file=file, found=repr(data[:4]), expected=_KNOWN)
    if archive := next((name for mark, name in _ARCHIVES.items() if data.startswith(mark)), None):
        raise Error(I_ARCHIVE, file=file, found=archive)
    if is_spreadsheetml(data):
        _, tabs = _decided(claimed_in_xml(data), data, file, read_spreadsheetml, score)
        return RawFile("spreadsheetml", None, tabs)
    if is_html(data):
        encoding, tabs = _decided(claimed_in_page(data), data, file, read_html, score)
        return RawFile("html", encoding, tabs)
    return _text(data, file, score)


def _decided(
    claim: str | None,
    data: bytes,
    file: str,
    read: Callable[[bytes, str, str], list[RawTab]],
    score: Callable[[RawTab], float],
) -> tuple[str, list[RawTab]]:
    """A page's encoding and tables; of several encodings the one in which the header's words are known counts."""
    encodings = encodings_of(data, file, claim)
    tables = {encoding: read(without_joined(data, encoding), encoding, file) for encoding in encodings}
    if len(encodings) > 1:
        known = {encoding: max(map(score, tabs), default=0.0) for encoding, tabs in tables.items()}
        encodings.sort(key=lambda encoding: -known[encoding])
        if known[encodings[0]] == known[encodings[1]]:
            raise undecided(encodings, file)
    return encodings[0], tables[encodings[0]]


def _text(data: bytes, file: str, score: Callable[[RawTab], float]) -> RawFile:
    try:
        encodings = encodings_of(data, file)
    except Error as error:
        raise Error(I_KIND, file=file, found=repr(data[:4]), expected=_KNOWN) if is_binary(data) else error from None
    if _PREALLOCATED in data:
        raise Error(I_CUT, file=file, found=data.count(b"\n", 0, data.find(_PREALLOCATED)) + 1)
    if len(encodings) == 1:
        data = without_joined(data, encodings[0])
    container, encoding, tab = read_delimited(data, encodings, file, score)
    return RawFile(container, encoding, [tab])


def _workbook(path: Path) -> list[RawTab]:
    try:
        return _tabs_of(path)
    except (ValueError, ArithmeticError, LookupError, RecursionError, MemoryError) as error:
        raise Error(I_BROKEN, file=path, found=type(error).__name__) from error


def _tabs_of(path: Path) -> list[RawTab]:
    tabs = []
    budget = Budget(str(path))
    store = FileStore(path)
    names = store.tabs()
    budget.tabs(len(names))
    for name in names:
        cells = store.cells_if_packed(name)
        if cells > MAX_CELLS:
            raise Error(I_LARGE, file=path, tab=name, found=f"{cells:,} cells", expected=f"{MAX_CELLS:,}")
        grid = store.read(name)
        for number, row in zip(grid.numbers, grid.rows, strict=True):
            if len(row) > 1:
                budget.row(number, len(row), row.count(None))
        merged = [(item.top, item.left, item.bottom, item.right) for item in grid.merged]
        last = grid.numbers[-1] if grid.numbers else 0
        for top, left, bottom, right in merged:
            budget.span(max(0, min(bottom, last) - top + 1), right - left + 1)
        tabs.append(RawTab(name, grid.numbers, grid.rows, merged, grid.hidden))
    return tabs
