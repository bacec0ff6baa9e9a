"""A function of the catalogue over the rows of a table: arguments by column, answered or as formulas."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Sequence
from dataclasses import dataclass, field
from typing import Any

from addin.commands.tables import Line, TabTable
from addin.functions.calls import answer_cell
from addin.registry.catalogue import ENTRIES
from addin.registry.entry import Context, Entry
from addin.registry.headers import titles_of
from rules.answer import Answer, Fault
from rules.errors import Code, Error
from sheets_schema.grid.address import Range, cell_name
from sheets_schema.problems import Problem

K_OLD_VALUE = Code(
    "K-070",
    "{found} 是公式,文件改过之后还没有重算,它显示的可能是旧值",
    "{found} is a formula, and the file was changed without computing it again: it may show an old value",
    "在表格软件里打开、保存,再点一次",
    "open and save the file in a spreadsheet program, then press again",
)


@dataclass(frozen=True)
class RowFunction:
    """A function with the column of each argument, None for one that the table does not have."""

    entry: Entry
    columns: tuple[int | None, ...]
    old: Collection[tuple[int, int]] = field(default=(), compare=False, repr=False)
    """The cells, by row and column, whose formula may show a value from before the last change."""
    _known: dict[Hashable, Answer | Fault | None] = field(default_factory=dict, compare=False, repr=False)

    @classmethod
    def of(cls, name: str, table: TabTable) -> RowFunction:
        """A function with the columns that the table has for its arguments.

        Raises K-011 that names the required ones it lacks, K-012 for a doubled title.
        """
        entry = next(entry for entry in ENTRIES if entry.name == name)
        table.need_titles([titles_of(entry, arg) for arg in entry.args if arg.is_needed])
        return cls(entry, tuple(table.titled(titles_of(entry, arg)) for arg in entry.args), _old(table))

    def answer(self, line: Line, here: Context) -> Answer | Fault | None:
        """One row's answer, blank for a needed blank; equal rows are answered once.

        Of a formula that awaits its calculation no value is taken: K-070.
        """
        if self.old:
            for column in self._used():
                if (line.number, column) in self.old:
                    return Fault("#VALUE!", K_OLD_VALUE, found=cell_name(line.number, column))
        cells = [line.at(column) for column in self.columns]
        key = tuple((type(cell), cell) for cell in cells)
        if key not in self._known:
            self._known[key] = answer_cell(self.entry, here, cells)
        return self._known[key]

    def formula(self, first: int, last: int | None = None) -> str:
        """The formula for a row, or for the rows from first to last, without ``=``.

        Arguments that the table lacks are left out.
        """
        words = ["" if column is None else str(Range(first, column, last or first, column)) for column in self.columns]
        while words and not words[-1]:
            words.pop()
        return f"{self.entry.name}({','.join(words)})"

    def problem(self, table: TabTable, line: Line, fault: Fault, instead: int | None = None) -> Problem:
        """A fault at the cell it speaks of; at `instead` where it speaks of none."""

        def speaks_of(column: int) -> bool:
            if fault.code is K_OLD_VALUE:
                return bool(fault.facts["found"] == cell_name(line.number, column))
            return _says(fault, line.at(column))

        column = next(filter(speaks_of, self._used()), instead)
        return table.problem(fault.code, line.number, column, line.at(column), **fault.facts)

    def is_begun(self, line: Line) -> bool:
        """Whether any argument of a row is filled in."""
        return any(line.at(column) is not None for column in self._used())

    def _used(self) -> list[int]:
        return [column for column in self.columns if column is not None]


def _old(table: TabTable) -> Collection[tuple[int, int]]:
    return table.grid.formulas if table.grid.awaits_calculation else ()


def _says(fault: Fault, cell: Any) -> bool:
    found = fault.facts.get("found")
    same = str(cell).strip().casefold() == str(found).strip().casefold()
    return cell is not None and (cell == found or same or _number(cell) == str(found))


def _number(cell: Any) -> str:
    return f"{cell:g}" if isinstance(cell, float) else ""


def fitting(table: TabTable, entries: Sequence[Entry] = ENTRIES) -> list[RowFunction]:
    """The functions whose required arguments the table has, those with most arguments found first.

    Functions that read ranges or answer several cells are none for a column.
    """
    found = []
    for entry in entries:
        try:
            columns = tuple(table.titled(titles_of(entry, arg)) for arg in entry.args)
        except Error:  # a doubled title: not this function
            continue
        needed = [column for arg, column in zip(entry.args, columns, strict=True) if not arg.optional]
        if needed and None not in needed and len(set(needed)) == len(needed):
            found.append(RowFunction(entry, columns, _old(table)))
    return sorted(found, key=lambda item: -sum(column is not None for column in item.columns))
