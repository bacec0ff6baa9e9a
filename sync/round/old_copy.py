"""Recognises an older copy of a workbook: a restored backup, a late save, a copy from a cloud folder.

By the file's hash, which the journal knows before and after each of our writes, or by the cells: most of
those that our last rounds wrote show what stood there before. What follows is a person's answer.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import Row

from rules.errors import Refused
from sheets_schema.cells import equal, meaning
from sync.plan import guards
from sync.plan.change import KEPT
from sync.plan.keys import Key
from sync.round.books import SeenBook
from sync.state.database import State
from sync.state.journal import key_of, value_of
from sync.state.packed import WrittenCell

LEAST = 10
"""Cells that must speak before a copy is recognised by them."""
WINDOW = 20
"""Rounds that are looked back for the moment a copy is of."""

Spot = tuple[str, Key, str]
"""Our name of a tab, key, column; a whole row has no column."""


class Answer(StrEnum):
    """What becomes of an older copy."""

    BACK = "back"
    """It is agreed on as it is: what our rounds wrote since counts as taken back."""
    UPDATE = "update"
    """What our rounds wrote since is written again."""


ANSWERS = {
    "back": Answer.BACK,
    "update": Answer.UPDATE,
    "回到那时": Answer.BACK,
    "补到最新": Answer.UPDATE,
}
"""As people write them."""


@dataclass(frozen=True)
class OldCopy:
    """A copy from before round `round`; `writes` are what that round and later ones wrote, oldest first."""

    round: int
    started: str
    writes: tuple[WrittenCell, ...]
    found: int
    """Cells that show what stood there before."""

    def refusal(self, book: SeenBook) -> Refused:
        """The question to ask."""
        started = f"{self.started[:16]}Z"
        return Refused(guards.G_OLD_COPY, file=book.where, round=self.round, started=started, found=self.found)


def find(state: State, book: SeenBook) -> OldCopy | None:
    """The older copy that a workbook is, as far as the journal tells; None for one of now.

    An open document has no hash: it is judged by its cells.
    """
    rounds = _rounds(state, book.name)
    if not rounds:
        return None
    sight = _Sight(book, _unsettled(state, book))
    first = _by_hash(book, rounds) if book.store.durable else None
    if first is None and (not book.store.durable or not _is_newest(state, book)):
        first = _by_cells(state, sight, rounds)
    if first is None:
        return None
    writes = [row for item in reversed(rounds) if item.round >= first.round for row in _written(state, item)]
    earliest: dict[Spot, WrittenCell] = {}
    for row in writes:
        earliest.setdefault(spot(row), row)
    found = sum(sight.shows(row, before=True) and not sight.shows(row, before=False) for row in earliest.values())
    return OldCopy(first.round, first.started, tuple(writes), found) if found else None


def spot(row: WrittenCell) -> Spot:
    """What a line of the journal is about."""
    return row.tab, key_of(row.key), row.column


class _Sight:
    """What a workbook shows, asked by lines of the journal. Cells of `silent` say nothing of any moment."""

    def __init__(self, book: SeenBook, silent: frozenset[Spot]) -> None:
        self._views, self._silent = book.views, silent
        self._rows = {name: {key: row for row, key in enumerate(view.keys)} for name, view in book.views.items()}

    def sees(self, row: WrittenCell) -> bool:
        """Whether the workbook can speak about a cell: its tab and column are there."""
        if spot(row) in self._silent:
            return False
        return row.tab in self._views and (not row.column or row.column in self._views[row.tab].positions)

    def shows(self, row: WrittenCell, *, before: bool) -> bool:
        """Whether a cell shows what stood there before the write, or after it; whether the row is (not) there."""
        if not self.sees(row):
            return False
        at = self._rows[row.tab].get(key_of(row.key))
        if not row.column:
            emptied = bool(row.kind == "restore")
            return (at is not None) == (emptied == before)
        if at is None:
            return False
        view = self._views[row.tab]
        wanted = meaning(value_of(row.before if before else row.after), view.sheet.by_title[row.column].type)
        return equal(view.table.value(row.column, at), wanted)


def _rounds(state: State, workbook: str) -> list[Row[Any]]:
    """The rounds whose writes reached a workbook and still count, newest first."""
    answer: list[Row[Any]] = []
    end: int | None = None
    for item in state.journal.of_book(workbook):
        if item.state in ("COMMITTED", "PARTIAL") and (end is None or item.round < end):
            answer.append(item)
            end = item.went_back or end
    return answer


def _unsettled(state: State, book: SeenBook) -> frozenset[Spot]:
    """The cells of rounds whose end is not known: an open document shows what they wrote, or not yet."""
    items = [item for item in state.journal.unfinished() if item.workbook == book.name]
    return frozenset(
        spot(row) for item in items for row in state.journal.written(item.round, book.name, verified_only=False)
    )


def _is_newest(state: State, book: SeenBook) -> bool:
    rounds = _rounds(state, book.name)
    return bool(rounds) and book.version == rounds[0].sha_after


def _by_hash(book: SeenBook, rounds: Sequence[Row[Any]]) -> Row[Any] | None:
    """The first round that a file lacks which the journal knows; None for the newest, or an unknown one."""
    later: Row[Any] | None = None
    for item in rounds:
        if item.sha_after == book.version:
            return later
        if item.sha_before == book.version:
            return item
        later = item
    return None


def _written(state: State, item: Row[Any]) -> list[WrittenCell]:
    return [row for row in state.journal.written(item.round, item.workbook) if row.kind != KEPT]


def _by_cells(state: State, sight: _Sight, rounds: Sequence[Row[Any]]) -> Row[Any] | None:
    """The first round that most of the cells lack."""
    newest: dict[Spot, bool] = {}
    for item in rounds[:WINDOW]:
        for row in _telling(state, sight, item):
            newest.setdefault(spot(row), sight.shows(row, before=False))
        if len(newest) >= LEAST:
            break
    if len(newest) < LEAST or 2 * sum(newest.values()) >= len(newest):
        return None
    return _moment(state, sight, rounds[:WINDOW])


def _moment(state: State, sight: _Sight, rounds: Sequence[Row[Any]]) -> Row[Any] | None:
    """The moment that the cells are of: the one whose values most of them show, the newest of equals."""
    written = [(item, _telling(state, sight, item)) for item in rounds]
    right: dict[Spot, bool] = {}
    for _, rows in written:
        for row in rows:
            right.setdefault(spot(row), sight.shows(row, before=False))
    score = best = sum(right.values())
    answer: Row[Any] | None = None
    since: set[Spot] = set()
    for item, rows in written:
        for row in rows:
            shows, place = sight.shows(row, before=True), spot(row)
            score += shows - right[place]
            right[place] = shows
            since.add(place)
        agreeing = sum(right[place] for place in since)
        if score > best and agreeing >= LEAST and 2 * agreeing > len(since):
            best, answer = score, item
    return answer


def _telling(state: State, sight: _Sight, item: Row[Any]) -> list[WrittenCell]:
    """The cells of a round that the workbook can speak about."""
    return [row for row in _written(state, item) if sight.sees(row)]


def spots(rows: Sequence[WrittenCell]) -> Iterator[tuple[Spot, list[WrittenCell]]]:
    """The lines of the journal by what they are about, each oldest first."""
    answer: dict[Spot, list[WrittenCell]] = {}
    for row in rows:
        answer.setdefault(spot(row), []).append(row)
    yield from answer.items()
