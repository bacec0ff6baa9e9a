"""Tables of an HTML page that calls itself .xls, as many ERPs write it.

Spans become merged ranges: the value stands in the first cell only, as in a workbook.
"""

from __future__ import annotations

import re
from html.parser import HTMLParser

from rules.errors import Error
from sync.ingest.codes import I_LARGE
from sync.ingest.delimited import decode_claimed
from sync.ingest.raw import MAX_COLUMNS, MAX_ROWS, MAX_SPAN, Budget, RawTab

_CHARSET = re.compile(rb"charset\s*=\s*[\"']?([\w-]+)", re.IGNORECASE)
_MARKUP = re.compile(rb"<\s*(?:!doctype\s+html|html|head|meta|body|table)\b", re.IGNORECASE)
_SKIPPED = frozenset({"script", "style", "title", "xml"})
_MAX_DEPTH = 20


def is_html(data: bytes) -> bool:
    """Whether the beginning of a file is HTML."""
    return bool(_MARKUP.search(data[:2048].replace(b"\x00", b""))) and data[:2048].replace(b"\x00", b"").lstrip(
        b"\xef\xbb\xbf\xff\xfe \t\r\n"
    ).startswith(b"<")


def text_of(data: bytes, file: str) -> tuple[str, str]:
    """The page's text and encoding: what its bytes say, then what it claims."""
    claimed = _CHARSET.search(data[:4096])
    return decode_claimed(data, claimed[1] if claimed else None, file)


def read_html(text: str, file: str) -> list[RawTab]:
    """Every table of a page, outer tables before the ones inside them. Raises I-005 past the limits."""
    parser = _Tables(file)
    parser.feed(text)
    parser.close()
    parser.finish()
    return [table.tab for table in parser.tables if table.tab.rows]


class _Table:
    """One table while it is read; `taken` are cells that a span from above covers."""

    def __init__(self, name: str, budget: Budget) -> None:
        self.tab = RawTab(name)
        self.budget = budget
        self.number = 0
        self.row: list[str | None] | None = None
        self.cell: list[str] | None = None
        self.at = 0
        self.span = (1, 1)
        self.covered: dict[int, int] = {}
        self.spanned = 0

    def start_row(self) -> None:
        self.end_row()
        self.number += 1
        self.row = []
        self.at = 0

    def start_cell(self, span: tuple[int, int]) -> None:
        self.end_cell()
        if self.row is None:
            self.start_row()
        while self.covered.get(self.at, 0) >= self.number:
            self.at += 1
        self.cell, self.span = [], span

    def end_cell(self) -> None:
        if self.cell is None or self.row is None:
            return
        text = "".join(self.cell)
        self.cell = None
        down, across = self.span
        self.row += [None] * (self.at - len(self.row))
        self.row.append(" ".join(text.split(" ")).strip() or None)
        if down > 1 or across > 1:
            self.spanned += down * across
            self.tab.merged.append((self.number, self.at, self.number + down - 1, self.at + across - 1))
            for column in range(self.at, self.at + across):
                self.covered[column] = self.number + down - 1
        self.at += across

    def end_row(self) -> None:
        self.end_cell()
        if self.row is not None:
            self.budget.row(self.number, len(self.row))
            if any(self.row):
                self.tab.numbers.append(self.number)
                self.tab.rows.append(list(self.row))
        self.row = None


class _Tables(HTMLParser):
    def __init__(self, file: str) -> None:
        super().__init__(convert_charrefs=True)
        self.file = file
        self.budget = Budget(file)
        self.tables: list[_Table] = []
        self.open: list[_Table] = []
        self.skipping: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if self.skipping:
            return
        if tag in _SKIPPED:
            self.skipping = tag
        elif tag == "table":
            if len(self.open) >= _MAX_DEPTH:
                raise Error(I_LARGE, file=self.file, found="nested tables", expected=_MAX_DEPTH)
            table = _Table(f"table {len(self.tables) + 1}", self.budget)
            self.tables.append(table)
            self.open.append(table)
        elif self.open:
            table = self.open[-1]
            if tag == "tr":
                table.start_row()
            elif tag in ("td", "th"):
                table.start_cell(self._span(dict(attrs)))
            elif tag == "br" and table.cell is not None:
                table.cell.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if self.skipping:
            if tag == self.skipping:
                self.skipping = None
        elif self.open:
            if tag == "table":
                self.open.pop().end_row()
            elif tag == "tr":
                self.open[-1].end_row()
            elif tag in ("td", "th"):
                self.open[-1].end_cell()

    def handle_data(self, data: str) -> None:
        if not self.skipping and self.open and self.open[-1].cell is not None:
            self.open[-1].cell.append(data.replace("\r\n", " ").replace("\n", " ").replace("\t", " "))

    def finish(self) -> None:
        """Ends tables that the page left open."""
        while self.open:
            self.open.pop().end_row()

    def _span(self, attributes: dict[str, str | None]) -> tuple[int, int]:
        down, across = (_count(attributes.get(name)) for name in ("rowspan", "colspan"))
        table = self.open[-1]
        if across > MAX_COLUMNS or down > MAX_ROWS or table.spanned + down * across > MAX_SPAN * 10:
            raise Error(I_LARGE, file=self.file, found=f"span {down} x {across}", expected=MAX_SPAN)
        return down, across


def _count(text: str | None) -> int:
    return max(1, int(text)) if text and text.strip().isdecimal() and len(text) < 8 else 1
