"""What a command prints: one JSON document, or lines in the chosen language.

Names of files and tabs, titles and cells are other people's text: nothing in them may steer the terminal.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from unicodedata import east_asian_width

from rules.errors import Error

_STEERING = "\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff"
"""DEL and C1 controls, marks and overrides of writing direction, line separators, halves of surrogate pairs."""
_IN_TEXT = re.compile(f"[\x00-\x08\x0a-\x1f{_STEERING}]")
_IN_JSON = re.compile(f"[{_STEERING}]")


def printable(text: str) -> str:
    r"""One line that a terminal shows and never obeys: each control character as its escape.

    Escape sequences, line breaks, overrides of the writing direction, and bytes of a file's name that are
    no UTF-8 become readable; a tabulator stays.

    >>> printable("库存\x1b[2J\u202e\n\udcff.xlsx")
    '库存\\x1b[2J\\u202e\\n\\xff.xlsx'
    """
    return text if text.isascii() and text.isprintable() else _IN_TEXT.sub(_escaped, text)


def _escaped(match: re.Match[str]) -> str:
    code = ord(match[0])
    if 0xDC80 <= code <= 0xDCFF:  # a byte that the file system's encoding does not know
        code -= 0xDC00
    named = {0x0A: "\\n", 0x0D: "\\r"}.get(code)
    return named or (f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}")


def _plain(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"not JSON: {type(value)}")


@dataclass(frozen=True)
class Output:
    """Where a command's answer goes.

    With `as_json`, stdout carries exactly one JSON document and nothing else; remarks go to stderr.
    """

    lang: str = "zh"
    as_json: bool = False

    def json(self, document: Any) -> None:
        """The one document of `--json`; nothing without it. What would steer a terminal is escaped, so it stays exact."""
        if self.as_json:
            text = json.dumps(document, ensure_ascii=False, default=_plain)
            print(_IN_JSON.sub(lambda match: f"\\u{ord(match[0]):04x}", text))

    def say(self, zh: str, en: str) -> None:
        """A line for people; nothing with `--json`."""
        self.line(zh if self.lang == "zh" else en)

    def line(self, text: str = "") -> None:
        """A line that needs no translation (data, paths)."""
        if not self.as_json:
            print(printable(text))

    def lines(self, text: str) -> None:
        """A text of our own that has several lines."""
        for line in text.split("\n"):
            self.line(line)

    def table(self, rows: Sequence[Sequence[object]], head: Sequence[str]) -> None:
        """Columns aligned by display width (a Han character is two wide)."""
        if self.as_json:
            return
        cells = [[_cell(cell) for cell in row] for row in [head, *rows]]
        widths = [max(_width(row[i]) for row in cells) for i in range(len(head))]
        for row in cells:
            print(
                "  ".join(cell + " " * (width - _width(cell)) for cell, width in zip(row, widths, strict=True)).rstrip()
            )

    def remark(self, text: str) -> None:
        """A line on stderr, with `--json` too."""
        if sys.stderr is not None:  # else it would land on stdout
            print(printable(text), file=sys.stderr)

    def fail(self, error: Error) -> int:
        """Shows an error on stderr (and as the JSON document); answers its exit code."""
        self.remark(error.text(self.lang))
        self.json({"error": error.as_json(self.lang)})
        return error.exit_code


def _cell(value: object) -> str:
    return "" if value is None else printable(str(value)).replace("\t", " ")


def _width(text: str) -> int:
    return len(text) if text.isascii() else sum(2 if east_asian_width(char) in "WF" else 1 for char in text)
