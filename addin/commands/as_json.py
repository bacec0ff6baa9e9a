"""A preview and what was applied as JSON, for `qlc button` and hosts that are not Python."""

from __future__ import annotations

from datetime import date
from typing import Any

from addin.commands.command import Applied, ButtonReport, Plan, Preview, Question
from rules.errors import Text
from sheets_schema.cells import CellError, plain
from sheets_schema.grid.address import cell_name
from sheets_schema.grid.edits import UNSET, ArrayFormula, CellEdit, Formula, NewTab, RowAppend


def preview_json(preview: Preview, lang: str = "zh") -> dict[str, Any]:
    """Everything a person is shown, and the plan; the picture is only announced."""
    return {
        "report": report_json(preview.report, lang),
        "questions": [_question(question, lang) for question in preview.questions],
        "plan": plan_json(preview.plan) if preview.plan is not None else None,
        "open": preview.open,
        "picture": preview.picture is not None,
        "needs_confirmation": preview.needs_confirmation,
    }


def report_json(report: ButtonReport, lang: str = "zh") -> dict[str, Any]:
    """A report's sentence, changes, problems and details."""
    return {
        "title": report.title.say(lang),
        "changes": [
            {
                "place": change.place,
                "before": _shown(change.before),
                "after": _shown(change.after),
                "why": _said(change.why, lang),
            }
            for change in report.changes
        ],
        "problems": [problem.as_json(lang) for problem in report.problems],
        "details": [detail.say(lang) for detail in report.details],
    }


def plan_json(plan: Plan) -> dict[str, Any]:
    """A plan; values as `qlc patch --edits` takes them: ``{"formula": …}``, ``{"date": …}``, ``{"error": …}``."""
    return {
        "version": plan.version,
        "edits": [_edit(edit) for edit in plan.edits],
        "appends": [_append(append) for append in plan.appends],
        "new_tabs": [_new_tab(tab) for tab in plan.new_tabs],
        "record": plan.record,
        "forgets": plan.forgets,
    }


def applied_json(applied: Applied, lang: str = "zh") -> dict[str, Any]:
    """What was written and what was refused."""
    return {
        "changed": applied.report.changed,
        "refused": [refusal.as_json(lang) for refusal in applied.report.refused],
    }


def value_json(value: Any) -> Any:
    """A cell's value so that it can be read back exactly."""
    if isinstance(value, ArrayFormula):
        return {"formula": str(value), "array": value.ref}
    if isinstance(value, Formula):
        return {"formula": str(value), **({"dated": value.dated} if value.dated else {})}
    if isinstance(value, CellError):
        return {"error": str(value)}
    if isinstance(value, date):
        return {"date": value.isoformat()}
    return plain(value)


def _shown(value: Any) -> Any:
    if isinstance(value, Formula):
        return f"={value}"
    return plain(value) if isinstance(value, (str, int, float, bool, date, type(None))) else str(value)


def _said(text: Text | None, lang: str) -> str | None:
    return text.say(lang) if text is not None else None


def _question(question: Question, lang: str) -> dict[str, Any]:
    return {
        "name": question.name,
        "label": question.label.say(lang),
        "kind": str(question.kind),
        "choices": [{"value": value, "label": label.say(lang)} for value, label in question.choices],
        "default": question.default,
    }


def _edit(edit: CellEdit) -> dict[str, Any]:
    answer = {"tab": edit.tab, "cell": cell_name(edit.row, edit.col), "value": value_json(edit.value)}
    if edit.expect is not UNSET:
        answer["expect"] = value_json(edit.expect)
    if edit.like is not None:
        answer["like"] = cell_name(*edit.like)
    return answer


def _append(append: RowAppend) -> dict[str, Any]:
    return {
        "tab": append.tab,
        "row": append.row,
        "values": {str(column): value_json(value) for column, value in append.values.items()},
        "like": append.like,
        "formula_cols": list(append.formula_cols),
    }


def _new_tab(tab: NewTab) -> dict[str, Any]:
    return {
        "name": tab.name,
        "rows": [[value_json(value) for value in row] for row in tab.rows],
        "widths": list(tab.widths),
        "hidden": tab.hidden,
    }
