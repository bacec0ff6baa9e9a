"""Answers a formula: its calls inside out, and what each answer rests on."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from addin import operators
from addin.calls import applied, called, mapped
from addin.formula import Array, Call, Constant, Name, Node, Operation, parse
from addin.literals import literal
from addin.registry.catalogue import SPELLINGS
from addin.registry.entry import Arg, Context, Kind
from rules.answer import Answer, Fault, Mark
from rules.policy.models import Rules
from sheets_schema.cells import plain
from sheets_schema.formulas import neutral

_OF_A_HOST = re.compile(r"!|_xl|quanliucheng\.", re.IGNORECASE)
"""Where a name may be written as a host stores it."""
_WORD = re.compile(r'"(?:[^"]|"")*"|[^\W\d][\w.]*')


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
        return {"formula": self.formula, **told(self.value, self.fault, self.marks, lang)}


def told(value: Any, fault: Fault | None, marks: tuple[Mark, ...], lang: str) -> dict[str, Any]:
    """A value, or the fault in its place, as JSON says it."""
    return {
        "value": _shown(value),
        "error": fault.kind if fault else None,
        "code": fault.code.id if fault else None,
        "message": fault.message(lang) if fault else None,
        "marks": list(dict.fromkeys(str(mark.word) for mark in marks)),
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
    run = Run(Context(policy, today))
    try:
        value = run.value(parse(neutral(formula, SPELLINGS) if _OF_A_HOST.search(formula) else formula))
    except Fault as fault:
        return Result(formula, None, fault, tuple(run.steps))
    if isinstance(value, Fault):
        return Result(formula, None, value, tuple(run.steps))
    return Result(formula, value, first_fault(value), tuple(run.steps))


def _fault_in(arg: Arg, value: Any) -> Fault | None:
    """The fault that an argument is; of a range read as a whole, the first one in it."""
    return value if isinstance(value, Fault) else first_fault(value) if arg.is_range else None


def first_fault(value: Any) -> Fault | None:
    """The first faulty cell of a range; None for a single value."""
    if not isinstance(value, list):
        return None
    return next((cell for row in value for cell in row if isinstance(cell, Fault)), None)


@dataclass
class Run:
    """Answers calls one after the other and keeps what each rests on; `names` are the values of names."""

    here: Context
    names: Mapping[str, Any] = field(default_factory=dict)
    steps: list[Step] = field(default_factory=list)

    def value(self, node: Node) -> Any:
        """A cell, a grid (list of rows), or a `Fault`."""
        if isinstance(node, Constant):
            return node.value
        if isinstance(node, Array):
            return [list(row) for row in node.rows]
        if isinstance(node, Name):
            return self.names[node.text]
        if isinstance(node, Operation):
            return mapped([self.value(operand) for operand in node.operands], operators.operation(node.operator))
        return self.call(node)

    def call(self, node: Call) -> Any:
        """A function with its arguments."""
        entry = called(node.name, len(node.arguments))
        if isinstance(entry, Fault):
            return entry
        values = [self.given(arg, child) for arg, child in zip(entry.args, node.arguments, strict=False)]
        if fault := next(filter(None, map(_fault_in, entry.args, values)), None):
            return fault
        value, answers = applied(entry, self.here, values)
        self.steps.append(Step(entry.name, node.text, answers))
        return value

    def given(self, arg: Arg, node: Node) -> Any:
        """One argument; a formula to explain is given as its text."""
        if arg.kind is Kind.FORMULA and isinstance(node, Call):
            return "=" + _WORD.sub(self._written, node.text)
        return self.value(node)

    def _written(self, word: re.Match[str]) -> str:
        """A name inside a formula as its value is written; any other word as it is."""
        return literal(self.names[word[0]]) if word[0] in self.names else word[0]
