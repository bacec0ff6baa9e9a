"""Fields that no title gives: what is still outstanding, on its way, domestic, sold per day.

Each function sees the typed columns of one file; a column that a file lacks gives no derived field.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date

from sheets_schema.cells import Value
from sync.ingest.join import notes_in

Cells = Mapping[str, Sequence[Value]]
Derived = dict[str, list[Value]]

_OVER = re.compile(r"^(?!.*(?:未|部分|待)).*(?:作废|取消|完成|关闭|终止|结束|cancel|closed|void)", re.IGNORECASE)
_VOID = re.compile(r"作废|取消|驳回|cancel|void", re.IGNORECASE)
_WAITING = re.compile(
    r"待提交|待审|审核中|审批中|待配货|待拣货|待打包|待发货|待出库|待下单|草稿|未发货|draft|pending", re.IGNORECASE
)
_ARRIVED = re.compile(
    r"^(?!.*(?:未|部分|待)).*(?:完成|已收货|已入库|已到仓|已到货|已签收|已上架|已结束|received|closed|arrived)",
    re.IGNORECASE,
)
_ABROAD = re.compile(r"海外|第三方|货代|FBA|AWD|overseas|3pl", re.IGNORECASE)


def _number(value: Value) -> float | None:
    return float(value) if isinstance(value, float) else None


def _column(cells: Cells, name: str) -> Sequence[Value] | None:
    return cells.get(name)


def purchase(cells: Cells) -> Derived:
    """`outstanding`: what the export says is undelivered, else ordered − received, never below 0.

    A void or finished order has nothing outstanding. Unknown where the quantities are.

    >>> purchase({"ordered": [100.0, 50.0], "received": [30.0, None], "status": ["待到货", "已作废"]})
    {'outstanding': [70.0, 0.0]}
    """
    ordered, received, stated = (_column(cells, name) for name in ("ordered", "received", "undelivered"))
    if stated is None and (ordered is None or received is None):
        return {}
    status = _column(cells, "status")
    answer: list[Value] = []
    for row in range(len(stated or ordered or ())):
        left = _number(stated[row]) if stated is not None else None
        if left is None and ordered is not None and received is not None:
            total = _number(ordered[row])
            left = None if total is None else total - (_number(received[row]) or 0.0)
        over = status is not None and isinstance(status[row], str) and _OVER.search(str(status[row]))
        answer.append(0.0 if over else None if left is None else max(0.0, left))
    return {"outstanding": answer}


def stocking(cells: Cells) -> Derived:
    """Pieces on their way and pieces arrived of each line, and the shipment that the remark names.

    An order that has not left the domestic warehouse is neither; one that arrived without a received
    quantity arrived whole.
    """
    rows = len(next(iter(cells.values()), ()))
    sent = [_sent(cells, row) for row in range(rows)]
    transit: list[Value] = []
    arrived: list[Value] = []
    for row, pieces in enumerate(sent):
        there, back = _where(cells, row, pieces)
        transit.append(there)
        arrived.append(back)
    notes = [notes_in(text if isinstance(text, str) else None) for text in cells.get("remark", [None] * rows)]
    only = [found[0] if len(found) == 1 else None for found in notes]
    return {
        "shipment": [note.shipment if note else None for note in only],
        "reference": [note.reference if note else None for note in only],
        "fba_warehouse": [note.warehouse if note else None for note in only],
        "overseas_transit": transit,
        "overseas_arrived": arrived,
    }


def _sent(cells: Cells, row: int) -> float | None:
    for name in ("shipped", "quantity"):
        if name in cells:
            pieces = _number(cells[name][row])
            if pieces is not None:
                return pieces
    return None


def _where(cells: Cells, row: int, sent: float | None) -> tuple[float | None, float | None]:
    """(on the way, arrived) of one line; None for unknown."""
    if sent is None:
        return None, None
    status = cells["status"][row] if "status" in cells else None
    word = status if isinstance(status, str) else ""
    stated = _number(cells["received"][row]) if "received" in cells else None
    if _VOID.search(word) or (_WAITING.search(word) and not stated):
        return 0.0, 0.0
    if _ARRIVED.search(word):
        return 0.0, sent if stated is None else stated
    return max(0.0, sent - (stated or 0.0)), stated or 0.0


def warehouse(cells: Cells) -> Derived:
    """The available quantity as domestic or overseas, by the warehouse's type or name.

    A file that knows no warehouses is domestic.

    >>> warehouse({"available": [5.0, 7.0], "warehouse": ["深圳仓", "墨西哥海外仓"]})
    {'domestic_available': [5.0, None], 'overseas_available': [None, 7.0]}
    """
    available = cells["available"]
    abroad = [
        any(
            isinstance(cells[name][row], str) and _ABROAD.search(str(cells[name][row]))
            for name in ("warehouse", "warehouse_type")
            if name in cells
        )
        for row in range(len(available))
    ]
    return {
        "domestic_available": [None if there else value for value, there in zip(available, abroad, strict=True)],
        "overseas_available": [value if there else None for value, there in zip(available, abroad, strict=True)],
    }


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


def derive(report: str, cells: Cells, window: tuple[date, date] | None) -> Derived:
    """The derived fields of a file."""
    if report == "采购单":
        return purchase(cells)
    if report == "海外仓备货单":
        return stocking(cells)
    if report == "仓库库存明细":
        return warehouse(cells)
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
