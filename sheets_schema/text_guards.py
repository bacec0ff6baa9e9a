"""What keeps text that we write from being taken for a formula.

A spreadsheet that opens a text file calculates whatever begins like a formula, whoever typed it.
"""

from __future__ import annotations

from sheets_schema.cells import parse_number

_STARTS = frozenset("=+-@\t\r\n＝＋－＠'`")
"""What a text begins with that a spreadsheet may calculate, or that we would take for a guard."""


def guarded(text: str) -> str:
    """The text so that every spreadsheet shows it and none calculates it; a number stays a number.

    `keys.unguarded` is the way back.

    >>> guarded("=HYPERLINK(1)"), guarded("-A 1"), guarded("-5"), guarded("HI-QPD")
    ("'=HYPERLINK(1)", "'-A 1", '-5', 'HI-QPD')
    """
    if text[:1] not in _STARTS or (text[0] in "+-" and parse_number(text) is not None):
        return text
    return f"'{text}"
