"""The shared strings of a workbook: rich text joined, phonetic runs left out, nothing trimmed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import partial

from sync.backends.workbook import xml

_PLAIN = re.compile(r'<si><t(?: xml:space="preserve")?>([^<]*)</t></si>')
_PHONETIC = re.compile(r"<rPh\b.*?</rPh\s*>", re.S)
_TEXT = re.compile(r"<t(?:\s[^<>]*?)?(?:/>|>([^<]*)</t\s*>)")
_ITEM = re.compile(r"<si(?:\s[^<>]*?)?(?:/>|>(.*?)</si>)", re.S)
_PREFIXED = re.compile(r"<[\w.-]+:si\b|</si\s+>|<\?(?!xml )")


class Unusual(Exception):
    """The part uses constructs that only the XML parser handles."""


def shared_strings(chunks: Iterable[bytes], again: Iterable[bytes], part: str) -> list[str]:
    """All strings in order. `chunks` and `again` are the same part in UTF-8, read twice if need be."""
    try:
        return list(_fast(chunks))
    except Unusual:
        return list(slow_strings(again, part))


def some_strings(chunks: Iterable[bytes], again: Iterable[bytes], part: str, wanted: set[int]) -> dict[int, str]:
    """The strings of some indexes only."""
    try:
        return {index: text for index, text in enumerate(_fast(chunks)) if index in wanted}
    except Unusual:
        return {index: text for index, text in enumerate(slow_strings(again, part)) if index in wanted}


def count_strings(chunks: Iterable[bytes], again: Iterable[bytes], part: str) -> int:
    """How many there are."""
    try:
        return sum(map(_count, _whole_items(chunks)))
    except Unusual:
        return sum(1 for _ in slow_strings(again, part))


def _count(block: bytes) -> int:
    closed = block.count(b"</si>")
    odd = any(mark in block for mark in (b"<!", b":si", b"<si/", b"<si ", b"</si "))
    if odd or closed != block.count(b"<si>"):
        raise Unusual
    return closed


def _fast(chunks: Iterable[bytes]) -> Iterator[str]:
    for block in _whole_items(chunks):
        yield from _items(block)


def _whole_items(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """The part in pieces that end with an item."""
    rest = b""
    for chunk in chunks:
        block = rest + chunk
        at = block.rfind(b"</si>")
        if at < 0:
            if len(block) > 1 << 22:
                raise Unusual
            rest = block
            continue
        at += 5
        yield block[:at]
        rest = block[at:]
    yield rest


def _items(block: bytes) -> list[str]:
    text = block.decode()
    if "<!" in text or _PREFIXED.search(text):
        raise Unusual
    parts = _PLAIN.split(text)
    answer: list[str] = parts[1::2]
    if any(mark in text for mark in ("&", "\r", "_x")):
        answer = [xml.unescape(xml.text(item)) for item in answer]
    for at in reversed(range(0, len(parts), 2)):
        if parts[at]:
            answer[at // 2 : at // 2] = [string_of(item[1] or "") for item in _ITEM.finditer(parts[at])]
    return answer


def string_of(inner: str) -> str:
    """The text inside an ``<si>`` or ``<is>``.

    >>> string_of('<r><t>a </t></r><r><rPr><b/></rPr><t>b</t></r><rPh sb="0" eb="1"><t>x</t></rPh>')
    'a b'
    """
    if "rPh" in inner:
        inner = _PHONETIC.sub("", inner)
    return xml.unescape(xml.text("".join(match or "" for match in _TEXT.findall(inner))))


def slow_strings(chunks: Iterable[bytes], part: str) -> Iterator[str]:
    """The same through the XML parser: any prefix, comment or CDATA section."""
    reader = xml.safe_parser(part)
    items: list[str] = []
    state = {"item": False, "text": False, "phonetic": False}
    pieces: list[str] = []

    def start(state: dict[str, bool], name: str, _: dict[str, str]) -> None:
        name = xml.local(name)
        if name == "si":
            state["item"] = True
            pieces.clear()
        elif name == "rPh":
            state["phonetic"] = True
        state["text"] = name == "t" and state["item"] and not state["phonetic"]

    def end(name: str) -> None:
        name = xml.local(name)
        state["text"] = False
        if name == "rPh":
            state["phonetic"] = False
        elif name == "si":
            state["item"] = False
            items.append(xml.unescape("".join(pieces)))

    def data(piece: str) -> None:
        if state["text"]:
            pieces.append(piece)

    reader.StartElementHandler = partial(start, state)
    reader.EndElementHandler = end
    reader.CharacterDataHandler = data
    xml.feed(reader, chunks, part)
    return iter(items)
