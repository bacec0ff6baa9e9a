"""The table of operators in `tests/cases/operators.yaml`, and how a workbook and our evaluator ask its questions."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import yaml

from addin.functions.cell_values import as_cell
from addin.functions.evaluate import context
from addin.functions.recalculation import Left, Sheets
from rules.policy.loader import packaged
from sheets_schema.cells import CellError, to_serial
from sync.backends.workbook.reader import open_workbook
from tests.sync.backends.packages import build, sheet

LEFT = "left"
TABLE = Path(__file__).parents[2] / "cases" / "operators.yaml"
NOTHING = object()


@dataclass(frozen=True)
class Case:
    """One formula with its cells; `libreoffice` is its answer where it differs, `why` the reason."""

    formula: str
    cells: dict
    answer: object
    libreoffice: object = NOTHING
    why: str = ""


def cases():
    """Every row of the table, by its section."""
    found = []
    for rows in yaml.safe_load(TABLE.read_text("utf-8")).values():
        for row in rows:
            cells = {name: value for name, value in row.items() if name in ("A1", "B1", "C1")}
            other = row.get("libreoffice", NOTHING)
            found.append(Case(row["formula"], cells, _value(row["answer"]), _value(other), row.get("why", "")))
    return found


def _value(written):
    if isinstance(written, str) and written.startswith("#"):
        return CellError(written)
    return float(written) if type(written) is int else written


def in_workbook(path, asked):
    """Each case on its own row: D the formula, A to C its cells, without a value for the formula."""
    rows = []
    for number, case in enumerate(asked, 1):
        cells = "".join(_cell(f"{name[0]}{number}", value) for name, value in sorted(case.cells.items()))
        formula = case.formula.removeprefix("=")
        for name in case.cells:
            formula = formula.replace(name, f"{name[0]}{number}")
        rows.append(f'<row r="{number}">{cells}<c r="D{number}"><f>{_escaped(formula)}</f></c></row>')
    empty = '<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><si><t></t></si></sst>'
    return build(path, {"S": sheet("".join(rows))}, strings=empty)


def _cell(name, value):
    if value is None:
        return ""
    if value == "":
        return f'<c r="{name}" t="s"><v>0</v></c>'
    if isinstance(value, bool):
        return f'<c r="{name}" t="b"><v>{int(value)}</v></c>'
    if isinstance(value, date):
        days = value - type(value)(1899, 12, 30)
        serial = days.days + days.seconds / 86400
        return f'<c r="{name}" s="1"><v>{serial - (serial < 61)!r}</v></c>'
    if isinstance(value, (int, float)):
        return f'<c r="{name}"><v>{value!r}</v></c>'
    if value.startswith("#"):
        return f'<c r="{name}" t="e"><v>{value}</v></c>'
    return f'<c r="{name}" t="inlineStr"><is><t xml:space="preserve">{_escaped(value)}</t></is></c>'


def _escaped(text):
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def ours(path):
    """What our evaluator answers, row by row; `left` where it is left to the program."""
    with open_workbook(path) as book:
        grids = {"S": book.read("S")}
    sheets = Sheets(grids, context(packaged().rules, date(2025, 4, 3)))
    sheets.solve()
    answers = [(place, sheets.answers[place]) for place in sorted(sheets.shapes)]
    return [LEFT if isinstance(answer, Left) else as_cell(sheets.shown(place, place)) for place, answer in answers]


def theirs(path, count):
    """What the program that saved the workbook shows, row by row."""
    with open_workbook(path) as book:
        grid = book.read("S")
    return [grid.value(row, 3) for row in range(1, count + 1)]


def same(one, other):
    """The same cell: numbers to twelve digits, a day its serial, a blank and the empty text alike, TRUE not 1."""
    one, other = (None if value == "" else value for value in (one, other))
    one, other = (to_serial(value) if isinstance(value, date) else value for value in (one, other))
    if isinstance(one, float) and isinstance(other, float):
        return abs(one - other) <= 1e-12 * max(abs(one), abs(other))
    return type(one) is type(other) and one == other
