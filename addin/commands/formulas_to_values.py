"""公式转数值, 恢复公式: for colleagues without the add-in. The formulas' texts stay in a hidden tab of the workbook.

A formula comes back only where its cell still holds the value that was put there.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from addin.commands.command import ButtonReport, Command, Desk, Plan, Preview, Selection, ShownChange
from addin.commands.list_tab import existing, rewritten
from addin.functions.cell_values import as_cell
from addin.functions.places import Place
from addin.functions.recalculation import Left, Sheets
from addin.registry.catalogue import SPELLINGS
from rules.errors import Code, Text
from sheets_schema.cells import equal, meaning
from sheets_schema.formulas import Host, for_host, neutral
from sheets_schema.grid.address import cell_name, parse_cell, parse_range
from sheets_schema.grid.contents import Grid
from sheets_schema.grid.edits import UNSET, ArrayFormula, CellEdit, Formula
from sheets_schema.model import Type
from sheets_schema.problems import Problem

KEPT_TAB = "_公式"
HEADER = ("表", "格子", "公式", "数组范围", "数值")

K_NOT_COMPUTED = Code(
    "K-040",
    "还没有算出数值:{found}",
    "not computed yet: {found}",
    "在表格软件里打开重算后保存,再转",
    "recalculate and save it in a spreadsheet program first",
)
K_EDITED = Code(
    "K-041",
    "这一格改过,没有恢复公式 {found}",
    "the cell was changed since; {found} was not restored",
    "要恢复就把公式粘回去",
    "paste the formula if you want it back",
)
K_PART = Code(
    "K-042",
    "数组公式 {found} 只选中了一部分",
    "only a part of the array formula {found} is selected",
    "把它整个选中",
    "select all of it",
)


@dataclass(frozen=True)
class Kept:
    """A formula that gave way to its value: cell, text without ``=``, its range where it is an array."""

    tab: str
    cell: str
    formula: str
    ref: str
    value: Any

    @property
    def place(self) -> tuple[int, int] | None:
        """Row from 1 and column from 0; None for what is no address."""
        return parse_cell(self.cell)

    def row(self) -> tuple[Any, ...]:
        """The row on the hidden tab."""
        return self.tab, self.cell, f"={self.formula}" if self.formula else None, self.ref or None, self.value


def is_ours(formula: str) -> bool:
    """Whether a formula calls a function of the catalogue, in any host's spelling.

    >>> is_ours('IF(A2="",LEADTIME(A2),1)'), is_ours('LEN("LEADTIME(A2)")'), is_ours("备货周期(A2)")
    (True, False, True)
    """
    return for_host(formula, Host.OFFICE_JS, SPELLINGS) != for_host(formula, Host.LIBREOFFICE, SPELLINGS)


def to_values(desk: Desk) -> Preview:
    """Our formulas of the selection (a single cell: of the tab) become the values that they show.

    A formula that nobody has computed is answered here where that can be done, else listed (K-040).
    """
    grid = desk.store.read(desk.selection.tab)
    wanted = [
        place for place in sorted(grid.formulas) if _covers(desk.selection, place) and is_ours(grid.formulas[place])
    ]
    shown = _Shown(desk, grid)
    kept: list[Kept] = []
    edits: list[CellEdit] = []
    problems: list[Problem] = []
    for place in wanted:
        area = parse_range(grid.arrays.get(place) or cell_name(*place))
        cells = list(area.cells()) if area else [place]
        ref = grid.arrays.get(place, "")
        if not all(_covers(desk.selection, cell) for cell in cells):
            problems.append(_problem(desk, K_PART, place, found=ref))
            continue
        values = [shown.value(cell) for cell in cells]
        if isinstance(left := values[0], Left):
            why = Text(left.why.message("zh"), left.why.message("en"))
            problems.append(_problem(desk, K_NOT_COMPUTED, place, found=why))
            continue
        for cell, value in zip(cells, values, strict=True):
            edits.append(CellEdit(grid.name, *cell, value, _expected(grid, cell)))
            formula, of = (grid.formulas[place], ref) if cell == place else ("", ref)
            kept.append(Kept(grid.name, cell_name(*cell), formula, of, value))
    count = len({edit.name for edit in edits})
    title = Text(f"{count} 格公式转成数值", f"{count} cells become values")
    if not wanted:
        title = Text("选中的格子里没有本产品的公式", "no formula of this product is selected")
    changes = tuple(
        ShownChange(edit.name, f"={item.formula}" if item.formula else None, edit.value)
        for edit, item in zip(edits, kept, strict=True)
    )
    where = Text(
        f"公式记在隐藏的表“{KEPT_TAB}”里,随时可以恢复", f"the formulas are kept in the hidden tab “{KEPT_TAB}”"
    )
    plan = Plan(desk.store.version(), tuple(edits))
    if kept:
        fresh = {(item.tab, item.cell) for item in kept}
        rest = [item for item in _read(desk) if (item.tab, item.cell) not in fresh]
        plan = _with_kept(desk, plan, [*rest, *kept])
    report = ButtonReport(title, changes, tuple(problems), (where,) if kept else ())
    return Preview(report, plan)


def to_formulas(desk: Desk) -> Preview:
    """The kept formulas of the selection (a single cell: of the tab) go back; those put back are forgotten."""
    tab = desk.selection.tab
    grid = desk.store.read(tab)
    edits: list[CellEdit] = []
    changes: list[ShownChange] = []
    problems: list[Problem] = []
    rest: list[Kept] = []
    kept = _read(desk)
    groups = _groups(kept, tab)
    for item in kept:
        group = groups.get((item.tab, item.ref or item.cell), [])
        if item.tab != tab or not group or not all(_covers(desk.selection, one.place) for one in group):
            rest.append(item)
            continue
        if not item.formula:
            continue
        stands = grid.formulas.get(item.place or (0, 0))
        if stands is not None and neutral(stands, SPELLINGS) == neutral(item.formula, SPELLINGS):
            continue
        if any(not _still(grid, one) for one in group):
            problems.append(_problem(desk, K_EDITED, item.place, found=f"={item.formula}"))
            rest += group
            continue
        for one in group:
            row, column = one.place or (0, 0)
            value = _formula(item) if one is item else one.value
            edits.append(CellEdit(tab, row, column, value, UNSET if value is None else one.value))
        changes.append(ShownChange(edits[-len(group)].name, item.value, f"={item.formula}"))
    title = Text(f"恢复 {len(changes)} 个公式", f"{len(changes)} formulas come back")
    if not changes and not problems:
        title = Text("选中的格子没有记下要恢复的公式", "no formula of these cells is kept")
    plan = Plan(desk.store.version(), tuple(edits))
    if len(rest) != len(kept):
        plan = _with_kept(desk, plan, rest, forgets=True)
    return Preview(ButtonReport(title, tuple(changes), tuple(problems)), plan)


def _groups(kept: list[Kept], tab: str) -> dict[tuple[str, str], list[Kept]]:
    """The cells of each formula: one, or all of an array, its first cell first."""
    groups: dict[tuple[str, str], list[Kept]] = {}
    for item in kept:
        if item.tab == tab and item.place is not None:
            groups.setdefault((item.tab, item.ref or item.cell), []).append(item)
    return groups


def _formula(item: Kept) -> Formula:
    return ArrayFormula(item.formula, item.ref) if item.ref else Formula(item.formula)


def _still(grid: Grid, item: Kept) -> bool:
    """Whether a cell holds the value that was put there, and no formula."""
    place = item.place or (0, 0)
    now = grid.value(*place)
    same = type(now) is type(item.value) and equal(meaning(now, Type.TEXT), meaning(item.value, Type.TEXT))
    return place not in grid.formulas and same


class _Shown:
    """What formulas show: the value that the document has, else our own answer."""

    def __init__(self, desk: Desk, grid: Grid) -> None:
        self._desk = desk
        self._grid = grid
        self._sheets: Sheets | None = None

    def value(self, cell: tuple[int, int]) -> Any:
        """A cell's value; None for a blank, `Left` where nobody can say.

        What a file shows that awaits its calculation is not taken.
        """
        cached = self._grid.value(*cell)
        if cached is not None and not self._grid.awaits_calculation:
            return cached
        if self._sheets is None:
            store = self._desk.store
            grids = {tab: store.read(tab) for tab in store.tabs()}
            self._sheets = Sheets(grids, self._desk.here)
            self._sheets.solve()
        place = Place(self._grid.name, *cell)
        first = self._sheets.first(place)
        answer = self._sheets.answers.get(first)
        if answer is None or isinstance(answer, Left):
            return answer
        return as_cell(self._sheets.shown(first, place))


def _expected(grid: Grid, cell: tuple[int, int]) -> Any:
    return UNSET if cell in grid.formulas else grid.value(*cell)


def _covers(selection: Selection, place: tuple[int, int] | None) -> bool:
    """Whether a cell is selected; a single selected cell means the whole tab."""
    if (selection.top, selection.left) == (selection.bottom, selection.right):
        return True
    return place is not None and selection.covers(place[0]) and selection.left <= place[1] <= selection.right


def _problem(desk: Desk, code: Code, place: tuple[int, int] | None, **facts: Any) -> Problem:
    row, column = place or (0, 0)
    name = cell_name(row, column) if place else None
    return Problem(code, desk.file or None, desk.selection.tab, name, row or None, facts=facts)


def _read(desk: Desk) -> list[Kept]:
    """What the hidden tab holds."""
    tab = existing(desk.store, KEPT_TAB)
    return [] if tab is None else list(_kept_rows(desk.store.read(tab)))


def _kept_rows(grid: Grid) -> Iterator[Kept]:
    for number in grid.numbers:
        tab, cell, formula, ref, value = (grid.value(number, column) for column in range(len(HEADER)))
        if number > 1 and isinstance(tab, str) and isinstance(cell, str):
            yield Kept(tab, cell, str(formula or "").removeprefix("="), str(ref or ""), value)


def _with_kept(desk: Desk, plan: Plan, kept: list[Kept], *, forgets: bool = False) -> Plan:
    rows = [HEADER, *(item.row() for item in kept)]
    edits, tabs = rewritten(desk.store, KEPT_TAB, rows, hidden=True)
    record = existing(desk.store, KEPT_TAB) or KEPT_TAB
    return Plan(plan.version, (*plan.edits, *edits), plan.appends, tuple(tabs), record, forgets)


TO_VALUES = Command("formulas_to_values", to_values)
TO_FORMULAS = Command("values_to_formulas", to_formulas)
