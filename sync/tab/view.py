"""A tab as a typed table: where its header is, which columns are whose, which rows have a key.

Rows are known by key, never by a remembered row number; the numbers here hold for one reading.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import zip_longest
from operator import itemgetter
from typing import Any

import numpy as np

from rules.errors import Code, Refused
from sheets_schema.cells import Value
from sheets_schema.grid.address import letters
from sheets_schema.grid.contents import Grid
from sheets_schema.headers import normal_title, titles_of_sheet
from sheets_schema.keys import clean_key
from sheets_schema.model import Column, Owner, Sheet, Type
from sheets_schema.problems import Problem
from sheets_schema.table import Array, Table

HEADER_SEARCH = 20

G_DUPLICATE_KEY = Code(
    "G-005",
    "键重复:{found} 出现在第 {rows} 行",
    "duplicate key: {found} stands in rows {rows}",
    "本表没有写入任何内容;请删去或改正重复的行",
    "nothing was written to this tab; delete or correct the doubled row",
)
G_KEY_FORMULA = Code(
    "G-016",
    "键列 {column} 是公式,但没有缓存值",
    "key column {column} holds a formula without a cached value",
    "用表格软件打开并保存一次工作簿",
    "open and save the workbook once in a spreadsheet program",
)
G_NO_KEY_COLUMN = Code(
    "G-017",
    "找不到键列 {expected}",
    "key column {expected} not found",
    "恢复表头,或在 config.yaml 的 site.column_aliases 里写 表名: {{{expected}: [新表头]}}",
    "restore the header, or write tab: {{{expected}: [new title]}} under site.column_aliases in config.yaml",
)
S_DOUBLE_TITLE = Code(
    "S-010",
    "表头 {column} 出现了 {count} 次,这一列没有同步",
    "title {column} occurs {count} times; this column was not synced",
    "给其中一列改名",
    "rename one of them",
)
S_MISSING_TITLE = Code(
    "S-011",
    "没有找到列 {column}(被删除或改名),这一列没有同步",
    "column {column} not found (dropped or renamed); it was not synced",
    "如果是改名,在 config.yaml 的 site.column_aliases 里写 表名: {{{column}: [新表头]}}",
    "if it was renamed, write tab: {{{column}: [new title]}} under site.column_aliases in config.yaml",
)


@dataclass(frozen=True)
class SheetView:
    """One tab as it was read.

    `positions` gives the 0-based sheet column of each of our titles that was found; `numbers` the
    sheet row of each table row; `formulas` masks the cells that hold formulas; `keyless` are the sheet
    rows with content whose key is incomplete (no rows of the table); `below` is the first of them under
    the last complete key (合计, notes): rows can't be appended above it.
    """

    sheet: Sheet
    tab: str
    header_row: int
    positions: dict[str, int]
    missing: tuple[str, ...]
    table: Table
    numbers: list[int]
    rows: list[list[Any]]
    formulas: dict[str, Array]
    grid: Grid
    keyless: tuple[int, ...]
    below: int | None
    problems: tuple[Problem, ...]

    @property
    def last_row(self) -> int:
        """The sheet row of the last complete key, or of the header."""
        return self.numbers[-1] if self.numbers else self.header_row

    @cached_property
    def keys(self) -> list[tuple[Value, ...]]:
        """The key of each table row."""
        return list(zip(*(self.table.values(title) for title in self.sheet.key), strict=True))

    def key(self, row: int) -> tuple[Value, ...]:
        """The key of a table row."""
        return self.keys[row]

    def raw(self, row: int, title: str) -> Any:
        """A cell as it stands in the sheet."""
        return self._at(row, self.positions[title])

    def has_formula(self, row: int, title: str) -> bool:
        """Whether a formula stands in a cell."""
        return title in self.formulas and bool(self.formulas[title][row])

    def filled(self, row: int) -> list[tuple[int, Any]]:
        """The sheet columns of a row that hold a value or a formula, and what stands there."""
        number = self.numbers[row]
        columns = {at for at, cell in enumerate(self.rows[row]) if cell is not None}
        columns |= {at for line, at in self.grid.formulas if line == number}
        return [(at, self._at(row, at)) for at in sorted(columns)]

    def strangers(self, row: int) -> bool:
        """Whether a row holds anything but formulas in columns that the schema does not know."""
        known = set(self.positions.values())
        return any(at not in known and (self.numbers[row], at) not in self.grid.formulas for at, _ in self.filled(row))

    def _at(self, row: int, column: int) -> Any:
        cells = self.rows[row]
        return cells[column] if column < len(cells) else None

    def cell(self, row: int, title: str) -> str:
        """The address of a table cell, ``C5``."""
        return f"{letters(self.positions[title])}{self.numbers[row]}"


def view(
    grid: Grid,
    sheet: Sheet,
    aliases: Mapping[str, Sequence[str]],
    store_name: Callable[[str], str | None],
    file: str,
    *,
    loose: bool = False,
) -> SheetView:
    """Reads a tab as `sheet`.

    `aliases` maps our titles to others the team uses; `store_name` gives a store's canonical name. With
    `loose` doubled, incomplete and uncomputed keys are left as they are: for looking something up.
    A title that occurs twice is not guessed at: the column is left alone (S-010). Rows without any
    content are skipped, rows with an incomplete key are left alone. Keys are cleaned (`keys.clean_key`).

    Raises:
        Refused: G-005 duplicate key, G-016 formula key without cached value, G-017 key column missing.
    """
    known = titles_of_sheet(sheet, aliases)
    header = _header_index(grid, known)
    problems: list[Problem] = []
    positions = _positions(grid.rows[header] if header is not None else [], known, problems, file, grid.name)
    header_row = grid.numbers[header] if header is not None else 1
    for title in sheet.key:
        if title not in positions:
            raise Refused(G_NO_KEY_COLUMN, file=file, tab=grid.name, expected=title)
    missing = tuple(column.title for column in sheet.columns if column.title not in positions)
    problems += [
        Problem(S_MISSING_TITLE, file, grid.name, column=title)
        for title in missing
        if sheet.by_title[title].owner is not Owner.COMPUTED
        and not sheet.by_title[title].since
        and not any(item.column == title for item in problems)
    ]
    first = (header if header is not None else -1) + 1
    keys = [positions[title] for title in sheet.key]
    rows, numbers, keyless = _data_rows(grid, sheet, first, keys, file, loose=loose)
    columns = list(zip_longest(*rows))
    blank = (None,) * len(rows)
    cells = {
        title: columns[at] if at < len(columns) else blank
        for title, at in sorted(positions.items(), key=lambda item: item[1])
    }
    table = Table.build(cells, {column.title: _type(sheet, column) for column in sheet.columns})
    if sheet.store is not None:
        table = with_store_names(table, sheet.store, store_name)
    answer = SheetView(
        sheet,
        grid.name,
        header_row,
        positions,
        missing,
        table,
        numbers,
        rows,
        _formulas(grid, positions, numbers),
        grid,
        keyless,
        next((number for number in keyless if not numbers or number > numbers[-1]), None),
        tuple(problems),
    )
    if not loose:
        _check_keys(answer, file)
    return answer


def with_store_names(table: Table, column: str, store_name: Callable[[str], str | None]) -> Table:
    """The table with canonical store names where a store is known; other names stay."""
    if column not in table.data:
        return table
    array = table.data[column].astype(object)
    names = {written: store_name(written) or written for written in set(array.tolist()) if isinstance(written, str)}
    array[:] = [names.get(written, written) if isinstance(written, str) else written for written in array.tolist()]
    return Table(table.columns, {**table.data, column: array}, table.raw)


def _header_index(grid: Grid, known: Mapping[str, str]) -> int | None:
    best, index = 0, None
    for position, row in enumerate(grid.rows[:HEADER_SEARCH]):
        count = len({known[word] for cell in row if (word := normal_title(cell)) in known})
        if count > best:
            best, index = count, position
    return index


def _positions(
    header: list[Any], known: Mapping[str, str], problems: list[Problem], file: str, tab: str
) -> dict[str, int]:
    found: dict[str, list[tuple[bool, int]]] = {}
    for at, cell in enumerate(header):
        title = known.get(normal_title(cell))
        if title is not None:
            found.setdefault(title, []).append((normal_title(cell) == normal_title(title), at))
    positions = {}
    for title, places in found.items():
        exact = [at for is_exact, at in places if is_exact] or [at for _, at in places]
        if len(exact) == 1:
            positions[title] = exact[0]
        else:
            problems.append(Problem(S_DOUBLE_TITLE, file, tab, column=title, facts={"count": len(exact)}))
    return positions


def _blank(cell: Any) -> bool:
    return cell is None or (isinstance(cell, str) and not clean_key(cell))


def _type(sheet: Sheet, column: Column) -> Type:
    """What a column's cells mean; a text that is part of the key is cleaned as ids are."""
    return Type.ID if column.title in sheet.key and column.type is Type.TEXT else column.type


