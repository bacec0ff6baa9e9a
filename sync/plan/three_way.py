"""The three-way plan of one tab: last agreed values, sheet, ERP -> what to write, what to ask.

Pure and columnar: rows are joined once by key; each column is compared once as a whole, and only the
cells that differ are looked at again. Semantics: design `sync.md`, "Who owns a column" and "Rows".
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

import numpy as np

from sheets_schema.cells import Value, equal
from sheets_schema.model import Rows
from sheets_schema.table import Table
from sync.plan.compare import BoolArray, IntArray, differ, gather
from sync.plan.decide import Rule, decide, kept, rule_of
from sync.plan.keys import Key, Keyed, absent, data_rows, keys, match
from sync.plan.outcome import MergePlan, Rules, Theirs, unknown_cells


def plan(
    base: Table | None,
    ours: Table,
    theirs: Theirs,
    rules: Rules,
    *,
    formulas: Mapping[str, BoolArray] | None = None,
    pins: Mapping[tuple[Key, str], Collection[Value] | None] | None = None,
    pinned_rows: Mapping[Key, Mapping[str, Collection[Value]]] | None = None,
    lost: bool = False,
) -> MergePlan:
    """What a round would do to a tab.

    `base` None is first contact: every cell was last agreed to be blank, so blanks are filled and what
    differs is a conflict. With `lost` nothing is known of the past (`base` is not looked at): every cell that differs is a
    conflict, a blank one too, and a people's column stays as it is.

    `formulas` masks the sheet's cells that hold formulas: never written, never read, one finding each
    in ERP columns. `pins` holds, per cell, the ERP's values that a person turned down (or undid): while the
    ERP says one of them, the cell is left alone (with None whatever it says). `pinned_rows` holds the same
    for rows: a key is not appended while the ERP's row says pinned values throughout. A pin whose value
    moved, whose cell now equals the ERP's, or whose row the sheet has, is in `Plan.void_pins`.

    Raises:
        Error: M-003 a key column is missing.
        Refused: M-001 duplicate keys, M-002 an incomplete key above the last complete one.
    """
    base = None if lost else base
    ours_keyed, theirs_keyed = data_rows(ours, rules.key), data_rows(theirs.table, rules.key)
    found = match(ours_keyed, theirs_keyed)
    both = found >= 0
    pairs = ours_keyed.rows[both], found[both], _agreed_rows(base, ours_keyed.only(both))
    step = _Columns(base, ours, theirs, rules, pairs, lost, formulas or {}, pins or {})
    for title in rules.owners:
        if title in ours.data and title in theirs.table.data and title not in rules.key:
            step.column(title)
    new = theirs_keyed.rows[absent(found, theirs_keyed) & (rules.rows is Rows.ERP)]
    new, void_rows = _unpinned(theirs, new, rules.key, pinned_rows or {})
    void_rows += _there(ours_keyed, pinned_rows or {})
    return MergePlan(
        rules,
        base,
        ours,
        theirs,
        lost,
        pairs,
        step.taken,
        step.clashing,
        step.formula_cells,
        step.agreed,
        ours_keyed.rows,
        new,
        step.held,
        [*step.void, *void_rows],
    )


def _agreed_rows(base: Table | None, ours: Keyed) -> IntArray:
    if base is None or not base.columns:
        return np.full(len(ours.rows), -1, dtype=np.intp)
    return match(ours, data_rows(base, ours.key))


class _Columns:
    """Plans column after column over the rows that both sides have."""

    def __init__(
        self,
        base: Table | None,
        ours: Table,
        theirs: Theirs,
        rules: Rules,
        pairs: tuple[IntArray, IntArray, IntArray],
        lost: bool,
        formulas: Mapping[str, BoolArray],
        pins: Mapping[tuple[Key, str], Collection[Value] | None],
    ) -> None:
        self._base, self._ours, self._theirs, self._rules = base, ours, theirs, rules
        self._pairs, self._lost, self._formulas = pairs, lost, formulas
        self._pins: dict[str, list[tuple[Key, Collection[Value] | None]]] = {}
        for (key, title), values in pins.items():
            self._pins.setdefault(title, []).append((key, values))
        self._at = {key: at for at, key in enumerate(keys(ours, rules.key, pairs[0]))} if pins else {}
        self.taken: dict[str, IntArray] = {}
        self.clashing: dict[str, IntArray] = {}
        self.formula_cells: dict[str, IntArray] = {}
        self.agreed: dict[str, BoolArray] = {}
        self.void: list[tuple[Key, str]] = []
        self.held = 0

    def column(self, title: str) -> None:
        """Plans one column that both sides have."""
        rule = self._rule(title)
        if rule is Rule.PEOPLE:
            return
        ours_at, theirs_at, base_at = self._pairs
        ours, theirs = self._ours.data[title][ours_at], self._theirs.table.data[title][theirs_at]
        unequal = differ(ours, theirs, self._ours.types(title) | self._theirs.table.types(title))
        said = self._said(title)
        plain_cell = said
        if title in self._formulas:
            formula = self._formulas[title][ours_at]
            plain_cell = said & ~formula
            if rule is not Rule.PREFILL:
                self._put(self.formula_cells, title, np.flatnonzero(formula & said))
        self.agreed[title] = ~unequal & plain_cell
        open_cells = self._without_pinned(title, np.flatnonzero(unequal & plain_cell), said)
        if not len(open_cells):
            return
        mine, erp = ours[open_cells], theirs[open_cells]
        past = None if self._lost else gather(self._base.data.get(title) if self._base else None, base_at[open_cells])
        take, clash = decide(rule, kept(mine, past), kept(erp, past))
        if rule is Rule.PUT_BACK and past is not None:
            ask = unknown_cells(past)
            take, clash = take & ~ask, clash | ask
        self._put(self.taken, title, open_cells[take])
        self._put(self.clashing, title, open_cells[clash])

    def _rule(self, title: str) -> Rule:
        rule = rule_of(self._rules.owners[title])
        if rule is Rule.PUT_BACK and (self._lost or self._base is None):
            return Rule.ERP  # nobody has agreed to anything yet: ask
        return rule

    def _said(self, title: str) -> BoolArray:
        mask = self._theirs.known.get(title)
        return np.ones(len(self._pairs[1]), dtype=bool) if mask is None else mask[self._pairs[1]]

    def _without_pinned(self, title: str, open_cells: IntArray, said: BoolArray) -> IntArray:
        """The cells that no pin holds back; pins that hold nothing any more are noted."""
        holding = []
        for key, values in self._pins.get(title, ()):
            at = self._at.get(key)
            if at is None or not said[at]:
                continue
            says = self._theirs.table.value(title, int(self._pairs[1][at]))
            if values is None or (not self.agreed[title][at] and _among(says, values)):
                holding.append(at)
            else:
                self.void.append((key, title))
        if not holding:
            return open_cells
        free: IntArray = open_cells[~np.isin(open_cells, holding)]
        self.held += len(open_cells) - len(free)
        return free

    @staticmethod
    def _put(into: dict[str, IntArray], title: str, cells: IntArray) -> None:
        if len(cells):
            into[title] = cells


def _unpinned(
    theirs: Theirs, new: IntArray, key: Sequence[str], pinned: Mapping[Key, Mapping[str, Collection[Value]]]
) -> tuple[IntArray, list[tuple[Key, str]]]:
    """New rows that may be appended, and row pins (column "") that the ERP has moved on from."""
    if not pinned:
        return new, []
    free, void = [], []
    for words, row in zip(keys(theirs.table, key, new), new.tolist(), strict=True):
        if words not in pinned:
            free.append(row)
        elif not _says(theirs, row, pinned[words]):
            free.append(row)
            void.append((words, ""))
    return np.array(free, dtype=np.intp), void


def _there(ours: Keyed, pinned: Mapping[Key, Mapping[str, Collection[Value]]]) -> list[tuple[Key, str]]:
    """Pins of rows that the sheet has all the same: a person brought them, or nobody saved their removal."""
    return [(key, "") for key in ours.words() if key in pinned] if pinned else []


def _says(theirs: Theirs, row: int, pinned: Mapping[str, Collection[Value]]) -> bool:
    """Whether the ERP's row still says pinned values; what it does not know has not moved."""
    for title, values in pinned.items():
        known = title in theirs.table.data and (title not in theirs.known or bool(theirs.known[title][row]))
        if known and not _among(theirs.table.value(title, row), values):
            return False
    return True


def _among(value: Value, others: Collection[Value]) -> bool:
    return any(equal(value, other) for other in others)
