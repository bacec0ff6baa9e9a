"""Exports made in memory: the rows of a report, typed as reading types them."""

import hashlib
from datetime import datetime, timedelta

import numpy as np

from sheets_schema.exports import REPORTS
from sheets_schema.table import Table
from sync.ingest.derive import derive
from sync.ingest.export import Export, Provenance

MONDAY = datetime(2026, 4, 20, 8, 0)


def export(report, rows, hours=0.0, name=None, fields=None):
    """`rows` are dicts by field; `hours` after Monday morning."""
    fields = fields or list(dict.fromkeys(field for row in rows for field in row))
    cells = {field: [row.get(field) for row in rows] for field in fields}
    types = {item.name: item.type for item in REPORTS[report].fields}
    table = Table.build(cells, types)
    more = derive(report, {field: table.values(field) for field in table.columns}, None)
    table = Table.build({**cells, **more}, types)
    pairs = [
        tuple("" if row.get(part) is None else str(row.get(part)) for part in REPORTS[report].pair) for row in rows
    ]
    sha = hashlib.sha256(repr((report, rows, hours, name)).encode()).hexdigest()
    return Export(
        report=report,
        table=table,
        lines=np.arange(2, len(rows) + 2),
        usable=np.ones(len(rows), dtype=bool),
        scope=frozenset(pairs),
        as_of=MONDAY + timedelta(hours=hours),
        as_of_source="mtime",
        sha256=sha,
        path=name or f"{report}-{hours}.xlsx",
        problems=(),
        provenance=Provenance("xlsx", None, "S", 1, 1.0, {field: field for field in fields}),
    )


def stock(rows, hours=0.0, **more):
    """FBA库存明细 of (store, msku, sellable) or (store, msku, sellable, sku)."""
    names = ("store", "msku", "fba_sellable", "sku")
    return export("FBA库存明细", [dict(zip(names, row, strict=False)) for row in rows], hours, **more)
