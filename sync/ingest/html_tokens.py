"""The tags and texts of an HTML page, in one pass over its bytes however broken it is."""

from __future__ import annotations

import html
import io
import re
from collections.abc import Iterator
from typing import NamedTuple

from rules.errors import Error
from sync.ingest.codes import I_BROKEN
from sync.ingest.encodings import LOST

_BLOCK = 1 << 18
_LONGEST = 1 << 16
"""Characters of a tag; a longer text comes in pieces."""
_REFERENCE = 40
"""Characters of a reference that a piece of text may not part."""
_LONGEST_MARK = 16
_LONGEST_NAME = 24
_BEGIN = re.compile("<[A-Za-z/!?]")
"""What begins a tag, a comment or an instruction; any other ``<`` is text."""
_NAME = re.compile(r"/?([A-Za-z][A-Za-z0-9:]{0,20})")
_STOP = re.compile(r">|=\s*[\"']")
_LONG_REFERENCE = re.compile(r"&#(?:[0-9]{8,}|[xX][0-9A-Fa-f]{7,});?")
_BLANK = str.maketrans("\r\n\t", "   ")
_SKIPPED = {name: re.compile(rf"</{name}\s{{0,4}}>", re.IGNORECASE) for name in ("script", "style", "title", "xml")}
"""Elements whose text is none of the page's."""
_PASSED = {"<!--": re.compile("-->"), "<!": re.compile(">"), "<?": re.compile(">"), "</": re.compile(">")}


class Tag(NamedTuple):
    """A tag by its small name; `attributes` is the rest of it as written."""

    name: str
    closes: bool
    attributes: str


def tokens(page: io.TextIOBase, file: str) -> Iterator[Tag | str]:
    """Tags, and the texts between them with their references resolved. Raises I-007 for a tag without end.

    >>> [token if isinstance(token, str) else token.name for token in tokens(io.StringIO("<b>A&amp;B</b>"), "x")]
    ['b', 'A&B', 'b']
    """
    return _Scanner(page, file).tokens()


class _Scanner:
    """`text` is what was read and not yet used; `at` where it goes on. Nothing is looked at twice."""

    def __init__(self, page: io.TextIOBase, file: str) -> None:
        self._page, self._file = page, file
        self._text, self._at = "", 0

    def tokens(self) -> Iterator[Tag | str]:
        while True:
            begin = _BEGIN.search(self._text, self._at)
            if begin is None:
                if len(self._text) - self._at > _LONGEST:
                    yield self._text_up_to(len(self._text) - _REFERENCE)
                if not self._more():
                    if self._text:
                        yield self._text_up_to(len(self._text))
                    return
                continue
            if begin.start() > self._at:
                yield self._text_up_to(begin.start())
            if len(self._text) - self._at < _LONGEST_NAME and self._more():
                continue
            name = _NAME.match(self._text, self._at + 1)
            if name:
                tag = self._tag(name[1].lower(), name.end())
                if tag is None:
                    return
                yield tag
                if tag.name in _SKIPPED and not tag.closes and not tag.attributes.endswith("/"):
                    self._skip(_SKIPPED[tag.name])
            else:
                self._skip(next(mark for begins, mark in _PASSED.items() if self._text.startswith(begins, self._at)))

    def _text_up_to(self, end: int) -> str:
        """The text up to `end`: references resolved (one to no character is U+FFFD), line ends as blanks."""
        text = self._text[self._at : end]
        self._at = end
        text = text.translate(_BLANK) if not text.isprintable() else text
        return html.unescape(_LONG_REFERENCE.sub(LOST, text)) if "&" in text else text

    def _tag(self, name: str, at: int) -> Tag | None:
        """The tag that begins here, a ``>`` inside quotes left in; None where the page ends inside it."""
        while True:
            stop = _STOP.search(self._text, at)
            quote = stop is not None and stop[0] != ">"
            close = self._text.find(stop[0][-1], stop.end()) if stop and quote else 0
            if stop is not None and not quote:
                closes = self._text[self._at + 1] == "/"
                attributes = self._text[self._at + 1 + closes + len(name) : stop.start()]
                self._at = stop.end()
                return Tag(name, closes, attributes)
            if stop is not None and close > 0:
                at = close + 1
                continue
            if len(self._text) - self._at > _LONGEST:
                raise Error(I_BROKEN, file=self._file, found=f"<{name} …")
            at -= self._at
            if not self._more():
                return None

    def _skip(self, mark: re.Pattern[str]) -> None:
        """Goes on behind `mark`."""
        self._at += 1
        while (found := mark.search(self._text, self._at)) is None:
            self._at = max(self._at, len(self._text) - _LONGEST_MARK)
            if not self._more():
                self._at = len(self._text)
                return
        self._at = found.end()

    def _more(self) -> bool:
        block = self._page.read(_BLOCK)
        self._text = self._text[self._at :] + block
        self._at = 0
        return bool(block)
