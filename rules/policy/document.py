"""The text of a configuration as plain data, and where each piece of it stands.

A configuration comes out of anybody's editor. What is too large or too deep, and what is more than plain
YAML (anchors, merged keys, tags, a second document), is refused before anything can grow; values that no
calendar and no number holds are collected, to be told with the other mistakes.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from rules.errors import Code, Error, Text
from rules.policy.broken_yaml import broken, not_utf8, shown, strange_character

P_BOUNDS = Code(
    "P-020",
    "配置太大或太深:{found},上限 {expected}",
    "the configuration is too large or too deep: {found}, limit {expected}",
    "一份配置用不到这么多;检查是不是放错了文件",
    "no configuration needs that much; check whether it is the right file",
)

MOST_BYTES = 1024 * 1024
MOST_NODES = 50_000
"""Keys and values; the shipped configuration has 5,000."""
DEEPEST = 40
LONGEST_NUMBER = 15
"""Digits that a spreadsheet keeps of a number."""

_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_WHOLE = re.compile(r"[-+]?(?:0|[1-9][0-9_]*)")
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufeff]")
_DIRECTIVE = re.compile("^%", re.MULTILINE)
_NO_VALUE = object()

_NO_DAY = Text("没有这一天", "there is no such day")
_TOO_LONG = Text(f"数字最多 {LONGEST_NUMBER} 位", f"a number has at most {LONGEST_NUMBER} digits")
_COLON = Text('带冒号的要加引号,如 "14:00"', 'quote what has a colon: "14:00"')
_ZERO = Text("0 开头的数字会读成别的数;去掉 0,编号就加引号", "a leading 0 changes the number: drop it, or quote an id")
_NOT_FINITE = Text("要一个有限的数字", "it must be a finite number")
NO_NUMBER = Text("要数字,不是是或否", "it must be a number, not yes or no")
"""What is wrong where a truth value stands for a number: it would be read as 1 or 0."""
_CONTROLS = Text("有看不见的控制字符", "it holds invisible control characters")


@dataclass(frozen=True)
class Wrong:
    """A value that can't be read: its path, its node, and why."""

    path: tuple[str, ...]
    node: Any
    why: Text


@dataclass
class Document:
    """A text as data. `root` is its tree of nodes with their places, None where the text is empty."""

    text: str
    data: Any = None
    root: Any = None
    wrong: list[Wrong] = field(default_factory=list)
    truths: list[tuple[tuple[str, ...], Any]] = field(default_factory=list)
    """Where a truth value stands, and its node."""


def decoded(content: bytes, path: Path) -> str:
    """The text of a configuration. Raises P-001 unless it is UTF-8, P-020 when it is too large."""
    if len(content) > MOST_BYTES:
        raise Error(P_BOUNDS, file=path, found=f"> {MOST_BYTES // 1024} KB", expected=f"{MOST_BYTES // 1024} KB")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise not_utf8(content, error, path) from None


def parsed(text: str, path: Path) -> Document:
    """The data of a text. Raises P-002 where it is no plain YAML, P-020 where it is too much or too deep."""
    if found := _CONTROL.search(text) or _DIRECTIVE.search(text):
        raise strange_character(text, found, path)
    loader = _Bounded(text, path)
    try:
        root = loader.get_single_node()
    except yaml.YAMLError as error:
        raise broken(text, error, path) from None
    finally:
        loader.dispose()
    document = Document(text, root=root)
    if root is not None:
        document.data = _Values(document, path).of(root, ())
    return document


class _Bounded(_Loader):  # type: ignore[misc]
    """Counts nodes and depth while the tree is built, so that nothing deep or endless is ever built."""

    def __init__(self, text: str, path: Path) -> None:
        super().__init__(text)
        self._path = path
        self._nodes = self._deep = 0

    def descend_resolver(self, parent: Any, _index: Any) -> None:
        """Called before each node."""
        self._nodes += 1
        self._deep += 1
        line = parent.start_mark.line + 1 if parent is not None else 1
        if self._deep > DEEPEST:
            deep = Text(f"第 {line} 行有 {DEEPEST} 层以上", f"line {line} is more than {DEEPEST} levels deep")
            raise Error(P_BOUNDS, file=self._path, found=deep, expected=DEEPEST)
        if self._nodes > MOST_NODES:
            many = Text(f"{MOST_NODES} 个以上的键和值", f"more than {MOST_NODES} keys and values")
            raise Error(P_BOUNDS, file=self._path, found=many, expected=MOST_NODES)

    def ascend_resolver(self) -> None:
        """Called after each node."""
        self._deep -= 1


