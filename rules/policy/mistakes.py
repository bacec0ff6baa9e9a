"""What is wrong in a configuration, and on which line; used only once something is wrong."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import yaml
from pydantic import ValidationError

_DAY = re.compile(r"datetime\.date\((\d+), (\d+), (\d+)\)")
"""How a validation names a key that YAML read as a date."""

_KINDS = {
    "missing": ("缺少这个键", "this key is missing"),
    "extra_forbidden": ("不认识这个键(拼错了?)", "unknown key (misspelt?)"),
}


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
            reason = item["msg"].removeprefix("Value error, ")
            shown = repr(item["input"])
            shown = shown if len(shown) <= 60 else f"{shown[:60]}…"
            zh, en = f"写的是 {shown}:{reason}", f"found {shown}: {reason}"
        found.append(Mistake(key, line, f"{key} 第 {line} 行 {zh}", f"{key} line {line}: {en}"))
    return tuple(sorted(found, key=lambda mistake: mistake.line))


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
