"""What a request's JSON means; whatever it is, a wrong one is refused with the place of the mistake."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from typing import Any

from addin.commands.command import Selection
from addin.functions.batch import BatchCall
from addin.registry.entry import default_zone
from addin.service.codes import V_BODY, V_LARGE
from rules.errors import Error
from sheets_schema.cells import CellError, parse_date
from sheets_schema.grid.address import LAST_COLUMN, LAST_ROW, parse_range
from sheets_schema.grid.edits import ArrayFormula, Formula
from sheets_schema.zoned import on_clock
from sync.backends.memory import MemoryStore, ShownFormula

MOST_CALLS = 20_000
MOST_CELLS = 250_000
"""Cells of one request, and answers that one call may spread to."""
LONGEST_TEXT = 32_767
"""Characters that a cell holds."""


@dataclass(frozen=True)
class Batch:
    """The calls of one request, and the day to call today."""

    calls: tuple[BatchCall, ...]
    today: date | None


@dataclass(frozen=True)
class Work:
    """A document as a host sends it for a command.

    `file` is its name without a folder: nothing of this computer is looked up by a path that a request names.
    """

    store: MemoryStore
    selection: Selection
    answers: Mapping[str, Any]
    today: date | None
    file: str


def parsed(body: bytes) -> dict[str, Any]:
    """The body as a JSON object; V-010 for anything else, NaN and Infinity included."""
    try:
        found = json.loads(body.decode("utf-8"), parse_constant=_no_number)
    except UnicodeDecodeError as error:
        raise Error(V_BODY, found=f"UTF-8, byte {error.start}") from None
    except RecursionError:
        raise Error(V_BODY, found="[[[[…") from None
    except ValueError as error:
        raise Error(V_BODY, found=error) from None
    if not isinstance(found, dict):
        raise Error(V_BODY, found=f"{type(found).__name__}, not {{…}}")
    return found


def _no_number(word: str) -> Any:
    raise ValueError(f"{word} is no JSON number")


def batch(body: bytes, zone: tzinfo | None = None) -> Batch:
    """``{"today"?: day, "calls": [{"function": name, "args": [cell or rows, …]}, …]}``.

    A date that names its zone is told by the clock of `zone`, the team's; so it is in `work`.
    """
    document = parsed(body)
    _only(document, {"today", "calls"}, "")
    calls = _list(document.get("calls"), "calls")
    if len(calls) > MOST_CALLS:
        raise Error(V_LARGE, found=f"{len(calls)} calls", expected=MOST_CALLS)
    counted = _Counted(zone)
    return Batch(tuple(_call(call, f"calls[{at}]", counted) for at, call in enumerate(calls)), _day(document, zone))


def _call(call: Any, where: str, counted: _Counted) -> BatchCall:
    if not isinstance(call, dict):
        raise Error(V_BODY, found=f"{where}: not {{…}}")
    _only(call, {"function", "args"}, where)
    name = call.get("function")
    if not isinstance(name, str) or len(name) > LONGEST_TEXT:
        raise Error(V_BODY, found=f"{where}.function: not a name")
    args = [
        _rows(value, f"{where}.args[{at}]", counted)
        if isinstance(value, list)
        else cell(value, f"{where}.args[{at}]", zone=counted.zone)
        for at, value in enumerate(_list(call.get("args", []), f"{where}.args"))
    ]
    grids = [arg for arg in args if isinstance(arg, list)]
    counted.add(max(map(len, grids), default=1) * max((len(grid[0]) for grid in grids), default=1))
    return name, args


def work(body: bytes, zone: tzinfo | None = None) -> Work:
    """``{"tabs": {name: rows}, "selection"?: {"tab", "cells"}, "answers"?: {…}, "today"?: day, "file"?: name}``."""
    document = parsed(body)
    _only(document, {"tabs", "selection", "answers", "today", "file"}, "")
    tabs = document.get("tabs")
    if not isinstance(tabs, dict):
        raise Error(V_BODY, found="tabs: not {…}")
    counted = _Counted(zone)
    store = MemoryStore(
        {
            name: [_row(row, f"tabs.{name}[{at}]", counted) for at, row in enumerate(_list(rows, f"tabs.{name}"))]
            for name, rows in tabs.items()
        }
    )
    answers = document.get("answers", {})
    if not isinstance(answers, dict):
        raise Error(V_BODY, found="answers: not {…}")
    file = document.get("file", "")
    if not isinstance(file, str):
        raise Error(V_BODY, found="file: not a text")
    name = file.replace("\\", "/").rpartition("/")[2]
    return Work(store, _selection(document.get("selection"), store), answers, _day(document, zone), name)


def _selection(found: Any, store: MemoryStore) -> Selection:
    """Without one, the first cell of the first tab."""
    if found is None:
        return Selection(next(iter(store.tabs()), ""), 1, 0, 1, 0)
    if not isinstance(found, dict) or not isinstance(found.get("tab"), str):
        raise Error(V_BODY, found="selection: not {tab, cells}")
    _only(found, {"tab", "cells"}, "selection")
    cells = found.get("cells")
    if cells is None:
        return Selection(found["tab"], 1, 0, LAST_ROW, LAST_COLUMN)
    area = parse_range(cells.replace("$", "")) if isinstance(cells, str) else None
    if area is None:
        raise Error(V_BODY, found=f"selection.cells: {cells!r}"[:80])
    return Selection(found["tab"], area.top, area.left, area.bottom, area.right)


class _Counted:
    """Counts the cells of a request; V-004 when there are too many. Knows the clock by which its dates are told."""

    def __init__(self, zone: tzinfo | None) -> None:
        self.cells = 0
        self.zone = zone

    def add(self, cells: int) -> None:
        self.cells += cells
        if self.cells > MOST_CELLS:
            raise Error(V_LARGE, found=f"> {self.cells - 1} cells", expected=MOST_CELLS)


def _rows(rows: list[Any], where: str, counted: _Counted) -> list[list[Any]]:
    """A range: rows of one length."""
    found = [_row(row, f"{where}[{at}]", counted) for at, row in enumerate(rows)]
    if not found or not found[0] or len({len(row) for row in found}) > 1:
        raise Error(V_BODY, found=f"{where}: not rows of one length")
    return found


def _row(row: Any, where: str, counted: _Counted) -> list[Any]:
    cells = [cell(value, f"{where}[{at}]", zone=counted.zone) for at, value in enumerate(_list(row, where))]
    arrays = (parse_range(value.ref) for value in cells if isinstance(value, ArrayFormula))
    counted.add(len(cells) + sum(area.size for area in arrays if area))
    return cells


def cell(value: Any, where: str = "", *, zone: tzinfo | None = None) -> Any:
    """One cell: a JSON value, ``{"date": …}``, ``{"error": …}``, ``{"formula": …, "value"?: …}``, ``{"formula": …, "array": range}``.

    >>> cell({"date": "2025-04-03"}), cell(3), cell({"error": "#N/A"})
    (datetime.date(2025, 4, 3), 3.0, '#N/A')
    """
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str):
        if len(value) > LONGEST_TEXT:
            raise Error(V_BODY, found=f"{where}: {len(value)} > {LONGEST_TEXT}")
        return value
    if isinstance(value, (int, float)):
        if abs(value) > 1e300 or not math.isfinite(value):
            raise Error(V_BODY, found=f"{where}: number out of range")
        return float(value)
    if isinstance(value, dict) and value.keys() == {"formula", "value"}:
        formula, shown = cell({"formula": value["formula"]}, where), cell(value["value"], where, zone=zone)
        return ShownFormula(formula, None if isinstance(shown, Formula) else shown)
    if isinstance(value, dict) and value.keys() == {"formula", "array"} and parse_range(str(value["array"])):
        return ArrayFormula(cell({"formula": value["formula"]}, where), str(value["array"]))
    if isinstance(value, dict) and len(value) == 1:
        ((kind, text),) = value.items()
        if isinstance(text, str) and len(text) <= LONGEST_TEXT:
            if kind == "error":
                return CellError(text)
            if kind == "formula":
                return Formula(text.removeprefix("="))
            if kind == "date" and (moment := _moment(text, zone)) is not None:
                return moment
    raise Error(V_BODY, found=f"{where}: not a cell: {json.dumps(value)[:60]}")


def _moment(text: str, zone: tzinfo | None) -> date | datetime | None:
    try:
        return on_clock(text, zone or default_zone()) or parse_date(text)
    except OverflowError:
        return None


def _day(document: Mapping[str, Any], zone: tzinfo | None) -> date | None:
    found = document.get("today")
    if found is None:
        return None
    moment = _moment(found, zone) if isinstance(found, str) else None
    if moment is None:
        raise Error(V_BODY, found=f"today: {found!r}"[:60])
    return moment.date() if isinstance(moment, datetime) else moment


def _list(value: Any, where: str) -> list[Any]:
    if not isinstance(value, list):
        raise Error(V_BODY, found=f"{where}: not […]")
    return value


def _only(found: Mapping[str, Any], known: set[str], where: str) -> None:
    """An unknown name is a mistake, not something to pass over."""
    if strange := [name for name in found if name not in known]:
        raise Error(V_BODY, found=f"{where}{'.' if where else ''}{strange[0]}: unknown"[:80])
