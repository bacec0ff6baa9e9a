"""The cells of a tab, twice: fast for the XML that programs write, and through the parser for any other.

Both answer the same; `fast_rows` raises `Unusual` instead of guessing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from operator import lt
from typing import Any

from rules.errors import Error
from sheets_schema.grid.address import COLUMN, LAST_COLUMN, LAST_ROW, parse_cell
from sheets_schema.grid.shift import shift
from sync.backends.workbook import xml
from sync.backends.workbook.cell_types import number, typed
from sync.backends.workbook.codes import X_BROKEN_ROWS
from sync.backends.workbook.forms import FIRST, Forms
from sync.backends.workbook.limits import FORMULA, MOST_CELLS, check_weight
from sync.backends.workbook.strings import Unusual

_CELL = re.compile(
    r'<c r="([A-Z]{1,3})(\d+)"(?: s="(\d+)")?(?: t="(\w+)")?'
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


@dataclass
class PartContext:
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
    weight: int = 0

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
        """Keeps a row unless it is blank. Raises X-017 before memory is gone."""
        self.weight += len(row)
        check_weight(self.weight + FORMULA * len(self.formulas), number)
        while row and row[-1] is None:
            row.pop()
        if row or has_formula:
            self.numbers.append(number)
            self.rows.append(row)

    def next_row(self, number: int | None) -> int:
        """The number of the row that begins: `number`, or where none is written the one after the last.

        Raises:
            ValueError: rows doubled, out of order or off the sheet.
        """
        found = self.last + 1 if number is None else number
        if not self.last < found <= LAST_ROW:
            raise ValueError(f"row {found} after row {self.last}")
        self.last = found
        return found


class Strings(dict[str, Any]):
    """Shared strings by the text of their index: one look-up per cell."""

    def __init__(self, context: PartContext) -> None:
        self.context = context

    def __missing__(self, index: str) -> str:
        answer = self[index] = shared_string(self.context, index)
        return answer


def shared_string(context: PartContext, index: str) -> str:
    """A shared string by its index as written; X-011 when there is none."""
    index = index.strip()
    if index.isascii() and index.isdigit() and len(index) < 10 and int(index) < len(context.strings):
        return context.strings[int(index)]
    raise Error(X_BROKEN_ROWS, file=context.file, tab=context.tab, found=f"shared string {index!r}")


def fast_rows(text: str, context: PartContext, cells: Cells, strings: dict[str, str], forms: Forms) -> None:
    """Reads whole rows, ``…</row>`` each (self-closing ones between them)."""
    if "<!" in text or "<?" in text or "]]>" in text:
        raise Unusual
    parts = forms.split(text)
    if parts is None:
        cut = _after_rows(text, FIRST)
        _cell_by_cell(text[:cut], context, cells, strings, forms)
        text = text[cut:]
        parts = forms.split(text)
    try:
        between, numbers, rows = forms.rows(parts or [text])
    except (ValueError, IndexError):
        _cell_by_cell(text, context, cells, strings, forms)
        return
    done = 0
    for at in [at for at, other in enumerate(between) if other and not other.isspace()]:
        _keep(numbers[done:at], rows[done:at], context, cells)
        other = between[at].rstrip()
        blank = other.endswith("/>")
        _cell_by_cell(other[:-2] + "></row>" if blank else other, context, cells, strings, forms)
        done = at
    _keep(numbers[done:], rows[done:], context, cells)


def _after_rows(text: str, count: int) -> int:
    """Where the first rows end."""
    at = 0
    for _ in range(count):
        at = text.find("</row>", at) + len("</row>")
        if at < len("</row>"):
            return len(text)
    return at


def _keep(numbers: list[int], rows: list[list[Any]], context: PartContext, cells: Cells) -> None:
    """Keeps whole rows of one form."""
    weight = cells.weight + sum(map(len, rows)) + FORMULA * len(cells.formulas)
    rising = all(map(lt, [cells.last, *numbers], [*numbers, LAST_ROW + 1]))
    if rising and weight <= MOST_CELLS and all(row[-1] is not None for row in rows):
        cells.weight += sum(map(len, rows))
        cells.last = numbers[-1] if numbers else cells.last
        cells.numbers += numbers
        cells.rows += rows
        return
    for written, row in zip(numbers, rows, strict=True):
        cells.close_row(_row(cells, str(written), context), row, False)


def _cell_by_cell(text: str, context: PartContext, cells: Cells, strings: dict[str, str], forms: Forms) -> None:
    dates, date1904 = context.dates, context.date1904
    find, column_of = _CELL.findall, COLUMN
    pieces = text.split("</row>")
    if pieces.pop().strip():
        raise Unusual
    for piece in pieces:
        at, row_number, closed = 0, 0, "/"
        while closed:
            head = _ROW.match(piece, at)
            if not head:
                raise Unusual
            attributes, closed = head[1], head[2]
            row_number = _row(cells, _written_number(attributes), context)
            at = head.end()
        own = str(row_number)
        found = find(piece, at)
        blanks, inline = piece.count("/>", at), piece.count("<is>", at)
        tags = 4 * len(found) - 3 * blanks + 2 * inline
        if piece.count("<", at) != tags or (inline and inline != piece.count(' t="inlineStr">', at)):
            _any_row(piece, at, row_number, context, cells, strings)
            continue
        row: list[Any] = []
        add = row.append
        width = 0
        for name, digits, style, kind, value, inner in found:
            column = column_of[name]
            if digits != own:
                _any_row(piece, at, row_number, context, cells, strings)
                break
            if column != width:
                if column < width or column > LAST_COLUMN:
                    raise _broken(context, f"{name}{digits}")
                row.extend([None] * (column - width))
            width = column + 1
            if kind == "s":
                add(strings[value])
            elif kind == "inlineStr":
                add(xml.unescape(xml.text(inner or value)) or None)
            elif kind or not value:
                add(typed(kind, xml.unescape(xml.text(value)), style in dates, date1904))
            elif style in dates:
                add(typed("", xml.text(value), True, date1904))
            else:
                try:
                    add(number(value))
                except ValueError:
                    add(typed("", xml.text(value), False, date1904))
        else:
            forms.note(found)
            cells.close_row(row_number, row, False)


def _written_number(attributes: str) -> str | None:
    """The number that a row's attributes give it, as written; None without one."""
    start = attributes.find(' r="')
    if attributes.count(' r="') > 1:
        raise Unusual
    return None if start < 0 else attributes[start + 4 : attributes.index('"', start + 4)]