def _data_rows(
    grid: Grid, sheet: Sheet, first: int, keys: list[int], file: str, *, loose: bool
) -> tuple[list[list[Any]], list[int], tuple[int, ...]]:
    """The rows under the header that have a complete key, their numbers, and the numbers of those that have not.

    With `loose` the latter are among the rows, too.
    """
    rows, numbers = grid.rows[first:], grid.numbers[first:]
    left_out: set[int] = set()
    keyless: list[int] = []
    for at in sorted(set().union(*(_blanks(rows, column) for column in keys))):
        row, number = rows[at], numbers[at]
        if all(map(_blank, row)):
            left_out.add(at)
            continue
        for column, title in zip(keys, sheet.key, strict=True):
            if not loose and (number, column) in grid.formulas and (column >= len(row) or row[column] is None):
                raise Refused(G_KEY_FORMULA, file=file, tab=grid.name, cell=f"{letters(column)}{number}", column=title)
        keyless.append(number)
        if not loose:
            left_out.add(at)
    if left_out:
        rows = [row for at, row in enumerate(rows) if at not in left_out]
        numbers = [number for at, number in enumerate(numbers) if at not in left_out]
    return rows, numbers, tuple(keyless)


def _blanks(rows: list[list[Any]], column: int) -> list[int]:
    """The rows that are blank in a column."""
    cells = _cells(rows, column)
    blank = {cell for cell in set(cells) if _blank(cell)}
    return [at for at, cell in enumerate(cells) if cell in blank] if blank else []


