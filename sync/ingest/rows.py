"""Rows with a key, a known store and typed cells; everything else becomes a problem."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import tzinfo
from typing import Any, Protocol

from rules.errors import Code
from sheets_schema.cells import Value
from sheets_schema.model import Report, Type
from sheets_schema.problems import Problem
from sync.backends.workbook.address import cell_name
from sync.ingest.cleaning import Rows, spoiled_id
from sync.ingest.codes import I_BLANK_KEY, I_DOUBLE, I_LOST_DIGITS, I_LOST_TEXT, I_QUESTION, I_SEVERAL, I_UNKNOWN_STORE
from sync.ingest.columns import asked, typed_column
from sync.ingest.findings import Findings
from sync.ingest.stores import StoreNames, canonical, parts_of

_OPTIONAL_KEYS = frozenset({"msku", "fnsku", "store", "box"})
"""Key fields that tell rows apart where the export has them; blank in one row is no fault there."""
_AGGREGATED = "产品表现"
"""Its rows may sum several MSKU or stores."""
_BY_LISTING = ("store", "msku")


class Place(Protocol):
    """Where a row's cells stand."""

    @property
    def file(self) -> str:
        """The file's name."""

    @property
    def tab(self) -> str | None:
        """The tab, None in a text file."""

    @property
    def columns(self) -> Mapping[str, int]:
        """The 0-based column of each field."""

    @property
    def zone(self) -> tzinfo:
        """The team's clock, which moments with a zone are told by."""


@dataclass
class Checked:
    """Typed cells by field. `usable` is False for rows that speak of several MSKU or stores."""

    cells: dict[str, list[Value]]
    lines: list[int]
    usable: list[bool]
    problems: Findings


def check_rows(rows: Rows, report: Report, names: StoreNames | None, store: str | None, place: Place) -> Checked:
    """Types every cell, names the stores, and leaves out rows without key or of unknown stores.

    A cell that can't be of its type is a problem (I-022, I-028, I-037): nobody takes its value.
    """
    problems = Findings()
    cells: dict[str, list[Value]] = {}
    for name in tuple(rows.cells):
        column, item = rows.cells.pop(name), report.by_name[name]
        if item.type is Type.ID:
            column = _whole_ids(column, name, rows.lines, place, problems)
        cells[name], wrong = typed_column(column, item, place.zone)
        for cell in wrong:
            line, facts = rows.lines[cell.row], {"expected": cell.expected}
            problems.append(_problem(cell.code, place, line, name, cell.value, **facts))
        if item.type is Type.TEXT:
            _name_lost_letters(cells[name], name, rows.lines, place, problems)
    keep, usable = _kept(cells, rows.lines, report, names, store, place, problems)
    if not all(keep):
        cells = {
            name: [value for value, kept in zip(column, keep, strict=True) if kept] for name, column in cells.items()
        }
        usable = [value for value, kept in zip(usable, keep, strict=True) if kept]
    lines = [line for line, kept in zip(rows.lines, keep, strict=True) if kept]
    answer = Checked(cells, lines, usable, problems)
    if report.key == _BY_LISTING and report.name != _AGGREGATED:
        _drop_copies(answer, place)
    return answer


def _problem(code: Any, place: Place, line: int, name: str | None, value: Any, **facts: Any) -> Problem:
    at = place.columns.get(name) if name else None
    cell = None if at is None else cell_name(line, at)
    return Problem(code, place.file, place.tab, cell, line, name, value, facts)


def _name_lost_letters(column: list[Value], name: str, lines: list[int], place: Place, problems: list[Problem]) -> None:
    """Question marks in place of letters were there before we came: they are told once, and taken."""
    lost = {value for value in set(column) if isinstance(value, str) and asked(value)}
    if lost:
        rows = [row for row, value in enumerate(column) if value in lost]
        first = column[rows[0]]
        problems.append(_problem(I_QUESTION, place, lines[rows[0]], name, first, found=len(rows)))


def _whole_ids(column: list[Any], name: str, lines: list[int], place: Place, problems: list[Problem]) -> list[Any]:
    """The ids of a column without those that lost digits (I-023) or letters (I-028): they would name another thing."""
    spoiled: dict[Any, Code] = {}
    for value in set(column):
        if spoiled_id(value):
            spoiled[value] = I_LOST_DIGITS
        elif type(value) is str and asked(value):
            spoiled[value] = I_LOST_TEXT
    if not spoiled:
        return column
    for row, value in enumerate(column):
        if value in spoiled:
            problems.append(_problem(spoiled[value], place, lines[row], name, value))
    return [None if value in spoiled else value for value in column]


