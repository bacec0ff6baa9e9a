"""The rules of `sync.md` once more, cell by cell over dictionaries: slow, obvious, independent of the engine.

A side is ``{key: {title: value}}``. Typed values are compared with their type, so that TRUE is not 1.
"""

from dataclasses import dataclass, field
from typing import Any

from sheets_schema.model import Column, Owner, Rows

Side = dict[tuple, dict[str, Any]]

LOST = ("lost",)
"""An agreed value nobody knows; equal to nothing."""


def token(value):
    return (type(value).__name__, value)


def same(one, other):
    return LOST not in (one, other) and token(one) == token(other)


@dataclass
class Answer:
    writes: set = field(default_factory=set)
    conflicts: set = field(default_factory=set)
    formulas: set = field(default_factory=set)
    appends: dict = field(default_factory=dict)
    base: Side = field(default_factory=dict)


def fillable(column: Column) -> bool:
    return column.owner is Owner.ERP or (column.owner is Owner.PEOPLE and column.prefill)


def holds(pins, key, title, erp):
    """Whether a pin keeps the ERP's value out; None keeps every one out."""
    return (key, title) in pins and (pins[key, title] is None or any(same(value, erp) for value in pins[key, title]))


def reference(base, ours, theirs, columns, rows, *, known, formulas, pins, lost, titles) -> Answer:
    """`known` and `formulas` are sets of (key, title); `titles` those that each side has at all."""
    answer = Answer()
    answer.base = {} if lost or base is None else {key: dict(cells) for key, cells in base.items()}
    planned = [
        title for title, column in columns.items() if fillable(column) and title in titles[0] and title in titles[1]
    ]
    for key, cells in ours.items():
        if lost:
            answer.base[key] = {
                title: LOST for title, column in columns.items() if title in titles[0] and fillable(column)
            }
        for title in planned:
            if key not in theirs or (key, title) not in known:
                continue
            mine, erp, column = cells[title], theirs[key][title], columns[title]
            past = LOST if lost else (base or {}).get(key, {}).get(title)
            nobody_agreed = lost or base is None or past == LOST
            if (key, title) in formulas:
                if column.owner is Owner.ERP:
                    answer.formulas.add((key, title, token(erp)))
            elif same(mine, erp):
                answer.base.setdefault(key, {})[title] = erp
            elif holds(pins, key, title, erp):
                pass
            elif same(mine, past) or (column.put_back and not nobody_agreed):
                answer.writes.add((key, title, token(mine), token(erp)))
                answer.base.setdefault(key, {})[title] = erp
            elif column.owner is Owner.ERP:
                shown = None if past == LOST else past
                answer.conflicts.add((key, title, token(shown), token(mine), token(erp)))
                if column.put_back:
                    answer.base.setdefault(key, {})[title] = LOST
    if rows is Rows.ERP:
        for key in theirs.keys() - ours.keys():
            values = {title: theirs[key][title] for title in planned if (key, title) in known}
            answer.appends[key] = values
            answer.base[key] = values
    return answer
