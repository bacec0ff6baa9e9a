"""What a check has to say: one code with its facts, as data, so that all of it is said at once."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from rules.answer import Ledger
from rules.errors import Code


@dataclass(frozen=True)
class Finding:
    """One thing to say about what was checked; a `note` is worth knowing, but no mistake.

    `where` names the field that is meant, in the words of the sheet; empty for the whole.
    """

    code: Code
    facts: dict[str, Any] = field(default_factory=dict)
    where: str = ""
    is_note: bool = False

    def message(self, lang: str = "zh") -> str:
        """The finding in one language."""
        return self.code.text(self.facts, lang)


def told(book: Ledger, findings: tuple[Finding, ...] | list[Finding]) -> str:
    """Every finding joined by ``；``, empty when there is none; each with its code as a remark."""
    for finding in findings:
        book.remark(f"{finding.code.id} {finding.message('zh')}", f"{finding.code.id} {finding.message('en')}")
    return "；".join(finding.message() for finding in findings)
