"""The cells of a tab, twice: fast for the XML that programs write, and through the parser for any other.

Both answer the same; `fast_rows` raises `Unusual` instead of guessing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from rules.errors import Error
from sync.backends.workbook import xml
from sync.backends.workbook.address import COLUMN, LAST_COLUMN
from sync.backends.workbook.codes import X_BROKEN_ROWS
from sync.backends.workbook.forms import Forms
from sync.backends.workbook.formula import shift
from sync.backends.workbook.grid import typed
from sync.backends.workbook.strings import Unusual

_CELL = re.compile(
    r'<c r="([A-Z]+)\d+"(?: s="(\d+)")?(?: t="(\w+)")?'
    r'(?:/>|>(?:<v>([^<]*)</v>|<is><t(?: xml:space="preserve")?>([^<]*)</t></is>)</c>)'
)
_ATTRIBUTES = r'(?: [\w:.]+="[^"<>]*")*'
_ANY_CELL = re.compile(
    rf"\s*<c({_ATTRIBUTES})\s*(?:/>|>"
    rf"(?:<f({_ATTRIBUTES})\s*(?:/>|>([^<]*)</f>))?"
    r'(?:<v(?: xml:space="preserve")?>([^<]*)</v>|<v ?/>)?'
    r'(?:<is><t(?: xml:space="preserve")?>([^<]*)</t></is>)?'
    r"</c>)"
)
_ATTRIBUTE = re.compile(r' ([\w:.]+)="([^"<>]*)"')
_ROW = re.compile(rf"\s*<row({_ATTRIBUTES})\s*(/?)>")
_ADDRESS = re.compile(r"([A-Z]{1,3})(\d+)")


@dataclass
class Context:
    """What the cells of a tab refer to."""

    strings: list[str]
    dates: set[str]
    date1904: bool
    file: str
    tab: str


@dataclass
class Cells:
    """What was read so far."""

    numbers: list[int] = field(default_factory=list)
    rows: list[list[Any]] = field(default_factory=list)
    formulas: dict[tuple[int, int], str] = field(default_factory=dict)
    arrays: dict[tuple[int, int], str] = field(default_factory=dict)
    shared: dict[str, tuple[int, int, str]] = field(default_factory=dict)
    last: int = 0

    def formula(self, row: int, column: int, attributes: dict[str, str], text: str) -> None:
        """Notes the formula of a cell; a shared one is written out."""
        kind = attributes.get("t", "normal")
        if kind == "shared":
            group = attributes.get("si", "")
            if text:
                self.shared[group] = (row, column, text)
            elif group in self.shared:
                top, left, text = self.shared[group]
                text = shift(text, row - top, column - left)
        elif kind == "dataTable":
            text = f"TABLE({attributes.get('r1', '')},{attributes.get('r2', '')})"
        if kind in ("array", "dataTable"):
            self.arrays[row, column] = attributes.get("ref", "")
        self.formulas[row, column] = text

    def close_row(self, number: int, row: list[Any], has_formula: bool) -> None:
        """Keeps a row unless it is blank."""
        while row and row[-1] is None:
            row.pop()
        if row or has_formula:
            self.numbers.append(number)
            self.rows.append(row)


class Strings(dict[str, Any]):
    """Shared strings by the text of their index: one look-up per cell."""

    def __init__(self, context: Context) -> None:
        self.context = context

    def __missing__(self, index: str) -> str:
        answer = self[index] = shared_string(self.context, index)
        return answer


def shared_string(context: Context, index: str) -> str:
    """A shared string by its index as written; X-011 when there is none."""
    try:
        number = int(index)
        if number >= 0:
            return context.strings[number]
    except (ValueError, IndexError):
        pass
    raise Error(X_BROKEN_ROWS, file=context.file, tab=context.tab, found=f"shared string {index!r}")


def fast_rows(text: str, context: Context, cells: Cells, strings: dict[str, str], forms: Forms) -> None:
    """Reads whole rows, ``…</row>`` each (self-closing ones between them)."""
    if "<!" in text or "<?" in text:
        raise Unusual
    dates, date1904 = context.dates, context.date1904
    find, column_of = _CELL.findall, COLUMN
    odd = "NaN" in text or "INF" in text
    pieces = text.split("</row>")
    if pieces.pop().strip():
        raise Unusual
    for piece in pieces:
        at, number, closed = 0, 0, "/"
        while closed:
            head = _ROW.match(piece, at)
            if not head:
                raise Unusual
            attributes, closed = head[1], head[2]
            number = _row_number(attributes, cells.last)
            at = head.end()
            if number <= cells.last:
                raise _broken(context, f"row {number} after row {cells.last}")
            cells.last = number
        like_last = forms.read_like_last(piece, at) if not odd else None
        if like_last is not None:
            cells.close_row(number, like_last, False)
            continue
        found = find(piece, at)
        blanks, inline = piece.count("/>", at), piece.count("<is>", at)
        tags = 4 * len(found) - 3 * blanks + 2 * inline
        if odd or piece.count("<", at) != tags or (inline and inline != piece.count(' t="inlineStr">', at)):
            _any_row(piece, at, number, context, cells, strings)
            continue
        if found and not blanks:
            try:
                read = forms.read(found)
            except ValueError:
                read = None  # a number that is none: cell by cell
            if read is not None:
                cells.close_row(number, read, False)
                continue
        row: list[Any] = []
        add = row.append
        width = 0
        for name, style, kind, value, inner in found:
            column = column_of[name]
            if column != width:
                if column < width or column > LAST_COLUMN:
                    raise _broken(context, f"{name}{number}")
                row.extend([None] * (column - width))
            width = column + 1
            if kind == "s":
                add(strings[value])
            elif kind == "inlineStr":
                add(xml.unescape(xml.text(inner or value)) or None)
            elif kind or not value:
                add(typed(kind, xml.unescape(xml.text(value)), style in dates, date1904))
            elif style in dates:
                add(typed("", value, True, date1904))
            else:
                try:
                    add(float(value))
                except ValueError:
                    add(typed("", value, False, date1904))
        cells.close_row(number, row, False)


def _row_number(attributes: str, before: int) -> int:
    start = attributes.find(' r="')
    if start < 0:
        return before + 1
    number = attributes[start + 4 : attributes.index('"', start + 4)]
    if not number.isdigit():
        raise Unusual
    return int(number)


def _broken(context: Context, found: str) -> Error:
    return Error(X_BROKEN_ROWS, file=context.file, tab=context.tab, found=found)


def _any_row(piece: str, at: int, number: int, context: Context, cells: Cells, strings: dict[str, str]) -> None:
    """A row whose cells hold formulas, lack attributes, or stand apart by blanks."""
    row: list[Any] = []
    has_formula = False
    end = len(piece.rstrip())
    while at < end:
        match = _ANY_CELL.match(piece, at)
        if not match:
            raise Unusual
        at = match.end()
        attributes = dict(_ATTRIBUTE.findall(match[1]))
        column = _column(attributes.get("r"), len(row), number, context)
        row.extend([None] * (column - len(row)))
        kind = attributes.get("t", "")
        if match[2] is not None:
            has_formula = True
            cells.formula(number, column, dict(_ATTRIBUTE.findall(match[2])), xml.text(match[3] or ""))
        if kind == "s":
            row.append(strings[match[4].strip()] if match[4] else None)
        elif kind == "inlineStr":
            inline = match[5] if match[5] is not None else match[4]
            row.append(None if inline is None else xml.unescape(xml.text(inline)))
        elif match[4] is None:
            row.append(None)
        else:
            is_date = attributes.get("s", "") in context.dates
            row.append(typed("" if kind == "n" else kind, xml.unescape(xml.text(match[4])), is_date, context.date1904))
    cells.close_row(number, row, has_formula)


def _column(address: str | None, width: int, number: int, context: Context) -> int:
    if address is None:
        return width
    match = _ADDRESS.fullmatch(address)
    column = COLUMN[match[1]] if match else -1
    if match is None or int(match[2]) != number or not width <= column <= LAST_COLUMN:
        raise _broken(context, address)
    return column


def slow_rows(chunks: Iterable[bytes], part: str, context: Context) -> Cells:
    """Reads a whole sheet part through the XML parser."""
    reader = xml.safe_parser(part)
    scan = _Scan(context)
    reader.StartElementHandler = scan.start
    reader.EndElementHandler = scan.end
    reader.CharacterDataHandler = scan.data
    xml.feed(reader, chunks, part)
    return scan.cells


class _Scan:
    """The state of the slow reading."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self.cells = Cells()
        self.path: list[str] = []
        self.row: list[Any] = []
        self.has_formula = False
        self.number = 0
        self.column = 0
        self.attributes: dict[str, str] = {}
        self.formula: dict[str, str] | None = None
        self.texts: dict[str, list[str]] = {}

    def start(self, name: str, attributes: dict[str, str]) -> None:
        name = xml.local(name)
        self.path.append(name)
        depth = len(self.path)
        if depth == 3 and name == "row" and self.path[1] == "sheetData":
            number = attributes.get("r")
            self.number = int(number) if number and number.isdigit() else self.cells.last + 1
            if self.number <= self.cells.last:
                raise _broken(self.context, f"row {self.number} after row {self.cells.last}")
            self.cells.last = self.number
            self.row, self.has_formula = [], False
        elif depth == 4 and name == "c" and self.path[2] == "row":
            self.column = _column(attributes.get("r"), len(self.row), self.number, self.context)
            self.attributes, self.formula, self.texts = attributes, None, {}
        elif depth == 5 and self.path[3] == "c":
            self.texts[name] = []
            if name == "f":
                self.formula = attributes

    def data(self, piece: str) -> None:
        if len(self.path) < 5 or self.path[3] != "c":
            return
        top = self.path[4]
        if len(self.path) == 5 and top in ("v", "f"):
            self.texts[top].append(piece)
        elif top == "is" and self.path[-1] == "t" and "rPh" not in self.path:
            self.texts["is"].append(piece)

    def end(self, _: str) -> None:
        depth, name = len(self.path), self.path.pop()
        if depth == 4 and name == "c" and self.path[2] == "row" and self.path[1] == "sheetData":
            self.row.extend([None] * (self.column - len(self.row)))
            self.row.append(self._value())
        elif depth == 3 and name == "row" and self.path[1] == "sheetData":
            self.cells.close_row(self.number, self.row, self.has_formula)

    def _value(self) -> Any:
        if self.formula is not None:
            self.has_formula = True
            self.cells.formula(self.number, self.column, self.formula, "".join(self.texts["f"]))
        kind = self.attributes.get("t", "n")
        if kind == "inlineStr" and "is" in self.texts:
            return xml.unescape("".join(self.texts["is"]))
        if "v" not in self.texts:
            return None
        text = "".join(self.texts["v"])
        if kind == "s":
            return shared_string(self.context, text.strip()) if text else None
        if kind == "inlineStr":
            return xml.unescape(text)
        is_date = self.attributes.get("s", "") in self.context.dates
        return typed("" if kind == "n" else kind, xml.unescape(text), is_date, self.context.date1904)
