"""SpreadsheetML 2003 (XML named .xls): tabs, cells, merged ranges. No DOCTYPE, no entities."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any
from xml.parsers import expat

from rules.errors import Error
from sync.ingest.codes import I_BROKEN, I_ENTITY, I_LARGE
from sync.ingest.delimited import decode_claimed
from sync.ingest.raw import MAX_COLUMNS, MAX_ROWS, MAX_SPAN, Budget, RawTab

_NAMESPACE = b"urn:schemas-microsoft-com:office:spreadsheet"
_ENCODING = re.compile(rb"""<\?xml[^>]*encoding\s*=\s*["']([\w-]+)""")
_SS = "urn:schemas-microsoft-com:office:spreadsheet "


def is_spreadsheetml(data: bytes) -> bool:
    """Whether the beginning of a file is SpreadsheetML 2003."""
    head = data[:4096].replace(b"\x00", b"")
    return _NAMESPACE in head and b"<" in head


def read_spreadsheetml(data: bytes, file: str) -> list[RawTab]:
    """Every worksheet. Numbers stay text; a date-time becomes a `datetime`.

    Raises:
        Error: I-005 too large, I-007 not well-formed, I-008 DOCTYPE or entities.
    """
    reader = _Reader(file)
    claimed = _ENCODING.search(data[:200])
    text, _ = decode_claimed(data, claimed[1] if claimed else None, file)
    parser = expat.ParserCreate("utf-8", " ")
    parser.buffer_text = True
    parser.StartElementHandler = reader.start
    parser.EndElementHandler = reader.end
    parser.CharacterDataHandler = reader.text
    parser.StartDoctypeDeclHandler = reader.refuse
    parser.EntityDeclHandler = reader.refuse
    try:
        parser.Parse(text.encode(), True)
    except expat.ExpatError as error:
        raise Error(I_BROKEN, file=file, found=str(error)) from error
    return reader.tabs


class _Reader:
    def __init__(self, file: str) -> None:
        self.file = file
        self.budget = Budget(file)
        self.tabs: list[RawTab] = []
        self.number = 0
        self.row: list[Any] | None = None
        self.at = 0
        self.kind: str | None = None
        self.parts: list[str] = []
        self.merge = (0, 0)
        self.spanned = 0

    def refuse(self, *_: object) -> None:
        raise Error(I_ENTITY, file=self.file)

    def start(self, name: str, attributes: dict[str, str]) -> None:
        local = name.rpartition(" ")[2]
        if local == "Worksheet":
            self.tabs.append(RawTab(attributes.get(f"{_SS}Name", "")))
            self.number = 0
        elif local == "Row" and self.tabs:
            self.number = self._count(attributes, "Index", self.number + 1, MAX_ROWS)
            self.row, self.at = [], 0
        elif local == "Cell" and self.row is not None:
            self.at = self._count(attributes, "Index", self.at + 1, MAX_COLUMNS) - 1
            down = self._count(attributes, "MergeDown", 0, MAX_ROWS)
            self.merge = (down, self._count(attributes, "MergeAcross", 0, MAX_COLUMNS))
        elif local == "Data" and self.row is not None:
            self.kind, self.parts = attributes.get(f"{_SS}Type", "String"), []

    def text(self, data: str) -> None:
        if self.kind is not None:
            self.parts.append(data)

    def end(self, name: str) -> None:
        local = name.rpartition(" ")[2]
        if local == "Data" and self.row is not None and self.kind is not None:
            self.row += [None] * (self.at - len(self.row))
            self.row.append(_value("".join(self.parts), self.kind))
            self.kind = None
        elif local == "Cell" and self.row is not None:
            down, across = self.merge
            if down or across:
                self.spanned += (down + 1) * (across + 1)
                if self.spanned > MAX_SPAN * 10:
                    raise Error(I_LARGE, file=self.file, found="merged cells", expected=MAX_SPAN)
                self.tabs[-1].merged.append((self.number, self.at, self.number + down, self.at + across))
            self.at += 1 + across
        elif local == "Row" and self.row is not None:
            self.budget.row(self.number, len(self.row))
            if any(cell is not None for cell in self.row):
                self.tabs[-1].numbers.append(self.number)
                self.tabs[-1].rows.append(self.row)
            self.row = None

    def _count(self, attributes: dict[str, str], name: str, default: int, limit: int) -> int:
        text = attributes.get(f"{_SS}{name}")
        if text is None:
            return default
        if not text.isdecimal() or len(text) > 8 or int(text) > limit:
            raise Error(I_LARGE, file=self.file, found=f"{name} {text}", expected=limit)
        return int(text)


def _value(text: str, kind: str) -> Any:
    if not text.strip():
        return None
    if kind == "DateTime":
        try:
            return datetime.fromisoformat(text.strip().split(".")[0].removesuffix("Z"))
        except ValueError:
            return text
    return text
