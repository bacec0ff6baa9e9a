"""Which changes are made of a source, and that they are made at their place."""

import ast

import pytest

from tests.mutations.changes import changes

CASES = {
    "a < b": {"(a <= b)", "(a >= b)"},
    "a >= b": {"(a > b)", "(a < b)"},
    "a == b": {"(a != b)"},
    "a not in b": {"(a in b)"},
    "a is None": {"(a is not None)"},
    "a < b < c": {"(a <= b < c)", "(a >= b < c)", "(a < b <= c)", "(a < b >= c)"},
    "a + b": {"(a - b)"},
    "a - b": {"(a + b)"},
    "a * b": {"(a / b)"},
    "a // b": {"(a * b)"},
    "a | b": {"(a & b)"},
    "a + 'x'": set(),
    "a and b or c": {"((a and b) and c)", "(a or b)"},
    "not a": {"(a)"},
    "7": {"8", "(6)"},
    "2.5": {"3.5"},
    "True": {"False"},
    "'text'": set(),
    "f'{a < b}'": set(),
    "min(a, b)": {"max(a, b)"},
    "a.startswith(b)": {"a.endswith(b)"},
    "a if b else c": {"(not b)"},
    "[a for a in b if c(a)]": {"(not c(a))"},
    "zip(a, b, strict=True)": set(),
    "Code('X-001', 1)": set(),
}


@pytest.mark.parametrize("written", CASES)
def test_changes_of_an_expression(written):
    found = {change.after for change in changes("m.py", f"x = {written}\n")}
    alike = {f"({ast.unparse(ast.parse(text))})" for text in CASES[written]}
    assert {f"({ast.unparse(ast.parse(text))})" for text in found} == alike


STATEMENTS = '''
"""库存 <= 1"""
from typing import TYPE_CHECKING
if TYPE_CHECKING:
    import x
LIMIT: int = 5

class 仓:
    @cache(3)
    def 数(self, a: "list[int]", b=1) -> "int | None":
        """Docs 2."""
        self.a = b
        a += b
        del b
        店.append(a)
        while a:
            continue
        if a: raise 错误
        return 店, a
'''


def test_changes_of_statements_and_what_is_left_alone():
    found = [(change.kind, change.line, change.before, change.after) for change in changes("m.py", STATEMENTS)]
    assert found == [
        ("constant", 6, "5", "(4)"),
        ("constant", 6, "5", "6"),
        ("constant", 10, "1", "(0)"),
        ("constant", 10, "1", "2"),
        ("statement", 12, "self.a = b", "pass"),
        ("statement", 13, "a += b", "pass"),
        ("statement", 14, "del b", "pass"),
        ("statement", 15, "店.append(a)", "pass"),
        ("condition", 16, "a", "(not (a))"),
        ("statement", 17, "continue", "break"),
        ("condition", 18, "a", "(not (a))"),
        ("statement", 18, "raise 错误", "pass"),
        ("return", 19, "店, a", "None"),
    ]
    assert {change.where for change in changes("m.py", STATEMENTS)} == {"", "仓.数"}


def test_a_change_is_made_at_its_place_and_nowhere_else():
    whole = STATEMENTS.splitlines()
    for change in changes("m.py", STATEMENTS):
        changed = change.applied(STATEMENTS)
        ast.parse(changed)
        assert [at for at, line in enumerate(changed.splitlines()) if line != whole[at]] == [change.line - 1]
