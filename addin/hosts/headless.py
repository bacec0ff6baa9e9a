"""A closed workbook: our formulas are answered, and the values that they show are patched in.

The formulas stay as they are written, and so does everything else in the file.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from addin.recalculation import Cells, Left, Place, Sheets
from addin.registry.entry import Context
from rules.answer import Fault
from rules.policy.models import Rules
from sheets_schema.cells import CellError, equal
from sync.backends.workbook.cellxml import LONGEST
from sync.backends.workbook.edits import Cached, CellEdit, CellRefusal, PatchReport
from sync.backends.workbook.grid import Grid
from sync.backends.workbook.patcher import patch, refusing
from sync.backends.workbook.reader import open_workbook
from sync.backends.workbook.replace import replace, write_new


@dataclass(frozen=True)
class LeftFormula:
    """A formula that was not answered: where, its text without ``=``, and why."""

    cell: str
    formula: str
    why: Fault


@dataclass(frozen=True)
class Computation:
    """What became of a workbook's formulas.

    `changed` are the cells that show something else now, `faults` those that show an error of ours.
    With `recalculates` a formula that was left reads a changed cell, so that the next program to open
    the workbook is asked to compute it.
    """

    formulas: int
    answered: int
    changed: tuple[str, ...]
    faults: tuple[tuple[str, Fault], ...]
    left: tuple[LeftFormula, ...]
    refused: tuple[CellRefusal, ...]
    recalculates: bool


def compute(
    source: Path, policy: Rules, today: date, *, out: Path | None = None, keep_backups: int = 10
) -> Computation:
    """Answers the formulas of a workbook, in place or, with `out`, in a copy.

    In place the former workbook is kept as a backup. When nothing changes, nothing is written.

    Raises:
        Refused: a file that must not be touched (X-001 … X-013, X-201).
        Busy: X-202 the workbook is open somewhere, X-203 it changed meanwhile.
    """
    with refusing(source), open_workbook(source) as book:
        before = book.sha256
        grids = {tab.name: book.read(tab.name) for tab in book.tabs if tab.kind == "worksheet"}
    sheets = Sheets(grids, Context(policy, today))
    sheets.solve()
    edits = list(_edits(sheets))
    recalculates = _others_read(sheets, {Place(edit.tab, edit.row, edit.col) for edit in edits})

    def build(target: Path) -> PatchReport:
        return patch(source, target, edits=edits, recalculate=recalculates)

    report = PatchReport()
    if edits and out is not None:
        report = write_new(out, build)
    elif edits:
        report = replace(source, build, expected_sha256=before, keep_backups=keep_backups).report
    left = [place for place in sheets.shapes if isinstance(sheets.answers[place], Left)]
    return Computation(
        len(sheets.shapes),
        len(sheets.shapes) - len(left),
        tuple(report.changed),
        tuple(_faults(sheets)),
        tuple(
            LeftFormula(place.name, grids[place.tab].formulas[place.row, place.column], sheets.answers[place].why)
            for place in left
        ),
        tuple(report.refused),
        recalculates,
    )


def _edits(sheets: Sheets) -> Iterator[CellEdit]:
    """The cells that have to show something else."""
    for place, answer in sheets.answers.items():
        if not isinstance(answer, Left):
            for cell in sheets.cells(place):
                value = _shown(sheets.shown(place, cell))
                if not equal(value, _was(sheets.grids[cell.tab], cell)):
                    yield CellEdit(cell.tab, cell.row, cell.column, Cached(value))


def _shown(value: Any) -> Any:
    """An answer as a cell shows it; a blank is None."""
    if isinstance(value, Fault):
        return CellError(value.kind)
    if isinstance(value, str):
        return (value if len(value) <= LONGEST else value[: LONGEST - 1] + "…") or None
    return float(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _was(grid: Grid, cell: Place) -> Any:
    value = grid.value(cell.row, cell.column)
    return None if value == "" else value


def _faults(sheets: Sheets) -> Iterator[tuple[str, Fault]]:
    for place, answer in sheets.answers.items():
        if isinstance(answer, (Fault, list)):
            for cell in sheets.cells(place):
                shown = sheets.shown(place, cell)
                if isinstance(shown, Fault):
                    yield cell.name, shown


def _others_read(sheets: Sheets, changed: set[Place]) -> bool:
    """Whether a formula that was left reads a changed cell, as far as can be seen."""
    if not changed:
        return False
    cells = Cells(changed)
    for place, answer in sheets.answers.items():
        if isinstance(answer, Left):
            areas = (area for area in sheets.areas(place) if area)
            if sheets.shapes[place].is_blind or any(next(cells.within(area), None) for area in areas):
                return True
    return False