def _cells(rows: list[list[Any]], column: int) -> list[Any]:
    try:
        return list(map(itemgetter(column), rows))
    except IndexError:
        return [row[column] if column < len(row) else None for row in rows]


def _formulas(grid: Grid, positions: Mapping[str, int], numbers: list[int]) -> dict[str, Array]:
    if not grid.formulas:
        return {}
    title_at = {at: title for title, at in positions.items()}
    row_at = {number: row for row, number in enumerate(numbers)}
    masks: dict[str, Array] = {}
    for number, at in grid.formulas:
        if at in title_at and number in row_at:
            mask = masks.setdefault(title_at[at], np.zeros(len(numbers), dtype=bool))
            mask[row_at[number]] = True
    return masks


def _check_keys(sheet_view: SheetView, file: str) -> None:
    seen: dict[tuple[Value, ...], int] = {}
    for row, key in enumerate(sheet_view.keys):
        first = seen.setdefault(key, row)
        if first != row:
            raise Refused(
                G_DUPLICATE_KEY,
                file=file,
                tab=sheet_view.tab,
                cell=sheet_view.cell(row, sheet_view.sheet.key[0]),
                found=" / ".join(map(str, key)),
                rows=f"{sheet_view.numbers[first]}, {sheet_view.numbers[row]}",
            )
