"""A bad cell is data, not an exception: one `Problem` per finding, all of them at once."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from rules.errors import Code, bounded, place


@dataclass(frozen=True, slots=True)
class Problem:
    """One finding: what is wrong, and exactly where.

    `row` is the sheet's row number (1 = first), `column` the title, `cell` the address (``C5``). With `is_note` it is
    worth knowing, but no mistake.
    """

    code: Code
    file: str | None = None
    tab: str | None = None
    cell: str | None = None
    row: int | None = None
    column: str | None = None
    value: Any = None
    facts: dict[str, Any] = field(default_factory=dict)
    is_note: bool = False

    def message(self, lang: str = "zh") -> str:
        """The message alone; `{value}`, `{column}`, `{row}` and the facts are filled in."""
        return self.code.text(self._facts(), lang)

    def parts(self, lang: str = "zh") -> tuple[str, str]:
        """What is wrong, and what to do."""
        return self.code.parts(self._facts(), lang)

    def _facts(self) -> dict[str, Any]:
        known = {
            "value": self.value,
            "column": self.column,
            "row": self.row,
            "file": self.file,
            "tab": self.tab,
        }
        return {**known, **self.facts}

    def text(self, lang: str = "zh") -> str:
        """One line: code, place, message, advice."""
        where = place(self.file, self.tab, self.cell)
        return f"{self.code.id} {where}{': ' if where else ''}{self.message(lang)}"

    def as_json(self, lang: str = "zh") -> dict[str, Any]:
        """What `--json` shows of it."""
        value = bounded(self.value)
        value = value if isinstance(value, (int, float, bool, type(None))) else str(value)
        return {
            "file": self.file,
            "tab": self.tab,
            "cell": self.cell,
            "row": self.row,
            "column": self.column,
            "value": value,
            "code": self.code.id,
            "message": self.message(lang),
        }
