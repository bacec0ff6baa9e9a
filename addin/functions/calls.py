"""One call: its function, its cells converted, and ranges mapped, stacked or read as a whole."""

from __future__ import annotations

import math
import traceback
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from addin.functions.literals import literal
from addin.registry.catalogue import find
from addin.registry.convert import argument
from addin.registry.entry import Context, Entry, Shape
from rules.answer import Answer, Fault
from rules.errors import Code, Error

F_UNKNOWN = Code(
    "F-003", "没有函数“{found}”", "no function “{found}”", "qlc functions 列出全部函数", "qlc functions lists them all"
)
F_ARITY = Code(
    "F-004",
    "{expected} 的参数个数不对,写了 {found} 个",
    "wrong number of arguments for {expected}: {found} given",
    "照括号里的顺序写,可省的在方括号里",
    "give them in this order; those in square brackets may be left out",
)
F_SHAPES = Code(
    "F-005",
    "区域大小对不上:{found}",
    "ranges of different shapes: {found}",
    "各区域要一样大,或只有一格",
    "use ranges of one size, or single cells",
)
F_TABLE = Code(
    "F-006",
    "{found} 一次只答一张表,不能用区域",
    "{found} answers one table, not a range of them",
    "每次只给一行",
    "give one row at a time",
)

F_TOO_MANY = Code(
    "F-008",
    "一次要算的格子太多:{found},上限 {expected}",
    "too many cells at once: {found}, limit {expected}",
    "分几段算;一列配一行会算出整个方块",
    "compute in parts; a column with a row makes a whole square",
)

F_TOO_LARGE = Code(
    "F-009",
    "{expected} 的答案太大,写不成数",
    "the answer of {expected} is too large for a number",
    "检查数字",
    "check the numbers",
)

F_BROKEN = Code(
    "F-603",
    "程序出错,不是你写错了:{expected} {found}",
    "a fault of the program, not of yours: {expected} {found}",
    "把这句话发给维护的人(按钮:有问题点这里)",
    "send this message to whoever maintains the program (button: report a problem)",
)

_SHOWN = 120
"""Characters of a call, and of an exception, in a message."""
MOST_CELLS = 1_048_576
"""Answers of one call: as many as a column has cells."""

Grid = list[list[Any]]


def called(name: str, count: int) -> Entry | Fault:
    """The function of a name, if it takes that many arguments: else F-003 (#NAME?) or F-004 (#VALUE!)."""
    entry = find(name)
    if entry is None:
        return Fault("#NAME?", F_UNKNOWN, found=name)
    if not entry.least <= count <= len(entry.args):
        return Fault("#VALUE!", F_ARITY, expected=entry.signature, found=count)
    return entry


def broken(call: str, error: Exception) -> Fault:
    """What a call answers that went wrong where it should not: F-603 (#VALUE!), or the error's own code."""
    if isinstance(error, Fault):
        return error
    if isinstance(error, Error):
        return Fault("#VALUE!", error.code, **error.facts)
    shown = call if len(call) <= _SHOWN else f"{call[:_SHOWN]}…"
    at = traceback.extract_tb(error.__traceback__)[-1:]
    where = "".join(f" ({Path(frame.filename).name}:{frame.lineno})" for frame in at)
    return Fault("#VALUE!", F_BROKEN, expected=shown, found=f"{type(error).__name__}: {error}"[:_SHOWN] + where)


def written(entry: Entry, cells: Sequence[Any]) -> str:
    """A call as a formula writes it, ranges cut short; it is written of anything, for it tells of what went wrong."""

    def cell_text(cell: Any) -> str:
        if isinstance(cell, list):
            return "{…}"
        try:
            return literal(cell)
        except (ValueError, OverflowError):  # a number of more digits than any cell has
            return type(cell).__name__

    return f"{entry.name}({','.join(map(cell_text, cells))})"


