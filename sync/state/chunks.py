"""Long lists in pieces: a database takes only so many values in one statement (SQLite: 32,766)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TypeVar

Item = TypeVar("Item")

SIZE = 500


def chunks(items: Sequence[Item]) -> Iterator[Sequence[Item]]:
    """The items in order, at most `SIZE` at a time.

    >>> [len(piece) for piece in chunks(range(1001))], list(chunks([]))
    ([500, 500, 1], [])
    """
    for start in range(0, len(items), SIZE):
        yield items[start : start + SIZE]
