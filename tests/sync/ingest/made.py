"""Exports made in memory: the rows of a report, typed as reading types them."""

import hashlib
from datetime import datetime, timedelta

import numpy as np

from sheets_schema.exports import REPORTS
from sheets_schema.table import Table
from sync.ingest.as_of import DataTime, Source, Standing
from sync.ingest.export import Provenance, Reading
from sync.ingest.interpret import interpret

MONDAY = datetime(2026, 4, 20, 8, 0)


def export(report, rows, hours=0.0, name=None, fields=None, site=None, arrived="", modified=0.0):
    """`rows` are dicts by field; `hours` after Monday morning."""
    fields = fields or list(dict.fromkeys(field for row in rows for field in row))
    cells = {field: [row.get(field) for row in rows] for field in fields}
    types = {item.name: item.type for item in REPORTS[report].fields}
    reading = Reading(
        report=report,
        table=Table.build(cells, types),
        lines=np.arange(2, len(rows) + 2),
        sha256=hashlib.sha256(repr((report, rows, hours, name)).encode()).hexdigest(),
        path=name or f"{report}-{hours}.xlsx",
        problems=(),
        provenance=Provenance("xlsx", None, "S", 1, 1.0, {field: field for field in fields}),
    )
    moment = MONDAY + timedelta(hours=hours)
    return interpret(reading, site, DataTime(moment, Source.NAME), Standing(moment, arrived, modified))


def stock(rows, hours=0.0, **more):
    """FBA库存明细 of (store, msku, sellable) or (store, msku, sellable, sku)."""
    names = ("store", "msku", "fba_sellable", "sku")
    return export("FBA库存明细", [dict(zip(names, row, strict=False)) for row in rows], hours, **more)
