"""Is the record whole, and does it lead to what is remembered now?

Line by line: its number, its hash, the hash of the line before; then its head; the cells of every round that wrote; and
the agreed values of every tab, carried out once more from the first line on.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select

from rules.errors import Code, Error
from sheets_schema.blob import unpack
from sync.state.audit import BASE, BEGIN, END, Head, Line
from sync.state.base_patch import Columns, columns_of, patched
from sync.state.database import DATABASE, State
from sync.state.tables import bases, round_books

_TODO = (
    "有人或程序绕过 qlc 改过状态库;用 qlc state restore 恢复一份核对过的备份,或留着它查清是谁改的",
    "somebody or something changed the state behind qlc's back; restore a backup that is sound (qlc state restore), or keep this one and find out who did",
)
T_CHANGED = Code("T-040", "记录第 {found} 条被改过", "line {found} of the record was changed", *_TODO)
T_MISSING = Code("T-041", "记录少了第 {found} 条", "line {found} of the record is missing", *_TODO)
T_MOVED = Code(
    "T-042", "记录第 {found} 条原来是第 {expected} 条", "line {found} of the record was line {expected}", *_TODO
)
T_UNLINKED = Code(
    "T-043", "记录第 {found} 条接不上前一条", "line {found} of the record does not follow the one before", *_TODO
)
T_HEAD = Code(
    "T-044",
    "记录的头尾对不上:记着 {expected} 条,最后一条是第 {found} 条",
    "the record and its head differ: {expected} lines by the head, the last is line {found}",
    *_TODO,
)
T_CELLS = Code(
    "T-045",
    "第 {round} 轮写进《{workbook}》的格子和记录(第 {found} 条)不一样",
    "the cells that round {round} wrote into {workbook} are not those of the record (line {found})",
    *_TODO,
)
T_REPLAY = Code(
    "T-046",
    "《{workbook}》{tab} 的上次一致值和记录推出来的不一样({found})",
    "the agreed values of {workbook} {tab} are not what the record leads to ({found})",
    *_TODO,
)
_MOVED_AT_MOST = 200
"""Changed lines among which it is asked whether they only changed places."""


@dataclass
class Checked:
    """What was looked at, and what is wrong with it."""

    head: Head
    lines: int = 0
    rounds: int = 0
    """Workbooks' rounds whose cells were compared."""
    tabs: int = 0
    """Tabs whose agreed values were carried out once more."""
    wrong: list[Error] = field(default_factory=list)


Finding = tuple[Code, dict[str, Any]]


@dataclass
class _Walk:
    """What the lines lead to: agreed values by workbook and tab (None: nobody can say), and the end of every round."""

    tabs: dict[tuple[str, str], Columns | None] = field(default_factory=dict)
    ends: dict[tuple[int, str], Line] = field(default_factory=dict)
    before: int = 0
    """Rounds that are older than the record."""

    def follow(self, line: Line) -> None:
        """Carries out what a line tells."""
        place = line.workbook, ""
        try:
            if line.kind == BEGIN:
                self.before = int(line.said()["rounds"])
            if line.kind == END and line.round is not None:
                self.ends[line.round, line.workbook] = line
            if line.kind == BASE:
                said = line.said()
                place = line.workbook, str(said["tab"])
                then = {} if "whole" in said else self.tabs.get(place, {})
                self.tabs[place] = None if then is None else patched(then, line.data)
        except (ValueError, KeyError, IndexError, TypeError, zlib.error):
            self.tabs[place] = None


def check(state: State) -> Checked:
    """The whole record against itself and against what is remembered. Writes nothing."""
    answer, walk = Checked(state.audit.head()), _Walk()
    found = [*_chain(state, answer, walk), *_cells(state, answer, walk), *_agreed(state, answer, walk.tabs)]
    answer.wrong = [Error(code, file=state.folder / DATABASE, **facts) for code, facts in found]
    return answer


def _chain(state: State, answer: Checked, walk: _Walk) -> Iterator[Finding]:
    before, changed = Head(), []
    for line in state.audit.lines():
        answer.lines += 1
        gap = line.number - before.number - 1
        if gap:
            yield T_MISSING, {"found": before.number + 1 if gap == 1 else f"{before.number + 1}–{line.number - 1}"}
        if line.hash != line.hashed():
            changed.append(line)
        elif not gap and (line.previous != before.hash or (line.number == 1) != (line.kind == BEGIN)):
            yield T_UNLINKED, {"found": line.number}
        walk.follow(line)
        before = Head(line.number, line.hash)
    for line in changed:
        was = _number_before(line, changed)
        yield (T_CHANGED, {"found": line.number}) if was is None else (T_MOVED, {"found": line.number, "expected": was})
    if before != answer.head or not answer.lines:
        yield T_HEAD, {"expected": answer.head.number, "found": before.number}


def _number_before(line: Line, changed: list[Line]) -> int | None:
    """The number that a line was written with, where only its place changed."""
    numbers = [other.number for other in changed[:_MOVED_AT_MOST]]
    return next((number for number in numbers if line.hashed(number) == line.hash), None)


def _cells(state: State, answer: Checked, walk: _Walk) -> Iterator[Finding]:
    for (number, workbook), line in walk.ends.items():
        answer.rounds += 1
        try:
            same = line.said()["digest"] == state.journal.digest(number, workbook)
        except (Error, ValueError, KeyError):
            same = False
        if not same:
            yield T_CELLS, {"round": number, "workbook": workbook, "found": line.number}
    ended = round_books.c.state.in_(("COMMITTED", "PARTIAL")) & (round_books.c.round > walk.before)
    for row in state.connection.execute(select(round_books.c.round, round_books.c.workbook).where(ended)):
        if (row.round, row.workbook) not in walk.ends:
            yield T_CELLS, {"round": row.round, "workbook": row.workbook, "found": "—"}


def _agreed(state: State, answer: Checked, tabs: dict[tuple[str, str], Columns | None]) -> Iterator[Finding]:
    here: set[tuple[str, str]] = set()
    for row in state.connection.execute(select(bases.c.workbook, bases.c.tab, bases.c.blob)).all():
        here.add((row.workbook, row.tab))
        answer.tabs += 1
        then = tabs.get((row.workbook, row.tab))
        try:
            now = columns_of(unpack(row.blob)[0])
        except Error as error:
            found = error.message("zh")
        else:
            if then == now:
                continue
            found = _first_difference(then, now)
        yield T_REPLAY, {"workbook": row.workbook, "tab": row.tab, "found": found}
    for workbook, tab in sorted(tabs.keys() - here):
        yield T_REPLAY, {"workbook": workbook, "tab": tab, "found": "∅"}


def _first_difference(then: Columns | None, now: Columns) -> str:
    if then is None:
        return "?"
    if list(then) != list(now):
        return ", ".join(sorted(then.keys() ^ now.keys())) or "↔"
    title = next(title for title in now if then[title] != now[title])
    if len(then[title]) != len(now[title]):
        return f"{len(then[title])} → {len(now[title])}"
    row = next(row for row, (one, other) in enumerate(zip(then[title], now[title], strict=True)) if one != other)
    key = next(iter(now.values()))[row]
    return f"{key} · {title}: {then[title][row]} → {now[title][row]}"
