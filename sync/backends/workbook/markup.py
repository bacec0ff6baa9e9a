"""XML with offsets: elements and attributes as spans of bytes, so that a change leaves every other byte alone."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from rules.errors import Error
from sync.backends.workbook import xml
from sync.backends.workbook.codes import X_BROKEN_PART

Splice = tuple[int, int, bytes]
"""Bytes from start to end become the replacement."""

ASIDE = re.compile(rb"<!--.*?-->|<!\[CDATA\[.*?\]\]>|<\?.*?\?>", re.S)
"""Comments, CDATA sections, processing instructions: may hold anything that looks like a tag."""

_TAG = re.compile(
    rb"<!--.*?-->|<!\[CDATA\[.*?\]\]>|<\?.*?\?>"
    rb"""|<(/?)([^\s/<>!?"'=]+)((?:[^<>"'/]++|/(?!>)|"[^"]*+"|'[^']*+')*+)(/?)>""",
    re.S,
)
_ATTRIBUTE = re.compile(rb"""\s+([^\s=/<>"']+)\s*=\s*(?:"([^"]*)"|'([^']*)')""")


@dataclass(slots=True)
class Node:
    """An element: `start` to `opened` is its start tag, `closing` to `end` its end tag.

    Of a self-closing element, `opened`, `closing` and `end` are the same.
    """

    name: str
    tag: bytes
    start: int
    opened: int
    closing: int = -1
    end: int = -1
    children: list[Node] = field(default_factory=list)

    @property
    def prefix(self) -> bytes:
        """The prefix with its colon, or nothing."""
        return self.tag[1 : re.match(rb"<[^\s/>]*", self.tag).end() - len(self.name.encode())]  # type: ignore[union-attr]

    def get(self, name: str, default: str = "") -> str:
        """An attribute by its local name."""
        return attributes(self.tag).get(name, default)

    def find(self, name: str) -> Node | None:
        """The first child of that name."""
        return next(self.all(name), None)

    def all(self, name: str) -> Iterator[Node]:
        """The children of that name."""
        return (child for child in self.children if child.name == name)

    def walk(self) -> Iterator[Node]:
        """This element and everything inside, in document order."""
        waiting = [self]
        while waiting:
            node = waiting.pop()
            yield node
            waiting += reversed(node.children)

    def inside(self, addition: bytes) -> Splice:
        """The splice that adds at the end of the contents; a self-closing element is opened."""
        if self.closing != self.opened or not self.tag.endswith(b"/>"):
            return (self.closing, self.closing, addition)
        name = self.prefix + self.name.encode()
        return (self.start, self.opened, self.tag[:-2].rstrip() + b">" + addition + b"</" + name + b">")


def scan(data: bytes, part: str, *, root: str = "") -> Node:
    """The elements of `data` below one node; X-010 when tags do not pair, X-017 when there are too many.

    With `root`, `data` is a piece of a document: it may begin inside that element and close it.
    """
    top = Node(root, b"<>", 0, 0)
    open_nodes = [top]
    count = 0
    for match in _TAG.finditer(data):
        raw = match[2]
        if raw is None:
            continue
        name = xml.local(raw.decode())
        if match[1]:
            if len(open_nodes) == 1 and name == root:
                break
            node = open_nodes.pop()
            if not open_nodes or node.name != name:
                raise Error(X_BROKEN_PART, found=part)
            node.closing, node.end = match.start(), match.end()
            continue
        count += 1
        if count > xml.MOST_ELEMENTS:
            raise xml.too_many(part)
        node = Node(name, match[0], match.start(), match.end())
        open_nodes[-1].children.append(node)
        if match[4]:
            node.closing = node.end = match.end()
        else:
            open_nodes.append(node)
    if len(open_nodes) != 1:
        raise Error(X_BROKEN_PART, found=part)
    top.closing = top.end = len(data)
    return top


def attributes(tag: bytes) -> dict[str, str]:
    """The attributes of a start tag by local name.

    >>> attributes(b"<c r='B2' x:s = \\"1\\"/>")
    {'r': 'B2', 's': '1'}
    """
    found = _ATTRIBUTE.findall(tag)
    if b":" not in tag and b"&" not in tag and b"\r" not in tag:
        return {name.decode(): (double or single).decode() for name, double, single in found}
    return {xml.local(name.decode()): xml.text((double or single).decode()) for name, double, single in found}


def without(tag: bytes, names: Iterable[str]) -> bytes:
    """A start tag without some attributes.

    >>> without(b'<c r="B2" t="s" cm="1">', ("t", "cm"))
    b'<c r="B2">'
    """
    drop = {name.encode() for name in names}
    return _ATTRIBUTE.sub(lambda match: b"" if match[1] in drop else match[0], tag)


def with_attribute(tag: bytes, name: str, value: str) -> bytes:
    """A start tag with one attribute set; it keeps its place if it was there.

    >>> with_attribute(b"<t ref='A1:B2' x='1'/>", "ref", "A1:B3"), with_attribute(b"<t/>", "ref", "A1")
    (b'<t ref="A1:B3" x=\\'1\\'/>', b'<t ref="A1"/>')
    """
    text = f' {name}="{quoted(value)}"'.encode()
    for match in _ATTRIBUTE.finditer(tag):
        if match[1] == name.encode():
            return tag[: match.start()] + text + tag[match.end() :]
    stop = len(tag) - (2 if tag.endswith(b"/>") else 1)
    return tag[:stop].rstrip() + text + tag[stop:]


def quoted(value: str) -> str:
    """Text for an attribute in double quotes, or for character data.

    >>> quoted('R&D "x"')
    'R&amp;D &quot;x&quot;'
    """
    return value.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")


def masked(data: bytes) -> bytes:
    """The same length, with comments, CDATA sections and processing instructions blanked.

    >>> masked(b"<a><!-- <b> --></a>")
    b'<a>            </a>'
    """
    if (b"!" not in data or b"<!" not in data) and (b"?" not in data or b"<?" not in data):
        return data  # one character is found much faster than two
    return ASIDE.sub(lambda match: b" " * len(match[0]), data)


def spliced(data: bytes, splices: Iterable[Splice]) -> bytes:
    """The data with its splices done."""
    return b"".join(splice_stream((data,), splices))


def splice_stream(chunks: Iterable[bytes], splices: Iterable[Splice]) -> Iterator[bytes]:
    """A stream with its splices done; they are sorted by place, those at one place stay in their order."""
    queue = iter(sorted(splices, key=lambda splice: splice[:2]))
    following = next(queue, None)
    begin = 0
    skip = 0
    for chunk in chunks:
        end = begin + len(chunk)
        at = min(max(skip, begin), end)
        out: list[bytes] = []
        while following is not None and following[0] <= end and (following[0] < end or following[1] == following[0]):
            out.append(chunk[at - begin : following[0] - begin])
            out.append(following[2])
            skip = following[1]
            at = min(max(skip, at), end)
            following = next(queue, None)
        out.append(chunk[at - begin :])
        begin = end
        yield b"".join(out)
    if following is not None:
        raise ValueError("splice behind the end")
