"""What a command prints: one JSON document, or lines in the chosen language."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from unicodedata import east_asian_width

from rules.errors import Error


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
        """The one document of `--json`; nothing without it."""
        if self.as_json:
            print(json.dumps(document, ensure_ascii=False, default=_plain))

    def say(self, zh: str, en: str) -> None:
        """A line for people; nothing with `--json`."""
        if not self.as_json:
            print(zh if self.lang == "zh" else en)

    def line(self, text: str = "") -> None:
        """A line that needs no translation (data, paths)."""
        if not self.as_json:
            print(text)

    def table(self, rows: Sequence[Sequence[object]], head: Sequence[str]) -> None:
        """Columns aligned by display width (a Han character is two wide)."""
        if self.as_json:
            return
        cells = [[str("" if cell is None else cell) for cell in row] for row in [head, *rows]]
        widths = [max(_width(row[i]) for row in cells) for i in range(len(head))]
        for row in cells:
            print(
                "  ".join(cell + " " * (width - _width(cell)) for cell, width in zip(row, widths, strict=True)).rstrip()
            )

    def fail(self, error: Error) -> int:
        """Shows an error on stderr (and as the JSON document); answers its exit code."""
        print(error.text(self.lang), file=sys.stderr)
        self.json({"error": error.as_json(self.lang)})
        return error.exit_code


def _width(text: str) -> int:
    return sum(2 if east_asian_width(char) in "WF" else 1 for char in text)
