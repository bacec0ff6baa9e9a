"""Short ways to write a column that people fill; the outlines are read as tables."""

from __future__ import annotations

from typing import Any

from sheets_schema.model import Column, Owner, Type

OPERATORS = "运营"
SHARE = (">=-100%", "<=100%")
POSITIVE, AT_LEAST_ONE = (">0",), (">=1",)


def text(title: str, sop: tuple[int, ...] = (), *, role: str = OPERATORS, **more: Any) -> Column:
    """A column of words: a choice, a link, an id, or free."""
    return Column(title, Type.TEXT, Owner.PEOPLE, role, sop=sop, **more)


def choice(title: str, choices: str, sop: tuple[int, ...] = (), **more: Any) -> Column:
    """A column that takes one of the words, written with blanks between them."""
    return text(title, sop, choices=tuple(choices.split()), **more)


def yes_no(title: str, sop: tuple[int, ...] = (), **more: Any) -> Column:
    """YES or NO, in any spelling."""
    return _typed(Type.BOOL, title, sop, **more)


def whole(title: str, sop: tuple[int, ...] = (), **more: Any) -> Column:
    """A count."""
    return _typed(Type.INTEGER, title, sop, **more)


def money(title: str, sop: tuple[int, ...] = (), **more: Any) -> Column:
    """An amount."""
    return _typed(Type.MONEY, title, sop, **more)


def share(title: str, sop: tuple[int, ...] = (), **more: Any) -> Column:
    """A percentage, between -100% and 100%."""
    return _typed(Type.PERCENT, title, sop, **{"limits": SHARE, **more})


def day(title: str, sop: tuple[int, ...] = (), **more: Any) -> Column:
    """A day."""
    return _typed(Type.DATE, title, sop, **more)


def moment(title: str, sop: tuple[int, ...] = (), **more: Any) -> Column:
    """A day and an hour."""
    return _typed(Type.DATETIME, title, sop, **more)


def _typed(kind: Type, title: str, sop: tuple[int, ...], *, role: str = OPERATORS, **more: Any) -> Column:
    return Column(title, kind, Owner.PEOPLE, role, sop=sop, **more)
