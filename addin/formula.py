"""Reads a formula of the catalogue: calls, arrays, operators, constants; both punctuations.

Only what a formula can say without a sheet: a cell reference is no name here.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection
from dataclasses import dataclass

from rules.answer import Fault, Text
from rules.errors import Code

F_SYNTAX = Code(
    "F-001",
    "公式第 {position} 个字符处读不懂:{found}",
    "can't read the formula at character {position}: {found}",
    "检查括号、引号和逗号",
    "check brackets, quotes and commas",
)
_UNFINISHED = Text("公式没有写完", "it ends too early")
F_REFERENCE = Code(
    "F-002",
    "没有名称“{found}”",
    "no name “{found}”",
    "文字要加引号;这里没有工作表,不能引用单元格",
    "text needs quotes; there is no sheet here to refer to",
)

DEEPEST = 64
"""Brackets within brackets, as in Excel."""


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
    """An operator with one operand (``-``, ``%``) or two."""

    operator: str
    operands: tuple[Node, ...]


@dataclass(frozen=True)
class Name:
    """A name that whoever evaluates the formula has a value for."""

    text: str


Node = Constant | Array | Call | Operation | Name

_TOKEN = re.compile(
    r"""\s*(?:
      (?P<number>(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?)
    | (?P<text>"(?:[^"]|"")*"|“[^”]*”)
    | (?P<name>[^\W\d][\w.]*|[^\W\d])
    | (?P<mark><>|<=|>=|[-+*/^&=<>%(){},;])
    | (?P<bad>\S)
    )""",
    re.VERBOSE,
)
_WIDE = str.maketrans("（），；｛｝＝＋－＊／＾＆＜＞％＂", '(),;{}=+-*/^&<>%"')
_LEVELS = (("=", "<>", "<", ">", "<=", ">="), ("&",), ("+", "-"), ("*", "/"), ("^",))


@dataclass(frozen=True)
class _Token:
    kind: str
    text: str
    start: int
    end: int


def parse(formula: str, names: Collection[str] = ()) -> Node:
    """The formula as a tree. Raises F-001 (#NAME?) where it can't be read, F-002 for a name not in `names`.

    A leading ``=`` is not needed.

    >>> parse('=LEADTIME("车机","快线")').name
    'LEADTIME'
    >>> parse("{1,2;3,4}").rows
    ((1.0, 2.0), (3.0, 4.0))
    """
    return _Reader(formula, names).whole()


def _half_width(formula: str) -> str:
    """Punctuation in half width, except inside quotes; full-width quotes become plain ones."""
    pieces = re.split(r'("(?:[^"]|"")*"|“[^”]*”|＂[^＂]*＂)', formula)
    return "".join(_plain_quotes(piece) if i % 2 else piece.translate(_WIDE) for i, piece in enumerate(pieces))


def _plain_quotes(piece: str) -> str:
    return '"' + piece[1:-1].replace('"', '""') + '"' if piece.startswith("＂") else piece


class _Reader:
    def __init__(self, formula: str, names: Collection[str]) -> None:
        self.names = names
        self.source = _half_width(formula)
        self.tokens = [
            _Token(match.lastgroup or "", match[match.lastgroup or 0], match.start(match.lastgroup or 0), match.end())
            for match in _TOKEN.finditer(self.source)
        ]
        self.place = 0
        self.depth = 0

    def whole(self) -> Node:
        if self.peek() == "=":
            self.place += 1
        node = self.level(0)
        if self.place < len(self.tokens):
            raise self.wrong()
        return node

    def peek(self) -> str:
        """The next mark, or empty for anything else."""
        if self.place < len(self.tokens) and self.tokens[self.place].kind == "mark":
            return self.tokens[self.place].text
        return ""

    def wrong(self, found: str | None = None) -> Fault:
        if self.place < len(self.tokens):
            token = self.tokens[self.place]
            return Fault("#NAME?", F_SYNTAX, position=token.start + 1, found=found or token.text)
        return Fault("#NAME?", F_SYNTAX, position=len(self.source) + 1, found=found or _UNFINISHED)

    def expect(self, mark: str) -> None:
        if self.peek() != mark:
            raise self.wrong()
        self.place += 1

    def level(self, rank: int) -> Node:
        """Operators from the loosest (comparison) to the tightest (power), left to right."""
        if rank == len(_LEVELS):
            return self.signed()
        node = self.level(rank + 1)
        while (mark := self.peek()) in _LEVELS[rank]:
            self.place += 1
            node = Operation(mark, (node, self.level(rank + 1)))
        return node

    def signed(self) -> Node:
        """A sign binds tighter than any operator, as in Excel: ``-2^2`` is 4."""
        signs = []
        while (mark := self.peek()) in ("-", "+"):
            signs.append(mark)
            self.place += 1
        node = self.single()
        while self.peek() == "%":
            self.place += 1
            node = Operation("%", (node,))
        return Operation("-", (node,)) if signs.count("-") % 2 else node

    def single(self) -> Node:
        if self.place == len(self.tokens):
            raise self.wrong()
        token = self.tokens[self.place]
        if token.kind in ("number", "text"):
            return Constant(self.constant())
        if token.kind == "name":
            return self.named()
        self.depth += 1
        if self.depth > DEEPEST:
            raise self.wrong("括号太深 / too many brackets")
        if token.text == "{":
            node: Node = self.array()
        elif token.text == "(":
            self.place += 1
            node = self.level(0)
            self.expect(")")
        else:
            raise self.wrong()
        self.depth -= 1
        return node

    def named(self) -> Node:
        token = self.tokens[self.place]
        name = unicodedata.normalize("NFKC", token.text)
        self.place += 1
        if self.peek() != "(":
            if name.upper() in ("TRUE", "FALSE"):
                return Constant(name.upper() == "TRUE")
            if token.text in self.names:
                return Name(token.text)
            raise Fault("#NAME?", F_REFERENCE, found=token.text)
        self.depth += 1
        if self.depth > DEEPEST:
            raise self.wrong("括号太深 / too many brackets")
        self.place += 1
        arguments: list[Node] = []
        if self.peek() != ")":
            arguments.append(self.argument())
            while self.peek() in (",", ";"):
                self.place += 1
                arguments.append(self.argument())
        end = self.tokens[self.place].end if self.place < len(self.tokens) else 0
        self.expect(")")
        self.depth -= 1
        return Call(name, tuple(arguments), self.source[token.start : end])

    def argument(self) -> Node:
        return Constant(None) if self.peek() in (",", ";", ")") else self.level(0)

    def array(self) -> Array:
        self.expect("{")
        rows: list[list[float | str | bool | None]] = [[self.element()]]
        while (mark := self.peek()) in (",", ";"):
            self.place += 1
            if mark == ";":
                rows.append([])
            rows[-1].append(self.element())
        if len({len(row) for row in rows}) > 1:
            raise self.wrong("数组各行不一样长 / rows of unequal length")
        self.expect("}")
        return Array(tuple(map(tuple, rows)))

    def element(self) -> float | str | bool | None:
        if self.peek() in (",", ";", "}"):
            return None
        sign = 1
        if self.peek() in ("-", "+"):
            sign = -1 if self.peek() == "-" else 1
            self.place += 1
        value = self.constant()
        if self.peek() == "%" and isinstance(value, float):
            self.place += 1
            value /= 100
        return sign * value if isinstance(value, float) else value

    def constant(self) -> float | str | bool:
        if self.place == len(self.tokens):
            raise self.wrong()
        token = self.tokens[self.place]
        if token.kind == "number":
            value: float | str | bool = float(token.text)
        elif token.kind == "text":
            body = token.text[1:-1]
            value = body.replace('""', '"') if token.text[0] == '"' else body
        elif token.kind == "name" and token.text.upper() in ("TRUE", "FALSE"):
            value = token.text.upper() == "TRUE"
        else:
            raise self.wrong()
        self.place += 1
        return value
