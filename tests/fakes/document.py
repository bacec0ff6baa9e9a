"""A workbook that is open in a spreadsheet program: what is written stays in memory until it is saved."""

import openpyxl

from sheets_schema.grid.edits import CellEdit, Formula
from sync.backends.memory import MemoryStore


class OpenDocument(MemoryStore):
    """The document of a workbook file. Nobody else may change the file while it is open."""

    def __init__(self, path):
        self.path = path
        book = openpyxl.load_workbook(path)
        super().__init__({tab.title: [[_held(cell.value) for cell in row] for row in tab.iter_rows()] for tab in book})

    def type_in(self, tab, row, col, value):
        """A person types into a cell."""
        self.apply(edits=[CellEdit(tab, row, col, value)], expected=self.version())

    def save(self):
        """The person saves: the file now holds what the document shows."""
        book = openpyxl.Workbook()
        book.remove(book.active)
        for name, cells in self._tabs.items():
            tab = book.create_sheet(name)
            for (row, column), value in cells.items():
                tab.cell(row, column + 1, f"={value}" if isinstance(value, Formula) else value)
        book.save(self.path)


def _held(value):
    return Formula(value[1:]) if isinstance(value, str) and value.startswith("=") else value
