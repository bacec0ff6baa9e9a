"""Fields that no title gives: what is still outstanding, on its way, what a warehouse is, sold per day.

Each function sees the typed columns of one file; a column that a file lacks gives no derived field. A state
that nobody knows leaves the quantity unknown.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from rules.policy.meanings import Meanings, Place, Stage
from sheets_schema.cells import Value
from sync.ingest.join import notes_in

Cells = Mapping[str, Sequence[Value]]
Derived = dict[str, list[Value]]

_IGNORED = str(Place.IGNORED)


def _number(value: Value) -> float | None:
    return float(value) if isinstance(value, float) else None


def _text(cells: Cells, name: str, row: int) -> str | None:
    value = cells[name][row] if name in cells else None
    return value if isinstance(value, str) else None


def _count(cells: Cells, name: str, row: int) -> float | None:
    return _number(cells[name][row]) if name in cells else None


def purchase(cells: Cells, meanings: Meanings) -> Derived:
    """`outstanding`: what the export says is undelivered, else ordered − received, never below 0.

    A void or finished order has nothing outstanding, nor has one for a warehouse that counts nowhere. Unknown
    where the quantities are, or where a state is unknown and something is left.

    >>> from rules.policy.loader import packaged
    >>> site = packaged().site
    >>> purchase({"ordered": [100.0, 50.0, 9.0], "received": [30.0, None, 0.0], "status": ["待到货", "已作废", "乱"]},
    ...          Meanings(usual_statuses=site.statuses))
    {'outstanding': [70.0, 0.0, None]}
    """
    if "undelivered" not in cells and not {"ordered", "received"} <= cells.keys():
        return {}
    rows = len(cells["undelivered"] if "undelivered" in cells else cells["ordered"])
    return {"outstanding": [_outstanding(cells, row, meanings) for row in range(rows)]}


def _outstanding(cells: Cells, row: int, meanings: Meanings) -> float | None:
    left = _count(cells, "undelivered", row)
    if left is None and {"ordered", "received"} <= cells.keys():
        total = _count(cells, "ordered", row)
        left = None if total is None else total - (_count(cells, "received", row) or 0.0)
    word = _text(cells, "status", row)
    stage = meanings.stage("采购单", word)
    if stage is Stage.OVER or _counts_nowhere(cells, "warehouse", row, meanings):
        return 0.0
    if left is None or (word and stage is None and left > 0):
        return None
    return max(0.0, left)


def _counts_nowhere(cells: Cells, field: str, row: int, meanings: Meanings) -> bool:
    name = _text(cells, field, row)
    return name is not None and meanings.warehouse(name).kind == _IGNORED


def stocking(cells: Cells, meanings: Meanings) -> Derived:
    """Pieces on their way and pieces arrived of each line, and the shipment that the remark names.

    An order that has not left the domestic warehouse is neither; one that arrived without a received
    quantity arrived whole. Without a state the shipped and received pieces say it, if both are there.
    """
    rows = len(next(iter(cells.values()), ()))
    found = [_where(cells, row, meanings) for row in range(rows)]
    notes = [notes_in(_text(cells, "remark", row)) for row in range(rows)]
    only = [names[0] if len(names) == 1 else None for names in notes]
    return {
        "shipment": [note.shipment if note else None for note in only],
        "reference": [note.reference if note else None for note in only],
        "fba_warehouse": [note.warehouse if note else None for note in only],
        "overseas_transit": [there for there, _ in found],
        "overseas_arrived": [back for _, back in found],
    }


def _where(cells: Cells, row: int, meanings: Meanings) -> tuple[float | None, float | None]:
    """(on the way, arrived) of one line; None for unknown."""
    shipped, received = (_count(cells, name, row) for name in ("shipped", "received"))
    sent = _count(cells, "quantity", row) if shipped is None else shipped
    word = _text(cells, "status", row)
    stage = meanings.stage("海外仓备货单", word)
    if stage is Stage.VOID or _counts_nowhere(cells, "to_warehouse", row, meanings):
        return 0.0, 0.0
    if sent is None or (word and stage is None):
        return None, None
    if stage is Stage.WAITING and not received:
        return 0.0, 0.0
    if stage is Stage.ARRIVED:
        return 0.0, sent if received is None else received
    if stage is None and (shipped is None or received is None):
        return None, None
    return max(0.0, sent - (received or 0.0)), received or 0.0


def warehouse(cells: Cells, meanings: Meanings) -> Derived:
    """`place`: what each row's warehouse is, by the installation's list, its type and its name.

    Blank where nobody placed it, a file that names no warehouses included.

    >>> from rules.policy.loader import packaged
    >>> names = ["深圳仓", "墨西哥海外仓", "墨西哥DF仓"]
    >>> warehouse({"available": [5.0, 7.0, 9.0], "warehouse": names}, Meanings(usual=packaged().site.warehouses))
    {'place': ['国内', '海外', None]}
    """
    rows = len(cells["available"])
    known: dict[tuple[str | None, str | None], str | None] = {}
    places: list[Value] = []
    for row in range(rows):
        pair = _text(cells, "warehouse", row), _text(cells, "warehouse_type", row)
        if pair not in known:
            known[pair] = meanings.warehouse(*pair).kind
        places.append(known[pair])
    return {"place": places}


def performance(cells: Cells, window: tuple[date, date] | None) -> Derived:
    """Pieces per day, when the window in the file's name is 7, 14 or 30 days long.

    >>> performance({"sold": [60.0, None]}, (date(2026, 4, 1), date(2026, 4, 30)))
    {'daily_30': [2.0, None]}
    """
    if window is None or "sold" not in cells:
        return {}
    days = (window[1] - window[0]).days + 1
    if days not in (7, 14, 30):
        return {}
    return {f"daily_{days}": [None if (sold := _number(value)) is None else sold / days for value in cells["sold"]]}


def derive(report: str, cells: Cells, window: tuple[date, date] | None, meanings: Meanings) -> Derived:
    """The derived fields of a file."""
    if report == "采购单":
        return purchase(cells, meanings)
    if report == "海外仓备货单":
        return stocking(cells, meanings)
    if report == "仓库库存明细":
        return warehouse(cells, meanings)
    if report == "产品表现":
        return performance(cells, window)
    return {}


def boxes(packing: Cells, wanted: Sequence[tuple[Value, Value]]) -> list[Value]:
    """Boxes per (shipment, MSKU) from the packing list: stated counts added, else distinct box ids.

    A box that holds several MSKU counts for each.
    """
    counted: dict[tuple[Value, Value], float] = {}
    seen: set[tuple[Value, ...]] = set()
    stated = packing.get("box_count")
    ids = packing.get("box")
    for row, key in enumerate(zip(packing["shipment"], packing["msku"], strict=True)):
        if stated is not None and (number := _number(stated[row])) is not None:
            counted[key] = counted.get(key, 0.0) + number
        elif stated is None and ids is not None and ids[row] is not None and (*key, ids[row]) not in seen:
            seen.add((*key, ids[row]))
            counted[key] = counted.get(key, 0.0) + 1.0
    return [counted.get(key) for key in wanted]
