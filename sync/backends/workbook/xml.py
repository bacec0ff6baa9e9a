"""XML parts: small ones as trees of local names, large ones as UTF-8 chunks, none with a DOCTYPE.

Prefixes and namespaces differ between writers (strict, transitional, ``x:``), so names are compared
without them.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable, Iterator
from xml.etree.ElementTree import Element, TreeBuilder
from xml.parsers import expat

from rules.errors import Error
from sync.backends.workbook.codes import X_BROKEN_PART, X_DOCTYPE

_DECLARED = re.compile(rb"<\?xml[^>]*?encoding\s*=\s*[\"']([A-Za-z0-9._-]+)")
_PROLOG = re.compile(r"\ufeff?(?:\s+|<\?.*?\?>|<!--.*?-->)*(<!DOCTYPE)?", re.S)
_ENTITY = re.compile(r"&(?:#(\d+)|#x([0-9A-Fa-f]+)|(\w+));")
_NAMED = {"amp": "&", "lt": "<", "gt": ">", "quot": '"', "apos": "'"}
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_PAIR = re.compile("[\ud800-\udbff][\udc00-\udfff]")


def local(name: str) -> str:
    """A name without its prefix.

    >>> local("x:row"), local("row")
    ('row', 'row')
    """
    return name.rpartition(":")[2]


def encoding(head: bytes) -> str:
    """The encoding of a part, from its BOM or declaration; UTF-8 when neither says.

    >>> encoding(b'<?xml version="1.0" encoding="windows-1252"?>'), encoding(b"<a/>")
    ('cp1252', 'utf-8')
    """
    if head.startswith((codecs.BOM_UTF16_LE, b"<\0")):
        return "utf-16-le"
    if head.startswith((codecs.BOM_UTF16_BE, b"\0<")):
        return "utf-16-be"
    match = _DECLARED.match(head.removeprefix(codecs.BOM_UTF8))
    if not match:
        return "utf-8"
    name = codecs.lookup(match[1].decode()).name
    return "utf-8" if name in ("ascii", "utf-16", "utf-16-le", "utf-16-be") else name


def as_utf8(chunks: Iterable[bytes], part: str) -> tuple[str, Iterator[bytes]]:
    """The encoding of a part, and its contents as UTF-8 chunks; X-010 when it can't be decoded."""
    feed = iter(chunks)
    first = next(feed, b"")
    try:
        name = encoding(first)
    except LookupError:
        raise Error(X_BROKEN_PART, found=part) from None

    def whole() -> Iterator[bytes]:
        yield first
        yield from feed

    return name, whole() if name == "utf-8" else _recoded(whole(), name, part)


def _recoded(chunks: Iterable[bytes], name: str, part: str) -> Iterator[bytes]:
    decoder = codecs.getincrementaldecoder(name)()
    try:
        for chunk in chunks:
            yield decoder.decode(chunk).encode()
        yield decoder.decode(b"", True).encode()
    except UnicodeError:
        raise Error(X_BROKEN_PART, found=part) from None


def recode(chunks: Iterable[bytes], name: str) -> Iterator[bytes]:
    """UTF-8 chunks in the encoding `name`; what it lacks becomes a character reference."""
    if name == "utf-8":
        yield from chunks
        return
    decoder = codecs.getincrementaldecoder("utf-8")()
    for chunk in chunks:
        yield decoder.decode(chunk).encode(name, "xmlcharrefreplace")


def has_doctype(head: bytes) -> bool | None:
    """Whether a DOCTYPE stands before the root element; None when `head` is too short to tell.

    >>> has_doctype(b"<?xml version='1.0'?><!DOCTYPE a>"), has_doctype(b"<!-- <!DOCTYPE --><a/>"), has_doctype(b"<!-- ")
    (True, False, None)
    """
    try:
        text = head.decode(encoding(head), "ignore")
    except LookupError:
        return False
    match = _PROLOG.match(text)
    if match is None or match[1]:
        return match is not None
    rest = text[match.end() :]
    return None if rest in ("", "<") or rest.startswith(("<!", "<?")) else False


def parse(data: bytes | Iterable[bytes], part: str, *, without: str = "") -> Element:
    """A part as a tree of local names (attributes too), leaving out what is inside `without` elements.

    Raises:
        Error: X-010 when it is not well-formed, X-005 when it has a DOCTYPE.
    """
    builder = TreeBuilder()
    reader = safe_parser(part)
    inside = 0

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal inside
        name = local(name)
        if not inside:
            builder.start(name, {local(key): value for key, value in attributes.items()})
        if inside or name == without:
            inside += 1

    def end(name: str) -> None:
        nonlocal inside
        inside -= inside > 0
        if not inside:
            builder.end(local(name))

    def text_of(piece: str) -> None:
        if not inside:
            builder.data(piece)

    reader.StartElementHandler = start
    reader.EndElementHandler = end
    reader.CharacterDataHandler = text_of
    feed(reader, (data,) if isinstance(data, bytes) else data, part)
    return builder.close()


def safe_parser(part: str) -> expat.XMLParserType:
    """An expat parser that refuses a DOCTYPE (X-005)."""
    reader = expat.ParserCreate()
    reader.buffer_text = True

    def refuse(*_: object) -> None:
        raise Error(X_DOCTYPE, found=part)

    reader.StartDoctypeDeclHandler = refuse
    return reader


def feed(reader: expat.XMLParserType, chunks: Iterable[bytes], part: str) -> None:
    """Feeds a parser to the end; X-010 when the part is not well-formed."""
    try:
        for chunk in chunks:
            reader.Parse(chunk, False)
        reader.Parse(b"", True)
    except (expat.ExpatError, LookupError, ValueError):
        raise Error(X_BROKEN_PART, found=part) from None


def text(raw: str) -> str:
    """Character data as XML means it: references resolved, line ends as one line feed.

    >>> text("a&lt;b&#65;&#x42;")
    'a<bAB'
    """
    if "\r" in raw:
        raw = raw.replace("\r\n", "\n").replace("\r", "\n")
    return _ENTITY.sub(_entity, raw) if "&" in raw else raw


def _entity(match: re.Match[str]) -> str:
    if match[3]:
        return _NAMED.get(match[3], match[0])
    return chr(int(match[1]) if match[1] else int(match[2], 16))


def unescape(string: str) -> str:
    """Spreadsheet text with its ``_xHHHH_`` escapes resolved; half a surrogate pair stays as written.

    >>> unescape("a_x000B_b_x005F_x0041_")
    'a\\x0bb_x0041_'
    """
    if "_x" not in string:
        return string
    plain = _ESCAPED.sub(lambda match: chr(int(match[1], 16)), string)
    if not any("\ud800" <= char <= "\udfff" for char in plain):
        return plain
    joined = _PAIR.sub(lambda match: match[0].encode("utf-16-le", "surrogatepass").decode("utf-16-le"), plain)
    return re.sub("[\ud800-\udfff]", lambda match: f"_x{ord(match[0]):04X}_", joined)
