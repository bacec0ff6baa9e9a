"""Explanations in lines, as the function EXPLAIN and `qlc explain` show them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import time
from typing import Any

from rules.policy.dated import Frozen

FIELDS_ZH = {
    "attachments": "附件",
    "base": "基数",
    "document": "单据",
    "form": "填表",
    "over_months": "已售超过几个月",
    "scope": "范围",
    "share": "占比",
    "signer": "签字",
    "step": "步骤",
    "through": "到",
    "to": "交给",
    "who": "谁",
    "without_spu": "没有SPU才做",
}
"""Fields of records in `config.yaml`, as a Chinese explanation names them."""


LONGEST_SHOWN = 1_000
"""Characters of a formula that its explanation repeats."""


def shown(value: Any, lang: str = "zh") -> str:
    """A number of the policy for people: spans with a dash, lists with commas, records by field.

    >>> shown((35.0, 45.0)), shown((4, 7)), shown((time(8), time(8, 30))), shown(True), shown({"快线": 0.15})
    ('35–45', '4、7', '08:00–08:30', '是', '快线 0.15')
    """
    if isinstance(value, Frozen):
        value = dict(value)
    if isinstance(value, dict):
        return _record(value, lang)
    if isinstance(value, (tuple, list)):
        return _several(value, lang)
    if isinstance(value, bool):
        return {"zh": "否是", "en": ("no", "yes")}[lang][value]
    if isinstance(value, time):
        return value.isoformat("auto" if value.second else "minutes")
    return "-" if value is None else f"{value:g}" if isinstance(value, float) else str(value)


def _several(values: tuple[Any, ...] | list[Any], lang: str) -> str:
    if not values:
        return "无" if lang == "zh" else "none"
    texts = [shown(value, lang) for value in values]
    kinds = {type(value) for value in values}
    if len(values) == 2 and kinds in ({float}, {time}):
        return "–".join(dict.fromkeys(texts))
    if any(isinstance(value, (Frozen, dict)) for value in values):
        return "".join(f"\n    {place}. {text}" for place, text in enumerate(texts, 1))
    return ("、" if lang == "zh" else ", ").join(texts)


def _record(fields: dict[Any, Any], lang: str) -> str:
    """Fields that say something; of a text in two languages the asked one."""
    if {"zh", "en"} <= fields.keys():
        others = {key: value for key, value in fields.items() if key not in ("zh", "en", "sop")}
        cited = "".join(f" L{line}" for line in fields.get("sop", ()))
        return f"{fields[lang]} {_record(others, lang)}".rstrip() + cited
    filled = {key: value for key, value in fields.items() if value not in ("", (), None)}
    names = FIELDS_ZH if lang == "zh" else {}
    return ", ".join(f"{names.get(key, key)} {shown(value, lang)}" for key, value in filled.items())


def number_line(number: dict[str, Any], lang: str = "zh") -> str:
    """One number of an explanation: key, value, first day, why, lines, and whether it is a reading."""
    zh = lang == "zh"
    value = f"{number['shown']} {number['unit']}".rstrip()
    since = f" {number['since']} {'起' if zh else 'on'}" if number["since"] else ""
    lines = ", ".join(f"L{line}" for line in number["sop"])
    reading = f" [{'解读:' if zh else 'reading: '}{number['reading']}]" if number["reading"] else ""
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
        lines += [f"  {part['name']}: {_cell(part['value'])}" for part in call["parts"]]
        lines += [f"  {number_line(number, lang)}" for number in call["numbers"]]
        lines += _quoted(call["lines"])
        lines += [f"  {remark}" for remark in call["remarks"]]
        if call["answers"] > 1:
            lines.append(
                f"  (区域里的第一格,共 {call['answers']} 格)" if zh else f"  (first of {call['answers']} cells)"
            )
    lines += [f"{mark['mark']}: {mark['reason']}" for mark in told["marks"]]
    return "\n".join(lines)


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
    """The values of other days, each with its first day."""
    others = {first: value for first, value in number["history"].items() if first != number["since"]}
    return [f"    {first} {'起' if lang == 'zh' else 'on'}: {shown(value, lang)}" for first, value in others.items()]


def _cell(value: Any) -> str:
    if isinstance(value, list):
        return "; ".join(", ".join(map(_cell, row)) if isinstance(row, list) else _cell(row) for row in value)
    return "" if value is None else str(value)
