"""The hosts that `test_host` puts to the test: what each must be able to do, and how it does it."""

import contextlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

import openpyxl
import pytest

from addin.commands.catalogue import COMMANDS
from addin.commands.command import Desk, apply, undo
from addin.functions.evaluate import context
from addin.functions.literals import literal
from addin.functions.places import Place
from addin.functions.recalculation import Left, Sheets
from addin.hosts.excel.book import ExcelStore
from addin.hosts.headless import compute
from addin.registry.catalogue import find
from rules.answer import Fault
from rules.policy.loader import packaged
from sheets_schema.cells import CellError, from_serial, parse_date
from sheets_schema.formulas import Host as Spelling
from sheets_schema.grid.edits import Formula
from sync.backends.file import FileStore
from sync.backends.memory import MemoryStore
from sync.backends.workbook.reader import open_workbook
from tests.addin.service.serving import serving
from tests.fakes.excel import FakeBook
from tests.fakes.fixed_policy import FixedPolicy
from tests.fakes.web import WebDocument

TODAY = date(2025, 4, 3)


@dataclass(frozen=True)
class Host:
    """One host, as the suite sees it.

    `document` opens a document of those tabs (rows of values, `Formula` for formulas, `CellError` for
    errors) as a `Store`. `answers` are what cells show that call a function with cells: pairs of a
    function's name and its arguments, ranges as rows; errors as `CellError`, days as `date`, a blank as None,
    of rows the first cell. `press` runs a command and writes its plan: (store, id, selection, answers of the
    person) → (report, token), `take_back` undoes it: (store, token) → report. `spelling` is how the
    host stores the functions' names.
    """

    name: str
    document: Callable[[dict[str, list[list[Any]]]], Any]
    answers: Callable[[list[tuple[str, list[Any]]]], list[Any]]
    press: Callable[..., Any]
    take_back: Callable[..., Any]
    spelling: Spelling = Spelling.EXCEL


def press(store, command, selection, answers):
    """A button's work as hosts in Python do it."""
    desk = Desk(store, selection, packaged(), TODAY, answers=answers)
    applied = apply(store, COMMANDS[command].run(desk).plan)
    return applied.report, applied


def shown(value):
    """A value, or a fault's error; of rows the first cell."""
    value = value[0][0] if isinstance(value, list) else value
    return CellError(value.kind) if isinstance(value, Fault) else value


def as_formulas(calls):
    """The calls written into cells: formulas of one column, their arguments as references to others."""
    rows = []
    for name, cells in calls:
        line, references = [None], []
        for cell in cells:
            grid = cell if isinstance(cell, list) else None
            if cell is None:
                references.append("")
            elif grid is not None and all(isinstance(item, (str, float, int)) for row in grid for item in row):
                references.append(literal([list(row) for row in grid]))
            else:
                line.append(cell)
                references.append(f"{chr(64 + len(line))}{len(rows) + 1}")
        line[0] = Formula(f"{name}({','.join(references)})")
        rows.append(line)
    return rows


@contextlib.contextmanager
def memory(_folder):
    """Formulas of a document in memory, answered as in a closed workbook."""

    def answers(calls):
        store = MemoryStore({"S": as_formulas(calls)})
        sheets = Sheets({"S": store.read("S")}, context(packaged().rules, TODAY))
        sheets.solve()
        found = [sheets.answers[Place("S", row, 0)] for row in range(1, len(calls) + 1)]
        assert not [item for item in found if isinstance(item, Left)]
        return list(map(shown, found))

    yield Host("memory", MemoryStore, answers, press, undo)


@contextlib.contextmanager
def headless(folder):
    """A closed workbook."""

    def written(tabs, name="d.xlsx"):
        book = openpyxl.Workbook()
        book.remove(book.active)
        for tab, rows in tabs.items():
            sheet = book.create_sheet(tab)
            for number, row in enumerate(rows, 1):
                for column, value in enumerate(row, 1):
                    cell = sheet.cell(number, column, f"={value}" if isinstance(value, Formula) else value)
                    cell.data_type = "e" if isinstance(value, CellError) else cell.data_type
        book.save(folder / name)
        return folder / name

    def answers(calls):
        path = written({"S": as_formulas(calls)}, "c.xlsx")
        found = compute(path, packaged().rules, TODAY)
        assert not found.left
        with open_workbook(path) as book:
            grid = book.read("S")
        return [grid.value(row, 0) for row in range(1, len(calls) + 1)]

    yield Host("headless", lambda tabs: FileStore(written(tabs)), answers, press, undo)


