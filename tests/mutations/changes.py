"""Every small change of a module's source that a test should notice."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass

COMPARISONS: dict[type[ast.cmpop], tuple[type[ast.cmpop], ...]] = {
    ast.Lt: (ast.LtE, ast.GtE),
    ast.LtE: (ast.Lt, ast.Gt),
    ast.Gt: (ast.GtE, ast.LtE),
    ast.GtE: (ast.Gt, ast.Lt),
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
    ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
    ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
}
"""The boundary moved, and the opposite."""
ARITHMETIC: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Div,
    ast.Div: ast.Mult,
    ast.FloorDiv: ast.Mult,
    ast.Mod: ast.Mult,
    ast.BitOr: ast.BitAnd,
    ast.BitAnd: ast.BitOr,
}
TWINS = {"min": "max", "any": "all", "startswith": "endswith"}
TWINS |= {twin: name for name, twin in TWINS.items()}
UNTOLD = frozenset({"Code", "Text"})
"""Calls whose arguments are texts for people."""
UNMOVED = frozenset({"frozen", "slots", "strict", "repr", "compare", "init", "ensure_ascii", "check", "maxsize"})
"""Named arguments that guard against programmers, or save time."""


@dataclass(frozen=True, order=True)
class Change:
    """One changed place: `before` becomes `after` in the function `where` (a module's own level is ``""``)."""

    place: str
    line: int
    last: int
    """The last line of what is changed: tests that reach one from `line` on are asked."""
    kind: str
    where: str
    before: str
    after: str
    start: int
    """Where `before` begins in the source, in bytes."""

    def __str__(self) -> str:
        return f"{self.place}:{self.line} {_short(self.before)} → {_short(self.after)}"

    def applied(self, source: str) -> str:
        """The changed source."""
        raw, before = source.encode(), self.before.encode()
        return (raw[: self.start] + self.after.encode() + raw[self.start + len(before) :]).decode()


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= 90 else f"{line[:87]}..."


def changes(place: str, source: str) -> list[Change]:
    """The changes of one module, in order; each is Python, and means something else."""
    return sorted(set(_Finder(place, source).module()))


class _Finder:
    """Walks a module; `_where` is the function it is in."""

    def __init__(self, place: str, source: str) -> None:
        self._place = place
        self._raw = source.encode()
        self._tree = ast.parse(source)
        self._starts = [0]
        for line in source.encode().splitlines(keepends=True):
            self._starts.append(self._starts[-1] + len(line))
        self._where: list[str] = []

    def module(self) -> Iterator[Change]:
        return self._walk(self._tree)

    def _walk(self, node: ast.AST) -> Iterator[Change]:
        if _is_left_alone(node):
            return
        named = isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef))
        if named:
            self._where.append(node.name)  # type: ignore[attr-defined]
        if isinstance(node, (ast.expr, ast.stmt)):
            for kind, changed, after in _changed(node):
                yield self._change(kind, changed, after)
        for child in _children(node):
            yield from self._walk(child)
        if named:
            self._where.pop()

    def _change(self, kind: str, node: ast.expr | ast.stmt, after: str) -> Change:
        assert node.end_lineno is not None
        assert node.end_col_offset is not None
        start = self._starts[node.lineno - 1] + node.col_offset
        end = self._starts[node.end_lineno - 1] + node.end_col_offset
        before = self._raw[start:end].decode()
        where = ".".join(self._where)
        return Change(self._place, node.lineno, node.end_lineno, kind, where, before, after, start)


def _is_left_alone(node: ast.AST) -> bool:
    """What nobody computes with: texts for people, imports for types, places inside f-strings (they have none)."""
    if isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING":
        return True
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in UNTOLD:
        return True
    return isinstance(node, (ast.JoinedStr, ast.Import, ast.ImportFrom))