def _kept(
    cells: dict[str, list[Value]],
    lines: list[int],
    report: Report,
    names: StoreNames | None,
    store: str | None,
    place: Place,
    problems: list[Problem],
) -> tuple[list[bool], list[bool]]:
    """Which rows stay, and which of them speak of one key; canonical store names are set."""
    keep = [True] * len(lines)
    usable = [True] * len(lines)
    if "store" in cells:
        _name_stores(cells, lines, report, names, store, place, problems, keep, usable)
    several = report.name == _AGGREGATED and "msku" in cells
    if several:
        for row, value in enumerate(cells["msku"]):
            if value is None or len(parts_of(str(value))) > 1:
                usable[row] = False
    elif report.name == _AGGREGATED:
        usable = [False] * len(lines)
    hidden = sum(kept and not use for kept, use in zip(keep, usable, strict=True))
    if hidden:
        problems.append(Problem(I_SEVERAL, place.file, place.tab, column="msku / store", facts={"found": hidden}))
    for name in report.key:
        if name in _OPTIONAL_KEYS and not report.by_name[name].required:
            continue
        for row, value in enumerate(cells.get(name, ())):
            if value is None and keep[row] and usable[row]:
                keep[row] = False
                problems.append(_problem(I_BLANK_KEY, place, lines[row], name, None))
    return keep, usable


def _name_stores(
    cells: dict[str, list[Value]],
    lines: list[int],
    report: Report,
    names: StoreNames | None,
    store: str | None,
    place: Place,
    problems: list[Problem],
    keep: list[bool],
    usable: list[bool],
) -> None:
    countries = cells.get("country") or [None] * len(lines)
    known: dict[tuple[Value, Value], tuple[str | None, bool]] = {}
    scoped = "store" in report.pair
    default = None if store is None else ((names(store) if names else None) or store)
    written = cells["store"]
    answer: list[Value] = list(written)
    unknown: dict[str, list[int]] = {}
    for row, (value, country) in enumerate(zip(written, countries, strict=True)):
        if value is None:
            answer[row] = default
            if scoped and default is None:
                if report.name == _AGGREGATED:
                    usable[row] = False
                else:
                    keep[row] = False
                    problems.append(_problem(I_BLANK_KEY, place, lines[row], "store", None))
            continue
        if (value, country) not in known:
            known[value, country] = _resolved(str(value), None if country is None else str(country), names)
        name, several = known[value, country]
        if several:
            usable[row] = False
        elif name is None and scoped:
            keep[row] = False
            unknown.setdefault(str(value), []).append(row)
        elif name is not None:
            answer[row] = name
    for value, found in unknown.items():
        problems.append(_problem(I_UNKNOWN_STORE, place, lines[found[0]], "store", value, found=len(found)))
    cells["store"] = answer


def _resolved(written: str, country: str | None, names: StoreNames | None) -> tuple[str | None, bool]:
    """The canonical store of a cell, and whether it holds several."""
    parts = parts_of(written)
    if len(parts) < 2:
        one_country = country if country is None or len(parts_of(country)) == 1 else None
        found = canonical(written, one_country, names)
        return found, found is None and country is not None and one_country is None
    whole = names(written) if names else None
    if whole is not None:
        return whole, False
    found_names = {canonical(part, None, names) for part in parts}
    return (found_names.pop(), False) if len(found_names) == 1 else (None, True)


def _drop_copies(checked: Checked, place: Place) -> None:
    """Leaves out rows that repeat another cell by cell; names keys whose rows differ."""
    if "store" not in checked.cells:
        keys: list[Any] = checked.cells["msku"]
    else:
        keys = list(zip(checked.cells["store"], checked.cells["msku"], strict=True))
    if len(set(keys)) == len(keys):
        return
    rows_of: dict[Any, list[int]] = {}
    for row, key in enumerate(keys):
        rows_of.setdefault(key, []).append(row)
    columns = list(checked.cells.values())
    copies: set[int] = set()
    for key, rows in rows_of.items():
        if len(rows) == 1:
            continue
        seen: dict[tuple[Value, ...], int] = {}
        for row in rows:
            whole = tuple(column[row] for column in columns)
            if seen.setdefault(whole, row) != row:
                copies.add(row)
        if len(seen) > 1:
            text = " / ".join(map(str, key)) if isinstance(key, tuple) else str(key)
            checked.problems.append(_problem(I_DOUBLE, place, checked.lines[rows[0]], "msku", text, found=len(seen)))
    if copies:
        for name, column in checked.cells.items():
            checked.cells[name] = [value for row, value in enumerate(column) if row not in copies]
        checked.lines = [line for row, line in enumerate(checked.lines) if row not in copies]
        checked.usable = [value for row, value in enumerate(checked.usable) if row not in copies]