def _row(cells: Cells, written: str | None, context: PartContext) -> int:
    """The number of the row that begins; X-011 when there can't be such a row here."""
    if written is not None and not (written.isascii() and written.isdigit() and len(written) < 10):
        raise _broken(context, f"row {written[:20]!r}")
    try:
        return cells.next_row(None if written is None else int(written))
    except ValueError as error:
        raise _broken(context, str(error)) from None


def _broken(context: PartContext, found: str) -> Error:
    return Error(X_BROKEN_ROWS, file=context.file, tab=context.tab, found=found)


def _any_row(piece: str, at: int, number: int, context: PartContext, cells: Cells, strings: dict[str, str]) -> None:
    """A row whose cells hold formulas, lack attributes, or stand apart by blanks."""
    row: list[Any] = []
    has_formula = False
    end = len(piece.rstrip())
    while at < end:
        match = _ANY_CELL.match(piece, at)
        if not match:
            raise Unusual
        at = match.end()
        if at - match.start() == len("<c/>") and len(row) <= LAST_COLUMN:
            row.append(None)
            continue
        pairs = _ATTRIBUTE.findall(match[1])
        attributes = dict(pairs)
        if len(attributes) != len(pairs):
            raise Unusual
        column = _column(attributes.get("r"), len(row), number, context)
        row.extend([None] * (column - len(row)))
        kind = attributes.get("t", "")
        if match[2] is not None:
            has_formula = True
            cells.formula(
                number, column, dict(_ATTRIBUTE.findall(match[2])) if match[2] else {}, xml.text(match[3] or "")
            )
        if kind == "s":
            row.append(strings[match[4]] if match[4] else None)
        elif kind == "inlineStr":
            inline = match[5] if match[5] is not None else match[4]
            row.append(None if inline is None else xml.unescape(xml.text(inline)))
        elif match[4] is None:
            row.append(None)
        else:
            is_date = attributes.get("s", "") in context.dates
            row.append(typed("" if kind == "n" else kind, xml.unescape(xml.text(match[4])), is_date, context.date1904))
    cells.close_row(number, row, has_formula)


def _column(address: str | None, width: int, number: int, context: PartContext) -> int:
    if address is None and width <= LAST_COLUMN:
        return width
    address = address or ""
    place = parse_cell(address)
    if place is None or place[0] != number or place[1] < width:
        raise _broken(context, address[:20])
    return place[1]


def slow_rows(chunks: Iterable[bytes], part: str, context: PartContext) -> Cells:
    """Reads a whole sheet part through the XML parser."""
    reader = xml.safe_parser(part)
    scan = _Scan(context)
    reader.StartElementHandler = scan.start
    reader.EndElementHandler = scan.end
    reader.CharacterDataHandler = scan.data
    xml.feed(reader, chunks, part)
    if not scan.tables:
        raise _broken(context, "<sheetData> ?")
    return scan.cells


class _Scan:
    """The state of the slow reading."""

    def __init__(self, context: PartContext) -> None:
        self.context = context
        self.cells = Cells()
        self.path: list[str] = []
        self.tables = 0
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
        if depth == 2 and name == "sheetData":
            self.tables += 1
            if self.tables > 1 or self.path[0] != "worksheet":
                raise _broken(self.context, f"<{self.path[0]}> … <sheetData>")
        elif depth == 3 and name == "row" and self.path[1] == "sheetData":
            self.number = _row(self.cells, attributes.get("r"), self.context)
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
            return shared_string(self.context, text) if text else None
        if kind == "inlineStr":
            return xml.unescape(text)
        is_date = self.attributes.get("s", "") in self.context.dates
        return typed("" if kind == "n" else kind, xml.unescape(text), is_date, self.context.date1904)
