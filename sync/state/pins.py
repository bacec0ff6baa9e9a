"""Pins: cells and rows that must not be brought again, by a person's choice or an undo."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import Connection, Row, bindparam, delete, insert, select

from sheets_schema.blob import decode
from sheets_schema.cells import Value
from sync.plan.keys import Key
from sync.state.chunks import chunks
from sync.state.journal import key_of, key_text, stored, values_of, values_text
from sync.state.tables import pins

UNDO, CHOICE, ALWAYS = "undo", "choice", "always"

Cell = tuple[Key, str]


@dataclass(frozen=True)
class Pin:
    """What of the ERP was turned down for a cell; with no column, for a whole row; with no key, a whole column.

    A cell stays while the ERP says one of `values`; with reason `always` until somebody lets go. A row stays
    out while the ERP says of every column one of `row`.
    """

    key: Key
    column: str
    reason: str
    values: tuple[Value, ...] = ()
    row: Mapping[str, tuple[Value, ...]] = field(default_factory=dict)
    round: int | None = None
    made: str = ""

    def beside(self, older: Pin | None) -> Pin:
        """This pin, with what an older undo of the same cell or row turned down: that must not come back either."""
        if older is None or older.reason != UNDO:
            return self
        row = dict(self.row)
        for title, values in older.row.items():
            row[title] = _together(row.get(title, ()), values)
        return replace(self, values=_together(self.values, older.values), row=row)

    def id(self, workbook: str, tab: str) -> str:
        """Names the pin on the command line."""
        parts = (workbook, tab, key_text(self.key), self.column)
        return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:10]


class Pins:
    """What must not be brought again."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def of(self, workbook: str, tab: str) -> list[Pin]:
        """The pins of a tab."""
        found = select(pins).where(pins.c.workbook == workbook, pins.c.tab == tab)
        return [_pin(row) for row in self._connection.execute(found)]

    def all(self, workbook: str | None = None) -> list[tuple[str, str, Pin]]:
        """Every pin with its workbook and tab, in that order, then by column and key."""
        found = select(pins).order_by(pins.c.workbook, pins.c.tab, pins.c.column, pins.c.key)
        if workbook is not None:
            found = found.where(pins.c.workbook == workbook)
        return [(row.workbook, row.tab, _pin(row)) for row in self._connection.execute(found)]

    def put(self, workbook: str, tab: str, new: Sequence[Pin], moment: str) -> None:
        """Sets pins, replacing older ones on the same cells and rows."""
        self.drop(workbook, tab, [(pin.key, pin.column) for pin in new])
        for some in chunks(new):
            self._connection.execute(
                insert(pins),
                [
                    {
                        "workbook": workbook,
                        "tab": tab,
                        "key": key_text(pin.key),
                        "column": pin.column,
                        "value": _text(pin),
                        "reason": pin.reason,
                        "made": moment,
                        "round": pin.round,
                    }
                    for pin in some
                ],
            )

    def drop(self, workbook: str, tab: str, cells: Iterable[Cell]) -> None:
        """Removes pins that no longer hold."""
        gone = delete(pins).where(
            pins.c.workbook == workbook,
            pins.c.tab == tab,
            pins.c.key == bindparam("of_key"),
            pins.c.column == bindparam("of_column"),
        )
        for some in chunks([{"of_key": key_text(key), "of_column": column} for key, column in cells]):
            self._connection.execute(gone, list(some))


def _pin(row: Row[Any]) -> Pin:
    facts = {"reason": row.reason, "round": row.round, "made": row.made}
    if row.column:
        return Pin(key_of(row.key), row.column, values=values_of(row.value), **facts)
    return Pin(key_of(row.key), "", row=stored(row.value, _lists), **facts)


def _lists(row: dict[str, list[Any]]) -> dict[str, tuple[Value, ...]]:
    return {title: tuple(map(decode, values)) for title, values in row.items()}


def _text(pin: Pin) -> str:
    if pin.column:
        return values_text(pin.values)
    return "{" + ",".join(f"{json.dumps(title)}:{values_text(values)}" for title, values in pin.row.items()) + "}"


def _together(some: tuple[Value, ...], more: tuple[Value, ...]) -> tuple[Value, ...]:
    """Both, each value once; TRUE is not 1."""
    known = {(type(value), value): value for value in (*some, *more)}
    return tuple(known.values())
