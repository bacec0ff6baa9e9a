"""The selection's tab as a table: where its header is, which column says what, which rows are meant.

Operators' tables are not all ours: a column is known by the word over it. Where the tab is one of our
sheets, its schema and the configured aliases count as well.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any, NamedTuple

from addin.commands.command import Desk, Selection
from addin.commands.known_tabs import Known, every_title, known_tab, registered_titles
from addin.registry.headers import TITLES
from rules.errors import Code, Error, Text
from rules.policy.loader import Config
from sheets_schema.cells import clean
from sheets_schema.grid.address import cell_name
from sheets_schema.grid.contents import Grid
from sheets_schema.headers import normal_title
from sheets_schema.model import Sheet
from sheets_schema.problems import Problem
from sheets_schema.shared_columns import STORES

HEADER_SEARCH = 20
"""The header stands within the first rows."""

K_NO_HEADER = Code(
    "K-010",
    "这张表前 {found} 行里没有认得的表头",
    "no known header in the first {found} rows of this tab",
    "选到有表头(如 SKU、品名、店铺、MSKU、货件号)的表再点",
    "go to a tab with a header such as SKU, 品名, 店铺, MSKU or 货件号",
)
K_NO_COLUMN = Code(
    "K-011",
    "这张表缺少列:{expected}",
    "this tab lacks the columns {expected}",
    "选到有这些列的表;列名不同的,在 config.yaml 的 site.column_aliases 里写 表名: {{列名: [你们的列名]}}",
    "go to a tab that has them; other titles go to site.column_aliases in config.yaml as tab: {{title: [yours]}}",
)
K_DOUBLE_COLUMN = Code(
    "K-012",
    "表头“{found}”出现了几次({columns}),不知道用哪一列",
    "title “{found}” stands over several columns ({columns})",
    "给其中一列改名",
    "rename one of them",
)

LONGEST = 300
"""Characters of a value or a fact that a problem repeats; its cell is named."""
_UNIT = re.compile(r"\((?:天|个|件|箱|元|日|pcs|%|必填|选填|可选)\)$")


class Line(NamedTuple):
    """One row of the table: its number in the sheet, and its cells from column A on."""

    number: int
    cells: list[Any]

    def at(self, column: int | None) -> Any:
        """One cell; None where nothing stands, or without a column."""
        return None if column is None or column >= len(self.cells) else self.cells[column]


@dataclass(frozen=True)
class TabTable:
    """A tab read as a table.

    `columns` maps each title (in normal form) to the 0-based columns it stands over; `lines` are the
    rows that are meant: those of the selection, or all of them; `known` is which tab of the team's it is.
    """

    file: str
    grid: Grid
    header_row: int
    titles: Mapping[int, str]
    columns: Mapping[str, tuple[int, ...]]
    lines: tuple[Line, ...]
    all_lines: tuple[Line, ...]
    known: Known

    @property
    def sheet(self) -> Sheet | None:
        """The sheet of ours that it is, if it is one."""
        return self.known.sheet

    @property
    def tab(self) -> str:
        """The tab's name."""
        return self.grid.name

    @property
    def stores(self) -> int | None:
        """The column of stores."""
        return self.place(STORES)

    def titled(self, words: tuple[str, ...]) -> int | None:
        """The column of the first of these titles that the table has.

        Raises K-012 where that title stands over several columns.
        """
        for word in words:
            found = self.columns.get(normal_title(word), ())
            if len(found) > 1:
                names = "、".join(cell_name(self.header_row, column) for column in found)
                raise Error(K_DOUBLE_COLUMN, file=self.file or None, tab=self.tab, found=word, columns=names)
            if found:
                return found[0]
        return None

    def place(self, title: str) -> int | None:
        """The column of one of our titles; None where it is missing, or stands over several columns."""
        found = self.columns.get(normal_title(title), ())
        return found[0] if len(found) == 1 else None

    def column(self, field: str) -> int | None:
        """The column of a field of `addin.registry.headers`, or None."""
        return self.titled(TITLES[field])

    def need(self, *fields: str) -> list[int]:
        """The columns of fields. Raises K-011 that names every one that is missing."""
        return self.need_titles([TITLES[field] for field in fields])

    def need_titles(self, wanted: Sequence[tuple[str, ...]]) -> list[int]:
        """The columns that bear one of the titles of each tuple; raises K-011."""
        found = [self.titled(words) for words in wanted]
        missing = [words[0] for words, column in zip(wanted, found, strict=True) if column is None]
        if missing:
            raise Error(K_NO_COLUMN, file=self.file or None, tab=self.tab, expected="、".join(missing))
        return [column for column in found if column is not None]

    def is_empty(self, number: int, column: int) -> bool:
        """Whether neither a value nor a formula stands in a cell."""
        return is_blank(self.grid.value(number, column)) and not self.has_formula(number, column)

    def has_formula(self, number: int, column: int) -> bool:
        """Whether a formula stands in a cell, whatever it shows."""
        return (number, column) in self.grid.formulas

    @cached_property
    def free_column(self) -> int:
        """The first column to the right of everything in the tab."""
        width = max((len(row) for row in self.grid.rows), default=0)
        width = max([width, *(column + 1 for _, column in self.grid.formulas)])
        return max([width, *(area.right + 1 for area in self.grid.merged)])

    def problem(self, code: Code, number: int, column: int | None, value: Any = None, /, **facts: Any) -> Problem:
        """A finding at a cell of the table, or at its row."""
        cell = None if column is None else cell_name(number, column)
        title = None if column is None else self.titles.get(column)
        facts = {name: _short(fact) for name, fact in facts.items()}
        return Problem(code, self.file or None, self.tab, cell, number, title, _short(value), facts)


