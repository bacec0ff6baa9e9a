"""What is wrong in a configuration: key, line, what is written there and why; used only once something is wrong."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import yaml
from pydantic import ValidationError
from pydantic_core import ErrorDetails

from rules.policy.broken_yaml import shown
from rules.policy.document import Document

MOST_TOLD = 20
"""Mistakes that one message names; it says how many more there are."""

_SECRET = re.compile(r"(://[^/:\s]*:|[?&]\w*pass\w*=)[^\s'\"]*", re.IGNORECASE)
"""What may be a password in an address: a message never repeats it."""

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
    "enum": "只能是 {expected}",
    "finite_number": "要一个有限的数字",
    "float": "要数字",
    "greater_than": "要大于 {gt}",
    "greater_than_equal": "不能小于 {ge}",
    "int": "要整数",
    "less_than": "要小于 {lt}",
    "less_than_equal": "不能大于 {le}",
    "list": "要列表,如 [甲, 乙]",
    "literal_error": "只能是 {expected}",
    "model": "要写成 键: 值,如 {{value: …}}",
    "path": "要路径",
    "string": "要文字(数字和日期加引号)",
    "string_pattern_mismatch": "不合写法 {pattern}",
    "string_too_short": "不能是空的",
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


def told(found: Sequence[Mistake], lang: str) -> str:
    """Mistakes as one line; of many, the first ones and how many more there are."""
    lines = [item.zh if lang == "zh" else item.en for item in found[:MOST_TOLD]]
    if more := len(found) - len(lines):
        lines.append(f"还有 {more} 处" if lang == "zh" else f"{more} more")
    return "; ".join(lines)


def mistakes(error: ValidationError | None, document: Document) -> tuple[Mistake, ...]:
    """Every mistake, in the order of the file: values that can't be read, then those that a validation refuses.

    A missing key has the line of the mapping that lacks it. What a validation says of a place whose value
    could not be read is left out.
    """
    found = [
        _mistake(wrong.path, wrong.node.start_mark.line + 1, _as_written(document, wrong.node), *wrong.why)
        for wrong in document.wrong
    ]
    unread = [wrong.path for wrong in document.wrong]
    tree = _Tree(document.root)
    invalid = error.errors(include_url=False) if error else []
    above = {other["loc"][:-1] for other in invalid}
    for item in invalid:
        if item["type"] == "too_short" and item["loc"] in above:
            continue  # its items are there, and wrong
        path, line, node = tree.locate(item["loc"])
        if any(_on_one_branch(path, other) for other in unread):
            continue
        key = ".".join(map(shown, path)) or "(全文 / document)"
        zh, en = _KINDS.get(item["type"], ("", ""))
        if zh:
            found.append(Mistake(key, line, f"{key} 第 {line} 行 {zh}", f"{key} line {line}: {en}"))
        else:
            as_text = node is None or isinstance(item["input"], str)
            text = shown(repr(item["input"])) if as_text else _as_written(document, node)
            found.append(_mistake(path, line, text, *_reason(item)))
    return tuple(sorted(found, key=lambda mistake: mistake.line))


def _mistake(path: Sequence[str], line: int, text: str, zh: str, en: str) -> Mistake:
    key = ".".join(map(shown, path)) or "(全文 / document)"
    text = _SECRET.sub(lambda found: f"{found[1]}***", text)
    return Mistake(key, line, f"{key} 第 {line} 行 写的是 {text}:{zh}", f"{key} line {line}: found {text}: {en}")


def _on_one_branch(one: Sequence[str], other: Sequence[str]) -> bool:
    both = min(len(one), len(other))
    return tuple(one[:both]) == tuple(other[:both])


def _as_written(document: Document, node: Any) -> str:
    """The piece of the text that a node stands for."""
    return shown(document.text[node.start_mark.index : node.end_mark.index])


def _reason(item: ErrorDetails) -> tuple[str, str]:
    """Why a value is refused, in Chinese and for English; our own models say ``中文 / English``."""
    kind, said = item["type"], shown(item["msg"].removeprefix("Value error, "))
    if kind == "value_error":
        zh, mark, en = said.rpartition(" / ")
        return (zh, en) if mark else (said, said)
    wanted = _WANTED.get(kind) or _WANTED.get(kind.split("_")[0])
    facts = {
        name: f"{fact:g}" if isinstance(fact, float) else str(fact).replace(" or ", "、")
        for name, fact in item.get("ctx", {}).items()
    }
    return wanted.format_map(facts) if wanted else said, said


class _Tree:
    """Finds places in the tree of a text; each mapping is looked through once."""

    def __init__(self, root: Any) -> None:
        self._root = root
        self._keys: dict[int, dict[str, tuple[Any, Any]]] = {}

    def locate(self, where: Sequence[int | str]) -> tuple[list[str], int, Any]:
        """The written part of a location, the line of its last key that exists, and the node there.

        Steps of a location that name no key of the file (a model's branch) are passed over. There is no
        node where the last step names a key that is missing.
        """
        path: list[str] = []
        node = found = self._root
        line = node.start_mark.line + 1 if node else 1
        for position, step in enumerate(where):
            if step == "[key]":
                continue
            below = self._step(node, step)
            if below is None:
                if position == len(where) - 1:
                    path.append(str(step))
                    found = None
                continue
            node, line, key = below
            found = node
            path.append(key)
        return path, line, found

    def _step(self, node: Any, step: int | str) -> tuple[Any, int, str] | None:
        """The node below, its line, and its key as the file writes it."""
        if isinstance(node, yaml.MappingNode):
            wanted = _DAY.sub(lambda day: f"{int(day[1]):04}-{int(day[2]):02}-{int(day[3]):02}", str(step))
            if id(node) not in self._keys:
                self._keys[id(node)] = {str(key.value): (key, value) for key, value in node.value}
            if pair := self._keys[id(node)].get(wanted):
                return pair[1], pair[0].start_mark.line + 1, wanted
        elif isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
            return node.value[step], node.value[step].start_mark.line + 1, str(step)
        return None
