"""What a PC and its server tell each other, as JSON: tabs, reports in both languages, errors with their codes, edits.

What is written by one function is read back by its neighbour; a document of another form raises one of `BAD`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from addin.commands import server_codes  # noqa: F401 - the codes of a server are known by their ids
from addin.commands.as_json import value_json
from addin.commands.command import Ask, ButtonReport, Preview, Question, ShownChange
from rules.errors import CODES, Busy, Code, Error, Refused, Remote, Text
from sheets_schema.cells import CellError
from sheets_schema.grid.address import Range
from sheets_schema.grid.contents import Grid, TableInfo
from sheets_schema.grid.edits import UNSET, ArrayFormula, CellEdit, DatedFormula, Formula, RowAppend
from sheets_schema.problems import Problem

BAD = (KeyError, TypeError, ValueError, AttributeError, IndexError)
"""What reading a document of another form raises."""

K_TOLD = Code("K-100", "服务器说:{found}", "the server says: {found}")


def grid_json(grid: Grid) -> dict[str, Any]:
    """A tab with all that a round looks at."""
    return {
        "numbers": grid.numbers,
        "rows": [[value_json(cell) for cell in row] for row in grid.rows],
        "formulas": [[*place, text, grid.arrays.get(place)] for place, text in grid.formulas.items()],
        "merged": grid.merged,
        "tables": [[t.name, t.ref, t.columns, t.formulas, t.has_header, t.has_totals] for t in grid.tables],
        "autofilter": grid.autofilter,
        "hidden": grid.hidden,
        "awaits_calculation": grid.awaits_calculation,
    }


def grid_of(name: str, document: Mapping[str, Any]) -> Grid:
    """The tab that `grid_json` told; raises one of `BAD`."""
    numbers = [int(number) for number in document["numbers"]]
    rows = [[_cell(cell) for cell in row] for row in document["rows"]]
    if len(numbers) != len(rows) or numbers != sorted(set(numbers)) or (numbers and numbers[0] < 1):
        raise ValueError("rows")
    formulas, arrays = {}, {}
    for row, column, text, ref in document["formulas"]:
        formulas[int(row), int(column)] = str(text)
        if ref is not None:
            arrays[int(row), int(column)] = str(ref)
    tables = [
        TableInfo(str(name), _range(ref), tuple(map(str, columns)), dict(texts), bool(header), bool(totals))
        for name, ref, columns, texts, header, totals in document["tables"]
    ]
    return Grid(
        name,
        numbers,
        rows,
        formulas,
        arrays,
        tuple(map(_range, document["merged"])),
        tuple(tables),
        None if document["autofilter"] is None else _range(document["autofilter"]),
        bool(document["hidden"]),
        bool(document["awaits_calculation"]),
    )


def _range(corners: Sequence[Any]) -> Range:
    top, left, bottom, right = map(int, corners)
    return Range(top, left, bottom, right)


def value_of(value: Any) -> Any:
    """The inverse of `value_json`; raises one of `BAD`."""
    if not isinstance(value, dict):
        if value is None or isinstance(value, (str, bool, int, float)):
            return value
        raise TypeError(f"not a cell: {type(value).__name__}")
    if "error" in value:
        return CellError(value["error"])
    if "date" in value:
        text = str(value["date"])
        return date.fromisoformat(text) if len(text) == len("2025-04-03") else datetime.fromisoformat(text)
    text = str(value["formula"])
    if "array" in value:
        return ArrayFormula(text, str(value["array"]))
    return DatedFormula(text, int(value["dated"])) if value.get("dated") else Formula(text)


def _cell(value: Any) -> Any:
    """A value that stands in a cell: numbers as programs give them."""
    found = value_of(value)
    return float(found) if isinstance(found, int) and not isinstance(found, bool) else found


def edit_json(edit: CellEdit) -> dict[str, Any]:
    """An edit, rows from 1 and columns from 0."""
    expect = {} if edit.expect is UNSET else {"expect": value_json(edit.expect)}
    return {"place": edit.place, "value": value_json(edit.value), "like": edit.like, **expect}


def edit_of(document: Mapping[str, Any]) -> CellEdit:
    """The edit that `edit_json` told."""
    tab, row, column = document["place"]
    like = document["like"]
    expect = value_of(document["expect"]) if "expect" in document else UNSET
    model = None if like is None else (int(like[0]), int(like[1]))
    return CellEdit(str(tab), int(row), int(column), value_of(document["value"]), expect, model)


def append_json(row: RowAppend) -> dict[str, Any]:
    """A row to append."""
    values = [[column, value_json(value)] for column, value in row.values.items()]
    return {"tab": row.tab, "row": row.row, "values": values, "like": row.like, "formulas": list(row.formula_cols)}


def append_of(document: Mapping[str, Any]) -> RowAppend:
    """The row that `append_json` told."""
    values = {int(column): value_of(value) for column, value in document["values"]}
    formulas = tuple(map(int, document["formulas"]))
    return RowAppend(str(document["tab"]), int(document["row"]), values, document["like"], formulas)


def report_json(report: ButtonReport) -> dict[str, Any]:
    """A report in both languages."""
    return {
        "title": report.title,
        "changes": [[one.place, _shown(one.before), _shown(one.after), one.why] for one in report.changes],
        "problems": [_problem_json(one) for one in report.problems],
        "details": report.details,
    }


def report_of(document: Mapping[str, Any]) -> ButtonReport:
    """The report that `report_json` told."""
    return ButtonReport(
        Text(*document["title"]),
        tuple(
            ShownChange(place, before, after, None if why is None else Text(*why))
            for place, before, after, why in document["changes"]
        ),
        tuple(map(_problem_of, document["problems"])),
        tuple(Text(*line) for line in document["details"]),
    )


def preview_json(preview: Preview) -> dict[str, Any]:
    """What a person is shown and asked; whether there is something to carry out."""
    questions = [
        {"name": one.name, "label": one.label, "kind": one.kind, "choices": one.choices, "default": one.default}
        for one in preview.questions
    ]
    return {"report": report_json(preview.report), "questions": questions, "confirm": preview.needs_confirmation}


def preview_of(document: Mapping[str, Any]) -> Preview:
    """The preview that `preview_json` told, without what carries it out."""
    questions = tuple(
        Question(
            str(one["name"]),
            Text(*one["label"]),
            Ask(one["kind"]),
            tuple((value, Text(*label)) for value, label in one["choices"]),
            one["default"],
        )
        for one in document["questions"]
    )
    return Preview(report_of(document["report"]), questions=questions)


def error_json(error: Error) -> dict[str, Any]:
    """An error whole: `qlc --json` shows only one language of it."""
    facts = {name: _fact(value) for name, value in error.facts.items()}
    said = [error.message("zh"), error.message("en")]
    return {**error.as_json(), "exit": error.exit_code, "facts": facts, "said": said}


def error_of(document: Mapping[str, Any]) -> Error:
    """The error that `error_json` told; one of a code that this version does not know as K-100."""
    kind = {kind.exit_code: kind for kind in (Refused, Busy, Remote)}.get(document.get("exit", 0), Error)
    where = {name: document.get(name) for name in ("file", "tab", "cell")}
    code = CODES.get(document["code"])
    if code is None or "facts" not in document:
        said = document.get("said", [document["message"]] * 2)
        return kind(K_TOLD, **where, found=Text(*(f"{document['code']} {line}" for line in said)))
    return kind(code, **where, **{name: _fact_of(value) for name, value in document["facts"].items()})


def _problem_json(one: Problem) -> dict[str, Any]:
    facts = {name: _fact(value) for name, value in one.facts.items()}
    said = [one.message("zh"), one.message("en")]
    return {**one.as_json(), "facts": facts, "note": one.is_note, "said": said}


def _problem_of(document: Mapping[str, Any]) -> Problem:
    where = {name: document[name] for name in ("file", "tab", "cell", "row", "column", "value")}
    code = CODES.get(document["code"])
    if code is None:
        said = Text(*(f"{document['code']} {line}" for line in document["said"]))
        return Problem(K_TOLD, **where, facts={"found": said}, is_note=document["note"])
    facts = {name: _fact_of(value) for name, value in document["facts"].items()}
    return Problem(code, **where, facts=facts, is_note=document["note"])


def _fact(value: Any) -> Any:
    """A fact of a message: a number, a truth value, a text, or a sentence in both languages."""
    if isinstance(value, Text):
        return {"zh": value.zh, "en": value.en}
    return value if value is None or type(value) in (bool, int, float) else str(value)


def _fact_of(value: Any) -> Any:
    return Text(value["zh"], value["en"]) if isinstance(value, dict) else value


def _shown(value: Any) -> Any:
    shown = value_json(value)
    return (
        f"={value}"
        if isinstance(value, Formula)
        else shown["date"]
        if isinstance(value, date)
        else str(value)
        if isinstance(shown, dict)
        else shown
    )
