"""What the checks of a table's rows share: findings at a cell, texts of a sensible length, cells as days and moments."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from addin.commands.columns import Columns
from addin.commands.tables import Line, TabTable, is_blank
from rules.errors import Code
from rules.findings import Finding
from sheets_schema.cells import CellError, meaning
from sheets_schema.model import Type
from sheets_schema.problems import Problem

LONGEST_ID = 500
"""Characters of an id, a note or a file's name that are looked at one by one; none is nearly as long."""

K_LONG = Code(
    "K-089",
    "有 {count} 个字,没有逐项检查",
    "{count} characters: not checked one by one",
    "只写编号,别的话写到备注里",
    "write the id alone; other words belong into a remark",
)

At = Mapping[str, int | None]
"""The columns of a check, by field; None for one that the table lacks and the check can do without."""
Check = Callable[[Columns, At], Iterator[Problem]]


def texts(table: TabTable, at: int | None) -> Iterator[tuple[Line, str]]:
    """The filled cells of a column as ids; error values are told elsewhere."""
    for line in table.lines:
        value = line.at(at)
        if not is_blank(value) and not isinstance(value, CellError):
            yield line, str(meaning(value, Type.ID))


def too_long(table: TabTable, line: Line, at: int | None, text: str) -> Problem | None:
    """K-089 for a text that is no id any more."""
    if len(text) <= LONGEST_ID:
        return None
    return table.problem(K_LONG, line.number, at, line.at(at), count=len(text))


def said(table: TabTable, line: Line, at: int | None, findings: Iterable[Finding]) -> Iterator[Problem]:
    """Findings as problems at one cell."""
    for finding in findings:
        problem = table.problem(finding.code, line.number, at, line.at(at), **finding.facts)
        yield replace(problem, is_note=True) if finding.is_note else problem


def day_of(value: Any) -> date | None:
    """A cell as a day; None when it is none."""
    typed = moment_of(value)
    return typed.date() if isinstance(typed, datetime) else typed


def moment_of(value: Any) -> date | datetime | None:
    """A cell as a day or a moment; None when it is neither."""
    typed = meaning(value, Type.DATE)
    return typed if isinstance(typed, date) else None