def _children(node: ast.AST) -> Iterator[ast.AST]:
    """The parts of a node but for annotations, decorators, bases and arguments that are no part of the answer."""
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
        yield from [*node.args.defaults, *filter(None, node.args.kw_defaults), *node.body]
    elif isinstance(node, ast.ClassDef):
        yield from node.body
    elif isinstance(node, ast.AnnAssign):
        yield from filter(None, [node.value])
    elif isinstance(node, ast.Lambda):
        yield node.body
    elif isinstance(node, ast.Call):
        yield from [node.func, *node.args, *(item.value for item in node.keywords if item.arg not in UNMOVED)]
    else:
        yield from ast.iter_child_nodes(node)


def _changed(node: ast.expr | ast.stmt) -> Iterator[tuple[str, ast.expr | ast.stmt, str]]:
    """The changes of one node itself: (kind, what is replaced, by what)."""
    if isinstance(node, ast.Compare):
        for at, operator in enumerate(node.ops):
            for other in COMPARISONS[type(operator)]:
                changed = deepcopy(node)
                changed.ops[at] = other()
                yield "comparison", node, f"({ast.unparse(changed)})"
    elif isinstance(node, ast.BinOp) and type(node.op) in ARITHMETIC and not _is_text(node):
        changed_sum = deepcopy(node)
        changed_sum.op = ARITHMETIC[type(node.op)]()
        yield "arithmetic", node, f"({ast.unparse(changed_sum)})"
    elif isinstance(node, ast.BoolOp):
        swapped = deepcopy(node)
        swapped.op = ast.Or() if isinstance(node.op, ast.And) else ast.And()
        yield "and/or", node, f"({ast.unparse(swapped)})"
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        yield "not", node, f"({ast.unparse(node.operand)})"
    elif isinstance(node, ast.Constant):
        yield from (("constant", node, after) for after in _neighbours(node.value))
    elif isinstance(node, ast.Call):
        twin = deepcopy(node)
        if isinstance(twin.func, ast.Name) and twin.func.id in TWINS:
            twin.func.id = TWINS[twin.func.id]
            yield "twin", node, ast.unparse(twin)
        elif isinstance(twin.func, ast.Attribute) and twin.func.attr in TWINS:
            twin.func.attr = TWINS[twin.func.attr]
            yield "twin", node, ast.unparse(twin)
    yield from _of_condition(node)
    yield from _of_statement(node)


def _is_text(node: ast.BinOp) -> bool:
    """Whether a sum joins texts, as far as one sees."""
    sides = (node.left, node.right)
    return any(isinstance(side, ast.JoinedStr) or _says(side) for side in sides)


def _says(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


def _neighbours(value: object) -> list[str]:
    if isinstance(value, bool):
        return [str(not value)]
    if isinstance(value, int):
        return [str(value + 1), f"({value - 1})"]
    return [repr(value + 1)] if isinstance(value, float) else []


def _of_condition(node: ast.AST) -> Iterator[tuple[str, ast.expr | ast.stmt, str]]:
    """Negated conditions, where no other change negates them."""
    tests: list[ast.expr] = []
    if isinstance(node, (ast.If, ast.While, ast.IfExp)):
        tests = [node.test]
    elif isinstance(node, (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)):
        tests = [test for loop in node.generators for test in loop.ifs]
    for test in tests:
        if not isinstance(test, (ast.Compare, ast.UnaryOp, ast.Constant)):
            yield "condition", test, f"(not ({ast.unparse(test)}))"


def _of_statement(node: ast.AST) -> Iterator[tuple[str, ast.expr | ast.stmt, str]]:
    """Answers that are lost, and statements that are left out."""
    if isinstance(node, ast.Return) and node.value is not None and not isinstance(node.value, ast.Constant):
        yield "return", node.value, "None"
    elif (
        (isinstance(node, ast.Expr) and isinstance(node.value, ast.Call))
        or isinstance(node, (ast.AugAssign, ast.Delete, ast.Raise))
        or (isinstance(node, ast.Assign) and all(isinstance(to, (ast.Attribute, ast.Subscript)) for to in node.targets))
    ):
        yield "statement", node, "pass"
    elif isinstance(node, ast.Continue):
        yield "statement", node, "break"
    elif isinstance(node, ast.Break):
        yield "statement", node, "continue"
