"""An open Excel as xlwings shows it, in memory: what `ExcelStore` asks of a Book, with Excel's own manners.

Checked against what Excel is known to do with a value: text that looks like a number, a date or a formula
becomes one unless an apostrophe stands before it, blanks are None as values and "" as formulas, a cell
alone answers alone, a range of cells of both kinds answers None for what they don't share.
"""

import re
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

from sheets_schema.cells import parse_number
from sheets_schema.grid.address import Range, parse_range

_ERRORS = {"#N/A": -2146826246, "#VALUE!": -2146826273, "#DIV/0!": -2146826281}
_DATE = re.compile(r"[A-Za-z]{3}-\d{1,2}|\d{1,4}[-/]\d{1,2}(?:[-/]\d{1,4})?")


class FakeComError(Exception):
    """pywintypes.com_error."""


class FakeCell:
    """What a cell holds: a value as COM hands it over, its formula, its look."""

    def __init__(self):
        self.value, self.formula, self.number_format, self.locked = None, None, "General", True

    def enter(self, given):
        """As if typed, or given as `Value`."""
        self.formula = None
        if isinstance(given, str):
            if given.startswith("="):
                self.enter_formula(given)
                return
            if given.startswith("'"):
                given = given[1:]
            elif _DATE.fullmatch(given):
                given, self.number_format = datetime(2025, 1, 1, tzinfo=UTC), "mmm-d"
            elif given.upper() in ("TRUE", "FALSE"):
                given = given.upper() == "TRUE"
            elif (number := parse_number(given)) is not None:
                given = number
        self.value = given or None if isinstance(given, str) else given

    def enter_formula(self, text):
        if text in ("=#N/A", "=#VALUE!", "=#DIV/0!"):
            self.value = _ERRORS[text[1:]]
        elif text.startswith("=") and text.count("(") != text.count(")"):
            raise FakeComError("1004")
        elif self.number_format == "@":
            self.value, self.formula = text, None
            return
        else:
            self.value = None
        self.formula = text if text.startswith("=") else None
        if self.formula is None:
            self.enter(text)

    @property
    def com_value(self):
        if isinstance(self.value, float) and ("y" in self.number_format or "mmm" in self.number_format):
            return datetime(1899, 12, 30, tzinfo=UTC) + timedelta(days=self.value)
        return self.value

    @property
    def com_formula(self):
        if self.formula is not None:
            return self.formula
        return "" if self.value is None else str(self.value)


class FakeExcelRange:
    """A rectangle of a sheet, rows and columns from 1."""

    def __init__(self, sheet, top, left, bottom, right):
        self.sheet, self.row, self.column = sheet, top, left
        self.shape = bottom - top + 1, right - left + 1
        self.font = SimpleNamespace(bold=False)
        self.column_width = None

    def cells(self):
        return [
            [self.sheet.cell(row, column) for column in range(self.column, self.column + self.shape[1])]
            for row in range(self.row, self.row + self.shape[0])
        ]

    def __iter__(self):
        return (FakeExcelRange(self.sheet, *place, *place) for place in self.places())

    def _shared(self, values):
        return values[0] if len(set(values)) == 1 else None

    def _answer(self, rows):
        return rows[0][0] if self.shape == (1, 1) else tuple(map(tuple, rows))

    def _refuse_arrays(self):
        if any(self.sheet.array_of(*place) for place in self.places()):
            raise FakeComError("you can't change part of an array")

    @property
    def raw_value(self):
        return self._answer([[cell.com_value for cell in row] for row in self.cells()])

    @raw_value.setter
    def raw_value(self, rows):
        self._refuse_arrays()
        for cells, values in zip(self.cells(), rows, strict=True):
            for cell, value in zip(cells, values, strict=True):
                cell.enter(value)

    @property
    def formula(self):
        return self._answer([[cell.com_formula for cell in row] for row in self.cells()])

    @formula.setter
    def formula(self, rows):
        self._refuse_arrays()
        for cells, texts in zip(self.cells(), rows, strict=True):
            for cell, text in zip(cells, texts, strict=True):
                cell.enter_formula(text)

    @property
    def formula2(self):
        return self.formula

    @formula2.setter
    def formula2(self, rows):
        if not self.sheet.book.modern:
            raise AttributeError("Formula2")
        self.sheet.book.spilling += 1
        self.formula = rows

    @property
    def formula_array(self):
        return self.formula

    @formula_array.setter
    def formula_array(self, text):
        bottom, right = self.row + self.shape[0] - 1, self.column + self.shape[1] - 1
        for row in self.cells():
            for cell in row:
                cell.enter_formula(text)
        self.sheet.arrays.append(Range(self.row, self.column - 1, bottom, right - 1))

    @property
    def has_array(self):
        return self._shared([self.sheet.array_of(*place) is not None for place in self.places()])

    def clear_contents(self):
        self.sheet.arrays = [area for area in self.sheet.arrays if not set(area.cells()) <= set(self.places(1))]
        self._refuse_arrays()
        for row in self.cells():
            for cell in row:
                cell.enter(None)

    def places(self, first_column=0):
        """Rows from 1, columns from 1; from 0 with `first_column` 1."""
        return [
            (row, column - first_column)
            for row in range(self.row, self.row + self.shape[0])
            for column in range(self.column, self.column + self.shape[1])
        ]

    @property
    def number_format(self):
        return self._shared([cell.number_format for row in self.cells() for cell in row])

    @number_format.setter
    def number_format(self, shape):
        for row in self.cells():
            for cell in row:
                cell.number_format = shape

    @property
    def merge_cells(self):
        places = self.places()
        return self._shared([self.sheet.area_of(*place) is not None for place in places])

    @property
    def merge_area(self):
        area = self.sheet.area_of(self.row, self.column)
        if area is None:
            return self
        return FakeExcelRange(self.sheet, area.top, area.left + 1, area.bottom, area.right + 1)

    @property
    def api(self):
        locked = self._shared([cell.locked for row in self.cells() for cell in row])
        area = self.sheet.array_of(self.row, self.column)
        if area is None:
            return SimpleNamespace(Locked=locked)
        rows, columns = area.bottom - area.top + 1, area.right - area.left + 1
        array = SimpleNamespace(
            Row=area.top,
            Column=area.left + 1,
            Rows=SimpleNamespace(Count=rows),
            Columns=SimpleNamespace(Count=columns),
        )
        return SimpleNamespace(Locked=locked, CurrentArray=array)

    def copy(self):
        self.sheet.book.copied = self

    def paste(self, what):
        assert what == "formats"
        for cells, models in zip(self.cells(), self.sheet.book.copied.cells(), strict=True):
            for cell, model in zip(cells, models, strict=True):
                cell.number_format = model.number_format