def _short(fact: Any) -> Any:
    """A fact as a message can bear it: a cell may hold 32,767 characters."""
    if isinstance(fact, Text):
        return Text(_short(fact.zh), _short(fact.en))
    if type(fact) is str and len(fact) > LONGEST:
        return f"{fact[:LONGEST]}……({len(fact)})"
    return int(fact) if type(fact) is float and fact.is_integer() else fact


def is_blank(value: Any) -> bool:
    """Whether a cell holds nothing but blanks."""
    return value is None or (isinstance(value, str) and not clean(value))


def read_table(desk: Desk) -> TabTable:
    """The tab of the selection. Raises X-012 for an unknown tab, K-010 for one without a known header."""
    return table_of(desk.store.read(desk.selection.tab), desk.config, desk.file, desk.selection)


def table_of(grid: Grid, config: Config, file: str = "", selection: Selection | None = None) -> TabTable:
    """A tab's contents as a table; a selection of a single cell, or none, means all rows. Raises K-010."""
    index = _header_index(grid, known_words(config))
    if index is None:
        raise Error(K_NO_HEADER, file=file or None, tab=grid.name, found=HEADER_SEARCH)
    header = grid.rows[index]
    known = known_tab(grid.name, header, config)
    titles = {at: clean(str(cell)) for at, cell in enumerate(header) if not is_blank(cell)}
    columns: dict[str, tuple[int, ...]] = {}
    canonical = known.titles(config)
    for at, cell in enumerate(header):
        word = normal_title(cell)
        spellings = (word, _UNIT.sub("", word), normal_title(canonical.get(word)))
        for spelling in dict.fromkeys(filter(None, spellings)):
            columns[spelling] = (*columns.get(spelling, ()), at)
    exact = _exact(header)
    lines = tuple(_lines(grid, index))
    meant = tuple(line for line in lines if selection is not None and selection.covers(line.number))
    if selection is None or (selection.top, selection.left) == (selection.bottom, selection.right) or not meant:
        meant = lines
    return TabTable(file, grid, grid.numbers[index], titles, columns | exact, meant, lines, known)


def _exact(header: list[Any]) -> dict[str, tuple[int, ...]]:
    """A title as it is written goes before an alias or one with a unit."""
    found: dict[str, tuple[int, ...]] = {}
    for at, cell in enumerate(header):
        if word := normal_title(cell):
            found[word] = (*found.get(word, ()), at)
    return found


def known_words(config: Config) -> frozenset[str]:
    """Every title that any button, any tab of the team's or the configuration knows."""
    return every_title(config.rules).union(_button_words(), registered_titles(config))


@cache
def _button_words() -> frozenset[str]:
    return frozenset(normal_title(word) for titles in TITLES.values() for word in titles)


def _header_index(grid: Grid, known: frozenset[str]) -> int | None:
    best, answer = 0, None
    for index, row in enumerate(grid.rows[:HEADER_SEARCH]):
        if grid.numbers[index] > HEADER_SEARCH:
            break
        words = {_UNIT.sub("", normal_title(cell)) for cell in row if isinstance(cell, str)}
        if (count := len(words & known)) > best:
            best, answer = count, index
    return answer


def _lines(grid: Grid, header: int) -> Iterator[Line]:
    """The rows below the header that hold anything."""
    for number, row in zip(grid.numbers[header + 1 :], grid.rows[header + 1 :], strict=True):
        if not all(map(is_blank, row)):
            yield Line(number, row)
