"""A formula cut into tokens, as Excel shows and stores it; whoever looks into a formula starts here.

The kinds::

    mark     ( ) { } , ; : and the operators
    text     "车机", with doubled quotes inside; “车机” and ＂车机＂ as people type them
    area     A1  $A$1:B2  A:C  1:3
    call     a function's name, with what files write before it; its bracket is a mark that follows
    number   12  1.5E-3
    sheet    what stands before an area or a name: Tab!  'a b'!  [1]Tab!  [1]!
    word     any other name: of cells, of a table, TRUE
    space    blanks and line breaks
    bracket  columns of a table, from the outermost bracket to its end: [[#This Row],[a]]
    quoted   'a b' with no mark behind it
    error    #REF!  #N/A
    other    one character that is none of these
"""

from __future__ import annotations

import re
from collections.abc import Iterator

Token = tuple[str, str, int]
"""Kind, text, and the index where it starts."""

TEXT = r'"(?:[^"]|"")*"|“[^”]*”|＂[^＂]*＂'
QUOTED = r"'(?:[^']|'')*'"
_ENDS = r"(?![\w.(!\[?\\$])"
"""What stands behind an area: no more of a name, and nothing that would make it a function, a tab or a table."""
_CELL = rf"\$?[A-Za-z]{{1,3}}\$?[1-9][0-9]{{0,6}}{_ENDS}"
_TOKEN = re.compile(
    rf"""
      (?P<mark><>|<=|>=|[-+*/^&=<>%(){{}},;:])
    | (?P<text>{TEXT})
    | (?P<area>{_CELL}(?::{_CELL})?
        | \$?[A-Za-z]{{1,3}}:\$?[A-Za-z]{{1,3}}{_ENDS}
        | (?<!:)\$?[1-9][0-9]{{0,6}}:\$?[1-9][0-9]{{0,6}}{_ENDS})
    | (?P<call>[^\W\d][\w.]*(?=\s*\())
    | (?P<number>(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?(?![0-9A-Za-z_.$\\?!]))
    | (?P<sheet>{QUOTED}!|(?:\[[^\[\]']*\][\w.]*|[\w.]+)!)
    | (?P<word>[\w.$\\?]+)
    | (?P<space>\s+)
    | (?P<bracket>\[(?:[^\[\]']|'.|\[(?:[^\[\]']|'.)*\])*\])
    | (?P<quoted>{QUOTED})
    | (?P<error>\#[A-Z]+(?:/[A-Z0-9]+|_[A-Z]+)?[!?]?)
    | (?P<other>.)
    """,
    re.VERBOSE | re.DOTALL,
)


def tokens(formula: str) -> Iterator[Token]:
    """The tokens of a formula with or without its ``=``, in order; their texts joined are the formula.

    Nothing is refused: a quote or a bracket that is never closed is one character of its own.

    >>> [(kind, text) for kind, text, _ in tokens("SUM('a b'!A1:B2,T[x])")]
    [('call', 'SUM'), ('mark', '('), ('sheet', "'a b'!"), ('area', 'A1:B2'), ('mark', ','), ('word', 'T'), ('bracket', '[x]'), ('mark', ')')]
    """
    for match in _TOKEN.finditer(formula):
        yield match.lastgroup, match[0], match.start()  # type: ignore[misc]  # one group always matches


def one_area(text: str) -> tuple[str | None, str] | None:
    """The tab and the area of a text that is one reference; the tab is None where none is named.

    >>> one_area("'a''b'!$A$1:B2"), one_area("A1"), one_area("A1+1")
    (("a'b", '$A$1:B2'), (None, 'A1'), None)
    """
    match list(tokens(text)):
        case [("area", area, _)]:
            return None, area
        case [("sheet", sheet, _), ("area", area, _)]:
            return tab_of(sheet), area
    return None


def tab_of(sheet: str) -> str:
    """The name that a sheet token means.

    >>> tab_of("'it''s'!"), tab_of("库存!")
    ("it's", '库存')
    """
    name = sheet[:-1]
    return name[1:-1].replace("''", "'") if name.startswith("'") else name
