"""Many calls at once, as a range of cells or a request asks for them.

The policy and the day are those of the batch; a function is looked up once, equal calls are answered
once. Nothing here or below reads a file, the network or a clock.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from datetime import date, tzinfo
from typing import Any, NamedTuple

from addin.functions.calls import answer_cell, applied, broken, called, written
from addin.functions.evaluate import context
from addin.functions.result import first_fault, told
from addin.registry.entry import Context, Entry, Shape
from rules.answer import Answer, Fault, Mark
from rules.policy.models import Rules

BatchCall = tuple[str, Sequence[Any]]
"""A function's name or alias, and its arguments: cells, or ranges as lists of rows."""


class Outcome(NamedTuple):
    """What one call of a batch answers: a cell, or rows for a range; `fault` is the (first) error."""

    value: Any
    fault: Fault | None = None
    marks: tuple[Mark, ...] = ()

    def as_json(self, lang: str = "zh") -> dict[str, Any]:
        """One entry of a batch's answer; the same fields as `qlc eval --json` without the formula."""
        return told(self.value, self.fault, self.marks, lang)


def evaluate_batch(calls: Iterable[BatchCall], policy: Rules, today: date, zone: tzinfo | None = None) -> list[Outcome]:
    """The outcomes of many calls, in their order; one that goes wrong never spoils the others.

    `zone` is the team's clock, by which moments with a zone of their own are told.

    >>> from rules.policy.loader import packaged
    >>> calls = [("LEADTIME", ["车机", "快线"]), ("备货周期", [[["车机"], ["车灯"]], "快线"]), ("LEADTIME", ["车机", "月球"])]
    >>> [outcome.as_json()["value"] or outcome.fault.kind for outcome in evaluate_batch(calls, packaged().rules, date(2025, 4, 3))]
    [71, [[71], [94]], '#N/A']
    """
    here = context(policy, today, zone)
    functions: dict[tuple[str, int], Entry | Fault] = {}
    known: dict[Hashable, Outcome] = {}
    outcomes = []
    for name, cells in calls:
        key = (name, *map(_key, cells))
        outcome = known.get(key)
        if outcome is None:
            shape = (name, len(cells))
            entry = functions.get(shape)
            if entry is None:
                entry = functions[shape] = called(name, len(cells))
            outcome = known[key] = Outcome(None, entry) if isinstance(entry, Fault) else _outcome(entry, here, cells)
        outcomes.append(outcome)
    return outcomes


def _key(cell: Any) -> Hashable:
    """Equal cells have equal keys; TRUE is not 1."""
    if isinstance(cell, list):
        return tuple(_key(item) for item in cell)
    return cell if type(cell) is str else (type(cell), cell)


def _outcome(entry: Entry, here: Context, cells: Sequence[Any]) -> Outcome:
    if entry.shape is Shape.MAP and not entry.reads_ranges and list not in map(type, cells):
        answer = answer_cell(entry, here, (*cells, *[None] * (len(entry.args) - len(cells))))
        if isinstance(answer, Answer):
            return Outcome(answer.value, None, answer.marks)
        return Outcome(None, answer)
    try:
        value, answers = applied(entry, here, cells)
    except Exception as error:
        return Outcome(None, broken(written(entry, cells), error))
    marks = tuple(dict.fromkeys(mark for answer in answers for mark in answer.marks))
    return Outcome(None, value, marks) if isinstance(value, Fault) else Outcome(value, first_fault(value), marks)
