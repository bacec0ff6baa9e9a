"""What a formula consists of, once it is read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Constant:
    """A number, text or truth value; None for an argument left out."""

    value: float | str | bool | None


@dataclass(frozen=True)
class Array:
    """``{1,2;3,4}``: rows of constants, all of the same length."""

    rows: tuple[tuple[float | str | bool | None, ...], ...]


@dataclass(frozen=True)
class Call:
    """A function with its arguments; `text` is how it was written."""

    name: str
    arguments: tuple[Node, ...]
    text: str


@dataclass(frozen=True)
class Operation:
    """An operator with one operand (``-``, ``%``, ``+`` before a name) or two; whether it stands in brackets."""

    operator: str
    operands: tuple[Node, ...]
    in_brackets: bool = field(default=False, compare=False)


@dataclass(frozen=True)
class Name:
    """A name that whoever evaluates the formula has a value for."""

    text: str


Node = Constant | Array | Call | Operation | Name


def nodes(tree: Node) -> Iterator[Node]:
    """A formula's tree, every part of it."""
    waiting = [tree]
    while waiting:
        yield (node := waiting.pop())
        if isinstance(node, (Operation, Call)):
            waiting += reversed(node.operands if isinstance(node, Operation) else node.arguments)
