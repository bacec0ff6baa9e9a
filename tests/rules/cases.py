"""Reads the case tables of tests/cases and asks the rule book what each case asks."""

import inspect
from dataclasses import fields, is_dataclass
from datetime import date, time
from importlib import import_module
from pathlib import Path
from typing import get_type_hints

import yaml
from pydantic import TypeAdapter

from addin.functions.evaluate import evaluate
from addin.registry.catalogue import find
from rules.answer import Answer, Fault
from rules.findings import Finding
from rules.index import RULES

TABLES = {
    path.stem: yaml.safe_load(path.read_text("utf-8"))
    for path in sorted((Path(__file__).parents[1] / "cases").glob("*.yaml"))
    if path.stem in RULES
}
CASES = [(rule, case) for rule, table in TABLES.items() for case in table["cases"]]
A_DAY = date(2025, 4, 3)


def literal(value):
    """A value as a formula writes it; a list is a column, a list of lists a table."""
    if isinstance(value, list):
        rows = [row if isinstance(row, list) else [row] for row in value]
        return "{" + ";".join(",".join(map(literal, row)) for row in rows) + "}"
    if value is None:
        return ""
    if isinstance(value, (int, float)):
        return str(value)
    return '"' + str(value).replace('"', '""') + '"'


def formula(case):
    entry = find(case["function"])
    unknown = set(case["given"]) - {arg.name for arg in entry.args}
    assert not unknown, f"{entry.name} has no argument {unknown}"
    words = [literal(case["given"].get(arg.name)) for arg in entry.args]
    while words and not words[-1] and len(words) > entry.least:
        words.pop()
    return f"={entry.name}({','.join(words)})"


def plainly(value):
    """A value as JSON shows it; a rule's record as a mapping of its fields, a finding as code and message."""
    if isinstance(value, Finding):
        return f"{value.code.id} {value.message()}"
    if is_dataclass(value):
        value = {field.name: getattr(value, field.name) for field in fields(value)}
    if isinstance(value, dict):
        return {key: plainly(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plainly(item) for item in value]
    return value.isoformat() if isinstance(value, (date, time)) else value


def answered(case, policy):
    """What the case's cell function or rule function answers: value, error, code and marks."""
    if "function" in case:
        result = evaluate(formula(case), policy, case.get("today", A_DAY))
        answers = [answer for step in result.steps for answer in step.answers]
        return {**result.as_json(), "since": first_days(answers)}
    module, name = case["check"].rsplit(".", 1)
    ask = getattr(import_module(module), name)
    hints = get_type_hints(ask)
    facts = {key: TypeAdapter(hints[key]).validate_python(value) for key, value in case["given"].items()}
    wanted = inspect.signature(ask).parameters
    if "policy" in wanted:
        facts["policy"] = policy
    if "day" in wanted and "book" not in wanted:
        facts.setdefault("day", case.get("today", A_DAY))
    try:
        told = ask(case.get("today", A_DAY), **facts) if "book" in wanted else ask(**facts)
    except Fault as fault:
        return {"value": None, "error": fault.kind, "code": fault.code.id, "marks": []}
    if not isinstance(told, Answer):
        told = Answer(told, "")
    marks = list(dict.fromkeys(str(mark.word) for mark in told.marks))
    return {"value": plainly(told.value), "error": None, "code": None, "marks": marks, "since": first_days([told])}


def first_days(answers):
    """The first day of every number that answers rest on, by its key."""
    return {used.number.key.removeprefix("rules."): used.since for answer in answers for used in answer.used}


def holds(case, answer):
    """Whether an answer is what the case expects."""
    if "error" in case:
        return (answer["error"], answer["code"]) == (case["error"], case["code"])
    if answer["error"] is not None:
        return False
    if "marks" in case and sorted(answer["marks"]) != sorted(case["marks"]):
        return False
    if any(answer["since"].get(key, "") != first for key, first in case.get("since", {}).items()):
        return False
    return same(answer["value"], plainly(case["expect"]))


def same(value, expected):
    """Equality of plain values; a fraction is equal to a billionth."""
    if isinstance(expected, list) and isinstance(value, list):
        return len(value) == len(expected) and all(map(same, value, expected))
    if isinstance(expected, dict) and isinstance(value, dict):
        return value.keys() == expected.keys() and all(same(value[key], expected[key]) for key in expected)
    if isinstance(expected, float) and isinstance(value, (int, float)):
        return abs(value - expected) <= 1e-9 * max(1, abs(expected))
    return type(value) is type(expected) and value == expected if isinstance(expected, bool) else value == expected
