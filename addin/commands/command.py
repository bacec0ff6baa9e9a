"""A button's work: from an open document and a selection to a plan and a report, then applied as one step.

`Command.run` is pure but for reading the store: it answers a :class:`Preview`. Where it needs a word
from the person first, the preview carries questions and is asked again with the answers. `apply`
is the only writer; what it answers can be taken back by `undo`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from typing import Any

from addin.functions.evaluate import context
from addin.registry.catalogue import SPELLINGS
from addin.registry.entry import Context
from rules.errors import Busy, Code, Refused, Text
from rules.policy.loader import Config
from sheets_schema.formulas import neutral
from sheets_schema.grid.address import cell_name, parse_range
from sheets_schema.grid.codes import X_CHANGED
from sheets_schema.grid.contents import Grid
from sheets_schema.grid.edits import (
    UNSET,
    ArrayFormula,
    CellEdit,
    Formula,
    NewTab,
    Receipt,
    RowAppend,
)
from sheets_schema.problems import Problem
from sync.backends.port import Tabs

K_CHANGED = Code(
    "K-001",
    "预览之后表格变了",
    "the sheet has changed since the preview",
    "再预览一次",
    "preview again",
)


@dataclass(frozen=True)
class Selection:
    """The selected cells of a tab, both ends included: rows count from 1, columns from 0."""

    tab: str
    top: int
    left: int
    bottom: int
    right: int

    def covers(self, row: int) -> bool:
        """Whether a row of the sheet is selected."""
        return self.top <= row <= self.bottom


class Ask(StrEnum):
    """What kind of answer a question wants; hosts show the fitting control."""

    TEXT = "text"
    CHOICE = "choice"
    """One of `choices`."""
    MANY = "many"
    """Some of `choices`, as a list."""
    FOLDER = "folder"


@dataclass(frozen=True)
class Question:
    """Something a command must know before it can plan; `default` stands in the control."""

    name: str
    label: Text
    kind: Ask = Ask.TEXT
    choices: tuple[tuple[str, Text], ...] = ()
    """Value and what the person reads."""
    default: Any = None


@dataclass(frozen=True)
class Desk:
    """What a command sees: the open document, the selection, the configuration and the day.

    `file` is the document's path or name; `answers` are those to all questions asked so far; `who` presses the
    button, where that is known.
    """

    store: Tabs
    selection: Selection
    config: Config
    today: date
    file: str = ""
    answers: Mapping[str, Any] = field(default_factory=dict)
    who: str | None = None

    @property
    def here(self) -> Context:
        """What a call of a function knows beside its arguments."""
        return context(self.config.rules, self.today, self.config.site.zone)


@dataclass(frozen=True)
class Plan:
    """What would be written, made on one version of the document. Edits carry what they expect to find.

    `record` is a tab that keeps what the other edits overwrite: it is written first, and when it can't
    be, nothing is. One that `forgets` gives back what it kept: it is written last, once all else is.
    """

    version: str
    edits: tuple[CellEdit, ...] = ()
    appends: tuple[RowAppend, ...] = ()
    new_tabs: tuple[NewTab, ...] = ()
    record: str | None = None
    forgets: bool = False

    @property
    def writes_nothing(self) -> bool:
        """Whether there is nothing to apply."""
        return not (self.edits or self.appends or self.new_tabs)


@dataclass(frozen=True)
class ShownChange:
    """One line of a preview: a cell (or a file, a row …), what stands there, what it would become."""

    place: str
    before: Any
    after: Any
    why: Text | None = None


@dataclass(frozen=True)
class ButtonReport:
    """What a person reads: a sentence, the changes cell by cell, and every problem with its place."""

    title: Text
    changes: tuple[ShownChange, ...] = ()
    problems: tuple[Problem, ...] = ()
    details: tuple[Text, ...] = ()


@dataclass(frozen=True)
class Preview:
    """What a command answers. With `questions` nothing else counts yet; `open` is a file or page to show.

    `picture` is a PNG for the clipboard. `finish` does what no sheet holds (renames files, runs a
    round) once the person has confirmed; it answers a sentence.
    """

    report: ButtonReport
    plan: Plan | None = None
    questions: tuple[Question, ...] = ()
    open: str | None = None
    picture: bytes | None = None
    finish: Callable[[], ButtonReport] | None = None

    @property
    def needs_confirmation(self) -> bool:
        """Whether there is something to apply or finish."""
        return self.finish is not None or (self.plan is not None and not self.plan.writes_nothing)


@dataclass(frozen=True)
class Command:
    """One button's work. `id` is the button's; `run` raises `Error` for a sheet that it can't work on."""

    id: str
    run: Callable[[Desk], Preview]


