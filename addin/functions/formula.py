"""Reads a formula of the catalogue: calls, arrays, operators, constants; both punctuations.

Only what a formula can say without a sheet: a cell reference is no name here. Work and memory grow with
the length of the text alone, and a formula beyond the limits of a cell is refused while it is read.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection
from dataclasses import dataclass, replace

from addin.functions.tree import Array, Call, Constant, Name, Node, Operation
from rules.answer import Fault
from rules.errors import Code, Text
from sheets_schema.formula_tokens import TEXT, tokens

F_SYNTAX = Code(
    "F-001",
    "公式第 {position} 个字符处读不懂:{found}",
    "can't read the formula at character {position}: {found}",
    "检查括号、引号和逗号",
    "check brackets, quotes and commas",
)
_UNFINISHED = Text("公式没有写完", "it ends too early")
_UNEQUAL = Text("数组各行不一样长", "rows of unequal length")
F_REFERENCE = Code(
    "F-002",
    "没有名称“{found}”",
    "no name “{found}”",
    "文字要加引号;这里没有工作表,不能引用单元格",
    "text needs quotes; there is no sheet here to refer to",
)
F_LIMIT = Code(
    "F-601",
    "公式超过上限:{found},最多 {expected}",
    "beyond the limits of a formula: {found}, at most {expected}",
    "拆成几个格子",
    "split it over several cells",
)

LONGEST = 8_192
"""Characters, as in Excel; here those in quotes and braces are not counted, which is how cells and ranges are given."""
DEEPEST = 64
"""Brackets within brackets, as in Excel."""
MOST_ARGUMENTS = 255
"""Of one call, as in Excel."""
MOST_OPERATORS = 500
"""Signs and percent signs counted: nobody writes that many by hand."""
MOST_ELEMENTS = 1_048_576
"""Of one array: as many as a column has cells."""


_TEXT = re.compile(f"({TEXT})")
_NAMES = frozenset({"word", "call", "area", "sheet"})
_WIDE = str.maketrans("（），；｛｝＝＋－＊／＾＆＜＞％＂", '(),;{}=+-*/^&<>%"')
_BINDS = {"=": 1, "<>": 1, "<": 1, ">": 1, "<=": 1, ">=": 1, "&": 2, "+": 3, "-": 3, "*": 4, "/": 4, "^": 5}
"""How tightly an operator binds; equals are read from left to right."""


@dataclass(frozen=True)
class _Token:
    kind: str
    text: str
    start: int


def parse(formula: str, names: Collection[str] = ()) -> Node:
    """The formula as a tree. A leading ``=`` is not needed.

    Raises F-001 (#NAME?) where it can't be read, F-002 (#NAME?) for a name not in `names`, F-601 (#VALUE!)
    where it is longer, deeper or has more parts than a cell's formula can have.

    >>> parse('=LEADTIME("车机","快线")').name
    'LEADTIME'
    >>> parse("{1,2;3,4}").rows
    ((1.0, 2.0), (3.0, 4.0))
    """
    return _Reader(formula, names).whole()


def too_much(found: int, zh: str, en: str, most: int) -> Fault:
    """F-601: the number of what, and the limit."""
    return Fault("#VALUE!", F_LIMIT, found=Text(f"{found:,} {zh}", f"{found:,} {en}"), expected=f"{most:,}")


def _half_width(formula: str) -> str:
    """Punctuation in half width, except inside quotes; full-width quotes become plain ones."""
    pieces = _TEXT.split(formula)
    return "".join(_plain_quotes(piece) if i % 2 else piece.translate(_WIDE) for i, piece in enumerate(pieces))


def _plain_quotes(piece: str) -> str:
    return '"' + piece[1:-1].replace('"', '""') + '"' if piece.startswith("＂") else piece


class _Reader:
    def __init__(self, formula: str, names: Collection[str]) -> None:
        self.names = names
        self.source = _half_width(formula)
        self.found = tokens(self.source)
        self.end = 0
        """Where the part that is read ends."""
        self.own = self.operators = self.depth = 0
        """Characters outside quotes and braces, operators, and brackets that are open."""
        self.token: _Token | None = None
        self.next()

    def next(self) -> None:
        """Goes on to the next token; None behind the last. Raises F-601."""
        if self.token is not None:
            self.end = self.token.start + len(self.token.text)
        self.token = None
        blanks = 0
        for kind, text, start in self.found:
            if kind == "space":
                blanks = len(text)
                continue
            self.own += blanks + (0 if kind == "text" else len(text))
            if self.own > LONGEST:
                raise too_much(len(self.source), "个字符", "characters", LONGEST)
            is_name = kind in _NAMES and not text[0].isdigit()
            self.token = _Token("name" if is_name else kind, text, start)
            break

    def whole(self) -> Node:
        if self.peek() == "=":
            self.next()
        node = self.expression()
        if self.token is not None:
            raise self.wrong()
        return node

    def peek(self) -> str:
        """The next mark, or empty for anything else."""
        return self.token.text if self.token and self.token.kind == "mark" else ""

    def wrong(self, found: Text | None = None) -> Fault:
        if self.token:
            said = found or (self.token.text if len(self.token.text) <= 40 else f"{self.token.text[:37]}...")
            return Fault("#NAME?", F_SYNTAX, position=self.token.start + 1, found=said)
        return Fault("#NAME?", F_SYNTAX, position=len(self.source) + 1, found=found or _UNFINISHED)

    def expect(self, mark: str) -> None:
        if self.peek() != mark:
            raise self.wrong()
        self.next()

    def operator(self) -> None:
        self.operators += 1
        if self.operators > MOST_OPERATORS:
            raise too_much(self.operators, "个运算符", "operators", MOST_OPERATORS)
        self.next()

    def opened(self) -> None:
        self.depth += 1
        if self.depth > DEEPEST:
            raise too_much(self.depth, "层括号", "brackets within brackets", DEEPEST)
        self.next()

    def closed(self, mark: str) -> None:
        self.expect(mark)
        self.depth -= 1

    def expression(self, least: int = 1) -> Node:
        """Operands joined by operators that bind at least so tightly."""
        node = self.signed()
        while (bound := _BINDS.get(mark := self.peek(), 0)) >= least:
            self.operator()
            node = Operation(mark, (node, self.expression(bound + 1)))
        return node

    def signed(self) -> Node:
        """A sign binds tighter than any operator, as in Excel: ``-2^2`` is 4. Two make a number of a text."""
        minus = plus = 0
        while (mark := self.peek()) in ("-", "+"):
            minus, plus = minus + (mark == "-"), plus + (mark == "+")
            self.operator()
        node = self.single()
        if plus and isinstance(node, Name):
            node = Operation("+", (node,))
        while self.peek() == "%":
            self.operator()
            node = Operation("%", (node,))
        for _ in range(2 - minus % 2 if minus else 0):
            node = Operation("-", (node,))
        return node

    def single(self) -> Node:
        if self.token is None:
            raise self.wrong()
        if self.token.kind in ("number", "text"):
            return Constant(self.constant())
        if self.token.kind == "name":
            return self.named(self.token)
        if self.token.text == "{":
            return self.array()
        if self.token.text != "(":
            raise self.wrong()
        self.opened()
        node = self.expression()
        self.closed(")")
        return replace(node, in_brackets=True) if isinstance(node, Operation) else node

    def named(self, token: _Token) -> Node:
        name = unicodedata.normalize("NFKC", token.text)
        self.next()
        if self.peek() != "(":
            if name.upper() in ("TRUE", "FALSE"):
                return Constant(name.upper() == "TRUE")
            if token.text in self.names:
                return Name(token.text)
            raise Fault("#NAME?", F_REFERENCE, found=token.text[:40])
        self.opened()
        arguments: list[Node] = []
        if self.peek() != ")":
            arguments.append(self.argument())
            while self.peek() in (",", ";"):
                self.next()
                arguments.append(self.argument())
                if len(arguments) > MOST_ARGUMENTS:
                    raise too_much(len(arguments), "个参数", "arguments", MOST_ARGUMENTS)
        self.closed(")")
        return Call(name, tuple(arguments), self.source[token.start : self.end])

    def argument(self) -> Node:
        return Constant(None) if self.peek() in (",", ";", ")") else self.expression()

    def array(self) -> Array:
        own = self.own
        self.expect("{")
        rows: list[list[float | str | bool | None]] = [[self.element()]]
        elements = 1
        while (mark := self.peek()) in (",", ";"):
            self.own = own
            self.next()
            if mark == ";":
                rows.append([])
            rows[-1].append(self.element())
            elements += 1
            if elements > MOST_ELEMENTS:
                raise too_much(elements, "个数组元素", "elements of an array", MOST_ELEMENTS)
        if len({len(row) for row in rows}) > 1:
            raise self.wrong(_UNEQUAL)
        self.expect("}")
        return Array(tuple(map(tuple, rows)))

    def element(self) -> float | str | bool | None:
        if self.peek() in (",", ";", "}"):
            return None
        sign = 1
        if self.peek() in ("-", "+"):
            sign = -1 if self.peek() == "-" else 1
            self.next()
        value = self.constant()
        if self.peek() == "%" and isinstance(value, float):
            self.next()
            value /= 100
        return sign * value if isinstance(value, float) else value

    def constant(self) -> float | str | bool:
        token = self.token
        if token is None:
            raise self.wrong()
        if token.kind == "number" and float(token.text) != float("inf"):
            value: float | str | bool = float(token.text)
        elif token.kind == "text":
            body = token.text[1:-1]
            value = body.replace('""', '"') if token.text[0] == '"' else body
        elif token.kind == "name" and token.text.upper() in ("TRUE", "FALSE"):
            value = token.text.upper() == "TRUE"
        else:
            raise self.wrong()
        self.next()
        return value
