"""Desks for the tests of commands: a document in memory or on disk, and a selection written as ``A2:F20``."""

from datetime import date

import openpyxl

from addin.commands.command import Desk, Selection
from rules.policy.loader import packaged
from sheets_schema.grid.address import parse_range
from sheets_schema.grid.edits import Formula
from sync.backends.file import FileStore
from sync.backends.memory import MemoryStore

TODAY = date(2025, 4, 3)


def selected(tab, cells="A1"):
    area = parse_range(cells)
    return Selection(tab, area.top, area.left, area.bottom, area.right)


def in_memory(tabs):
    return MemoryStore({name: [[_formula(cell) for cell in row] for row in rows] for name, rows in tabs.items()})


def _formula(cell):
    return Formula(cell[1:]) if isinstance(cell, str) and cell.startswith("=") else cell


def on_disk(path, tabs):
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in tabs.items():
        tab = book.create_sheet(name)
        for row in rows:
            tab.append(row)
    book.save(path)
    return FileStore(path)


def desk(store, cells="A1", tab=None, config=None, **answers):
    tab = tab or store.tabs()[0]
    return Desk(store, selected(tab, cells), config or packaged(), TODAY, "备货.xlsx", answers)


def column(store, tab, at):
    """The values of a column below the header, by row."""
    grid = store.read(tab)
    return {number: grid.value(number, at) for number in grid.numbers[1:] if grid.value(number, at) is not None}
