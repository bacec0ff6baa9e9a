"""The team's tabs: columns, types, owners. A new tab is one module and one line in `SHEETS`."""

from __future__ import annotations

from sheets_schema.model import Sheet
from sheets_schema.sheets.links import LINKS
from sheets_schema.sheets.stock import STOCK
from sheets_schema.sheets.transit import TRANSIT

SHEETS: dict[str, Sheet] = {sheet.name: sheet for sheet in (LINKS, STOCK, TRANSIT)}
"""Every tab by its name."""
