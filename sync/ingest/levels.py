"""Values that reach a sheet's rows by SKU or by shipment number, not by the row's own key."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import numpy as np

from sheets_schema.cells import Value
from sheets_schema.table import Array, as_list
from sync.ingest.index import Bools, Index, Ints, Picked
from sync.ingest.join import Order, Overlap, count_once, has_left
from sync.ingest.library import Library


@dataclass(frozen=True)
class Feed:
    """One column over a sheet's rows: value, whether it is known, the number of the file it is from."""

    values: Array
    known: Bools
    source: Ints
    per_sku: bool = False

    @classmethod
    def empty(cls, rows: int, *, numeric: bool, per_sku: bool = False) -> Feed:
        """Nothing known of any row."""
        values: Array = np.full(rows, np.nan) if numeric else np.full(rows, None, dtype=object)
        return cls(values, np.zeros(rows, dtype=bool), np.full(rows, -1, dtype=np.int64), per_sku)

    def with_values(self, values: Array) -> Feed:
        """The same with other values."""
        return replace(self, values=values, known=self.known.copy())

    def blank(self) -> Bools:
        """Where the value is blank."""
        if self.values.dtype != object:
            return np.isnan(self.values)
        return np.array([value is None for value in self.values.tolist()], dtype=bool)


def feed_by_sku(index: Index, picked: Picked, skus: list[str | None], numbers: Ints) -> Feed:
    """The sum over each SKU's lines, on every row of that SKU.

    A line that is gone counts 0: an SKU whose every line is gone has none left. An SKU that no file ever
    listed, or whose lines name no quantity, is unknown.
    """
    total: dict[str, float] = {}
    newest: dict[str, int] = {}
    gone = index.gone.tolist()
    rows = zip(
        index.part("sku"), as_list(picked.values), picked.known.tolist(), picked.source.tolist(), gone, strict=True
    )
    for sku, value, known, source, is_gone in rows:
        if not known or not isinstance(value, float):
            continue
        total[sku] = total.get(sku, 0.0) + (0.0 if is_gone else value)
        newest[sku] = max(newest.get(sku, -1), source)
    feed = Feed.empty(len(skus), numeric=True, per_sku=True)
    for row, sku_of_row in enumerate(skus):
        if sku_of_row is not None and sku_of_row in total:
            feed.values[row] = total[sku_of_row]
            feed.known[row] = True
            feed.source[row] = numbers[newest[sku_of_row]]
    return feed


def overseas(library: Library, field: str, oldest: datetime | None) -> tuple[Picked, list[Overlap]]:
    """`overseas_transit` or `overseas_arrived` without pieces that an FBA shipment counts already."""
    index = library.index("海外仓备货单")
    transit, arrived = (index.pick(name, "sum", oldest) for name in ("overseas_transit", "overseas_arrived"))
    shipment = as_list(index.pick("shipment", "first").values)
    orders, skus = index.part("order_no"), index.part("sku")
    lines = [
        Order(orders[gid], skus[gid], _text(shipment[gid]), _number(transit.values[gid]), _number(arrived.values[gid]))
        for gid in range(len(index.keys))
    ]
    order = sorted(np.flatnonzero(index.alive).tolist(), key=lambda gid: index.keys[gid])
    left, overlaps = count_once([lines[gid] for gid in order], _sent(library))
    picked = transit if field == "overseas_transit" else arrived
    values = picked.values.copy()
    part = 0 if field == "overseas_transit" else 1
    for gid, rest in zip(order, left, strict=True):
        if values[gid] == values[gid]:
            values[gid] = rest[part]
    return Picked(values, picked.known, picked.source), overlaps


def _sent(library: Library) -> dict[tuple[str, str], float]:
    """Pieces per (shipment, SKU) of shipments that have left; closed ones that are no longer listed too."""
    index = library.index("FBA货件")
    if not index.exports:
        return {}
    answer: dict[tuple[str, str], float] = {}
    shipped, declared = (as_list(index.pick(name, "sum").values) for name in ("shipped", "declared"))
    status, sku = (as_list(index.pick(name).values) for name in ("status", "sku"))
    for gid, shipment in enumerate(index.part("shipment")):
        pieces = shipped[gid] if shipped[gid] is not None else declared[gid]
        if sku[gid] is not None and isinstance(pieces, float) and has_left(_text(status[gid])):
            key = (shipment.upper(), str(sku[gid]))
            answer[key] = answer.get(key, 0.0) + pieces
    return answer


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
