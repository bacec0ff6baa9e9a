"""What the first pass over a sheet part knows: patterns to look for, cells, rows, regions, and all of it together.

Offsets count bytes of the part in UTF-8.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache

from sync.backends.workbook import xml
from sync.backends.workbook.markup import Node, attributes

_INNER = re.compile(rb"""<(?:\w+:)?f((?:\s+[\w:.]+\s*=\s*(?:"[^"]*"|'[^']*'))*)\s*(?:/>|>([^<]*)</(?:\w+:)?f\s*>)""")
_VALUE = re.compile(rb"<(?:\w+:)?v(?:\s[^<>]*)?>([^<]*)</(?:\w+:)?v\s*>")


@dataclass(frozen=True)
class Patterns:
    """What to look for, for one element prefix."""

    prefix: bytes
    row: re.Pattern[bytes]
    end: re.Pattern[bytes]
    cell: re.Pattern[bytes]
    formula: re.Pattern[bytes]


@lru_cache(8)
def patterns(prefix: bytes) -> Patterns:
    """The patterns for a prefix (``b"x:"`` or nothing)."""
    quoted = rb"""(?:[^<>"'/]++|/(?!>)|"[^"]*+"|'[^']*+')*+"""
    return Patterns(
        prefix,
        re.compile(rb"<%srow(?=[\s/>])(?: r=\"(\d{1,7})\")?%s(/?)>" % (prefix, quoted)),
        re.compile(rb"</%srow\s*>" % prefix),
        re.compile(rb"<%sc(?=[\s/>])%s(?:/>|>(.*?)</%sc\s*>)" % (prefix, quoted, prefix), re.S),
        re.compile(rb"<%sf(?=\s)(%s)(?:/>|>([^<]*))" % (prefix, quoted)),
    )


@lru_cache(8)
def doubtful_strings(digits: int) -> re.Pattern[bytes]:
    """Finds the shared strings whose number has at least so many digits (captured), or no plain number at all."""
    few = rb"(?![^<>]*+><v>\d{1,%d}<)" % (digits - 1) if digits > 1 else b""
    return re.compile(rb' t="s"%s(?:[^<>]*+><v>(\d+)(?=<))?' % few)


Parts = tuple[dict[str, str] | None, str, str | None]


@dataclass(slots=True)
class Cell:
    """A cell that exists: its span, start tag, and what it holds, undecoded."""

    column: int
    start: int
    end: int
    tag: bytes
    inner: bytes
    _parts: Parts | None = None
    _attributes: dict[str, str] | None = None

    def get(self, name: str) -> str:
        """An attribute of the cell; empty without it."""
        if self._attributes is None:
            self._attributes = attributes(self.tag)
        return self._attributes.get(name, "")

    def parts(self) -> Parts:
        """The attributes of its formula if any, the formula's text, and the text of its value if any."""
        if self._parts is None:
            self._parts = _parts_of(self.inner)
        return self._parts

    def formula(self) -> bytes:
        """The element of its formula as it is written; empty without one."""
        found = _INNER.search(self.inner)
        return found[0] if found else b""


def _parts_of(inner: bytes) -> Parts:
    if b"<!" in inner or b"<?" in inner:
        return _parsed(inner)
    formula, value = _INNER.search(inner), _VALUE.search(inner)
    return (
        attributes(b"<f" + formula[1] + b">") if formula else None,
        xml.text((formula[2] or b"").decode()) if formula else "",
        xml.text(value[1].decode()) if value else None,
    )


def _parsed(inner: bytes) -> Parts:
    tree = xml.parse(b"<c>" + inner + b"</c>", "c")
    formula, value = tree.find("f"), tree.find("v")
    return (
        dict(formula.attrib) if formula is not None else None,
        formula.text or "" if formula is not None else "",
        value.text or "" if value is not None else None,
    )


@dataclass(slots=True)
class Row:
    """A row that was asked for. When it does not exist, `start` is where it belongs and `tag` is empty.

    `insert` is where a new cell of each asked column belongs. (Lists, because there are many rows with
    few cells.)
    """

    number: int
    start: int
    opened: int
    closing: int
    tag: bytes = b""
    cells: list[Cell] = field(default_factory=list)
    insert: tuple[tuple[int, int], ...] = ()

    @property
    def exists(self) -> bool:
        """Whether the sheet has this row."""
        return bool(self.tag)

    def cell(self, column: int) -> Cell | None:
        """One of its cells."""
        for cell in self.cells:
            if cell.column == column:
                return cell
        return None

    def place(self, column: int) -> int:
        """Where a new cell belongs."""
        for other, at in self.insert:
            if other == column:
                return at
        return self.start


@dataclass(slots=True)
class Region:
    """The range of an array formula, a data table, or a shared formula with its first cell and text."""

    kind: str
    ref: str
    group: str
    first: str
    text: str


@dataclass
class Survey:
    """What is known of a sheet part. `head` ends before, `tail` begins after the rows' element."""

    prefix: bytes = b""
    head: bytes = b""
    tail: bytes = b""
    tail_at: int = 0
    data: Node = field(default_factory=lambda: Node("sheetData", b"<sheetData/>", 0, 0))
    head_tree: Node = field(default_factory=lambda: Node("worksheet", b"<worksheet>", 0, 0))
    tail_tree: Node = field(default_factory=lambda: Node("worksheet", b"<worksheet>", 0, 0))
    rows: dict[int, Row] = field(default_factory=dict)
    models: dict[int, Row] = field(default_factory=dict)
    regions: list[Region] = field(default_factory=list)
    has_formulas: bool = False
