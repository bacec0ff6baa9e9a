"""What a formula answered, and what each call in it rests on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from addin.functions.as_excel import Serial, digits15
from rules.answer import Answer, Fault, Mark
from sheets_schema.cells import plain
from sheets_schema.grid.contents import dated


@dataclass(frozen=True)
class EvaluationStep:
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
    steps: tuple[EvaluationStep, ...] = ()

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
    if isinstance(value, float):
        value = dated(float(value), date1904=False) if isinstance(value, Serial) else digits15(value)
    return value.kind if isinstance(value, Fault) else plain(value)


def first_fault(value: Any) -> Fault | None:
    """The first faulty cell of a range; None for a single value."""
    if not isinstance(value, list):
        return None
    return next((cell for row in value for cell in row if isinstance(cell, Fault)), None)
