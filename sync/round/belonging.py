"""Whose a workbook is: two states never write into one, and a copy is not taken for the workbook.

The state's name and the workbook's configured one stand in the workbook (`Store.owner`), from the first real change on.
Where it lies is not among that: a folder that is moved whole goes on.
"""

from __future__ import annotations

import platform
from dataclasses import dataclass
from datetime import date
from typing import Self

from rules.errors import Code, Error, Refused
from sync.round.books import SeenBook

G_OTHER_STATE = Code(
    "G-042",
    "这个工作簿由另一份同步状态管着:{found},从 {since} 起",
    "this workbook belongs to another state: {found}, since {since}",
    "在那边同步,或者确定那边不再用之后,在这里接过来:qlc sync adopt {expected} --take-over",
    "sync it there, or once that one is no longer used move it here: qlc sync adopt {expected} --take-over",
)
G_COPY = Code(
    "G-043",
    "这个文件是工作簿《{found}》的副本,不能当作《{expected}》来写",
    "this file is a copy of the workbook {found} and is not written as {expected}",
    "换成真正的文件,或者让它成为另一个工作簿:qlc sync adopt {expected} --take-over",
    "put the right file there, or make it a workbook of its own: qlc sync adopt {expected} --take-over",
)
FORM = "qlc1"
LONGEST_WHO, LONGEST_NAME = 40, 120
"""Characters that are kept of them: a workbook holds at most 255 in such a place."""


@dataclass(frozen=True)
class Owner:
    """The state that a workbook belongs to, by its name; the workbook's name there; where the state was, and since when."""

    state: str
    workbook: str
    who: str
    since: str

    @classmethod
    def of(cls, text: str) -> Self | None:
        """What stands in a workbook; None where that is nothing of ours."""
        parts = text.split(";", 4)
        if len(parts) != 5 or parts[0] != FORM:
            return None
        _, state, since, who, workbook = parts
        return cls(state, workbook, who, since)

    @property
    def text(self) -> str:
        """As it stands in a workbook."""
        return ";".join((FORM, self.state, self.since, self.who, self.workbook))


def mine(state: str, workbook: str, today: date) -> Owner:
    """What this computer writes into a workbook of its state."""
    return Owner(state, _plain(workbook, LONGEST_NAME), _plain(platform.node() or "?", LONGEST_WHO), today.isoformat())


def _plain(text: str, longest: int) -> str:
    return "".join(char for char in text if char.isprintable()).replace(";", ",")[:longest]


def checked(book: SeenBook, state: str, *, take_over: bool = False) -> Owner | None:
    """Whose a workbook is, None where nothing says so. Raises G-042, G-043, unless it is taken over.

    Of a document that is open its file says it. `state` is this one's name, empty before its first round.
    """
    try:
        found = Owner.of(book.home.owner())
    except Error:  # of a document whose file is gone
        return None
    if found is None or take_over:
        return found
    if found.state != state:
        raise Refused(G_OTHER_STATE, file=book.where, found=found.who, since=found.since, expected=book.name)
    if found.workbook != _plain(book.name, LONGEST_NAME):
        raise Refused(G_COPY, file=book.where, found=found.workbook, expected=book.name)
    return found
