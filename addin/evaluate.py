"""Answers a formula: parse, convert, broadcast, one rule per cell, and what each answer rests on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from addin import operators
from addin.formula import Array, Call, Constant, Node, Operation, parse
from addin.registry.catalogue import find
from addin.registry.convert import argument, is_blank
from addin.registry.entry import Arg, Context, Entry, Kind, Shape
from rules.answer import Answer, Fault, Mark
from rules.errors import Code
from rules.policy.models import Rules
from sheets_schema.cells import plain

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

Grid = list[list[Any]]


@dataclass(frozen=True)
class Step:
    """One call as it was answered; of a range's many answers, all are kept."""

    function: str
    text: str
    answers: tuple[Answer, ...]


@dataclass(frozen=True)
class Result:
    """A formula with its value, or with the fault that a cell would show."""

    formula: str
    value: Any
    fault: Fault | None = None
    steps: tuple[Step, ...] = ()

    @property
    def marks(self) -> tuple[Mark, ...]:
        """Every mark of every answer, each once."""
        return tuple(dict.fromkeys(mark for step in self.steps for answer in step.answers for mark in answer.marks))

    def as_json(self, lang: str = "zh") -> dict[str, Any]:
        """One entry of `qlc eval --json`.

        In a range the faulty cells show their error value; `error` and `code` are the first one's.
        """
        return {
            "formula": self.formula,
            "value": _shown(self.value),
            "error": self.fault.kind if self.fault else None,
            "code": self.fault.code.id if self.fault else None,
            "message": self.fault.message(lang) if self.fault else None,
            "marks": list(dict.fromkeys(str(mark.word) for mark in self.marks)),
        }


def _shown(value: Any) -> Any:
    if isinstance(value, list):
        return [[_shown(cell) for cell in row] for row in value]
    return value.kind if isinstance(value, Fault) else plain(value)


def evaluate(formula: str, policy: Rules, today: date) -> Result:
    """Answers one formula; never raises for what a person wrote.

    >>> from rules.policy.loader import packaged
    >>> def value(formula): return evaluate(formula, packaged().rules, date(2025, 4, 3)).as_json()["value"]
    >>> value('=LEADTIME("车机","快线")'), value('=备货周期({"车机";"车灯"},"快线")'), value('=LEADTIME("","快线")')
    (71, [[71], [94]], None)
    """
    run = _Run(Context(policy, today))
    try:
        value = run.value(parse(formula))
    except Fault as fault:
        return Result(formula, None, fault, tuple(run.steps))
    if isinstance(value, Fault):
        return Result(formula, None, value, tuple(run.steps))
    return Result(formula, value, _first_fault(value), tuple(run.steps))


def _first_fault(value: Any) -> Fault | None:
    if not isinstance(value, list):
        return None
    return next((cell for row in value for cell in row if isinstance(cell, Fault)), None)


@dataclass
class _Run:
    here: Context
    steps: list[Step] = field(default_factory=list)

    def value(self, node: Node) -> Any:
        """A cell, a grid (list of rows), or a `Fault`."""
        if isinstance(node, Constant):
            return node.value
        if isinstance(node, Array):
            return [list(row) for row in node.rows]
        if isinstance(node, Operation):
            return self.mapped([self.value(operand) for operand in node.operands], operators.operation(node.operator))
        return self.call(node)

    def call(self, node: Call) -> Any:
        entry = find(node.name)
        if entry is None:
            return Fault("#NAME?", F_UNKNOWN, found=node.name)
        if not entry.least <= len(node.arguments) <= len(entry.args):
            return Fault("#VALUE!", F_ARITY, expected=entry.signature, found=len(node.arguments))
        values = [self.given(arg, child) for arg, child in zip(entry.args, node.arguments, strict=False)]
        values += [None] * (len(entry.args) - len(values))
        if fault := next((value for value in values if isinstance(value, Fault)), None):
            return fault
        answers: list[Answer] = []

        def one(*cells: Any) -> Any:
            return _answer(entry, self.here, cells, answers)

        if entry.shape is Shape.SPILL:
            value = self.spilled(entry, values, one)
        else:
            whole = [arg.kind is Kind.RANGE for arg in entry.args]
            value = self.mapped(values, one, whole)
        self.steps.append(Step(entry.name, node.text, tuple(answers)))
        return value

    def given(self, arg: Arg, node: Node) -> Any:
        if arg.kind is Kind.FORMULA and isinstance(node, Call):
            return f"={node.text}"
        value = self.value(node)
        return _as_grid(value) if arg.kind is Kind.RANGE and not isinstance(value, Fault) else value

    def spilled(self, entry: Entry, values: list[Any], one: Callable[..., Any]) -> Any:
        """A row or a table; a range of arguments stacks rows and is refused for tables."""
        if not any(isinstance(value, list) for value in values):
            value = one(*values)
            return [list(row) for row in value] if isinstance(value, tuple) else value
        if entry.width is None:
            return Fault("#VALUE!", F_TABLE, found=entry.name)
        stacked = self.mapped(values, one)
        if isinstance(stacked, Fault):
            return stacked
        blank: list[Any] = [None] * (entry.width - 1)
        return [list(cell[0]) if isinstance(cell, tuple) else [cell, *blank] for row in stacked for cell in row]

    def mapped(self, values: list[Any], one: Callable[..., Any], whole: list[bool] | None = None) -> Any:
        """`one` for every cell of the grids together; the same cells are answered once."""
        grids = [isinstance(value, list) and not (whole and whole[i]) for i, value in enumerate(values)]
        if not any(grids):
            return one(*values)
        shapes = [(len(value), len(value[0])) for value, grid in zip(values, grids, strict=True) if grid]
        height, width = max(rows for rows, _ in shapes), max(columns for _, columns in shapes)
        if any(rows not in (1, height) or columns not in (1, width) for rows, columns in shapes):
            return Fault("#VALUE!", F_SHAPES, found=", ".join(f"{rows}×{columns}" for rows, columns in shapes))
        known: dict[Any, Any] = {}

        def cell(value: Any, row: int, column: int) -> Any:
            return value[row if len(value) > 1 else 0][column if len(value[0]) > 1 else 0]

        def answer(row: int, column: int) -> Any:
            cells = [cell(v, row, column) if grid else v for v, grid in zip(values, grids, strict=True)]
            key = tuple((type(item), item) if not isinstance(item, list) else id(item) for item in cells)
            if key not in known:
                known[key] = next((item for item in cells if isinstance(item, Fault)), None) or one(*cells)
            return known[key]

        return [[answer(row, column) for column in range(width)] for row in range(height)]


def _as_grid(value: Any) -> Grid:
    return value if isinstance(value, list) else [[value]]


def _answer(entry: Entry, here: Context, cells: tuple[Any, ...], answers: list[Answer]) -> Any:
    """One cell's answer: converted arguments, blank for a needed blank, a `Fault` for wrong ones."""
    try:
        facts = []
        for arg, cell in zip(entry.args, cells, strict=True):
            if arg.kind is Kind.RANGE:
                facts.append(cell)
                continue
            if is_blank(cell) and not arg.optional and not arg.blank_counts:
                return None
            facts.append(argument(cell, arg))
        answer = entry.call(here, *facts)
    except Fault as fault:
        return fault
    answers.append(answer)
    return answer.value
