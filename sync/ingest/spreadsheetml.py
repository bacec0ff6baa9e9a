"""SpreadsheetML 2003 (XML named .xls): tabs, cells, merged ranges. No DOCTYPE, no entities."""

from __future__ import annotations

import re
from typing import Any
from xml.parsers import expat

from rules.errors import Error
from sheets_schema.cells import CellError, parse_date, parse_number
from sync.ingest.codes import I_BROKEN, I_ENTITY, I_LARGE
from sync.ingest.encodings import stream
from sync.ingest.raw import MAX_COLUMNS, MAX_ROWS, Budget, RawTab

_NAMESPACE = b"urn:schemas-microsoft-com:office:spreadsheet"
_DECLARATION = re.compile(rb"""<\?xml[^>]*?encoding\s*=\s*["']([\w-]+)""")
_PROLOG = re.compile(r"\s*<\?xml[^>]{0,400}\?>")
_SS = "urn:schemas-microsoft-com:office:spreadsheet "
_BLOCK = 1 << 18
_LONGEST_TAG = 1 << 20
_DEEPEST = 100


def is_spreadsheetml(data: bytes) -> bool:
    """Whether the beginning of a file is SpreadsheetML 2003."""
    head = data[:4096].replace(b"\x00", b"")
    return _NAMESPACE in head and b"<" in head


def claimed_in_xml(data: bytes) -> str | None:
    """The encoding that the XML says it is in."""
    claimed = _DECLARATION.search(data[:400].replace(b"\x00", b""))
    return claimed[1].decode() if claimed else None


def read_spreadsheetml(data: bytes, encoding: str, file: str) -> list[RawTab]:
    """Every worksheet. Numbers stay text; a date-time becomes a day or moment; one with a zone stays text, for
    the team's clock.

    Raises:
        Error: I-005 too large, I-007 not well-formed, or cells out of order, I-008 DOCTYPE or entities.
    """
    reader = _Reader(file)
    parser = expat.ParserCreate("utf-8", " ")
    parser.buffer_text = True
    parser.StartElementHandler = reader.start
    parser.EndElementHandler = reader.end
    parser.CharacterDataHandler = reader.text
    parser.StartDoctypeDeclHandler = reader.refuse
    parser.EntityDeclHandler = reader.refuse
    text, fed = stream(data, encoding), 0
    block = _PROLOG.sub("", text.read(_BLOCK).lstrip("\ufeff"), count=1)
    try:
        while block:
            piece = block.encode()
            parser.Parse(piece, False)
            fed += len(piece)
            if fed - parser.CurrentByteIndex > _LONGEST_TAG:
                raise Error(I_BROKEN, file=file, found=f"> {_LONGEST_TAG:,} bytes in one tag")
            block = text.read(_BLOCK)
        parser.Parse(b"", True)
    except expat.ExpatError as error:
        raise Error(I_BROKEN, file=file, found=str(error)) from error
    return reader.tabs


class _Reader:
    def __init__(self, file: str) -> None:
        self.file = file
        self.budget = Budget(file)
        self.tabs: list[RawTab] = []
        self.path: list[str] = []
        self.number = 0
        self.row: list[Any] | None = None
        self.at = 0
        self.kind: str | None = None
        self.parts: list[str] = []
        self.merge = (0, 0)

    def refuse(self, *_: object) -> None:
        raise Error(I_ENTITY, file=self.file)

    def start(self, name: str, attributes: dict[str, str]) -> None:
        local = name.rpartition(" ")[2]
        above = self.path[-1] if self.path else ""
        self.path.append(local)
        if len(self.path) > _DEEPEST:
            raise Error(I_LARGE, file=self.file, found="nested elements", expected=_DEEPEST)
        if local == "Cell" and above == "Row" and self.row is not None:
            at = self._count(attributes, "Index", self.at + 1, MAX_COLUMNS) - 1
            self.at = self._forward(at, self.at, f"Index {at + 1}")
            down = self._count(attributes, "MergeDown", 0, MAX_ROWS)
            self.merge = (down, self._count(attributes, "MergeAcross", 0, MAX_COLUMNS))
        elif local == "Data" and above == "Cell" and self.row is not None:
            self.kind, self.parts = attributes.get(f"{_SS}Type", "String"), []
        elif local == "Row" and above == "Table" and self.tabs:
            number = self._count(attributes, "Index", self.number + 1, MAX_ROWS)
            self.number = self._forward(number, self.number + 1, f"Row {number}")
            self.row, self.at = [], 0
        elif local == "Worksheet":
            self.budget.tabs(len(self.tabs) + 1)
            self.tabs.append(RawTab(attributes.get(f"{_SS}Name", "")))
            self.number = 0

    def text(self, data: str) -> None:
        if self.kind is not None:
            self.parts.append(data)

    def end(self, _: str) -> None:
        local = self.path.pop()
        above = self.path[-1] if self.path else ""
        if local == "Data" and above == "Cell" and self.row is not None and self.kind is not None:
            if self.at < len(self.row):
                raise Error(I_BROKEN, file=self.file, found=f"two values in one cell (row {self.number})")
            self.row += [None] * (self.at - len(self.row))
            self.row.append(_value("".join(self.parts), self.kind))
            self.kind = None
        elif local == "Cell" and above == "Row" and self.row is not None:
            down, across = self.merge
            if down or across:
                self.budget.span(down + 1, across + 1)
                self.tabs[-1].merged.append((self.number, self.at, self.number + down, self.at + across))
            self.at += 1 + across
        elif local == "Row" and above == "Table" and self.row is not None:
            self.budget.row(self.number, len(self.row))
            if any(cell is not None for cell in self.row):
                self.tabs[-1].numbers.append(self.number)
                self.tabs[-1].rows.append(self.row)
            self.row = None

    def _forward(self, to: int, at_least: int, found: str) -> int:
        """Rows and cells stand in order: what goes back would put values into other columns."""
        if to < at_least:
            raise Error(I_BROKEN, file=self.file, found=f"{found} after {at_least}")
        return to

    def _count(self, attributes: dict[str, str], name: str, default: int, limit: int) -> int:
        text = attributes.get(f"{_SS}{name}")
        if text is None:
            return default
        if not (text.isascii() and text.isdigit()) or len(text) > 8 or int(text) > limit:
            raise Error(I_LARGE, file=self.file, found=f"{name} {text[:20]}", expected=limit)
        return int(text)


def _value(text: str, kind: str) -> Any:
    """The text of a cell, or what its type makes of it; a number or truth value that is none is an error."""
    word = text.strip()
    if not word:
        return None
    if kind == "DateTime":
        return parse_date(word) or text
    if kind == "Boolean":
        return {"1": True, "0": False}.get(word, CellError(word))
    if kind == "Error" or (kind == "Number" and parse_number(word) is None):
        return CellError(word)
    return text