@contextlib.contextmanager
def service(folder):
    """A web host beside a service that runs."""
    with serving(folder) as running:
        client = running.client()

        def sent(cell):
            if isinstance(cell, list):
                return [[sent(item) for item in row] for row in cell]
            if isinstance(cell, CellError):
                return {"error": str(cell)}
            return {"date": cell.isoformat()} if isinstance(cell, date) else cell

        def told(result):
            value = result["value"]
            value = value[0][0] if isinstance(value, list) else value
            if value is None and result["error"]:
                return CellError(result["error"])
            return CellError(value) if isinstance(value, str) and value.startswith("#") else value

        def answers(calls):
            asked = [(name, [sent(cell) for cell in cells]) for name, cells in calls]
            return [told(result) for result in client.results(asked, today=TODAY.isoformat())]

        yield Host(
            "service",
            WebDocument,
            answers,
            lambda store, command, selection, given: store.press(client, command, selection, given),
            lambda store, token: store.write(token),
            Spelling.OFFICE_JS,
        )


_EXCEL_ERRORS = {"#N/A": -2146826246, "#VALUE!": -2146826273, "#DIV/0!": -2146826281, "#NUM!": -2146826252}


@contextlib.contextmanager
def excel(_folder):
    """Excel, as its COM server hands values over; the open workbook is a named stand-in."""
    from addin.hosts.excel import functions

    def com(cell):
        """A cell as COM knows it; in a document, text is typed with an apostrophe."""
        if isinstance(cell, list):
            return tuple(tuple(com(item) for item in row) for row in cell)
        if isinstance(cell, CellError):
            return _EXCEL_ERRORS[cell]
        if isinstance(cell, date):
            clock = cell.timetuple()[3:6] if isinstance(cell, datetime) else ()
            return datetime(cell.year, cell.month, cell.day, *clock, tzinfo=UTC)
        return float(cell) if type(cell) is int else cell

    def typed(cell):
        if isinstance(cell, Formula):
            return f"={cell}"
        return f"'{cell}" if isinstance(cell, str) and not isinstance(cell, CellError) else com(cell)

    def document(tabs):
        book = FakeBook({tab: [[typed(cell) for cell in row] for row in rows] for tab, rows in tabs.items()})
        for sheet, rows in zip(book.sheets, tabs.values(), strict=True):
            for row, column in ((r, c) for r, cells in enumerate(rows) for c, _ in enumerate(cells)):
                if isinstance(rows[row][column], CellError):
                    sheet.cell(row + 1, column + 1).value = com(rows[row][column])
        return ExcelStore(book)

    def answered(name, cells):
        entry = find(name)
        given = [*map(com, cells), *[None] * (len(entry.args) - len(cells))]
        value = functions.answer(entry, tuple(given))
        value = value[0][0] if isinstance(value, list) else value
        return CellError(value) if value in _EXCEL_ERRORS else value

    with pytest.MonkeyPatch.context() as patched:
        policy = FixedPolicy(TODAY)
        patched.setattr(functions, "live_policy", lambda: policy)
        yield Host(
            "excel",
            document,
            lambda calls: [answered(name, cells) for name, cells in calls],
            press,
            undo,
        )


HOSTS = [memory, headless, service, excel]


def same(found, expected):
    """Whether two answers mean the same in any host: days as dates, ISO texts or serials, numbers to 12 digits."""
    found, expected = _neutral(found, expected), _neutral(expected, found)
    return found == expected and isinstance(found, CellError) == isinstance(expected, CellError)


def _neutral(value, other):
    if value == "":
        return None
    if isinstance(value, bool):
        return value
    if isinstance(value, (int, float)):
        return from_serial(value) if _is_day(other) and value > 0 else float(f"{value:.12g}")
    if isinstance(value, str) and not isinstance(value, CellError) and isinstance(other, date):
        return parse_date(value) or value
    return value


def _is_day(value):
    return isinstance(value, (date, datetime))
