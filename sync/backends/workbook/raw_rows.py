"""The rows of a sheet as bytes, cut at their end tags: the quick half of the proof after a patch."""

from __future__ import annotations

import re
from collections.abc import Iterator

_NUMBER = re.compile(rb"""\sr\s*=\s*["'](\d+)["']""")


class Aside(Exception):
    """The sheet holds comments, CDATA sections or instructions among its rows."""


class RawRows:
    """The rows of a sheet as (number, bytes), cut at their end tags; `head` and `tail` around them.

    `tail` is complete when the rows are exhausted.
    """

    def __init__(self, chunks: Iterator[bytes]) -> None:
        self._chunks = chunks
        self.tail = b""
        block = b""
        match = None
        while match is None:
            more = next(chunks, None)
            if more is None:
                raise Aside
            block += more
            match = re.search(rb"<((?:[\w.-]+:)?)sheetData\s*(/?)>", block)
        self.head = block[: match.start()]
        if b"<!" in self.head:
            raise Aside
        self._rest = block[match.end() :]
        self._closed = bool(match[2])
        self._prefix = match[1]

    def __iter__(self) -> Iterator[tuple[int, bytes]]:
        if self._closed:
            self.tail = b"".join((self._rest, *self._chunks))
            return
        start, end = b"<%srow" % self._prefix, b"</%srow>" % self._prefix
        usual = start + b' r="'
        skip = len(usual)
        number = 0
        for block in self._blocks(start, end):
            for piece in block.split(end):
                tag = piece.find(b">")
                if piece.startswith(usual) and piece[tag - 1] != 0x2F:
                    number = int(piece[skip : piece.index(b'"', skip)])
                    yield number, piece
                    continue
                rows = piece.split(start)
                if len(rows) == 1 and piece.strip():
                    raise Aside
                for row in rows[1:]:
                    tag = row.find(b">")
                    found = _NUMBER.search(row[: tag + 1])
                    number = int(found[1]) if found else number + 1
                    yield number, start + (row.rstrip() if row[tag - 1] == 0x2F else row)

    def _blocks(self, start: bytes, end: bytes) -> Iterator[bytes]:
        """Stretches of whole rows: up to the last end tag, or to the row behind the last that has none."""
        stop_tag = b"</%ssheetData" % self._prefix
        block = self._rest
        while True:
            if (b"!" in block and b"<!" in block) or (b"?" in block and b"<?" in block):
                raise Aside
            stop = block.find(stop_tag)
            if stop >= 0:
                yield block[:stop]
                self.tail = b"".join((block[stop:].partition(b">")[2], *self._chunks))
                return
            at = block.rfind(end)
            at = max(at + len(end) if at >= 0 else 0, block.rfind(start))
            if at > 0:
                yield block[:at]
                block = block[at:]
            more = next(self._chunks, None)
            if more is None:
                raise Aside
            block += more


def is_cut_late(row: bytes) -> bool:
    """Whether a row was cut too late, because its end tag is spelled another way."""
    return b"row" in row[5:] and re.search(rb"</(?:[\w.-]+:)?row[\s>]", row) is not None


def cell_and_rest(piece: bytes) -> tuple[bytes, bytes]:
    """Splits what follows ``<c `` into the cell and what comes after it."""
    at = piece.find(b"</c>")
    if at >= 0:
        return piece[: at + 4], piece[at + 4 :]
    at = piece.find(b"/>")
    return piece[: at + 2], piece[at + 2 :]
