"""The order of a merged table: rows and columns alike."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Sequence
from typing import TypeVar

Name = TypeVar("Name", bound=Hashable)


def merge_order(
    base: Sequence[Name], ours: Sequence[Name], theirs: Sequence[Name], keep: Collection[Name]
) -> list[Name]:
    """The names in `keep` in a merged order.

    The side that moved things gives the order (ours, when both did); what only the other side has stands
    behind its neighbour there, ours before theirs.

    >>> merge_order("abc", "abcx", "abcy", "abcxy")
    ['a', 'b', 'c', 'x', 'y']
    >>> merge_order("abc", "abxc", "cab", "abcx")
    ['c', 'a', 'b', 'x']
    """
    wanted = set(keep)
    mine, others = [name for name in ours if name in wanted], [name for name in theirs if name in wanted]
    shared = set(mine) & set(others)
    steady = shared & set(base)
    before = [name for name in base if name in steady]
    ours_moved = [name for name in mine if name in steady] != before
    theirs_moved = [name for name in others if name in steady] != before
    if theirs_moved and not ours_moved:
        behind = _behind(mine, set(others))
        answer = list(behind.get(None, ()))
        for name in others:
            answer += [name, *behind.get(name, ())]
        return answer
    behind = _behind(others, set(mine))
    answer, waiting = [], behind.get(None, [])
    for name in mine:
        if name in shared:
            answer += waiting
            waiting = behind.get(name, [])
        answer.append(name)
    return answer + waiting


def _behind(side: Sequence[Name], placed: Collection[Name]) -> dict[Name | None, list[Name]]:
    """The names that are not placed yet, by the placed name they stand behind (None: at the start)."""
    answer: dict[Name | None, list[Name]] = {}
    anchor: Name | None = None
    for name in side:
        if name in placed:
            anchor = name
        else:
            answer.setdefault(anchor, []).append(name)
    return answer
