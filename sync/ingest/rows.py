"""Rows with a key and typed cells; everything else becomes a problem."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import tzinfo
from typing import Any, Protocol

from rules.errors import Code
from sheets_schema.cells import Value
from sheets_schema.grid.address import cell_name
from sheets_schema.model import Report, Type
from sheets_schema.problems import Problem
from sync.ingest.cleaning import Rows, spoiled_id
from sync.ingest.codes import I_BLANK_KEY, I_DOUBLE, I_LOST_DIGITS, I_LOST_TEXT, I_QUESTION
from sync.ingest.columns import asked, typed_column
from sync.ingest.findings import Findings

_OPTIONAL_KEYS = frozenset({"msku", "fnsku", "store", "box"})
"""Key fields that tell rows apart where the export has them; blank in one row is no fault there."""
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
    """Typed cells by field, stores as the file writes them."""

    cells: dict[str, list[Value]]
    lines: list[int]
    problems: Findings


def check_rows(rows: Rows, report: Report, place: Place) -> Checked:
    """Types every cell and leaves out rows without key, and rows that repeat another cell by cell.

    A cell that can't be of its type is a problem (I-022, I-028, I-037): nobody takes its value.
    """
    problems = Findings()
    cells: dict[str, list[Value]] = {}
    for name in tuple(rows.cells):
        column, item = rows.cells.pop(name), report.by_name[name]
        if item.type is Type.ID:
            column = _whole_ids(column, name, rows.lines, place, problems)
        as_key = item.type is Type.TEXT and name in (*report.key, *report.pair)
        cells[name], wrong = typed_column(column, replace(item, type=Type.ID) if as_key else item, place.zone)
        for cell in wrong:
            line, facts = rows.lines[cell.row], {"expected": cell.expected}
            problems.append(_problem(cell.code, place, line, name, cell.value, **facts))
        if item.type is Type.TEXT:
            _name_lost_letters(cells[name], name, rows.lines, place, problems)
    keep = _with_key(cells, rows.lines, report, place, problems)
    if not all(keep):
        cells = {
            name: [value for value, kept in zip(column, keep, strict=True) if kept] for name, column in cells.items()
        }
    answer = Checked(cells, [line for line, kept in zip(rows.lines, keep, strict=True) if kept], problems)
    if report.key == _BY_LISTING and not report.sums_rows:
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
    distinct = set(column)
    texts = "".join(filter(None, distinct)) if set(map(type, distinct)) <= {str, type(None)} else "?"
    for value in distinct if "?" in texts or "." in texts else ():
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


def _with_key(
    cells: dict[str, list[Value]], lines: list[int], report: Report, place: Place, problems: list[Problem]
) -> list[bool]:
    """Which rows have a key; the store's part of it is judged where the stores are known."""
    keep = [True] * len(lines)
    for name in report.key:
        optional = name in _OPTIONAL_KEYS and not report.by_name[name].required
        if optional or (report.sums_rows and name == "msku"):
            continue
        for row, value in enumerate(cells.get(name, ())):
            if value is None and keep[row]:
                keep[row] = False
                problems.append(_problem(I_BLANK_KEY, place, lines[row], name, None))
    return keep


def _drop_copies(checked: Checked, place: Place) -> None:
    """Leaves out rows that repeat another cell by cell; names keys whose rows differ."""
    parts = [checked.cells[name] for name in ("store", "country", "msku") if name in checked.cells]
    keys: list[Any] = list(zip(*parts, strict=True))
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
            text = " / ".join(str(part) for part in key if part is not None)
            checked.problems.append(_problem(I_DOUBLE, place, checked.lines[rows[0]], "msku", text, found=len(seen)))
    if copies:
        for name, column in checked.cells.items():
            checked.cells[name] = [value for row, value in enumerate(column) if row not in copies]
        checked.lines = [line for row, line in enumerate(checked.lines) if row not in copies]