@dataclass(frozen=True)
class Applied:
    """What was written, what was refused, and the edits that take it back.

    `formulas` are the formulas written, by cell: their values say nothing about who changed them.
    """

    report: Receipt
    inverse: tuple[CellEdit, ...]
    formulas: Mapping[str, str]


def apply(store: Tabs, plan: Plan) -> Applied:
    """Writes a plan.

    Raises K-001 (`Busy`) when the document has changed since the preview, and `Refused` with the store's
    code when the plan's record can't be written.
    """
    if store.version() != plan.version:
        raise Busy(K_CHANGED)
    inverse = _inverse(store, plan)
    report = Receipt()
    for part in _parts(plan):
        if part.record and part.forgets and report.refused:
            break
        version = store.version() if report.changed else plan.version
        done = store.apply(edits=part.edits, appends=part.appends, new_tabs=part.new_tabs, expected=version)
        if part.record and not part.forgets:
            _need_all(done, part.record)
        report = Receipt([*report.changed, *done.changed], [*report.refused, *done.refused])
    written = set(report.changed)
    formulas = {edit.name: str(edit.value) for edit in plan.edits if isinstance(edit.value, Formula)}
    return Applied(report, tuple(edit for by, edit in inverse if by in written), formulas)


def _parts(plan: Plan) -> list[Plan]:
    """A plan as what is written at once: all of it, or its record before or after the rest."""
    if plan.record is None:
        return [plan]
    edits = tuple(edit for edit in plan.edits if edit.tab == plan.record)
    tabs = tuple(tab for tab in plan.new_tabs if tab.name == plan.record)
    record = replace(plan, edits=edits, appends=(), new_tabs=tabs)
    rest = replace(
        plan,
        edits=tuple(edit for edit in plan.edits if edit.tab != plan.record),
        new_tabs=tuple(tab for tab in plan.new_tabs if tab.name != plan.record),
        record=None,
    )
    both = [rest, record] if plan.forgets else [record, rest]
    return [part for part in both if not part.writes_nothing]


def _need_all(report: Receipt, record: str) -> None:
    """Raises `Refused` with the first reason when some of a record was not written."""
    for refusal in report.refused:
        tab, _, cell = refusal.cell.rpartition("!")
        raise Refused(refusal.code, tab=refusal.tab or record, cell=cell if tab else None, **refusal.facts)


def undo(store: Tabs, applied: Applied) -> Receipt:
    """Puts back what stood in the cells before.

    A cell that somebody changed since then is left as it is and reported as refused. An added tab
    stays: nothing else may be lost with it.
    """
    grids = {tab: store.read(tab) for tab in {edit.tab for edit in applied.inverse}}
    edits, refused = [], []
    for edit in applied.inverse:
        wrote = applied.formulas.get(edit.name)
        now = grids[edit.tab].formulas.get((edit.row, edit.col))
        if now is not None and (wrote is None or neutral(now, SPELLINGS) != neutral(wrote, SPELLINGS)):
            refused.append(edit.refused(X_CHANGED, {"found": f"={now}", "expected": wrote or edit.expect}))
        elif wrote is not None and now is None:
            found = grids[edit.tab].value(edit.row, edit.col)
            refused.append(edit.refused(X_CHANGED, {"found": found, "expected": f"={wrote}"}))
        else:
            edits.append(edit)
    report = store.apply(edits=edits, expected=store.version())
    return Receipt(report.changed, [*refused, *report.refused])


def _inverse(store: Tabs, plan: Plan) -> list[tuple[str, CellEdit]]:
    """The edits that restore every cell a plan touches, each with the name of the cell whose writing touches it."""
    places: dict[tuple[str, int, int], tuple[str, Any]] = {}
    for edit in plan.edits:
        area = parse_range(edit.value.ref) if isinstance(edit.value, ArrayFormula) else None
        for place in area.cells() if area else ():
            places[edit.tab, *place] = edit.name, UNSET
        places[edit.tab, edit.row, edit.col] = edit.name, UNSET if isinstance(edit.value, Formula) else edit.value
    for append in plan.appends:
        values = dict.fromkeys(append.formula_cols, UNSET) | dict(append.values)
        for column, value in values.items():
            name = f"{append.tab}!{cell_name(append.row, column)}"
            places[append.tab, append.row, column] = name, UNSET if isinstance(value, Formula) else value
    grids = {tab: store.read(tab) for tab in {place[0] for place in places}}
    answer = []
    for (tab, row, column), (name, expect) in places.items():
        answer.append((name, CellEdit(tab, row, column, _stands(grids[tab], row, column), expect)))
    return answer


def _stands(grid: Grid, row: int, column: int) -> Any:
    """What stands in a cell: its formula before its value."""
    formula = grid.formulas.get((row, column))
    if formula is None:
        return grid.value(row, column)
    ref = grid.arrays.get((row, column))
    return ArrayFormula(formula, ref) if ref else Formula(formula)
