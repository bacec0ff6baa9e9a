"""What a tab's own cells say against the schema: types, keys, stores, error values. All of it at once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from addin.commands.tables import Line, TabTable, is_blank
from rules.answer import Text
from rules.errors import Code
from rules.policy.loader import Config
from sheets_schema.cells import CellError, clean, meaning
from sheets_schema.headers import normal_title
from sheets_schema.model import Column, Owner, Sheet, Type
from sheets_schema.problems import Problem
from sync.backends.workbook.address import letters

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
K_NEEDED = Code("K-032", "{column} 没有填", "{column} is blank", "补上", "fill it in")
K_DUPLICATE = Code(
    "K-033",
    "{found} 和第 {first} 行重复",
    "{found} stands in row {first} already",
    "删去或改正其中一行",
    "delete or correct one of the rows",
)
K_TYPE = Code("K-034", "“{value}”不是{expected}", "“{value}” is no {expected}", "改正", "correct it")
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
K_CHOICE = Code("K-037", "“{value}”不在选项里", "“{value}” is none of the choices", "可选:{expected}", "{expected}")

_NUMBER, _WHOLE = Text("数字", "number"), Text("整数", "whole number")
_DAY, _YES_NO = Text("日期", "date"), Text("是/否", "yes or no")
_KINDS: dict[Type, tuple[Text, Callable[[Any], bool]]] = {
    Type.NUMBER: (_NUMBER, lambda value: isinstance(value, float)),
    Type.MONEY: (_NUMBER, lambda value: isinstance(value, float)),
    Type.PERCENT: (_NUMBER, lambda value: isinstance(value, float)),
    Type.INTEGER: (_WHOLE, lambda value: isinstance(value, float) and value.is_integer()),
    Type.DATE: (_DAY, lambda value: not isinstance(value, str)),
    Type.DATETIME: (_DAY, lambda value: not isinstance(value, str)),
    Type.BOOL: (_YES_NO, lambda value: isinstance(value, bool)),
}


def schema_problems(table: TabTable, config: Config) -> Iterator[Problem]:
    """Every problem that needs no rule: of any tab its error values and stores, of a sheet of ours its schema too."""
    yield from _error_values(table)
    if table.sheet is not None:
        yield from _titles(table, table.sheet)
        yield from _cells(table, table.sheet)
        yield from _keys(table, table.sheet, config)
    if config.site.stores:
        yield from _stores(table, config)


def _error_values(table: TabTable) -> Iterator[Problem]:
    for line in table.lines:
        for column in table.titles:
            value = line.at(column)
            if isinstance(value, CellError):
                yield table.problem(K_ERROR, line.number, column, str(value))


def _found_columns(table: TabTable, sheet: Sheet) -> dict[str, int]:
    """The column of each title of our sheet; a doubled title is left out."""
    places = {column.title: table.columns.get(normal_title(column.title), ()) for column in sheet.columns}
    return {title: at[0] for title, at in places.items() if len(at) == 1}


def _titles(table: TabTable, sheet: Sheet) -> Iterator[Problem]:
    for column in sheet.columns:
        at = table.columns.get(normal_title(column.title), ())
        if len(at) > 1:
            names = "、".join(letters(place) for place in at)
            yield table.problem(K_DOUBLED, table.header_row, at[1], column.title, found=column.title, columns=names)
        elif not at and (column.owner is not Owner.COMPUTED or column.title in sheet.key):
            yield table.problem(K_MISSING, table.header_row, None, None, expected=column.title)


def _cells(table: TabTable, sheet: Sheet) -> Iterator[Problem]:
    for title, at in _found_columns(table, sheet).items():
        column = sheet.by_title[title]
        if column.owner is Owner.COMPUTED:
            continue
        for line in table.lines:
            value = line.at(at)
            if is_blank(value):
                if column.required and title not in sheet.key and table.is_empty(line.number, at):
                    yield table.problem(K_NEEDED, line.number, at)
            elif not isinstance(value, CellError):
                yield from _cell(table, line, column, at)


def _cell(table: TabTable, line: Line, column: Column, at: int) -> Iterator[Problem]:
    value = line.at(at)
    if column.choices and clean(str(value)) not in column.choices:
        yield table.problem(K_CHOICE, line.number, at, value, expected="、".join(column.choices))
    kind = _KINDS.get(column.type)
    if kind is not None and not kind[1](meaning(value, column.type)):
        yield table.problem(K_TYPE, line.number, at, value, expected=kind[0])


def _keys(table: TabTable, sheet: Sheet, config: Config) -> Iterator[Problem]:
    """Incomplete keys above the last complete one, and keys that stand twice in the whole table."""
    places = _found_columns(table, sheet)
    if not places.keys() >= set(sheet.key):
        return
    columns = [places[title] for title in sheet.key]
    meant = {line.number for line in table.lines}
    complete = [line for line in table.all_lines if all(not table.is_empty(line.number, at) for at in columns)]
    last = complete[-1].number if complete else 0
    for line in table.lines:
        if line.number < last:
            for at in columns:
                if table.is_empty(line.number, at):
                    yield table.problem(K_NEEDED, line.number, at)
    seen: dict[tuple[Any, ...], int] = {}
    for line in complete:
        key = tuple(_key_part(line.at(at), title, config) for at, title in zip(columns, sheet.key, strict=True))
        if None in key:
            continue
        first = seen.setdefault(key, line.number)
        if first != line.number and line.number in meant:
            found = " / ".join(map(str, key))
            yield table.problem(K_DUPLICATE, line.number, columns[-1], line.at(columns[-1]), found=found, first=first)


def _key_part(value: Any, title: str, config: Config) -> Any:
    typed = meaning(value, Type.ID)
    if title == "店铺" and isinstance(typed, str):
        return config.site.store_name(typed) or typed
    return typed


def _stores(table: TabTable, config: Config) -> Iterator[Problem]:
    at = table.columns.get(normal_title("店铺"), ())
    if len(at) != 1:
        return
    for line in table.lines:
        value = meaning(line.at(at[0]), Type.TEXT)
        if isinstance(value, str) and not isinstance(value, CellError) and config.site.store_name(value) is None:
            yield table.problem(K_STORE, line.number, at[0], value)
