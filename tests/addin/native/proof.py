"""Compiled functions against the rules: one workbook, computed by LibreOffice, cell by cell."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

from openpyxl import load_workbook

from addin.batch import evaluate_batch
from addin.native.compiler import Compiled, compile_functions
from addin.native.tab import RANGE_CELLS
from addin.native.workbook import write_workbook
from addin.registry.entry import Entry, Kind
from rules.answer import Fault
from rules.policy.models import Rules
from sheets_schema.cells import to_serial
from tests.addin.native.rows import Row, rows
from tests.office import recomputed

TODAY = date(2025, 4, 3)


@dataclass
class Line:
    """One function of the proof's table."""

    function: str
    rows: int = 0
    values: int = 0
    silent: int = 0
    blanks: int = 0
    errors: int = 0
    outside: int = 0
    wrong: list[str] = field(default_factory=list)


def prove(entries: Sequence[Entry], policy: Rules, count: int, seed: int, folder: Path) -> list[Line]:
    """The table: every compiled function on so many random rows."""
    book, functions = compile_functions(entries, policy, TODAY)
    compiled = [function for function in functions if function.tab]
    given = {function.entry.name: rows(function.entry, policy, count, seed) for function in compiled}
    path = folder / "proof.xlsx"
    write_workbook(path, book, compiled, {name: [row.cells for row in made] for name, made in given.items()}, 0)
    answers = load_workbook(recomputed(path, folder / "computed"), read_only=True, data_only=True)
    lines = []
    for function in compiled:
        name = function.entry.name
        lines.append(_compared(function, given[name], answers[name].iter_rows(min_row=2, values_only=True), policy))
    return lines


def _compared(function: Compiled, given: Sequence[Row], computed: Any, policy: Rules) -> Line:
    line = Line(function.entry.name)
    calls = [(function.entry.name, arguments(function.entry, row.cells, function.tab.pairs)) for row in given]
    first = next(place for place, column in enumerate(function.tab.columns) if column.is_answer)
    width = sum(column.is_answer for column in function.tab.columns)
    for row, outcome, cells in zip(given, evaluate_batch(calls, policy, TODAY), computed, strict=True):
        line.rows += 1
        answers = list(cells[first : first + width])
        answers += [None] * (width - len(answers))
        expected = _flat(outcome.fault or outcome.value, width)
        kind = _kind(outcome.fault or expected[0])
        if all(_same(*pair) for pair in zip(answers, expected, strict=True)):
            setattr(line, kind, getattr(line, kind) + 1)
        elif row.outside and all(
            _is_error(answer) or _same(answer, value) for answer, value in zip(answers, expected, strict=False)
        ):
            line.outside += 1
        else:
            line.wrong.append(f"{row.cells} -> {answers} for {expected}{' (outside)' if row.outside else ''}")
    return line


def arguments(entry: Entry, cells: Sequence[Any], pairs: Sequence[str] = ()) -> list[Any]:
    """A row's cells as the arguments of a call; a range is a row of cells."""
    answer: list[Any] = []
    rest = list(cells)
    for arg in entry.args:
        if arg.kind is Kind.RANGE:
            taken = rest[:RANGE_CELLS]
            in_pairs = arg.name in pairs
            answer.append([taken[i : i + 2] for i in range(0, RANGE_CELLS, 2)] if in_pairs else [taken])
            rest = rest[RANGE_CELLS:]
        else:
            answer.append(rest.pop(0))
    return answer


def _flat(value: Any, width: int) -> list[Any]:
    if isinstance(value, Fault):
        return [value] * width
    if isinstance(value, (list, tuple)):
        cells = [cell for row in value for cell in (row if isinstance(row, (list, tuple)) else [row])]
        return cells + [None] * (width - len(cells))
    return [value, *[None] * (width - 1)]


def _kind(value: Any) -> str:
    if isinstance(value, Fault):
        return "errors"
    if value in (None, ""):
        return "blanks"
    return "silent" if value == "SOP未规定" else "values"


def _is_error(cell: Any) -> bool:
    return isinstance(cell, str) and cell.startswith("#")


def _same(cell: Any, value: Any) -> bool:
    if isinstance(value, Fault):
        return cell == value.kind
    if value in (None, "") and not isinstance(value, (int, float)):
        return cell in (None, "") and not isinstance(cell, (int, float))
    if isinstance(value, (bool, str)):
        return type(cell) is type(value) and cell == value
    if isinstance(cell, datetime):
        cell = to_serial(cell)
    if isinstance(cell, bool) or not isinstance(cell, (int, float)):
        return False
    if isinstance(value, date):
        return abs(to_serial(value) - cell) < 1e-6
    return abs(cell - value) <= 1e-9 * max(1, abs(value))
