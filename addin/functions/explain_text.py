"""Explanations in lines, as the function EXPLAIN and `qlc explain` show them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from rules.policy.shown import shown

LONGEST_SHOWN = 1_000
"""Characters of a formula that its explanation repeats."""


def number_line(number: dict[str, Any], lang: str = "zh") -> str:
    """One number of an explanation: key, value, first day, why, lines, the SOP's own where it differs, the reading."""
    zh = lang == "zh"
    value = f"{number['shown']} {number['unit']}".rstrip()
    since = f" {number['since']} {'起' if zh else 'on'}" if number["since"] else ""
    lines = ", ".join(f"L{line}" for line in number["sop"])
    reading = f" [{'解读:' if zh else 'reading: '}{number['reading']}]" if number["reading"] else ""
    if number["own_shown"] is not None:
        whose = ("SOP:" if zh else "SOP: ") if number["departs"] else ("默认:" if zh else "default: ")
        reading = f" [{whose}{number['own_shown']}]{reading}"
    origin = f"({number['why']}{', ' + lines if lines else ''}){reading}"
    if "\n" in value:
        return f"{number['key']}{since} {origin}:{value}"
    return f"{number['key']} = {value}{since} {origin}"


def _quoted(lines: Iterable[dict[str, Any]]) -> list[str]:
    return [f"  L{line['line']} {line['text']}" for line in lines]


def as_text(told: dict[str, Any], lang: str = "zh") -> str:
    """An explained formula in lines."""
    zh = lang == "zh"
    formula = str(told["formula"])
    repeated = formula if len(formula) <= LONGEST_SHOWN else f"{formula[:LONGEST_SHOWN]}…"
    lines = [f"{repeated} → {told['error'] or _cell(told['value'])}"]
    if told["error"]:
        lines.append(f"{told['code']} {told['message']}")
    for call in told["calls"]:
        lines.append(f"{call['function']} {call['rule']} {call['title']}".rstrip())
        if not call["answers"]:
            lines.append(f"  {call['signature']}")
        lines += rests_on(call, lang)
        if call["answers"] > 1:
            lines.append(
                f"  (区域里的第一格,共 {call['answers']} 格)" if zh else f"  (first of {call['answers']} cells)"
            )
    for mark in told["marks"]:
        against = ", ".join(f"L{line['line']}" for line in mark["lines"])
        lines.append(f"{mark['mark']}: {mark['reason']}" + (f" ({against})" if against else ""))
    return "\n".join(lines)


def rests_on(told: dict[str, Any], lang: str = "zh") -> list[str]:
    """What an answer rests on, in lines: parts, numbers with their keys, the SOP's words, remarks."""
    return [
        *(f"  {part['name']}: {_cell(part['value'])}" for part in told["parts"]),
        *(f"  {number_line(number, lang)}" for number in told["numbers"]),
        *_quoted(told["lines"]),
        *(f"  {remark}" for remark in told["remarks"]),
    ]


def rule_as_text(told: dict[str, Any], lang: str = "zh") -> str:
    """An explained rule in lines: cell functions, checks, numbers in force, the SOP's words."""
    lines = [f"{told['rule']} {told['title']}"]
    lines += [f"  {function['signature']}: {function['help']}" for function in told["functions"]]
    checks = "、".join(check["name"] for check in told["checks"])
    if lang == "zh":
        lines += [f"  规则函数: {checks}"] if checks else []
    else:
        lines += [f"  {check['name']}: {check['help']}" for check in told["checks"]]
    for number in told["numbers"]:
        lines += [f"  {number_line(number, lang)}", *_other_values(number, lang)]
    return "\n".join(lines + _quoted(told["lines"]))


def _other_values(number: dict[str, Any], lang: str) -> list[str]:
    """The values of other days, each with its first day; the plain one that holds before them first."""
    zh = lang == "zh"
    others = {first: value for first, value in number["history"].items() if first != number["since"]}
    before = (
        []
        if number["before"] is None or not number["since"]
        else [f"    {'更早' if zh else 'before'}: {shown(number['before'], lang)}"]
    )
    return before + [f"    {first} {'起' if zh else 'on'}: {shown(value, lang)}" for first, value in others.items()]


def _cell(value: Any) -> str:
    if isinstance(value, list):
        return "; ".join(", ".join(map(_cell, row)) if isinstance(row, list) else _cell(row) for row in value)
    return "" if value is None else str(value)
