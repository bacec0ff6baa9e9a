"""Compiled functions against the rules: one workbook, computed by LibreOffice, cell by cell."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

from openpyxl import load_workbook

from addin.functions.batch import evaluate_batch
from addin.native.compiler import Compiled, compile_functions
from addin.native.rulebook import DAYS_TAB, PINYIN_TAB, RULES_TAB
from addin.native.tab import RANGE_CELLS
from addin.native.workbook import write_workbook
from addin.registry.entry import Entry, Kind
from rules.answer import Fault
from rules.policy.models import Rules
from sheets_schema.cells import to_serial
from tests.addin.native.rows import Row, rows
from tests.office import recomputed

TODAY = date(2025, 4, 3)
_BATCH = 500
"""Rows of each function in one workbook; LibreOffice takes about a gigabyte for it."""
_TABLES = (RULES_TAB, DAYS_TAB, PINYIN_TAB)

_ABOUT = """# 公式编译 · Native formulas

`qlc compile all --out 公式.xlsx` 把函数写成原生公式:在没有加载项的表格(企业微信、WPS、手机)里也能算。数字、词和工作日在
表 规则表、日历、拼音表 里,改了就重算。下表由 `make proof` 生成:每个函数 {rows} 行随机输入(生效日、月底、节假日、0、空白、
错词、错字、小数),由 LibreOffice 计算,逐格和规则的答案比较;{functions} 个函数没有一格不同。

`qlc compile` writes functions as native formulas, for sheets without the add-in. The table is made by `make proof`: random
rows computed by LibreOffice, each cell compared with the rule's answer (values exactly, decimals to 1e-9, errors by kind).

另外两个引擎算同样的公式(`make proof`):ONLYOFFICE 的答案和 LibreOffice 一样,只在本来就是错误的格子里错误种类可能不同;
Gnumeric 不把 SUMPRODUCT 里的区域逐格展开,很多格子给错误值,不要用它算这些公式。

Two other engines compute the same formulas in `make proof`: ONLYOFFICE answers as LibreOffice does, except for which error stands
where an error stands anyway; Gnumeric does not spread a range inside SUMPRODUCT, so that many cells hold errors: don't use it for these formulas.

标记(解读、估算、未确认 …)公式不显示;解读写在 规则表 的最后一列。 · Formulas show no marks; readings stand in the last column of 规则表.

外部 = 只有加载项能答的输入,公式给错误值,不给错的答案。对所有函数:1900-03-01 以前的日期、带千分位、货币符号或指数的文本数字、
全角字母;一个区域最多 10 格。 · outside = inputs that only the add-in answers: the formula is an error there, never a wrong
answer. For all functions: days before 1900-03-01, texts with thousands separators, currency signs or exponents, full-width
letters; ranges of at most 10 cells.

| 函数 function | 行 rows | 值 values | SOP未规定 | 空白 blanks | 错误 errors | 外部 outside | 只有加载项能答的 · why not, or outside |
|---|---|---|---|---|---|---|---|"""


@dataclass
class Line:
    """One function of the proof's table."""

    function: str
    rows: int = 0
    values: int = 0
    silent: int = 0
    blanks: int = 0
    errors: int = 0
    outside: int = 0
    wrong: list[str] = field(default_factory=list)


def prove(entries: Sequence[Entry], policy: Rules, count: int, seed: int, folder: Path) -> list[Line]:
    """The table: every compiled function on so many random rows, a workbook of all functions for each batch."""
    book, functions = compile_functions(entries, policy, TODAY)
    compiled = [function for function in functions if function.tab]
    given = {function.entry.name: rows(function.entry, policy, count, seed) for function in compiled}
    lines = {name: Line(name) for name in given}
    for first in range(0, count, _BATCH):
        batch = {name: made[first : first + _BATCH] for name, made in given.items()}
        path = folder / f"proof{first}.xlsx"
        write_workbook(path, book, compiled, {name: [row.cells for row in made] for name, made in batch.items()}, 0)
        answers = computed_cells(path, folder / "computed")
        for function in compiled:
            name = function.entry.name
            _compare(lines[name], function, batch[name], answers[name], policy)
        path.unlink()
    return list(lines.values())


