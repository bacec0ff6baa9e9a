"""Why a formula answers what it answers: rule, numbers, parts, marks, and the SOP's own words."""

from __future__ import annotations

from datetime import date, time
from typing import Any

from addin.evaluate import Result, Step
from addin.registry.catalogue import ENTRIES, find
from rules.answer import Answer, Used
from rules.errors import Code, Error
from rules.index import RULES
from rules.policy import sop
from rules.policy.dated import Dated, Frozen, dated_below
from rules.policy.models import Rules
from sheets_schema.cells import plain

F_RULE = Code("F-007", "没有规则“{found}”", "no rule “{found}”", "已有:{expected}", "there are: {expected}")


def explanation(result: Result, lang: str = "zh") -> dict[str, Any]:
    """A result with everything it rests on, as `qlc explain --json` prints it.

    Of a range the first answer stands for the others; `answers` says how many there are.
    """
    return {
        **result.as_json(lang),
        "marks": [{"mark": str(mark.word), "reason": mark.reason.say(lang)} for mark in result.marks],
        "calls": [_step(step, lang) for step in result.steps],
    }


def _step(step: Step, lang: str) -> dict[str, Any]:
    entry = find(step.function)
    name = entry.rule if entry else ""
    rule = RULES.get(name)
    answer = step.answers[0] if step.answers else Answer(None, name)
    used = [_used(item) for item in answer.used]
    cited = sorted({line for item in used for line in item["sop"]}) or list(rule.lines if rule else ())
    return {
        "function": step.function,
        "formula": step.text,
        "rule": name,
        "title": rule.title.say(lang) if rule else "",
        "value": _value(answer.value),
        "answers": len(step.answers),
        "parts": [{"name": part.name(lang), "value": _value(part.value)} for part in answer.parts],
        "numbers": used,
        "lines": _lines(cited),
        "marks": [{"mark": str(mark.word), "reason": mark.reason.say(lang)} for mark in answer.marks],
        "remarks": [remark.say(lang) for remark in answer.remarks],
    }


def _value(value: Any) -> Any:
    if isinstance(value, Frozen):
        value = dict(value)
    if isinstance(value, (tuple, list)):
        return [_value(item) for item in value]
    if isinstance(value, time):
        return f"{value:%H:%M}"
    return {str(key): _value(item) for key, item in value.items()} if isinstance(value, dict) else plain(value)


def _used(item: Used) -> dict[str, Any]:
    return {
        "key": item.number.key,
        "value": _value(item.value),
        "since": item.since.isoformat() if item.since else None,
        **_origin(item.number),
    }


def _origin(number: Dated[Any]) -> dict[str, Any]:
    return {"unit": number.unit, "sop": list(number.sop), "why": number.why, "reading": number.reading or None}


def _lines(numbers: list[int]) -> list[dict[str, Any]]:
    """The cited lines; the SOP repeats itself, a text counts once."""
    texts: dict[str, int] = {}
    for number in numbers:
        texts.setdefault(sop.line(number), number)
    return [{"line": number, "text": text} for text, number in texts.items() if text]


def rule_explanation(name: str, policy: Rules, today: date, lang: str = "zh") -> dict[str, Any]:
    """One rule: its functions, the numbers in force, and the SOP's lines. Raises F-007."""
    found = next((rule for rule in RULES.values() if rule.id.casefold() == name.strip().casefold()), None)
    if found is None:
        raise Error(F_RULE, found=name, expected=", ".join(RULES))
    numbers = []
    for family in found.families:
        for key, number in dated_below(getattr(policy, family), f"rules.{family}"):
            since = number.since(today)
            numbers.append(
                {
                    "key": key,
                    "value": _value(number.on(today)),
                    "since": since.isoformat() if since else None,
                    **_origin(number),
                    "history": {first.isoformat(): _value(value) for first, value in sorted(number.values.items())},
                }
            )
    return {
        "rule": found.id,
        "title": found.title.say(lang),
        "functions": [
            {"name": entry.name, "signature": entry.signature, "help": entry.zh if lang == "zh" else entry.en}
            for entry in ENTRIES
            if entry.rule == found.id
        ],
        "numbers": numbers,
        "lines": _lines(list(found.lines)),
    }


def number_line(number: dict[str, Any], lang: str = "zh") -> str:
    """One number of an explanation as a line for people."""
    zh = lang == "zh"
    value = number["value"]
    shown = "-" if value is None else _flat(value)
    since = f" {number['since']} {'起' if zh else 'on'}" if number["since"] else ""
    lines = ", ".join(f"L{line}" for line in number["sop"])
    reading = f" [{'解读:' if zh else 'reading: '}{number['reading']}]" if number["reading"] else ""
    return (
        f"{number['key']} = {shown} {number['unit']}{since} ({number['why']}{', ' + lines if lines else ''}){reading}"
    )


def _flat(value: Any) -> str:
    if isinstance(value, list):
        return "–".join(map(str, value)) if len(value) == 2 else ", ".join(map(str, value))
    return ", ".join(f"{key} {item}" for key, item in value.items()) if isinstance(value, dict) else str(value)


def as_text(told: dict[str, Any], lang: str = "zh") -> str:
    """An explanation in lines, as the function EXPLAIN and `qlc explain` show it."""
    zh = lang == "zh"
    lines = [f"{told['formula']} → {told['error'] or _shown(told['value'])}"]
    if told["error"]:
        lines.append(f"{told['code']} {told['message']}")
    for call in told["calls"]:
        lines.append(f"{call['function']} {call['rule']} {call['title']}".rstrip())
        lines += [f"  {part['name']}: {_shown(part['value'])}" for part in call["parts"]]
        lines += [f"  {number_line(number, lang)}" for number in call["numbers"]]
        lines += [f"  L{line['line']} {line['text']}" for line in call["lines"]]
        lines += [f"  {remark}" for remark in call["remarks"]]
        if call["answers"] > 1:
            lines.append(
                f"  (区域里的第一格,共 {call['answers']} 格)" if zh else f"  (first of {call['answers']} cells)"
            )
    lines += [f"{mark['mark']}: {mark['reason']}" for mark in told["marks"]]
    return "\n".join(lines)


def _shown(value: Any) -> str:
    if isinstance(value, list):
        return "; ".join(", ".join(map(_shown, row)) if isinstance(row, list) else _shown(row) for row in value)
    return "" if value is None else str(value)
