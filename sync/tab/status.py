"""同步状态: what a round says of a row, in words that people filter by; what somebody typed there stays behind them."""

from __future__ import annotations

import re
from functools import lru_cache

from sheets_schema.cells import Value

GONE = "ERP已无"
"""The ERP no longer lists the row."""
UNPLACED = "缺仓库"
"""Goods of the row lie in a warehouse that nobody placed."""
MISSING = "缺:"
"""Before the name of a segment (or of the daily sales) without which the row's days of cover can't be told."""

SEPARATOR = ";"
_CUT = re.compile(r"[;；]")


def words_of(text: str | None) -> tuple[list[str], list[str]]:
    """The words of a cell that are a round's, and what a person wrote.

    >>> words_of("ERP已无;缺:国内仓;已问采购")
    (['ERP已无', '缺:国内仓'], ['已问采购'])
    """
    ours: list[str] = []
    theirs: list[str] = []
    for part in _CUT.split(text or ""):
        word = part.strip()
        if word:
            (ours if word in (GONE, UNPLACED) or word.startswith(MISSING) else theirs).append(word)
    return ours, theirs


@lru_cache(maxsize=4096)
def status(current: str | None, *, gone: bool, unplaced: bool = False, missing: tuple[str, ...] = ()) -> str | None:
    """What the cell says now: gone, then the warehouse, then what is missing, then a person's words; blank for nothing.

    A cell that says so already, in whatever order, stays as it is.

    >>> status("已问采购", gone=False, unplaced=True, missing=("国内仓", "海外在途"))
    '缺仓库;缺:国内仓;缺:海外在途;已问采购'
    >>> status("缺仓库;已问采购", gone=False)
    '已问采购'
    """
    said, typed = words_of(current)
    wanted = [GONE] * gone + [UNPLACED] * unplaced + [f"{MISSING}{word}" for word in missing]
    if said == wanted:
        return current
    return SEPARATOR.join([*wanted, *typed]) or None


def is_gone(text: str | None) -> bool:
    """Whether a cell says that the ERP no longer lists the row."""
    return text is not None and GONE in text and GONE in words_of(text)[0]


def newly_gone(before: Value, after: Value) -> bool:
    """Whether a change marks a row as no longer listed."""
    then, since = (is_gone(value if isinstance(value, str) else None) for value in (before, after))
    return since and not then