class _Values:
    """Nodes as plain data: mappings, lists, texts, numbers, days."""

    def __init__(self, document: Document, path: Path) -> None:
        self._document, self._path = document, path
        self._dates = yaml.constructor.SafeConstructor()

    def of(self, node: Any, place: tuple[str, ...]) -> Any:
        """The value of a node. Raises P-002 for what is more than plain YAML."""
        if self._document.text[node.start_mark.index : node.start_mark.index + 1] in ("&", "!"):
            raise self._fault(
                node, "不用 &名称、*名称 和 !类型,把内容写全", "write it out, without &name, *name or !type"
            )
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, place)
        if isinstance(node, yaml.SequenceNode):
            values = [self.of(item, (*place, str(at))) for at, item in enumerate(node.value)]
            return [None if value is _NO_VALUE else value for value in values]
        return self._scalar(node, place)

    def _mapping(self, node: Any, place: tuple[str, ...]) -> dict[Any, Any]:
        found: dict[Any, Any] = {}
        for key_node, value_node in node.value:
            if not isinstance(key_node, yaml.ScalarNode):
                raise self._fault(key_node, "键要是一个词", "a key must be a word")
            below = (*place, key_node.value)
            key = self.of(key_node, below)
            if key_node.tag.endswith(":merge"):
                raise self._fault(key_node, "不用 <<,把内容写全", "write it out, without <<")
            if key in found:
                raise self._fault(
                    key_node, f"{shown(key_node.value)} 写了两次", f"{shown(key_node.value)} stands twice"
                )
            value = self.of(value_node, below)
            if key is not _NO_VALUE and value is not _NO_VALUE:
                found[key] = value
        return found

    def _scalar(self, node: Any, place: tuple[str, ...]) -> Any:
        text, kind = node.value, node.tag.rpartition(":")[2]
        if kind == "null":
            return None
        if kind == "bool":
            self._document.truths.append((place, node))
            return yaml.constructor.SafeConstructor.bool_values[text.lower()]
        if kind in ("int", "float"):
            return self._number(node, kind, place)
        if kind == "timestamp":
            try:
                return self._dates.construct_yaml_timestamp(node)
            except (ValueError, OverflowError):
                return self._wrong(node, place, _NO_DAY)
        return self._wrong(node, place, _CONTROLS) if _CONTROL.search(text) else text

    def _number(self, node: Any, kind: str, place: tuple[str, ...]) -> Any:
        text = node.value
        if ":" in text:
            return self._wrong(node, place, _COLON)
        if kind == "int" and not _WHOLE.fullmatch(text):
            return self._wrong(node, place, _ZERO)
        digits = text.replace("_", "").lower().lstrip("+-")
        if digits in (".inf", ".nan"):
            return self._wrong(node, place, _NOT_FINITE)
        if len(digits) > 2 * LONGEST_NUMBER:
            return self._wrong(node, place, _TOO_LONG)
        number = float(digits) if kind == "float" else int(digits)
        if not math.isfinite(number) or number >= 10**LONGEST_NUMBER:
            return self._wrong(node, place, _TOO_LONG)
        return -number if text.startswith("-") else number

    def _wrong(self, node: Any, place: tuple[str, ...], why: Text) -> Any:
        self._document.wrong.append(Wrong(place, node, why))
        return _NO_VALUE

    def _fault(self, node: Any, zh: str, en: str) -> Error:
        mark = node.start_mark
        return broken(self._document.text, yaml.MarkedYAMLError(problem_mark=mark), self._path, Text(zh, en))
