"""A closed workbook: our formulas are answered, and the values that they show are patched in.

The formulas stay as they are written, and so does everything else in the file: what a formula of the
spreadsheet's own functions shows is never touched.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, tzinfo
from pathlib import Path

from addin.functions.cell_values import agree, as_cell
from addin.functions.evaluate import context
from addin.functions.outdated import outdated
from addin.functions.places import Place
from addin.functions.recalculation import Left, Sheets
from rules.answer import Fault
from rules.errors import Code
from rules.policy.models import Rules
from sheets_schema.grid.edits import Cached, CellEdit, CellRefusal, Receipt
from sync.backends.file import FileStore

F_PLAIN = Code(
    "F-605",
    "表格自己的公式,没有用到本产品的函数:保留原来的值",
    "a formula of the spreadsheet's own, without a function of this product: its value stays",
    "要新的值就在表格软件里打开后重算",
    "let a spreadsheet program compute it for a new value",
)


@dataclass(frozen=True)
class LeftFormula:
    """A formula that was not answered: where, its text without ``=``, and why.

    `outdated`: it reads a cell that changed, so that what it shows is from before.
    """

    cell: str
    formula: str
    why: Fault
    outdated: bool


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
    source: Path,
    policy: Rules,
    today: date,
    *,
    out: Path | None = None,
    keep_backups: int = 10,
    zone: tzinfo | None = None,
) -> Computation:
    """Answers the formulas of a workbook that call a function of ours, in place or, with `out`, in a copy.

    In place the former workbook is kept as a backup, and nothing is written when nothing changes; the copy is
    then the same file. `zone` is the team's clock.

    Raises:
        Refused: a file that must not be touched (X-001 … X-022, X-201).
        Busy: X-202 the workbook is open somewhere, X-203 it changed meanwhile.
    """
    store = FileStore(source, keep_backups=keep_backups)
    with store.to_write():
        before, names, date1904 = store.version(), store.defined_names, store.date1904
        grids = {tab: store.read(tab) for tab in store.tabs()}
    sheets = Sheets(grids, context(policy, today, zone), date1904=date1904)
    sheets.solve()
    left = {place: why for place in sheets.shapes if (why := _why_left(sheets, place))}
    edits = list(_edits(sheets, [place for place in sheets.shapes if place not in left]))
    old = outdated(sheets, left, {Place(edit.tab, edit.row, edit.col) for edit in edits}, names)

    report = Receipt()
    if edits and out is not None:
        report = store.copy(out, edits, recalculate=bool(old))
    elif edits:
        report = store.apply(edits=edits, expected=before, recalculate=bool(old))
    if out is not None and not report.changed:
        shutil.copy(source, out)
    return Computation(
        len(sheets.shapes),
        len(sheets.shapes) - len(left),
        tuple(report.changed),
        tuple(_faults(sheets, left)),
        tuple(
            LeftFormula(place.name, grids[place.tab].formulas[place.row, place.column], why, place in old)
            for place, why in left.items()
        ),
        tuple(report.refused),
        bool(old),
    )


def _why_left(sheets: Sheets, place: Place) -> Fault | None:
    """Why a formula is none of our business, or can't be answered; None for an answered one."""
    answer = sheets.answers[place]
    if isinstance(answer, Left):
        return answer.why
    return None if sheets.shapes[place].calls_ours else Fault("#VALUE!", F_PLAIN)


def _edits(sheets: Sheets, answered: list[Place]) -> Iterator[CellEdit]:
    """The cells that have to show something else."""
    for place in answered:
        for cell in sheets.cells(place):
            value = as_cell(sheets.shown(place, cell))
            if not agree(value, sheets.stored(cell)):
                yield CellEdit(cell.tab, cell.row, cell.column, Cached(value))


def _faults(sheets: Sheets, left: dict[Place, Fault]) -> Iterator[tuple[str, Fault]]:
    for place, answer in sheets.answers.items():
        if place not in left and isinstance(answer, (Fault, list)):
            for cell in sheets.cells(place):
                shown = sheets.shown(place, cell)
                if isinstance(shown, Fault):
                    yield cell.name, shown