def computed_cells(path: Path, folder: Path) -> dict[str, list[Sequence[Any]]]:
    """What LibreOffice computes: the rows of every tab below its titles."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a step beyond the calendar is no date
        book = load_workbook(recomputed(path, folder), read_only=True, data_only=True)
        cells = {
            sheet.title: list(sheet.iter_rows(min_row=2, values_only=True))
            for sheet in book
            if sheet.title not in _TABLES
        }
        book.close()
    return cells


def markdown(functions: Sequence[Compiled], lines: Sequence[Line]) -> str:
    """The table of the proof as a document."""
    told = {line.function: line for line in lines}
    text = [_ABOUT.format(rows=max(line.rows for line in lines), functions=len(lines))]
    for function in functions:
        line = told.get(function.entry.name)
        why = function.why_not
        outside = function.outside
        if line is None:
            text.append(f"| `{function.entry.name}` | 0 | | | | | | {why.zh} · {why.en} |" if why else "")
            continue
        beyond = f"{outside.zh} · {outside.en}" if outside else ""
        text.append(
            f"| `{line.function}` | {line.rows} | {line.values} | {line.silent} | {line.blanks} | {line.errors} "
            f"| {line.outside} | {beyond} |"
        )
    return "\n".join([*text, ""])


def _compare(line: Line, function: Compiled, given: Sequence[Row], computed: Any, policy: Rules) -> None:
    calls = [(function.entry.name, arguments(function.entry, row.cells, function.tab.pairs)) for row in given]
    first = next(place for place, column in enumerate(function.tab.columns) if column.is_answer)
    width = sum(column.is_answer for column in function.tab.columns)
    for row, outcome, cells in zip(given, evaluate_batch(calls, policy, TODAY), computed, strict=True):
        line.rows += 1
        answers = list(cells[first : first + width])
        answers += [None] * (width - len(answers))
        expected = _flat(outcome.fault or outcome.value, width)
        kind = _kind(outcome.fault or expected[0])
        if all(_same(*pair) for pair in zip(answers, expected, strict=True)):
            setattr(line, kind, getattr(line, kind) + 1)
        elif row.outside and all(
            _is_error(answer) or _same(answer, value) for answer, value in zip(answers, expected, strict=False)
        ):
            line.outside += 1
        else:
            line.wrong.append(f"{row.cells} -> {answers} for {expected}{' (outside)' if row.outside else ''}")


def arguments(entry: Entry, cells: Sequence[Any], pairs: Sequence[str] = ()) -> list[Any]:
    """A row's cells as the arguments of a call; a range is a row of cells."""
    answer: list[Any] = []
    rest = list(cells)
    for arg in entry.args:
        if arg.kind is Kind.RANGE:
            taken = rest[:RANGE_CELLS]
            in_pairs = arg.name in pairs
            answer.append([taken[i : i + 2] for i in range(0, RANGE_CELLS, 2)] if in_pairs else [taken])
            rest = rest[RANGE_CELLS:]
        else:
            answer.append(rest.pop(0))
    return answer


def _flat(value: Any, width: int) -> list[Any]:
    if isinstance(value, Fault):
        return [value] * width
    if isinstance(value, (list, tuple)):
        cells = [cell for row in value for cell in (row if isinstance(row, (list, tuple)) else [row])]
        return cells + [None] * (width - len(cells))
    return [value, *[None] * (width - 1)]


def _kind(value: Any) -> str:
    if isinstance(value, Fault):
        return "errors"
    if value in (None, ""):
        return "blanks"
    return "silent" if value == "SOP未规定" else "values"


def _is_error(cell: Any) -> bool:
    return isinstance(cell, str) and cell.startswith("#")


def _same(cell: Any, value: Any) -> bool:
    if isinstance(value, Fault):
        return cell == value.kind
    if value in (None, "") and not isinstance(value, (int, float)):
        return cell in (None, "") and not isinstance(cell, (int, float))
    if isinstance(value, (bool, str)):
        return type(cell) is type(value) and cell == value
    if isinstance(cell, datetime):
        cell = to_serial(cell)
    if isinstance(cell, bool) or not isinstance(cell, (int, float)):
        return False
    if isinstance(value, date):
        return abs(to_serial(value) - cell) < 1e-6
    return abs(cell - value) <= 1e-9 * max(1, abs(value))
