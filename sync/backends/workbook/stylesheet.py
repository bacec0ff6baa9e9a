"""Adding cell formats: a date variant of an existing one, a bold header."""

from __future__ import annotations

from sync.backends.workbook.markup import Node, Splice, scan, spliced, with_attribute

DAY, MOMENT = 14, 22
"""Number formats every program knows: a day, a day with time."""


class StyleSheet:
    """The styles part being extended. Without a part, or without formats in it, nothing can be added."""

    def __init__(self, data: bytes | None, dates: set[str], part: str) -> None:
        self.data = data
        self.part = part
        self.dates = dates
        self._tree = scan(data, part).children[0] if data else None
        self._formats = self._tree.find("cellXfs") if self._tree else None
        self._xfs = list(self._formats.all("xf")) if self._formats else []
        self._added: list[bytes] = []
        self._fonts: list[bytes] = []
        self._known: dict[tuple[str, int], str] = {}

    @property
    def usable(self) -> bool:
        """Whether formats can be added."""
        return bool(self._xfs)

    @property
    def changed(self) -> bool:
        """Whether formats were added."""
        return bool(self._added)

    def dated(self, style: str, kind: int) -> str:
        """The format `style` if it shows dates, else its variant that does (`kind` 1: day, 2: moment)."""
        if style in self.dates or (style == "" and "0" in self.dates):
            return style
        if (style, kind) not in self._known:
            number = str(DAY if kind == 1 else MOMENT)
            self._known[style, kind] = self._add(style, numFmtId=number, applyNumberFormat="1")
        return self._known[style, kind]

    def bold(self) -> str:
        """Format 0 in bold, with its font added."""
        fonts = self._tree.find("fonts") if self._tree else None
        first = next(fonts.all("font"), None) if fonts else None
        if self.data is None or first is None or fonts is None:
            return ""
        if ("", 0) not in self._known:
            raw = self.data[first.start : first.end]
            if first.find("b") is None:
                name = first.prefix
                body = raw[first.opened - first.start :] if first.closing != first.end else b"</" + name + b"font>"
                opening = first.tag if first.closing != first.end else first.tag[:-2].rstrip() + b">"
                raw = opening + b"<" + name + b"b/>" + body
            index = sum(1 for _ in fonts.all("font"))
            self._fonts.append(raw)
            self._known["", 0] = self._add("", fontId=str(index), applyFont="1")
        return self._known["", 0]

    def result(self) -> bytes:
        """The extended part."""
        if self.data is None or self._formats is None or self._tree is None:
            return self.data or b""
        splices = _grown(self._formats, self._added, len(self._xfs))
        fonts = self._tree.find("fonts")
        if fonts and self._fonts:
            splices += _grown(fonts, self._fonts, sum(1 for _ in fonts.all("font")))
        return spliced(self.data, splices)

    def _add(self, style: str, **changes: str) -> str:
        index = int(style) if style.isdigit() else 0
        node = self._xfs[index if index < len(self._xfs) else 0]
        tag = node.tag
        for name, value in changes.items():
            tag = with_attribute(tag, name, value)
        self._added.append(tag + (self.data or b"")[node.opened : node.end])
        return str(len(self._xfs) + len(self._added) - 1)


def _grown(node: Node, added: list[bytes], count: int) -> list[Splice]:
    tag = with_attribute(node.tag, "count", str(count + len(added)))
    return [(node.start, node.opened, tag), (node.closing, node.closing, b"".join(added))]
