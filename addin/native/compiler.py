"""Puts the tabs of a workbook together: one per function, and the tabs that they read."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from addin.native import (
    arrivals,
    days,
    lead_times,
    names,
    notes,
    people,
    replenishment,
    sku_parts,
    slots,
    stock,
    targets,
)
from addin.native.definition import Native
from addin.native.expression import ROW
from addin.native.rulebook import NoNative, RuleBook
from addin.native.tab import Tab
from addin.registry.entry import Entry
from rules.errors import Text
from rules.policy.models import Rules

LONGEST = 8192
"""Characters that a cell's formula may have."""

_NATIVE: dict[str, Native] = {
    native.name: native
    for module in (names, sku_parts, notes, lead_times, arrivals, stock, slots, targets, replenishment, people, days)
    for native in module.NATIVE
}

_WHY_NOT = {
    "EXPLAIN": Text("解释要读规则库,公式做不到", "explaining reads the rule book itself"),
    "SKUFROM": Text("从一句话里认品名要中文分词和词典", "reading a sentence needs a dictionary of words"),
}
_NOT_YET = Text("没有原生公式的写法", "has no native formula")


@dataclass(frozen=True)
class Compiled:
    """One function: its tab, or why it has none."""

    entry: Entry
    tab: Tab | None
    why_not: Text | None = None
    outside: Text | None = None

    @property
    def formula(self) -> str | None:
        """The answer's formula in the first row, the answers' of a spill one after the other."""
        if self.tab is None:
            return None
        answers = [column.formula for column in self.tab.columns if column.is_answer]
        return " ¦ ".join(f"={str(formula).replace(ROW, '2')}" for formula in answers)

    def as_json(self, lang: str) -> dict[str, Any]:
        """One entry of `qlc compile --json`."""
        return {
            "function": self.entry.name,
            "rule": self.entry.rule or "all",
            "compiled": self.tab is not None,
            "why_not": self.why_not.say(lang) if self.why_not else None,
            "formula": self.formula,
            "tab": self.entry.name if self.tab else None,
        }


def compile_functions(
    entries: Iterable[Entry], policy: Rules, today: date | None = None
) -> tuple[RuleBook, list[Compiled]]:
    """Every function with its tab; `today` fixes the cell 今天, which is the volatile TODAY() otherwise."""
    book = RuleBook(policy, today)
    return book, [_compiled(entry, book) for entry in entries]


def _compiled(entry: Entry, book: RuleBook) -> Compiled:
    native = _NATIVE.get(entry.name)
    if native is None:
        return Compiled(entry, None, _WHY_NOT.get(entry.name, _NOT_YET))
    try:
        return Compiled(entry, _tab(entry, native, book), outside=native.outside)
    except NoNative as reason:
        return Compiled(entry, None, Text(reason.zh, reason.en))


def _tab(entry: Entry, native: Native, book: RuleBook) -> Tab:
    tab = Tab(entry, book, max(1, len(native.titles)), native.pairs)
    arguments = tab.arguments()
    body = native.body(tab, *arguments)
    formulas = body if isinstance(body, list) else [body]
    tab.answer([tab.guarded(arguments, formula) for formula in formulas], native.titles, native.forms)
    for column in tab.columns:
        if column.formula and len(column.formula.text) > LONGEST - 200:
            raise NoNative(f"公式太长({column.title})", f"the formula is too long ({column.title})")
    return tab


def rows_of(compiled: Compiled, given: Sequence[Sequence[Any]], blank_rows: int = 0) -> list[list[Any]]:
    """The tab's rows below its titles: what is given, each row with its formulas; then empty ones."""
    tab = compiled.tab
    if tab is None:
        return []
    inputs = sum(column.formula is None for column in tab.columns)
    rows = []
    for number, written in enumerate([*given, *([()] * blank_rows)], 2):
        cells = [*written, *([None] * (inputs - len(written)))]
        formulas = [f"={column.formula.text.replace(ROW, str(number))}" for column in tab.columns if column.formula]
        rows.append([*cells, *formulas])
    return rows
