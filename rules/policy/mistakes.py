"""What is wrong in a configuration, and on which line; used only once something is wrong."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import yaml
from pydantic import ValidationError
from pydantic_core import ErrorDetails

_DAY = re.compile(r"datetime\.date\((\d+), (\d+), (\d+)\)")
"""How a validation names a key that YAML read as a date."""

_KINDS = {
    "missing": ("缺少这个键", "this key is missing"),
    "extra_forbidden": ("不认识这个键(拼错了?)", "unknown key (misspelt?)"),
}

_WANTED = {
    "bool": "要 true 或 false",
    "date": "要日期,写成 2025-04-03",
    "dict": "要写成 键: 值",
    "float": "要数字",
    "greater_than": "要大于 {gt}",
    "greater_than_equal": "不能小于 {ge}",
    "int": "要整数",
    "less_than": "要小于 {lt}",
    "less_than_equal": "不能大于 {le}",
    "list": "要列表,如 [甲, 乙]",
    "literal_error": "只能是 {expected}",
    "model": "要写成 键: 值,如 {{value: …}}",
    "string": "要文字",
    "string_pattern_mismatch": "不合写法 {pattern}",
    "time": '要时间,写成 "14:00"',
    "too_short": "至少要 {min_length} 个",
    "tuple": "要列表,如 [甲, 乙]",
}
"""What a value should be, by the validation's type or the type's first word."""


@dataclass(frozen=True)
class Mistake:
    """One wrong place of a configuration: key path, line (1 = first), and what is wrong there."""

    key: str
    line: int
    zh: str
    en: str


def mistakes(error: ValidationError, text: str) -> tuple[Mistake, ...]:
    """Every mistake of a validation, in the order of the file.

    A missing key has the line of the mapping that lacks it.
    """
    root = yaml.compose(text, Loader=yaml.SafeLoader)
    found = []
    for item in error.errors(include_url=False):
        path, line = _locate(root, item["loc"])
        key = ".".join(path) or "(全文 / document)"
        zh, en = _KINDS.get(item["type"], ("", ""))
        if not zh:
            why_zh, why_en = _reason(item)
            shown = repr(item["input"])
            shown = shown if len(shown) <= 60 else f"{shown[:60]}…"
            zh, en = f"写的是 {shown}:{why_zh}", f"found {shown}: {why_en}"
        found.append(Mistake(key, line, f"{key} 第 {line} 行 {zh}", f"{key} line {line}: {en}"))
    return tuple(sorted(found, key=lambda mistake: mistake.line))


def _reason(item: ErrorDetails) -> tuple[str, str]:
    """Why a value is refused, in Chinese and for English; our own models say ``中文 / English``."""
    kind, said = item["type"], item["msg"].removeprefix("Value error, ")
    if kind == "value_error":
        return said.rpartition(" / ")[0] or said, said
    wanted = _WANTED.get(kind) or _WANTED.get(kind.split("_")[0])
    facts = {
        name: f"{fact:g}" if isinstance(fact, float) else str(fact).replace(" or ", "、")
        for name, fact in item.get("ctx", {}).items()
    }
    return wanted.format_map(facts) if wanted else said, said


def _locate(root: Any, where: Sequence[int | str]) -> tuple[list[str], int]:
    """The written part of a location, and the line of its last key that exists.

    Steps of a location that name no key of the file (a model's branch) are passed over.
    """
    path: list[str] = []
    node, line = root, (root.start_mark.line + 1 if root else 1)
    for position, step in enumerate(where):
        if step == "[key]":
            continue
        below = _step(node, step)
        if below is None:
            if position == len(where) - 1:
                path.append(str(step))
            continue
        node, line, key = below
        path.append(key)
    return path, line


def _step(node: Any, step: int | str) -> tuple[Any, int, str] | None:
    """The node below, its line, and its key as the file writes it."""
    if isinstance(node, yaml.MappingNode):
        wanted = _DAY.sub(lambda day: f"{int(day[1]):04}-{int(day[2]):02}-{int(day[3]):02}", str(step))
        for key, value in node.value:
            if key.value == wanted:
                return value, key.start_mark.line + 1, key.value
    elif isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
        return node.value[step], node.value[step].start_mark.line + 1, str(step)
    return None
