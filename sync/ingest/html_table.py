"""Tables of an HTML page that calls itself .xls, as many ERPs write it.

Spans become merged ranges: the value stands in the first cell only, as in a workbook.
"""

from __future__ import annotations

import re

from rules.errors import Error
from sync.ingest.codes import I_CUT, I_LARGE
from sync.ingest.encodings import stream
from sync.ingest.html_tokens import Tag, tokens
from sync.ingest.raw import MAX_COLUMNS, MAX_ROWS, Budget, RawTab

_CHARSET = re.compile(rb"charset\s*=\s*[\"']?([\w-]+)", re.IGNORECASE)
_MARKUP = re.compile(rb"<\s*(?:!doctype\s+html|html|head|meta|body|table)\b", re.IGNORECASE)
_CELLS = (b"<td", b"<TD", b"<th", b"<TH")
_SPAN = re.compile(r"(?<![\w:-])(rowspan|colspan)\s*=\s*[\"']?\s*(\d+)", re.IGNORECASE)
_MAX_DEPTH = 20


def is_html(data: bytes) -> bool:
    """Whether the beginning of a file is HTML."""
    head = data[:2048].replace(b"\x00", b"")
    return bool(_MARKUP.search(head)) and head.lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n").startswith(b"<")


def claimed_in_page(data: bytes) -> str | None:
    """The encoding that a page says it is in."""
    claimed = _CHARSET.search(data[:4096])
    return claimed[1].decode("ascii", "replace") if claimed else None


def read_html(data: bytes, encoding: str, file: str) -> list[RawTab]:
    """Every table of a page, outer tables before the ones inside them.

    Raises:
        Error: I-005 past the limits, I-007 a tag without end, I-031 a table that never ends.
    """
    page = _Page(file)
    page.budget.cells(sum(map(data.count, _CELLS)))
    for token in tokens(stream(data, encoding), file):
        if isinstance(token, Tag):
            page.tag(token)
        elif page.cell is not None:
            page.cell.append(token)
    if page.open:
        raise Error(I_CUT, file=file, found=page.open[0].number)
    return [table.tab for table in page.tables if table.tab.rows]


class _Table:
    """One table while it is read; `covered` are the columns that a span from above covers, and down to where."""

    def __init__(self, name: str, budget: Budget) -> None:
        self.tab = RawTab(name)
        self.budget = budget
        self.number = 0
        self.row: list[str | None] | None = None
        self.cell: list[str] | None = None
        self.at = 0
        self.span = (1, 1)
        self.covered: dict[int, int] = {}

    def start_row(self) -> None:
        self.end_row()
        self.number += 1
        self.row = []
        self.at = 0

    def start_cell(self, span: tuple[int, int]) -> list[str]:
        self.end_cell()
        if self.row is None:
            self.start_row()
        while self.covered and self.covered.get(self.at, 0) >= self.number:
            self.at += 1
        self.cell, self.span = [], span
        return self.cell

    def end_cell(self) -> None:
        if self.cell is None or self.row is None:
            return
        text = "".join(self.cell).strip()
        self.cell = None
        down, across = self.span
        if self.at > len(self.row):
            self.row += [None] * (self.at - len(self.row))
        self.row.append(text or None)
        if down > 1 or across > 1:
            self.budget.span(down, across)
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
                self.tab.rows.append(self.row)
        self.row = None


class _Page:
    """The tables of a page while it is read; `cell` takes the text that comes next."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.budget = Budget(file)
        self.tables: list[_Table] = []
        self.open: list[_Table] = []
        self.cell: list[str] | None = None

    def tag(self, tag: Tag) -> None:
        name, closes = tag.name, tag.closes
        if name in ("td", "th") and self.open:
            table = self.open[-1]
            if closes:
                table.end_cell()
                self.cell = None
            else:
                self.cell = table.start_cell(self._span(tag.attributes))
        elif name == "tr" and self.open:
            (self.open[-1].end_row if closes else self.open[-1].start_row)()
            self.cell = None
        elif name == "table":
            self._table(closes)
        elif name == "br" and self.cell is not None:
            self.cell.append("\n")

    def _table(self, closes: bool) -> None:
        if closes:
            if self.open:
                self.open.pop().end_row()
            self.cell = self.open[-1].cell if self.open else None
            return
        if len(self.open) >= _MAX_DEPTH:
            raise Error(I_LARGE, file=self.file, found="nested tables", expected=_MAX_DEPTH)
        self.budget.tabs(len(self.tables) + 1)
        table = _Table(f"table {len(self.tables) + 1}", self.budget)
        self.tables.append(table)
        self.open.append(table)
        self.cell = None

    def _span(self, attributes: str) -> tuple[int, int]:
        if "span" not in attributes.lower():
            return 1, 1
        counts = {name.lower(): digits for name, digits in _SPAN.findall(attributes)}
        down, across = (counts.get(name, "1").lstrip("0") or "1" for name in ("rowspan", "colspan"))
        if len(across) > 4 or int(across) > MAX_COLUMNS or len(down) > 7 or int(down) > MAX_ROWS:
            raise Error(I_LARGE, file=self.file, found=f"span {down[:9]} × {across[:9]}", expected=MAX_COLUMNS)
        return int(down), int(across)
