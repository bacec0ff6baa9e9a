"""Commands for a document that a host has sent: nothing is written here, the host writes what it is told."""

from __future__ import annotations

import base64
from dataclasses import replace
from datetime import date
from typing import Any

from addin.commands.as_json import applied_json, plan_json, preview_json
from addin.commands.command import Applied, Command, Desk, Plan, Preview, apply
from addin.service.models import Work
from rules.policy.loader import Config
from sheets_schema.grid.edits import UNSET, ArrayFormula, CellEdit, Formula
from sync.backends.port import Tabs

OFFERED = frozenset(
    {
        "check_sheet",
        "sku_collisions",
        "make_skus",
        "fill_formula",
        "turnover",
        "shipment_notes",
        "formulas_to_values",
        "values_to_formulas",
        "copy_picture",
        "insert_function",
        "explain_cell",
    }
)
"""The buttons that work on the sheet alone. The others read folders or the state of this computer, which a
request must not reach."""


def previewed(command: Command, asked: Work, config: Config, today: date, lang: str) -> dict[str, Any]:
    """A command's report, questions and plan, and its picture. Raises what the command raises for an unfit sheet."""
    return _told(command, _run(command, asked, config, today), lang)


def _told(command: Command, preview: Preview, lang: str) -> dict[str, Any]:
    picture = base64.b64encode(preview.picture).decode() if preview.picture is not None else None
    return {"command": command.id, **preview_json(preview, lang), "png": picture}


def applied(command: Command, asked: Work, config: Config, today: date, lang: str) -> dict[str, Any]:
    """The preview again, and what became of its plan on the document that was sent.

    ``plan`` is what the host writes: each edit names what the cell must still hold. ``inverse`` takes it
    back. With open questions nothing is applied.
    """
    preview = _run(command, asked, config, today)
    told: dict[str, Any] = {**_told(command, preview, lang), "applied": None, "inverse": []}
    if preview.questions or preview.plan is None or preview.plan.writes_nothing:
        return told
    plan = with_expectations(preview.plan, asked.store)
    done = apply(asked.store, plan)
    written = set(done.report.changed)
    kept = replace(plan, edits=tuple(edit for edit in plan.edits if edit.name in written))
    told["plan"] = plan_json(kept)
    told["applied"] = applied_json(done, lang)
    told["inverse"] = plan_json(Plan("", tuple(_expecting_formula(edit, done) for edit in done.inverse)))["edits"]
    return told


def _expecting_formula(edit: CellEdit, done: Applied) -> CellEdit:
    """An edit that takes back a formula expects that formula."""
    wrote = done.formulas.get(edit.name)
    return edit if wrote is None else CellEdit(edit.tab, edit.row, edit.col, edit.value, Formula(wrote), edit.like)


def _run(command: Command, asked: Work, config: Config, today: date) -> Preview:
    return command.run(Desk(asked.store, asked.selection, config, today, asked.file, asked.answers))


def with_expectations(plan: Plan, store: Tabs) -> Plan:
    """The plan with what stands in each cell now, where an edit does not say it itself."""
    grids = {tab: store.read(tab) for tab in {edit.tab for edit in plan.edits}}

    def expecting(edit: CellEdit) -> CellEdit:
        if edit.expect is not UNSET or isinstance(edit.value, ArrayFormula):
            return edit
        formula = grids[edit.tab].formulas.get((edit.row, edit.col))
        now = Formula(formula) if formula is not None else grids[edit.tab].value(edit.row, edit.col)
        return CellEdit(edit.tab, edit.row, edit.col, edit.value, now, edit.like)

    return replace(plan, edits=tuple(map(expecting, plan.edits)))
