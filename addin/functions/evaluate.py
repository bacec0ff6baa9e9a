"""Answers a formula: its calls inside out, and what each answer rests on."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, tzinfo
from typing import Any

from addin.functions import operators
from addin.functions.as_excel import unsure
from addin.functions.calls import F_SHAPES, applied, broken, called, mapped
from addin.functions.explain import explanation
from addin.functions.explain_text import as_text
from addin.functions.formula import parse
from addin.functions.literals import literal
from addin.functions.result import EvaluationStep, Result, first_fault
from addin.functions.tree import Array, Call, Constant, Name, Node, Operation
from addin.registry.catalogue import SPELLINGS
from addin.registry.entry import Arg, Context, Kind, default_zone
from rules.answer import Answer, Fault
from rules.policy.models import Rules
from sheets_schema.formula_tokens import tokens
from sheets_schema.formulas import neutral

_OF_A_HOST = re.compile(r"!|_xl|quanliucheng\.", re.IGNORECASE)
"""Where a name may be written as a host stores it."""


def evaluate(formula: str, policy: Rules, today: date, zone: tzinfo | None = None) -> Result:
    """Answers one formula; never raises, whatever a person wrote. `zone` is the team's clock.

    >>> from rules.policy.loader import packaged
    >>> def value(formula): return evaluate(formula, packaged().rules, date(2025, 4, 3)).as_json()["value"]
    >>> value('=LEADTIME("车机","快线")'), value('=备货周期({"车机";"车灯"},"快线")'), value('=LEADTIME("","快线")')
    (71, [[71], [94]], None)
    """
    run = Run(context(policy, today, zone))
    try:
        value = run.answer(parse(neutral(formula, SPELLINGS) if _OF_A_HOST.search(formula) else formula))
    except Exception as error:
        value = broken(formula, error)
    if isinstance(value, Fault):
        return Result(formula, None, value, tuple(run.steps))
    return Result(formula, value, first_fault(value), tuple(run.steps))


def context(policy: Rules, today: date, zone: tzinfo | None = None) -> Context:
    """What every call of a day knows; `zone` is the team's clock, the default one where none is named."""
    return Context(policy, today, zone or default_zone(), _explained)


def _explained(here: Context, formula: str) -> Answer:
    """The text that EXPLAIN answers."""
    return Answer(as_text(explanation(evaluate(formula, here.policy, here.today, here.zone), "zh"), "zh"), "")


def _fault_in(arg: Arg, value: Any) -> Fault | None:
    """The fault that an argument is; of a range read as a whole, the first one in it."""
    return value if isinstance(value, Fault) else first_fault(value) if arg.is_range else None


def _as_operand(value: Any) -> Any:
    """A function's answer to an operator: where it is blank, its cell shows the empty text."""
    if isinstance(value, list):
        return [["" if cell is None else cell for cell in row] for row in value]
    return "" if value is None else value


def _holds(kind: type, value: Any) -> bool:
    """Whether a cell, or a cell of a range, is of a type; truth values are no numbers."""
    if isinstance(value, list):
        return any(_holds(kind, cell) for row in value for cell in row)
    return isinstance(value, kind) and not isinstance(value, bool)


@dataclass
class Run:
    """Answers calls one after the other and keeps what each rests on; `names` are the values of names."""

    here: Context
    names: Mapping[str, Any] = field(default_factory=dict)
    date1904: bool = False
    """Whether serials count from 1904: then no number is told from a day, and what mixes them is F-602."""
    steps: list[EvaluationStep] = field(default_factory=list)

    def answer(self, tree: Node) -> Any:
        """What a whole formula answers: a cell, a grid (list of rows), or a `Fault`."""
        return self._value(tree, is_whole=True)

    def _value(self, node: Node, *, is_whole: bool = False) -> Any:
        """Operators that follow each other are answered one after the other, not one inside the other."""
        waiting: list[Operation] = []
        while isinstance(node, Operation):
            waiting.append(node)
            node = node.operands[0]
        value = self._operand(node) if waiting else self._leaf(node)
        for operation in reversed(waiting):
            others = [self._operand(other) for other in operation.operands[1:]]
            last = is_whole and operation is waiting[0] and not operation.in_brackets
            value = self._operated(operation.operator, [value, *others], last=last)
        return value

    def _operated(self, operator: str, values: list[Any], *, last: bool) -> Any:
        """An operator's answer; for ranges of different shapes F-602: Excel fills up with errors."""
        if self.date1904 and any(_holds(date, value) for value in values):
            return unsure("1904", operator)
        answer = mapped(values, operators.operation(operator, last=last))
        if isinstance(answer, Fault) and answer.code is F_SHAPES and answer not in values:
            return unsure(answer.facts["found"], operator)
        return answer

    def _operand(self, node: Node) -> Any:
        value = self._value(node)
        return _as_operand(value) if isinstance(node, Call) else value

    def _leaf(self, node: Constant | Array | Name | Call) -> Any:
        if isinstance(node, Constant):
            return node.value
        if isinstance(node, Array):
            return [list(row) for row in node.rows]
        return self.names[node.text] if isinstance(node, Name) else self.call(node)

    def call(self, node: Call) -> Any:
        """A function with its arguments."""
        entry = called(node.name, len(node.arguments))
        if isinstance(entry, Fault):
            return entry
        values = [self.given(arg, child) for arg, child in zip(entry.args, node.arguments, strict=False)]
        if fault := next(filter(None, map(_fault_in, entry.args, values)), None):
            return fault
        value, answers = applied(entry, self.here, values)
        self.steps.append(EvaluationStep(entry.name, node.text, answers))
        return value

    def given(self, arg: Arg, node: Node) -> Any:
        """One argument; a formula to explain is given as its text."""
        if arg.kind is Kind.FORMULA and isinstance(node, Call):
            names = self.names
            return "=" + "".join(literal(names[text]) if text in names else text for _, text, _ in tokens(node.text))
        value = self._value(node)
        if self.date1904 and arg.kind in (Kind.DATE, Kind.MOMENT) and (_holds(float, value) or _holds(int, value)):
            return unsure("1904", arg.name)
        return value
