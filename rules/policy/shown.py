"""Values of the policy for people: spans, lists, times, records."""

from __future__ import annotations

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


def in_a_line(value: Any, unit: str = "", lang: str = "zh") -> str:
    """A number with its unit, as a sentence names it; nothing in force and long records in words.

    >>> in_a_line((7.0, 15.0), "天"), in_a_line(None), in_a_line(({"step": "a"},), lang="en")
    ('7–15 天', '没有规定', 'written otherwise')
    """
    zh = lang == "zh"
    if value is None:
        return "没有规定" if zh else "not regulated"
    told = shown(value, lang)
    return ("另一种写法" if zh else "written otherwise") if "\n" in told else f"{told} {unit}".rstrip()


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
