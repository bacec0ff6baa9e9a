"""What a tab says as a whole: error values and stores anywhere; titles and keys of a sheet of ours. All of it at once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from addin.commands.column_check import K_NEEDED
from addin.commands.tables import Line, TabTable, is_blank
from rules.errors import Code
from rules.policy.loader import Config
from sheets_schema.cells import CellError, meaning
from sheets_schema.grid.address import letters
from sheets_schema.headers import normal_title
from sheets_schema.model import Owner, Sheet, Type
from sheets_schema.problems import Problem

K_MISSING = Code(
    "K-030",
    "缺少列 {expected}(被删除或改名)",
    "column {expected} is missing (dropped or renamed)",
    "恢复表头,或在 config.yaml 的 site.column_aliases 里写 表名: {{{expected}: [新表头]}}",
    "restore the header, or write tab: {{{expected}: [new title]}} under site.column_aliases in config.yaml",
)
K_DOUBLED = Code(
    "K-031",
    "表头 {found} 出现了几次:{columns}",
    "title {found} stands over several columns: {columns}",
    "给其中一列改名",
    "rename one of them",
)
K_DUPLICATE = Code(
    "K-033",
    "{found} 和第 {first} 行重复",
    "{found} stands in row {first} already",
    "删去或改正其中一行",
    "delete or correct one of the rows",
)
K_ERROR = Code(
    "K-035",
    "这一格是错误值 {value}",
    "the cell shows the error {value}",
    "点“解释此单元格”看原因,改正公式或它引用的格子",
    "see why with Explain this cell; correct the formula or what it refers to",
)
K_STORE = Code(
    "K-036",
    "没有登记店铺“{value}”",
    "no store “{value}” is registered",
    "改成登记的店名,或在 config.yaml 的 site.stores 加一行 - {{name: {value!r}}},或写进已有店铺的 aliases",
    "use a registered name, or add - {{name: {value!r}}} to site.stores in config.yaml, or an alias of a store there",
)


def schema_problems(table: TabTable, config: Config) -> Iterator[Problem]:
    """Every problem that needs no rule: of any tab its error values and stores, of a sheet of ours its schema too."""
    yield from _error_values(table)
    if table.sheet is not None:
        yield from _titles(table, table.sheet)
        yield from _keys(table, table.sheet, config)
    if config.site.stores:
        yield from _stores(table, config)


def rows_without_key(table: TabTable) -> list[Line]:
    """The rows below the last complete key of a sheet of ours: they hold something and are compared with no other."""
    columns = _key_columns(table, table.sheet) if table.sheet else []
    last = _last_complete(table, columns)
    return [line for line in table.lines if columns and line.number > last]


def _error_values(table: TabTable) -> Iterator[Problem]:
    for line in table.lines:
        for column, value in enumerate(line.cells):
            if isinstance(value, CellError) and column in table.titles:
                yield table.problem(K_ERROR, line.number, column, str(value))


def _titles(table: TabTable, sheet: Sheet) -> Iterator[Problem]:
    for column in sheet.columns:
        at = table.columns.get(normal_title(column.title), ())
        if len(at) > 1:
            names = "、".join(letters(place) for place in at)
            yield table.problem(K_DOUBLED, table.header_row, at[1], column.title, found=column.title, columns=names)
        elif not at and (column.owner is not Owner.COMPUTED or column.title in sheet.key) and not column.since:
            yield table.problem(K_MISSING, table.header_row, None, None, expected=column.title)


def _keys(table: TabTable, sheet: Sheet, config: Config) -> Iterator[Problem]:
    """Incomplete keys above the last complete one, and keys that stand twice in the whole table."""
    columns = _key_columns(table, sheet)
    if not columns:
        return
    meant = {line.number for line in table.lines}
    last = _last_complete(table, columns)
    for line in table.lines:
        if line.number < last:
            for at in columns:
                if _is_empty(table, line, at):
                    yield table.problem(K_NEEDED, line.number, at)
    complete = [line for line in table.all_lines if not any(_is_empty(table, line, at) for at in columns)]
    seen: dict[tuple[Any, ...], int] = {}
    for line in complete:
        key = tuple(
            _key_part(line.at(at), config if title == sheet.store else None)
            for at, title in zip(columns, sheet.key, strict=True)
        )
        if None in key:
            continue
        first = seen.setdefault(key, line.number)
        if first != line.number and line.number in meant:
            found = " / ".join(map(str, key))
            yield table.problem(K_DUPLICATE, line.number, columns[-1], line.at(columns[-1]), found=found, first=first)


def _key_columns(table: TabTable, sheet: Sheet) -> list[int]:
    """The columns of a sheet's key; none when one of them is missing or doubled."""
    places = [table.place(title) for title in sheet.key]
    found = [at for at in places if at is not None]
    return found if len(found) == len(places) else []


def _last_complete(table: TabTable, columns: Sequence[int]) -> int:
    rows = reversed(table.all_lines)
    return next((line.number for line in rows if not any(_is_empty(table, line, at) for at in columns)), 0)


def _is_empty(table: TabTable, line: Line, at: int) -> bool:
    return is_blank(line.at(at)) and not table.has_formula(line.number, at)


def _key_part(value: Any, stores: Config | None) -> Any:
    """A cell of a key; the one of a store by its registered name."""
    typed = meaning(value, Type.ID)
    if stores is not None and isinstance(typed, str):
        return stores.site.store_name(typed) or typed
    return typed


def _stores(table: TabTable, config: Config) -> Iterator[Problem]:
    at = table.stores
    known: dict[str, bool] = {}
    for line in table.lines if at is not None else ():
        value = meaning(line.at(at), Type.TEXT)
        if not isinstance(value, str) or isinstance(value, CellError):
            continue
        if value not in known:
            known[value] = config.site.store_name(value) is not None
        if not known[value]:
            yield table.problem(K_STORE, line.number, at, value)