class FakeExcelSheet:
    """A worksheet; `merged` and `arrays` are ranges of it."""

    def __init__(self, book, name):
        self.book, self.name, self.visible = book, name, True
        self.held, self.merged, self.arrays, self.widths = {}, [], [], {}
        self.api = SimpleNamespace(ProtectContents=False)

    def cell(self, row, column):
        return self.held.setdefault((row, column), FakeCell())

    def area_of(self, row, column):
        return next((a for a in self.merged if a.top <= row <= a.bottom and a.left <= column - 1 <= a.right), None)

    def array_of(self, row, column):
        return next((area for area in self.arrays if (row, column - 1) in set(area.cells())), None)

    def range(self, first, last=None):
        if isinstance(first, str):
            area = parse_range(first)
            right = max((column for _, column in self.held), default=1)
            return FakeExcelRange(self, area.top, 1, area.bottom, right)
        row, column = first
        if row < 1 or column < 1:
            raise FakeComError("1004")
        return FakeExcelRange(self, row, column, *(last or first))

    @property
    def used_range(self):
        places = [place for place, cell in self.held.items() if cell.value is not None or cell.formula is not None]
        if not places:
            return FakeExcelRange(self, 1, 1, 1, 1)
        rows, columns = [row for row, _ in places], [column for _, column in places]
        return FakeExcelRange(self, min(rows), min(columns), max(rows), max(columns))

    def activate(self):
        self.book.sheets.active = self


class FakeSheets(list):
    """`book.sheets`."""

    active = None

    def __init__(self, book):
        super().__init__()
        self.book = book

    def add(self, name, after=None):
        assert after is self[-1]
        self.append(FakeExcelSheet(self.book, name))
        self.active = self[-1]
        return self[-1]


class FakeNames(dict):
    """`book.names`."""

    def add(self, name, refers_to):
        self[name] = SimpleNamespace(refers_to=refers_to, api=SimpleNamespace(Visible=True))
        return self[name]


class FakeBook:
    """A workbook with the rows of each tab typed in; `modern` is an Excel whose formulas spill."""

    def __init__(self, tabs, modern=True, date1904=False):
        self.sheets, self.names = FakeSheets(self), FakeNames()
        self.modern, self.spilling, self.copied, self.selection = modern, 0, None, None
        self.fullname = "C:\\表\\全流程数据.xlsx"
        self.api = SimpleNamespace(Date1904=date1904)
        self.app = SimpleNamespace(api=SimpleNamespace(ActiveWindow=SimpleNamespace()), screen_updating=True)
        for name, rows in tabs.items():
            self.sheets.append(FakeExcelSheet(self, name))
            for row, cells in enumerate(rows, 1):
                for column, value in enumerate(cells, 1):
                    if value is not None:
                        self.sheets[-1].cell(row, column).enter(float(value) if type(value) is int else value)
        self.sheets.active = self.sheets[0]

    def select(self, tab, top, left, bottom=None, right=None):
        sheet = next(sheet for sheet in self.sheets if sheet.name == tab)
        sheet.activate()
        self.selection = FakeExcelRange(sheet, top, left, bottom or top, right or left)

    def shows(self, tab, row, column):
        """What a cell shows: its formula, or its value."""
        cell = next(sheet for sheet in self.sheets if sheet.name == tab).cell(row, column)
        return cell.formula or cell.value
