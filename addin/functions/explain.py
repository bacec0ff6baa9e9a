"""Why a formula answers what it answers: rule, numbers, parts, marks, and the SOP's own words.

Here as data, as `--json` prints it; `addin.functions.explain_text` says it in lines.
"""

from __future__ import annotations

import inspect
import pkgutil
from collections.abc import Callable
from datetime import date, time
from importlib import import_module
from typing import Any

import rules
from addin.functions.result import EvaluationStep, Result
from addin.registry.catalogue import ENTRIES, find
from rules.answer import PUBLISHED, Answer, Mark, Used
from rules.errors import Text
from rules.index import RULES
from rules.policy import sop
from rules.policy.dated import Dated, Frozen
from rules.policy.models import Rules
from rules.policy.original import own_of, reading_of
from rules.policy.shown import shown
from rules.sop_trace import numbers_of, rule_named
from sheets_schema.cells import plain

_BLANK = Text("必填的格子是空的,所以答案是空", "a required cell is blank, so the answer is blank")


def explanation(result: Result, lang: str = "zh") -> dict[str, Any]:
    """A result with everything it rests on, as `qlc explain --json` prints it.

    Of a range the first answer stands for the others; `answers` says how many there are. A call that
    answered nothing is told with its signature.
    """
    return {
        **result.as_json(lang),
        "marks": [_mark(mark, lang) for mark in result.marks],
        "calls": [_step(step, lang, is_fault=result.fault is not None) for step in result.steps],
    }


def _step(step: EvaluationStep, lang: str, *, is_fault: bool) -> dict[str, Any]:
    entry = find(step.function)
    name = entry.rule if entry else ""
    nothing = Answer(None, name, remarks=() if is_fault else (_BLANK,))
    answer = step.answers[0] if step.answers else nothing
    return {
        "function": step.function,
        "signature": entry.signature if entry else "",
        "formula": step.text,
        "answers": len(step.answers),
        **answered(answer._replace(rule=name), lang),
    }


def answered(answer: Answer, lang: str = "zh") -> dict[str, Any]:
    """One rule's answer with everything that it rests on, whoever asked."""
    rule = RULES.get(answer.rule)
    used = [_number(item, lang) for item in answer.used]
    also = {*answer.lines, *(line for mark in answer.marks for line in mark.lines)}
    cited = sorted({line for item in used for line in item["sop"]} | also) or list(rule.lines if rule else ())
    return {
        "rule": answer.rule,
        "title": rule.title.say(lang) if rule else "",
        "value": _value(answer.value),
        "parts": [{"name": part.name(lang), "value": _value(part.value)} for part in answer.parts],
        "numbers": used,
        "lines": _lines(cited),
        "marks": [_mark(mark, lang) for mark in answer.marks],
        "remarks": [remark.say(lang) for remark in answer.remarks],
    }


def _mark(mark: Mark, lang: str) -> dict[str, Any]:
    """A mark with its reason; a contradiction with the words of the SOP that can't both be followed."""
    return {"mark": str(mark.word), "reason": mark.reason.say(lang), "lines": _lines(sorted(mark.lines))}


def _value(value: Any) -> Any:
    if isinstance(value, Frozen):
        value = dict(value)
    if isinstance(value, (tuple, list)):
        return [_value(item) for item in value]
    if isinstance(value, time):
        return value.isoformat("auto" if value.second else "minutes")
    return {str(key): _value(item) for key, item in value.items()} if isinstance(value, dict) else plain(value)


def _number(used: Used, lang: str) -> dict[str, Any]:
    """A number with its origin; `own_shown` is the SOP's own (or the default's) where this one differs."""
    number, value, since, own, reading = used
    return {
        "key": number.key,
        "value": _value(value),
        "shown": shown(value, lang),
        "since": since.isoformat() if since else None,
        "unit": number.unit,
        "sop": list(number.sop),
        "why": number.why,
        "reading": reading or None,
        "departs": own.departs,
        "own_shown": own.say(lang) if own.differs else None,
    }


def _lines(numbers: list[int]) -> list[dict[str, Any]]:
    """The cited lines; the SOP repeats itself, a text counts once."""
    texts: dict[str, int] = {}
    for number in numbers:
        texts.setdefault(sop.line(number), number)
    return [{"line": number, "text": text} for text, number in texts.items() if text]


def _in_force(number: Dated[Any], day: date) -> Used:
    own = own_of(number, day)
    return Used(number, number.on(day), number.since(day), own, reading_of(number, own))


def published(rule: str) -> list[Callable[..., Answer]]:
    """The functions of the rule book that answer for a rule, whether or not a cell can call them."""
    for module in pkgutil.iter_modules(rules.__path__, "rules."):
        if not module.ispkg:
            import_module(module.name)
    return sorted(PUBLISHED.get(rule, []), key=lambda answer: answer.__module__)


def rule_explanation(name: str, policy: Rules, today: date, lang: str = "zh") -> dict[str, Any]:
    """One rule: its functions and checks, the numbers in force, and the SOP's lines. Raises F-007."""
    rule = rule_named(name)
    return {
        "rule": rule.id,
        "title": rule.title.say(lang),
        "functions": [
            {"name": entry.name, "signature": entry.signature, "help": entry.zh if lang == "zh" else entry.en}
            for entry in ENTRIES
            if entry.rule == rule.id
        ],
        "checks": [
            {"name": f"{answer.__module__}.{answer.__name__}", "help": (inspect.getdoc(answer) or "").split("\n")[0]}
            for answer in published(rule.id)
        ],
        "numbers": [
            {
                **_number(_in_force(number, today), lang),
                "history": {first.isoformat(): _value(value) for first, value in sorted(number.values.items())},
                "before": _value(number.value) if number.values else None,
            }
            for _, number in numbers_of(rule, policy)
        ],
        "lines": _lines(list(rule.lines)),
    }
