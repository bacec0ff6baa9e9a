"""Formulas of a sheet by their shape: those that say the same of other rows are read once.

A shape is a formula whose references became names, with each reference as it lies from the formula's
own cell. Whether the add-in can answer it, and why not, is a matter of the shape.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import NamedTuple

from addin.functions.formula import LONGEST, parse, too_much
from addin.functions.places import Area
from addin.functions.tree import Call, Name, Node, Operation, nodes
from addin.registry.catalogue import SPELLINGS, find
from addin.registry.entry import Kind
from rules.answer import Fault
from rules.errors import Code
from sheets_schema.formulas import neutral
from sheets_schema.grid.address import COLUMN, LAST_COLUMN, LAST_ROW

H_OTHER_FUNCTION = Code(
    "H-080",
    "公式里有别的函数 {found}",
    "the formula uses another function, {found}",
    "在表格软件里打开后重算",
    "let a spreadsheet program compute it",
)
H_OTHER_PLACE = Code(
    "H-081",
    "公式用了这里看不到的东西:{found}",
    "the formula uses what can't be seen from here: {found}",
    "在表格软件里打开后重算",
    "let a spreadsheet program compute it",
)

_CELL = r"\$?[A-Za-z]{1,3}\$?[1-9]\d{0,6}"
_TOKEN = re.compile(
    rf"""
      (?P<text>"(?:[^"]|"")*")
    | (?P<tab>(?:'(?:[^']|'')+'|[^\W\d][\w.]*)!)?
      (?P<area>{_CELL}(?::{_CELL})?|\$?[A-Za-z]{{1,3}}:\$?[A-Za-z]{{1,3}}|\$?[1-9]\d*:\$?[1-9]\d*)(?![\w.(!:\[#])
    | (?P<word>\[(?:[^\[\]]|\[[^\]]*\])*\][\w.]*(?:![\w$:]+)?|'(?:[^']|'')*'!?[\w$]*|[\w.$\\]+!?)
    """,
    re.VERBOSE,
)
_CALLED = re.compile(r"\s*\(")
LOOKING = frozenset({"INDIRECT", "OFFSET", "ANCHORARRAY"})
"""Functions that read cells which no reference of the formula names."""
_PARTS = re.compile(r"(\$?)([A-Za-z]*)(\$?)(\d*)")


class Reference(NamedTuple):
    """Where an area lies. `tab` is None for the formula's own; each edge is a number, fixed or from the formula's cell."""

    tab: str | None
    edges: tuple[int, int, int, int]
    """Top, left, bottom, right."""
    fixed: tuple[bool, bool, bool, bool]
    is_cell: bool

    def area(self, tab: str, row: int, column: int) -> Area | None:
        """The area for a formula in a cell; None beyond the sheet's edges."""
        (top, left, bottom, right), fixed = self.edges, self.fixed
        own = self.tab if self.tab is not None else tab
        if self.is_cell:
            top, left = top if fixed[0] else top + row, left if fixed[1] else left + column
            inside = 1 <= top <= LAST_ROW and 0 <= left <= LAST_COLUMN
            return Area(own, top, left, top, left) if inside else None
        top, bottom = top if fixed[0] else top + row, bottom if fixed[2] else bottom + row
        left, right = left if fixed[1] else left + column, right if fixed[3] else right + column
        if (
            min(top, bottom) < 1
            or min(left, right) < 0
            or max(top, bottom) > LAST_ROW
            or max(left, right) > LAST_COLUMN
        ):
            return None
        return Area(own, min(top, bottom), min(left, right), max(top, bottom), max(left, right))


@dataclass(frozen=True, eq=False)
class Shape:
    """One formula of many cells.

    `why` says why it is left to a spreadsheet program, None when it is not; `tree` is None then.
    `names` are those of `references` in the tree. `asks_formula` are the names whose cell's formula is
    meant rather than its value (EXPLAIN). `elsewhere` are the words that stand for cells which no reference
    names: defined names, tables, functions that look further. `crossed` is the name of a range that stands where one cell is meant.
    """

    text: str
    names: tuple[str, ...]
    references: tuple[Reference, ...]
    tree: Node | None
    why: Fault | None
    calls_ours: bool
    asks_formula: frozenset[str]
    elsewhere: tuple[str, ...]
    crossed: str


class Shapes:
    """The shapes seen so far."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, tuple[Reference, ...]], Shape] = {}

    def shape(self, formula: str, row: int, column: int) -> Shape:
        """The shape of the formula of a cell."""
        references: list[Reference] = []
        words: list[str] = []
        called: set[str] = set()

        def placed(match: re.Match[str]) -> str:
            if match["area"]:
                references.append(_reference(match["tab"], match["area"], row, column))
                return f"_ref{len(references) - 1}"
            if match["word"] and not match["word"][0].isdigit():
                if _CALLED.match(match.string, match.end()):
                    called.add(match["word"].upper())
                else:
                    words.append(match["word"])
            return match[0]

        text = _TOKEN.sub(placed, neutral(formula, SPELLINGS))
        key = (text, tuple(references))
        if key not in self._known:
            too_long = too_much(len(formula), "个字符", "characters", LONGEST) if len(formula) > LONGEST else None
            self._known[key] = _read(text, tuple(references), words, called, too_long)
        return self._known[key]


def _reference(tab: str | None, written: str, row: int, column: int) -> Reference:
    first, _, last = written.partition(":")
    one, two = _PARTS.match(first), _PARTS.match(last or first)
    if one is None or two is None:
        raise ValueError(written)
    edges, fixed = [], []
    for part, top, left in ((one, 1, 0), (two, LAST_ROW, LAST_COLUMN)):
        letters, digits = part[2].upper(), part[4]
        row_is_fixed = bool(part[3] if letters else part[1]) or not digits
        column_is_fixed = bool(part[1]) or not letters
        edges += [
            (int(digits) - (0 if row_is_fixed else row)) if digits else top,
            (COLUMN[letters] - (0 if column_is_fixed else column)) if letters else left,
        ]
        fixed += [row_is_fixed, column_is_fixed]
    name = None if tab is None else _tab(tab)
    return Reference(name, tuple(edges), tuple(fixed), not last and bool(one[2] and one[4]))  # type: ignore[arg-type]


def _tab(written: str) -> str:
    name = written[:-1]
    return name[1:-1].replace("''", "'") if name.startswith("'") else name


def _read(
    text: str, references: tuple[Reference, ...], words: list[str], called: set[str], too_long: Fault | None
) -> Shape:
    names = tuple(f"_ref{place}" for place in range(len(references)))
    strange = [word for word in words if word.upper() not in ("TRUE", "FALSE")]
    tree: Node | None = None
    why = too_long
    if strange and not why:
        why = Fault("#NAME?", H_OTHER_PLACE, found=strange[0][:60])
    if not why:
        try:
            tree = parse(text, names)
        except Fault as fault:
            why = fault
    found = list(nodes(tree)) if tree else []
    calls = [node for node in found if isinstance(node, Call)]
    other = next((call.name for call in calls if find(call.name) is None), None)
    if other:
        tree, why = None, Fault("#NAME?", H_OTHER_FUNCTION, found=other)
    asked = {
        node.text
        for call in calls
        if (entry := find(call.name))
        for arg, node in zip(entry.args, call.arguments, strict=False)
        if arg.kind is Kind.FORMULA and isinstance(node, Name)
    }
    ranges = {name for name, reference in zip(names, references, strict=True) if not reference.is_cell}
    single = [*found[:1], *(part for node in found if isinstance(node, Operation) for part in node.operands)]
    return Shape(
        text,
        names,
        references,
        tree,
        why,
        any(find(word) for word in called),
        frozenset(asked),
        (*strange, *sorted(called & LOOKING)),
        next((part.text for part in single if isinstance(part, Name) and part.text in ranges), ""),
    )
