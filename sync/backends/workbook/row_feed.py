"""A sheet part by patterns: its rows in blocks as they are unpacked, and the tree of everything around them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Protocol
from xml.etree.ElementTree import Element

from sync.backends.workbook import xml
from sync.backends.workbook.forms import Forms
from sync.backends.workbook.limits import LONGEST_ROW, LONGEST_TAIL, long_row, long_tail
from sync.backends.workbook.rows import Cells, PartContext, Strings, fast_rows
from sync.backends.workbook.strings import Unusual

_DATA = re.compile(rb"<((?:[\w.-]+:)?)sheetData\s*(/?)>")
_LONGEST_TAG = 256
"""Bytes of the tag that begins the rows; a longer one is left to the parser."""


class Rows(Protocol):
    """What takes the rows of a part; `prefix` is that of their elements."""

    prefix: bytes

    def take(self, block: bytes) -> None:
        """Whole rows, the next of the part."""


class RowFeed:
    """Reads rows into `cells`."""

    def __init__(self, context: PartContext) -> None:
        self.prefix = b""
        self.context = context
        self.cells = Cells()
        self._strings = Strings(context)
        self._forms = Forms(context.strings, context.dates, date1904=context.date1904)

    def take(self, block: bytes) -> None:
        """Reads whole rows; `Unusual` where the parser has to look at them. Raises X-011, X-017."""
        fast_rows(_plain(block, self.prefix), self.context, self.cells, self._strings, self._forms)


def fast_sheet(chunks: Iterator[bytes], part: str, rows: Rows) -> Element:
    """Feeds the rows of a part to `rows`, and answers the tree around them; `Unusual` where that needs a parser."""
    block = b""
    match = None
    for chunk in chunks:
        seen = max(0, len(block) - _LONGEST_TAG)
        block += chunk
        match = _DATA.search(block, seen)
        if match:
            break
        if len(block) > LONGEST_ROW:
            raise long_row(part)
    if not match:
        raise Unusual
    head, block, prefix = block[: match.start()], block[match.end() :], match[1]
    if b"<!" in head or not re.search(rb"<%sworksheet[\s>]" % prefix, head):
        raise Unusual
    rows.prefix = prefix
    tail = [block if match[2] else _rows(chunks, block, part, rows)]
    length = 0
    for more in chunks:
        tail.append(more)
        length += len(more)
        if length > LONGEST_TAIL:
            raise long_tail(part)
    around = xml.parse(head + b"<%ssheetData/>" % prefix + b"".join(tail), part)
    if len(around.findall("sheetData")) > 1:
        raise Unusual  # the parser refuses it
    return around


def _rows(chunks: Iterator[bytes], block: bytes, part: str, rows: Rows) -> bytes:
    """Feeds the rows; answers what was read behind the end tag of their element."""
    end, row_end = b"</%ssheetData" % rows.prefix, b"</%srow>" % rows.prefix
    blank_rows = re.compile(rb"(?:\s*<%srow(?:\s[^<>]*)?/>)+" % rows.prefix)
    seen = 0  # what is before it belongs to the first tag behind the rows
    while True:
        stop = block.find(end)
        limit = stop if stop >= 0 else len(block)
        at = block.rfind(row_end, 0, limit) + len(row_end)
        if at >= len(row_end):
            rows.take(block[:at])
            seen = at
        else:
            at = 0
        seen = block.find(b">", seen, limit)
        if block[seen - 1 : seen + 1] == b"/>" and (blank := blank_rows.match(block, at, limit)):
            rows.take(block[at : blank.end() - len(b"/>")] + b">" + row_end)
            at = seen = blank.end()
        if stop >= 0:
            if block[at:stop].strip():
                raise Unusual
            return block[stop:].partition(b">")[2]
        seen = (seen if seen >= 0 else len(block)) - at
        block = block[at:]
        more = next(chunks, None)
        if more is None:
            raise Unusual  # the rows never end: the parser says where
        block += more
        if len(block) > LONGEST_ROW:
            raise long_row(part)


def _plain(block: bytes, prefix: bytes) -> str:
    """Whole rows as text, their elements without prefix; `Unusual` where the parser has to look at them."""
    if not xml.is_plain(block):
        raise Unusual
    if prefix:
        if block.count(b"<") != block.count(b"<" + prefix) + block.count(b"</" + prefix):
            raise Unusual
        block = block.replace(b"<" + prefix, b"<").replace(b"</" + prefix, b"</")
    return block.decode()