def answer_cell(entry: Entry, here: Context, cells: Sequence[Any]) -> Answer | Fault | None:
    """One cell's answer: converted arguments, blank for a needed blank, a `Fault` for wrong ones.

    A rule that breaks down is a fault of this one cell (F-603); the others go on.
    """
    try:
        facts = []
        for arg, cell in zip(entry.args, cells, strict=True):
            if isinstance(cell, Fault):
                return cell
            fact = cell if arg.is_range else argument(cell, arg, here.zone)
            if fact is None and arg.is_needed:
                return None
            facts.append(fact)
        answer = entry.call(here, *facts)
    except Exception as error:
        return broken(written(entry, cells), error)
    value = answer.value
    if isinstance(value, float) and not math.isfinite(value):
        return Fault("#NUM!", F_TOO_LARGE, expected=entry.name)
    return answer


def applied(entry: Entry, here: Context, values: Sequence[Any]) -> tuple[Any, tuple[Answer, ...]]:
    """A function for cells and grids, and every answer it rests on; arguments left out are blank.

    The value is a cell, rows, or a `Fault`; in rows, faulty cells are a `Fault` each.
    """
    given = [_as_grid(value) if arg.is_range else value for arg, value in zip(entry.args, values, strict=False)]
    given += [None] * (len(entry.args) - len(given))
    answers: list[Answer] = []

    def one(*cells: Any) -> Any:
        answer = answer_cell(entry, here, cells)
        if isinstance(answer, Answer):
            answers.append(answer)
            return answer.value
        return answer

    if entry.shape is Shape.SPILL:
        value = _spilled(entry, given, one)
    else:
        value = mapped(given, one, [arg.is_range for arg in entry.args])
    return value, tuple(answers)


def _as_grid(value: Any) -> Grid:
    return value if isinstance(value, list) else [[value]]


def _spilled(entry: Entry, values: list[Any], one: Callable[..., Any]) -> Any:
    """A row or a table; a range of arguments stacks rows and is refused for tables."""
    if not any(isinstance(value, list) for value in values):
        value = one(*values)
        return [list(row) for row in value] if isinstance(value, tuple) else value
    if entry.width is None:
        return Fault("#VALUE!", F_TABLE, found=entry.name)
    stacked = mapped(values, one)
    if isinstance(stacked, Fault):
        return stacked
    blank: list[Any] = [None] * (entry.width - 1)
    return [list(cell[0]) if isinstance(cell, tuple) else [cell, *blank] for row in stacked for cell in row]


def mapped(values: list[Any], one: Callable[..., Any], whole: list[bool] | None = None) -> Any:
    """`one` for every cell of the grids together; the same cells are answered once."""
    grids = [isinstance(value, list) and not (whole and whole[i]) for i, value in enumerate(values)]
    if not any(grids):
        return one(*values)
    shapes = [(len(value), len(value[0])) for value, grid in zip(values, grids, strict=True) if grid]
    height, width = max(rows for rows, _ in shapes), max(columns for _, columns in shapes)
    if any(rows not in (1, height) or columns not in (1, width) for rows, columns in shapes):
        return Fault("#VALUE!", F_SHAPES, found=", ".join(f"{rows}×{columns}" for rows, columns in shapes))
    if height * width > MOST_CELLS:
        return Fault("#VALUE!", F_TOO_MANY, found=f"{height}×{width}", expected=MOST_CELLS)
    known: dict[Any, Any] = {}

    def cell(value: Any, row: int, column: int) -> Any:
        return value[row if len(value) > 1 else 0][column if len(value[0]) > 1 else 0]

    def answer(row: int, column: int) -> Any:
        cells = [cell(v, row, column) if grid else v for v, grid in zip(values, grids, strict=True)]
        key = tuple((type(item), item) if not isinstance(item, list) else id(item) for item in cells)
        if key not in known:
            known[key] = one(*cells)
        return known[key]

    return [[answer(row, column) for column in range(width)] for row in range(height)]
