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

from rules.errors import Error, Text
from sync.backends.workbook.codes import X_BROKEN_PART, X_DOCTYPE, X_LARGE

MOST_ELEMENTS = 500_000
"""Elements of a part that is held as a tree; large sheets are streamed instead."""
LONGEST_TOKEN = 1 << 23
"""Bytes of one tag, comment or instruction; a parser looks at an unfinished one again with every chunk."""

_DECLARED = re.compile(rb"<\?xml[^>]*?encoding\s*=\s*[\"']([A-Za-z0-9._-]+)")
_PROLOG = re.compile(r"\ufeff?(?:\s+|<\?.*?\?>|<!--.*?-->)*(<!DOCTYPE)?", re.S)
_CODECS = re.compile(
    r"utf-8|ascii|iso8859-\d+|cp125\d|koi8-r|gbk|gb2312|gb18030|cp936|big5|big5hkscs|cp950|shift_jis|cp932|euc_jp|euc_kr|cp949"
)
_REFERENCE = re.compile(r"&(?:#([0-9]+);|#x([0-9A-Fa-f]+);|(\w+);)?")
_NAMED = {"amp": "&", "lt": "<", "gt": ">", "quot": '"', "apos": "'"}
_CONTROL = bytes(code for code in range(32) if code not in (9, 10, 13))
_NO_CHARACTER = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
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

    Raises:
        LookupError: no encoding of texts, or UTF-16 declared of bytes that are none.
    """
    if head.startswith((codecs.BOM_UTF16_LE, b"<\0")):
        return "utf-16-le"
    if head.startswith((codecs.BOM_UTF16_BE, b"\0<")):
        return "utf-16-be"
    match = _DECLARED.match(head.removeprefix(codecs.BOM_UTF8))
    if not match:
        return "utf-8"
    name = codecs.lookup(match[1].decode()).name
    if not _CODECS.fullmatch(name):
        raise LookupError(name)
    return name


def as_utf8(chunks: Iterable[bytes], part: str) -> tuple[str, Iterator[bytes]]:
    """The encoding of a part, and its contents as UTF-8 chunks; X-010 when it can't be decoded."""
    feed = iter(chunks)
    first = next(feed, b"")
    try:
        name = encoding(first)
    except LookupError as error:
        raise Error(X_BROKEN_PART, found=f"{part}: encoding {error}") from None

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
    except UnicodeError as error:
        raise Error(X_BROKEN_PART, found=f"{part}: {error}"[:200]) from None


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
        Error: X-010 when it is not well-formed, X-005 when it has a DOCTYPE, X-017 when it is too large for one.
    """
    builder = TreeBuilder()
    reader = safe_parser(part)
    inside = count = 0

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal inside, count
        name = local(name)
        if not inside:
            count += 1
            if count > MOST_ELEMENTS:
                raise too_many(part)
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


def parse_plain(data: bytes, part: str) -> Element:
    """A small piece of a part whose names have no prefixes, as a tree; X-010 when it is not well-formed."""
    builder = TreeBuilder()
    reader = safe_parser(part)
    reader.StartElementHandler = builder.start
    reader.EndElementHandler = builder.end
    reader.CharacterDataHandler = builder.data
    feed(reader, (data,), part)
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
    for _ in fed(reader, chunks, part):
        pass


def is_plain(data: bytes) -> bool:
    r"""Whether UTF-8 text holds nothing that XML can't: control characters, U+FFFE, U+FFFF, ``]]>``.

    >>> is_plain("库存\t1".encode()), is_plain(b"\x0b"), is_plain("\uffff".encode())
    (True, False, False)
    """
    if len(data.translate(None, _CONTROL)) != len(data) or b"]]>" in data:
        return False
    return b"\xef\xbf" not in data or (b"\xef\xbf\xbe" not in data and b"\xef\xbf\xbf" not in data)


def undeclared(head: bytes) -> bytes:
    """The beginning of a part without byte order mark and declaration, which name the encoding it had.

    >>> undeclared(b'<?xml version="1.0" encoding="GBK"?><a/>')
    b'<a/>'
    """
    head = head.removeprefix(codecs.BOM_UTF8)
    return head.partition(b"?>")[2] if head.startswith(b"<?xml") else head


def well_formed(chunks: Iterable[bytes], part: str) -> Iterator[bytes]:
    """The same UTF-8 chunks, parsed on the way; X-010 when they are not well-formed, X-005 with a DOCTYPE."""
    return fed(safe_parser(part), chunks, part)


def fed(reader: expat.XMLParserType, chunks: Iterable[bytes], part: str) -> Iterator[bytes]:
    """The same chunks, each fed to a parser before it is passed on; they are UTF-8, whatever they declare."""
    length = 0
    try:
        for chunk in chunks:
            seen = chunk if length else undeclared(chunk)
            reader.Parse(seen, False)
            length += len(seen)
            if length - reader.CurrentByteIndex > LONGEST_TOKEN:
                raise Error(
                    X_LARGE,
                    found=Text(f"{part} 里的一个标记", f"one tag of {part}"),
                    expected=f"{LONGEST_TOKEN >> 20} MB",
                )
            yield chunk
        reader.Parse(b"", True)
    except (expat.ExpatError, LookupError, ValueError) as error:
        raise Error(X_BROKEN_PART, found=f"{part}: {error}") from None


def too_many(part: str) -> Error:
    """The error for a part with more elements than a tree may have."""
    found = Text(f"{part} 里的元素过多", f"the elements of {part}")
    return Error(X_LARGE, found=found, expected=f"{MOST_ELEMENTS:,}")


def text(raw: str) -> str:
    """Character data as XML means it: references resolved, line ends as one line feed.

    >>> text("a&lt;b&#65;&#x42;")
    'a<bAB'

    Raises:
        Error: X-010 a reference to no character, or none at all.
    """
    if "\r" in raw:
        raw = raw.replace("\r\n", "\n").replace("\r", "\n")
    return _REFERENCE.sub(_character, raw) if "&" in raw else raw


def _character(match: re.Match[str]) -> str:
    if match[3] in _NAMED:
        return _NAMED[match[3]]
    digits = (match[1] or match[2] or "").lstrip("0")
    number = int(digits, 10 if match[1] else 16) if 0 < len(digits) <= 7 else 0
    if not 0 < number <= 0x10FFFF or _NO_CHARACTER.match(chr(number)):
        raise Error(X_BROKEN_PART, found=match[0][:40])
    return chr(number)


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
