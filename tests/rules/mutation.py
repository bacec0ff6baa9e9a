"""Changes every number under `rules:`, one at a time, and asks whether a case notices.

``python -m tests.rules.mutation`` prints the survivors: numbers that could be wrong without any case
failing. A number is an int, a float, a yes/no, a clock time, a first day, or a number that names an
entry; it is moved up and down. A value that the policy's models refuse is noticed too.
"""

from __future__ import annotations

import sys
from collections import defaultdict
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import yaml
from pydantic import ValidationError

from rules.answer import Word
from rules.index import RULES
from rules.policy.loader import packaged_path
from rules.policy.models import Rules
from tests.rules.cases import CASES, answered, holds

NOT_NUMBERS = ("unit", "sop", "why", "reading")
"""Fields of a number that say where it comes from."""


@dataclass(frozen=True)
class Mutant:
    """One changed place. `is_key` when the name of an entry is changed, not its value."""

    path: tuple[Any, ...]
    before: Any
    after: Any
    is_key: bool = False

    def __str__(self) -> str:
        place = ".".join(str(step) for step in ("rules", *self.path))
        return f"{place}: {self.before} -> {self.after}"


def changes(value: Any) -> list[Any]:
    """The neighbours of a number; none for a text that is no number."""
    if isinstance(value, bool):
        return [not value]
    if isinstance(value, int):
        return [value + 1, value - 1]
    if isinstance(value, float):
        return [round(value * 1.1, 9), round(value * 0.9, 9)] if value else [0.1]
    if isinstance(value, date):
        return [value + timedelta(days=1), value - timedelta(days=1)]
    if isinstance(value, str):
        return _moved_text(value)
    return []


def _moved_text(text: str) -> list[Any]:
    for form in ("%H:%M", "%H:%M:%S"):
        try:
            moment = datetime.strptime(text, form)
        except ValueError:
            continue
        return [(moment + timedelta(minutes=step)).strftime(form) for step in (1, -1)]
    if len(text) == 5 and text[2] == "-" and (text[:2] + text[3:]).isdigit():
        day = date(2025, int(text[:2]), int(text[3:]))
        return [f"{day + timedelta(days=step):%m-%d}" for step in (1, -1)]
    return []


def mutants(node: Any, path: tuple[Any, ...] = ()) -> Iterator[Mutant]:
    """Every single change below a part of `rules:`."""
    if isinstance(node, dict):
        for key, item in node.items():
            if key in NOT_NUMBERS and ("value" in node or "values" in node):
                continue
            if not isinstance(key, str):
                for after in changes(key):
                    yield Mutant((*path, key), key, after, is_key=True)
            yield from mutants(item, (*path, key))
    elif isinstance(node, list):
        for place, item in enumerate(node):
            yield from mutants(item, (*path, place))
    else:
        for after in changes(node):
            yield Mutant(path, node, after)


def mutated(rules: dict[str, Any], mutant: Mutant) -> Rules | None:
    """The policy with one change; None when its models refuse it."""
    changed = deepcopy(rules)
    node = changed
    for step in mutant.path[:-1]:
        node = node[step]
    if mutant.is_key:
        if mutant.after in node:
            return None
        node[mutant.after] = node.pop(mutant.before)
    else:
        node[mutant.path[-1]] = mutant.after
    try:
        return Rules.model_validate(changed)
    except ValidationError:
        return None


def cases_by_family() -> dict[str, list[dict[str, Any]]]:
    """For each family of numbers all cases, those of its own rules first."""
    order: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for family in Rules.model_fields:
        near = [case for rule, case in CASES if family in RULES[rule].families]
        order[family] = near + [case for rule, case in CASES if family not in RULES[rule].families]
    return order


def noticed(policy: Rules, cases: list[dict[str, Any]]) -> bool:
    """Whether a case fails under a policy; a rule that breaks notices too.

    That a number is not the SOP's own marks the answer, whatever its value: that alone is not noticed.
    """
    for case in cases:
        try:
            answer = answered(case, policy)
            answer["marks"] = [mark for mark in answer["marks"] if mark != Word.DEPARTURE]
            if not holds(case, answer):
                return True
        except Exception:
            return True
    return False


def survivors(families: list[str] | None = None) -> tuple[int, list[Mutant]]:
    """How many changes were tried, and those that no case noticed."""
    rules = yaml.safe_load(packaged_path().read_text("utf-8"))["rules"]
    cases = cases_by_family()
    tried, left = 0, []
    for family in families or list(Rules.model_fields):
        for mutant in mutants(rules[family], (family,)):
            tried += 1
            policy = mutated(rules, mutant)
            if policy is not None and not noticed(policy, cases[family]):
                left.append(mutant)
    return tried, left


def main(families: list[str]) -> int:
    """Prints the survivors; 1 when there are any."""
    tried, left = survivors(families)
    for mutant in left:
        print(mutant)
    print(f"{tried} changes, {len(left)} survivors")
    return int(bool(left))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
