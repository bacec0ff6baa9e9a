"""Goods that stand in stocking orders and in shipments: by SKU without those that Amazon counts, and by shipment."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np

from sheets_schema.cells import Value
from sheets_schema.model import CountedOnce, Report
from sheets_schema.table import as_list
from sync.files.feed import Feed
from sync.files.index import Index, Ints, Picked
from sync.files.library import Library
from sync.ingest.join import LEFT, Order, Overlap, count_once


@dataclass(frozen=True)
class Sent:
    """What the shipments say of the goods of stocking orders: pieces per (shipment, SKU) of those that left.

    `doubtful` are shipments of which nobody can tell whether they left, `listed` all that the ERP lists or listed,
    `stores` the stores that the files are about.
    """

    pieces: dict[tuple[str, str], float]
    doubtful: frozenset[str]
    listed: frozenset[str]
    stores: frozenset[str]

    def is_doubtful(self, shipment: str, store: str | None) -> bool:
        """Whether nobody can tell if a shipment's goods are Amazon's already.

        One that no file lists has not left, if there are files of its store.
        """
        if shipment in self.listed:
            return shipment in self.doubtful
        return store not in self.stores if store else not self.stores


def sent(library: Library, once: CountedOnce) -> Sent:
    """The shipments; closed ones that are no longer listed too."""
    index = library.index(once.by)
    if not index.exports:
        return Sent({}, frozenset(), frozenset(), frozenset())
    answer: dict[tuple[str, str], float] = {}
    doubtful: set[str] = set()
    shipped, declared = (as_list(index.pick(name, "sum").values) for name in once.sent)
    status, sku = (as_list(index.pick(name).values) for name in ("status", "sku"))
    numbers = [shipment.upper() for shipment in index.part(once.document)]
    for gid, shipment in enumerate(numbers):
        stage = library.meanings.stage(once.by, _text(status[gid]))
        pieces = shipped[gid] if shipped[gid] is not None else declared[gid]
        if stage is not None and stage not in LEFT:
            continue
        if stage is None or not isinstance(pieces, float) or sku[gid] is None:
            doubtful.add(shipment)
        else:
            key = (shipment, str(sku[gid]))
            answer[key] = answer.get(key, 0.0) + pieces
    return Sent(answer, frozenset(doubtful), frozenset(numbers), frozenset(index.part("store")))


def without_sent(
    library: Library, report: Report, once: CountedOnce, field: str, oldest: datetime | None
) -> tuple[Picked, list[Overlap]]:
    """The pieces of a report on their way or arrived, without those that a shipment counts already.

    Unknown where nobody can tell whether it does.
    """
    index, away = library.index(report.name), sent(library, once)
    transit, arrived = (index.pick(name, "sum", oldest) for name in (once.moving, once.arrived))
    shipments, stores = (as_list(index.pick(name).values) for name in (once.document, "store"))
    picked = transit if field == once.moving else arrived
    values, known = picked.values.copy(), picked.known.copy()
    orders, skus = index.part("order_no"), index.part("sku")
    counted: list[int] = []
    lines: list[Order] = []
    for gid in sorted(np.flatnonzero(index.alive).tolist(), key=lambda gid: index.keys[gid]):
        pieces = [_number(column.values[gid]) for column in (transit, arrived)]
        shipment = _text(shipments[gid])
        if shipment is not None and any(pieces) and away.is_doubtful(shipment, _text(stores[gid])):
            values[gid], known[gid] = np.nan, False
        else:
            counted.append(gid)
            lines.append(Order(orders[gid], skus[gid], shipment, *pieces))
    left, overlaps = count_once(lines, away.pieces)
    part = 0 if field == once.moving else 1
    for gid, rest in zip(counted, left, strict=True):
        if values[gid] == values[gid]:
            values[gid] = rest[part]
    return Picked(values, known, picked.source), overlaps


def feed_by_shipment(
    index: Index, picked: Picked, shipments: list[str], numbers: Ints, oldest: datetime | None
) -> Feed:
    """What the stocking orders that name a shipment in their remark say of it.

    Several orders of one shipment: their distinct texts, joined by 、 in order; of dates the latest.
    """
    named = as_list(index.pick("shipment", "first", oldest).values)
    found: dict[str, dict[Value, int]] = {}
    rows = zip(
        named, as_list(picked.values), picked.known.tolist(), picked.source.tolist(), index.alive.tolist(), strict=True
    )
    for shipment, value, known, source, alive in rows:
        if shipment is None or value is None or not known or not alive:
            continue
        of_shipment = found.setdefault(str(shipment), {})
        of_shipment[value] = max(of_shipment.get(value, -1), source)
    feed = Feed.empty(len(shipments), numeric=False)
    for row, shipment in enumerate(shipments):
        values = found.get(shipment.upper())
        if values:
            texts = sorted(values, key=str)
            joined: Value = (
                texts[-1] if len(texts) == 1 or not isinstance(texts[-1], str) else "、".join(map(str, texts))
            )
            feed.values[row] = joined
            feed.known[row] = True
            feed.source[row] = numbers[max(values.values())]
    return feed


def _text(value: Value) -> str | None:
    return value if isinstance(value, str) else None


def _number(value: Any) -> float:
    return float(value) if isinstance(value, float) and value == value else 0.0
