"""The calls of our functions inside one cell's formula, each with values in place of its references."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import NamedTuple

from addin.commands.command import Desk
from addin.functions.formula import LONGEST, too_much
from addin.functions.places import Place
from addin.functions.recalculation import Left, Sheets
from addin.registry.catalogue import SPELLINGS, find
from addin.registry.entry import Context
from rules.answer import Fault
from sheets_schema.formulas import neutral
from sheets_schema.grid.contents import Grid

_TOKEN = re.compile(
    r"""(?P<quoted>"(?:[^"]|"")*"|'(?:[^']|'')*')|(?P<name>[^\W\d][\w.]*)(?=\s*\()|(?P<mark>[()])|[\w.]+"""
)


class CellCall(NamedTuple):
    """One call: as it is written, and with values, or why those can't be put in."""

    written: str
    formula: str
    why: Fault | None = None


def calls_of(formula: str) -> Iterator[str]:
    """The outermost calls of our functions in a formula of any host, without ``=``.

    >>> list(calls_of('IF(A2="","",备货周期(A2,LEADTIME(B2,")")))&SUM(C1)'))
    ['LEADTIME(A2,LEADTIME(B2,")"))']
    """
    text = neutral(formula, SPELLINGS)
    start, depth = -1, 0
    for token in _TOKEN.finditer(text):
        if token["name"] and start < 0 and find(token["name"]) is not None:
            start, depth = token.start(), 0
        elif start >= 0 and token["mark"]:
            depth += 1 if token["mark"] == "(" else -1
            if depth == 0:
                yield text[start : token.end()]
                start = -1


def cell_calls(desk: Desk, tab: str, row: int, column: int, formula: str) -> list[CellCall]:
    """The calls of a cell's formula, with what the cells that they read show.

    Where the file awaits its calculation, the formulas that they read are answered first, and what can't be
    answered is not taken. Too long a formula is one call with F-601.
    """
    if len(formula) > LONGEST:
        return [CellCall(f"{formula[:60]}…", "", too_much(len(formula), "个字符", "characters", LONGEST))]
    tabs = {name.casefold(): name for name in desk.store.tabs()}
    grids: dict[str, Grid] = {tab: desk.store.read(tab)}
    awaits = grids[tab].awaits_calculation
    place = Place(tab, row, column)
    answer = []
    for call in calls_of(formula):
        sheets = _with_call(grids, place, call, desk.here)
        others = {reference.tab for reference in sheets.shapes[place].references if reference.tab is not None}
        wanted = {name for other in others if (name := tabs.get(other.casefold())) is not None}
        if missing := (set(tabs.values()) if awaits else wanted) - grids.keys():
            grids |= {name: desk.store.read(name) for name in missing}
            sheets = _with_call(grids, place, call, desk.here)
        if awaits:
            sheets.answer(place)
        left = sheets.answers.get(place)
        try:
            why = left.why if isinstance(left, Left) else None
            answer.append(CellCall(call, f"={call}" if why else sheets.explained(place), why))
        except Fault as fault:
            answer.append(CellCall(call, f"={call}", fault))
    return answer


def _with_call(grids: Mapping[str, Grid], place: Place, call: str, here: Context) -> Sheets:
    """The tabs with the call alone in its cell; the others' formulas count only where they await their calculation."""
    own = {
        name: grid if grid.awaits_calculation else replace(grid, formulas={}, arrays={}) for name, grid in grids.items()
    }
    tab = own[place.tab]
    formulas = {**tab.formulas, (place.row, place.column): call}
    arrays = {cell: ref for cell, ref in tab.arrays.items() if cell != (place.row, place.column)}
    return Sheets(own | {place.tab: replace(tab, formulas=formulas, arrays=arrays)}, here)
