"""What keeps text from being taken for a formula or a number, put on when we write and taken off when we read.

A spreadsheet that opens a text file calculates whatever begins like a formula, whoever typed it. Exports of
ERPs guard their ids against that in several ways: ``="0012345"``, ``'0012345``, a backtick, a tab.
"""

from __future__ import annotations

import re

from sheets_schema.cells import parse_number

_WRAPPED = re.compile(r'=\s*"((?:[^"]|"")*)"')
_MARKS = ("'", "`")
_STARTS = frozenset("=+-@\t\r\n＝＋－＠'`")
"""What a text begins with that a spreadsheet may calculate, or that we would take for a guard."""


def unguarded(text: str) -> str:
    '''The text that a guarded cell means; any other as it is.

    >>> unguarded('="0012345"'), unguarded("'0012346"), unguarded("`-1"), unguarded("0012347\\t")
    ('0012345', '0012346', '-1', '0012347')
    >>> unguarded('="say ""yes"""'), unguarded("5' cable"), unguarded("=A1")
    ('say "yes"', "5' cable", '=A1')
    '''
    if text.startswith(_MARKS):
        return text[1:]
    text = text.strip("\t")
    wrapped = _WRAPPED.fullmatch(text) if text[:1] == "=" else None
    return wrapped[1].replace('""', '"') if wrapped else text


def guarded(text: str) -> str:
    """The text so that every spreadsheet shows it and none calculates it; a number stays a number.

    `unguarded` is the way back.

    >>> guarded("=HYPERLINK(1)"), guarded("-A 1"), guarded("-5"), guarded("HI-QPD")
    ("'=HYPERLINK(1)", "'-A 1", '-5', 'HI-QPD')
    """
    if text[:1] not in _STARTS or (text[0] in "+-" and parse_number(text) is not None):
        return text
    return f"'{text}"
