"""Where an ERP column's values come from: the report, the field, and how its rows find those of the sheet.

A column's sources stand best first. One that says nothing (no file, no such column, a file too old, a blank cell)
gives way to the next.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from rules.policy.meanings import Place


class Level(StrEnum):
    """What a source speaks about, and so how it finds the rows of a sheet."""

    KEY = "key"
    """The sheet's own key: store and MSKU, or shipment and MSKU."""
    SKU = "sku"
    """The ERP's SKU: shown on every MSKU of it, marked 共享; to be counted once."""
    SHIPMENT = "shipment"
    """A stocking order whose remark names the shipment (R02)."""


@dataclass(frozen=True)
class Source:
    """One place a column's value may come from.

    `aggregate` joins several rows of one key in one file: ``sum`` of quantities, ``first`` filled cell.
    `divide` makes days of a window: 7日销量 / 7. `max_age_days` is the age allowed, None for any; the
    installation may set its own per report (`site.max_age_days`). `places` are the kinds of warehouses whose rows
    count; without any all do.
    """

    report: str
    field: str
    level: Level = Level.KEY
    aggregate: str = "first"
    divide: float = 1.0
    max_age_days: int | None = None
    places: tuple[Place, ...] = ()


def summed(report: str, field: str, level: Level = Level.KEY, max_age_days: int | None = None) -> Source:
    """A quantity: all rows of a key together."""
    return Source(report, field, level, "sum", max_age_days=max_age_days)


def told(field: str, *reports: str) -> tuple[Source, ...]:
    """A fact that several reports tell, best first."""
    return tuple(Source(report, field) for report in reports)
