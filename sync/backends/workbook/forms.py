"""Rows of one form: programs write the same columns, kinds and styles row after row.

Once a form was seen often enough, one pattern reads a whole row of it; what the pattern does not match
letter by letter is read cell by cell.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from typing import Any

from sheets_schema.grid.address import COLUMN, LAST_COLUMN
from sheets_schema.grid.contents import dated
from sync.backends.workbook import xml
from sync.backends.workbook.cell_types import number

_OFTEN = 8
"""Rows of a form before its pattern is worth making."""

_MOST = 64
"""Patterns of one tab; rows of further forms are read cell by cell."""


class Form:
    """Which columns of a row have a cell (column, style, kind), and how each is read."""

    def __init__(self, cells: Sequence[tuple[str, str, str]], readers: Sequence[Callable[[str], Any]]) -> None:
        self._columns = tuple(COLUMN[name] for name, _, _ in cells)
        self._readers = tuple(readers)
        self._quick = tuple(float if read is number else read for read in readers)
        self._cells = tuple(cells)
        self.seen = 0

    def pattern(self) -> re.Pattern[str]:
        """Matches exactly the rows of this form: a group for the row's number, which all cells share, and one a cell."""
        first, *others = self._cells
        return re.compile("".join((_cell(*first, row=r"(\d+)"), *(_cell(*cell, row=r"\1") for cell in others))))

    def read(self, values: Sequence[str], *, matched: bool = False) -> list[Any]:
        """The cells of one row from column A on; ValueError when a number is none (none is where the pattern `matched`)."""
        readers = self._quick if matched else self._readers
        cells = [read(value) for read, value in zip(readers, values, strict=True)]
        if self._columns[-1] + 1 == len(cells):
            return cells
        row: list[Any] = [None] * (self._columns[-1] + 1)
        for column, cell in zip(self._columns, cells, strict=True):
            row[column] = cell
        return row


class Days(dict[str, Any]):
    """Date-styled numbers as dates, each worked out once; ValueError when one is no number."""

    def __init__(self, date1904: bool) -> None:
        self._date1904 = date1904

    def __missing__(self, text: str) -> Any:
        answer = self[text] = dated(number(text), self._date1904)
        return answer


class Forms:
    """The forms of one tab; `dates` are the styles of dates."""

    def __init__(self, strings: Mapping[str, str], dates: set[str], *, date1904: bool) -> None:
        self._dates = dates
        self._readers: dict[str, Callable[[str], Any]] = {
            "": number,
            "s": strings.__getitem__,
            "inlineStr": _own_text,
            "date": Days(date1904).__getitem__,
        }
        self._known: dict[tuple[Any, ...], Form | None] = {}
        self._last: Form | None = None
        self._pattern: re.Pattern[str] | None = None
        self._patterns: dict[int, re.Pattern[str]] = {}

    def read_like_last(self, piece: str, at: int, row: str) -> list[Any] | None:
        """A row of the same form as the one before, its cells numbered `row`; None when it is of another."""
        match = self._pattern.fullmatch(piece, at) if self._pattern else None
        if match is None or self._last is None or match[1] != row:
            return None
        try:
            return self._last.read(match.groups()[1:], matched=True)
        except ValueError:
            return None

    def read(self, found: Sequence[tuple[str, str, str, str, str, str]], row: str) -> list[Any] | None:
        """A row from its cells (column, row, style, kind, value, own text); None when it has no simple form.

        Raises:
            ValueError: a number is none.
        """
        names, rows, styles, kinds, values, words = zip(*found, strict=True)
        key = (names, styles, kinds)
        if rows.count(row) != len(rows):
            return None
        if key not in self._known and len(self._known) >= _MOST * _MOST:
            return None
        if key not in self._known:
            self._known[key] = self._form(names, styles, kinds)
        form = self._known[key]
        if form is None:
            return None
        self._note(form)
        return form.read([word or value for word, value in zip(words, values, strict=True)])

    def _form(self, names: Sequence[str], styles: Sequence[str], kinds: Sequence[str]) -> Form | None:
        """A form of numbers, dates and texts in rising columns."""
        columns = [COLUMN[name] for name in names]
        rising = all(left < right for left, right in pairwise(columns)) and columns[-1] <= LAST_COLUMN
        if not rising or not set(kinds) <= {"", "s", "inlineStr"}:
            return None
        ways = [
            "date" if not kind and style in self._dates else kind for style, kind in zip(styles, kinds, strict=True)
        ]
        return Form(list(zip(names, styles, kinds, strict=True)), [self._readers[way] for way in ways])

    def _note(self, form: Form) -> None:
        """Makes the pattern of a form that comes often, and expects it next."""
        form.seen += 1
        if form.seen == _OFTEN and len(self._patterns) < _MOST:
            self._patterns[id(form)] = form.pattern()
        self._last, self._pattern = form, self._patterns.get(id(form))


def _cell(name: str, style: str, kind: str, row: str) -> str:
    head = rf'<c r="{name}{row}"' + (rf' s="{style}"' if style else "") + (rf' t="{kind}"' if kind else "")
    if kind == "inlineStr":
        return head + r'><is><t(?: xml:space="preserve")?>([^<]*)</t></is></c>'
    value = r"[^<]*" if kind else r"[-+.0-9]{1,40}(?:[eE][-+]?[0-9]{1,2})?"
    return head + rf"><v>({value})</v></c>"


def _own_text(text: str) -> str | None:
    return xml.unescape(xml.text(text)) or None
