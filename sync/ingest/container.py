"""What a file is, by its bytes: workbook, text, HTML or XML. Its name and suffix say nothing."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from rules.errors import Error
from sync.backends.workbook.reader import open_workbook
from sync.ingest.codes import I_EMPTY, I_KIND, I_LARGE
from sync.ingest.delimited import decode, read_delimited
from sync.ingest.html_table import is_html, read_html, text_of
from sync.ingest.raw import MAX_BYTES, Budget, RawFile, RawTab
from sync.ingest.spreadsheetml import is_spreadsheetml, read_spreadsheetml

_WORKBOOK = (b"PK\x03\x04", b"PK\x05\x06", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")
"""How zip archives begin, and the old containers of encrypted and of binary workbooks: one reader judges them all."""
_KNOWN = "xlsx, csv, tsv, HTML .xls, XML .xls"
_FOREIGN = (b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"Rar!", b"7z\xbc\xaf", b"\x1f\x8b", b"{\\rtf")


def bytes_of(path: Path) -> bytes:
    """The bytes of a file. Raises I-005 before a file past the limit is read."""
    size = path.stat().st_size
    if size > MAX_BYTES:
        raise Error(I_LARGE, file=str(path), found=f"{size >> 20} MB", expected=f"{MAX_BYTES >> 20} MB")
    return path.read_bytes()


def open_file(path: Path, data: bytes, score: Callable[[RawTab], float]) -> RawFile:
    """The tabs of a file whose bytes are `data`; `score` rates a header (it chooses the separator).

    Raises:
        Error: I-001 unknown kind, I-002 empty, I-005 too large, and what the readers of each kind raise (X-001
            for a binary .xls, X-002 for one with a password).
    """
    file = str(path)
    if not data.strip(b"\x00 \t\r\n\xef\xbb\xbf"):
        raise Error(I_EMPTY, file=file)
    if data.startswith(_WORKBOOK):
        return RawFile("xlsx", None, _workbook(path))
    if data.startswith(_FOREIGN):
        raise Error(I_KIND, file=file, found=repr(data[:4]), expected=_KNOWN)
    if is_spreadsheetml(data):
        return RawFile("spreadsheetml", None, read_spreadsheetml(data, file))
    if is_html(data):
        text, encoding = text_of(data, file)
        return RawFile("html", encoding, read_html(text, file))
    text, encoding = decode(data, file)
    container, tab = read_delimited(text, file, score)
    return RawFile(container, encoding, [tab])


def _workbook(path: Path) -> list[RawTab]:
    tabs = []
    budget = Budget(str(path))
    with open_workbook(path) as book:
        for info in book.tabs:
            if info.kind != "worksheet":
                continue
            grid = book.read(info.name)
            for number, row in zip(grid.numbers, grid.rows, strict=True):
                if len(row) > 1:
                    budget.row(number, len(row))
            merged = [(item.top, item.left, item.bottom, item.right) for item in grid.merged]
            tabs.append(RawTab(info.name, grid.numbers, grid.rows, merged, info.state != "visible"))
    return tabs
