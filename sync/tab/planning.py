"""One tab of a round: the three-way plan, a person's choices, new rows, marks, computed cells, guards.

Pure: takes what was read and remembered, answers what would be written and remembered.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from typing import Any

from rules.errors import Code, Refused
from rules.policy.loader import Config
from sheets_schema.cells import Value, cell_value
from sheets_schema.grid.address import letters
from sheets_schema.keys import looks
from sheets_schema.model import Column, Owner, Rows
from sheets_schema.problems import Problem
from sheets_schema.text_guards import guarded
from sync.files.told import TheirsOfTab
from sync.ingest.cleaning import is_total
from sync.ingest.meanings import meanings_of
from sync.plan import guards
from sync.plan.guards import Volume, check_volume
from sync.plan.keys import Key
from sync.plan.outcome import Append, MergePlan, Rules
from sync.plan.three_way import plan
from sync.state.pins import ALWAYS, Pin
from sync.tab.adopt import Adoption, ColumnAdoption
from sync.tab.choices import contact_again, settle
from sync.tab.fill import STATUS, mark_and_fill
from sync.tab.status import newly_gone
from sync.tab.tab_plan import Memory, TabPlan, change_of
from sync.tab.view import SheetView

S_FORMULA = Code(
    "S-020",
    "ERP 列里有公式,没有覆盖;ERP值 {erp}",
    "a formula stands in an ERP column and was left alone; the ERP says {erp}",
    "如果不需要公式,删掉它,下一轮会填 ERP 值",
    "delete the formula if it is not needed; the next round fills the ERP's value",
)
S_GONE = Code(
    "S-021",
    "ERP 不再列出 {found} 行:{keys}",
    "the ERP no longer lists {found} rows: {keys}",
    "这张表没有“同步状态”列,所以只在这里报告",
    "the tab has no 同步状态 column, so this is said only here",
)


def plan_tab(
    config: Config,
    workbook: str,
    view: SheetView,
    theirs: TheirsOfTab,
    memory: Memory,
    *,
    force: frozenset[str] = frozenset(),
    adopt: Adoption | None = None,
) -> TabPlan:
    """What a round would do to one tab. Writes nothing.

    With `adopt` on a tab that was adopted before it is contact again: what was taken back is asked anew.

    Raises:
        Refused: G-006 or G-007, too much would change; G-013, first contact without `adopt`.
    """
    first = memory.base is None and not memory.lost
    agreed = memory.base.table if memory.base and not memory.lost else None
    lifted: list[Pin] = []
    if adopt is not None and not first:
        memory, agreed, lifted = contact_again(memory, view, adopt)
    always = {pin.column for pin in memory.pins if pin.reason == ALWAYS and not pin.key}
    rules = Rules(view.sheet.key, view.sheet.rows, _owners(view, always))
    cells = [pin for pin in memory.pins if pin.column and pin.key]
    outcome = plan(
        agreed,
        view.table,
        theirs.side,
        rules,
        formulas=view.formulas,
        pins={(pin.key, pin.column): None if pin.reason == ALWAYS else pin.values for pin in cells},
        pinned_rows={pin.key: pin.row for pin in memory.pins if not pin.column},
        lost=memory.lost,
    )
    answer = TabPlan(workbook, view, theirs, memory, outcome, skipped=outcome.held)
    answer.pins_moved += [(pin.key, pin.column) for pin in lifted]
    if first or adopt is not None:
        answer.adoption = _adoption(view.sheet.name, outcome)
    if first and adopt is None and guards.G_ADOPT.id not in force and _matters(outcome):
        raise Held(answer)
    answer.changes += [
        change_of(answer, item.ours_row, item.column, item.after, "cell", item.theirs_row) for item in outcome.writes
    ]
    settle(answer, adopt or (Adoption() if first else None))
    _append_rows(answer)
    _tell_keyless(answer)
    _find_formulas(answer)
    _tell_gone(answer)
    mark_and_fill(answer, config.rules, meanings_of(config.site))
    if adopt is None and not first:
        marks = sum(change.kind == "mark" and newly_gone(change.before, change.after) for change in answer.changes)
        rows = len(view.table)
        check_volume(_volumes(answer), marks, rows, config.site.guards, force, file=workbook, tab=view.tab)
    return answer


class Held(Refused):
    """G-013: first contact with a tab, waiting for `qlc sync adopt`; `tab` says what it would do."""

    def __init__(self, answer: TabPlan) -> None:
        self.plan = answer
        fill, differ = (sum(getattr(item, name) for item in answer.adoption) for name in ("fill", "differ"))
        facts = {"fill": fill, "differ": differ, "workbook": answer.workbook}
        super().__init__(guards.G_ADOPT, file=answer.workbook, tab=answer.view.tab, **facts)


def _owners(view: SheetView, always: Collection[str]) -> dict[str, Column]:
    """The columns that the ERP may fill and the tab has; its key columns are not planned.

    In those of `always` a person's word counts without a question, as in a prefilled column.
    """
    columns = {title: view.sheet.by_title[title] for title in view.positions if title not in view.sheet.key}
    return {
        title: replace(column, owner=Owner.PEOPLE, prefill=True) if title in always else column
        for title, column in columns.items()
        if column.owner is Owner.ERP or column.prefill
    }


def _matters(outcome: MergePlan) -> bool:
    return bool(outcome.writes or outcome.conflicts or len(outcome.new_rows))


def _adoption(tab: str, outcome: MergePlan) -> list[ColumnAdoption]:
    fills = Counter(item.column for item in outcome.writes if item.before is None)
    differs = {title: len(at) for title, at in outcome.clashing.items()}
    titles = [title for title in outcome.rules.owners if fills.get(title) or differs.get(title)]
    return [ColumnAdoption(tab, title, fills.get(title, 0), differs.get(title, 0)) for title in titles]


def _append_rows(answer: TabPlan) -> None:
    view, rows = answer.view, _not_cleared(answer)
    if rows and view.below is not None:
        titles = sorted(view.positions, key=view.positions.__getitem__)
        answer.paste = ["\t".join(_shown(item.values.get(title)) for title in titles) for item in rows]
        facts: dict[str, Any] = {"row": view.below, "found": len(rows), "first": _joined(rows[0].key)}
        answer.refused.append(Refused(guards.G_BELOW, file=answer.workbook, tab=view.tab, **facts))
        return
    answer.appended = rows
    _tell_looks(answer)


def _not_cleared(answer: TabPlan) -> list[Append]:
    """The rows to append, without those that were in the sheet while a row there lacks its key (键被清空?)."""
    view, known = answer.view, answer.memory.keys(answer.view.sheet.key)
    suspects = [number for number in view.keyless if _could_be_lost(view, number)]
    lost = [item for item in answer.plan.appends if suspects and item.key in known]
    if lost:
        facts: dict[str, Any] = {
            "keys": _listed(item.key for item in lost),
            "found": len(suspects),
            "rows": _numbers(suspects),
        }
        answer.refused.append(Refused(guards.G_CLEARED, file=answer.workbook, tab=view.tab, **facts))
    gone = {item.key for item in lost}
    return [item for item in answer.plan.appends if item.key not in gone]


def _could_be_lost(view: SheetView, number: int) -> bool:
    """Whether a row without key looks like a data row: no total, and something stands in a column of the ERP."""
    cells = {title: view.grid.value(number, at) for title, at in view.positions.items()}
    if any(is_total(view.grid.value(number, at)) for at in range(1 + max(view.positions.values()))):
        return False
    return any(cell is not None and view.sheet.by_title[title].owner is Owner.ERP for title, cell in cells.items())


def _tell_keyless(answer: TabPlan) -> None:
    """Rows that nobody can know by their key, in tabs that the ERP fills; elsewhere they are drafts."""
    view = answer.view
    inside = [number for number in view.keyless if number < view.last_row]
    if inside and view.sheet.rows is Rows.ERP:
        facts = {"found": len(inside), "rows": _numbers(inside)}
        cell = f"{letters(view.positions[view.sheet.key[0]])}{inside[0]}"
        answer.problems.append(Problem(guards.G_BLANK_KEY, answer.workbook, view.tab, cell, inside[0], facts=facts))


def _tell_looks(answer: TabPlan) -> None:
    """New rows that a person would take for one that stands there."""
    view = answer.view
    if not answer.appended:
        return
    places = {looks(key): row for row, key in enumerate(view.keys)}
    for item in answer.appended:
        row = places.get(looks(item.key))
        if row is not None:
            facts = {"key": _joined(item.key), "found": _joined(view.key(row))}
            place = (answer.workbook, view.tab, view.cell(row, view.sheet.key[-1]), view.numbers[row])
            answer.problems.append(Problem(guards.G_LOOKS, *place, facts=facts))


def _joined(key: Key) -> str:
    return " / ".join(map(str, key))


def _listed(keys: Iterable[Key]) -> str:
    shown = [_joined(key) for key in keys]
    return "、".join(shown[:10]) + (" …" if len(shown) > 10 else "")


def _numbers(rows: Sequence[int]) -> str:
    return ", ".join(map(str, rows[:10])) + (" …" if len(rows) > 10 else "")


def _shown(value: Value) -> str:
    """A cell of a row to be pasted: one cell in one line, and never a formula."""
    shown = cell_value(value)
    return "" if shown is None else guarded(" ".join(shown.split())) if isinstance(shown, str) else str(shown)


def _find_formulas(answer: TabPlan) -> None:
    view = answer.view
    for item in answer.plan.formulas:
        answer.skipped += 1
        answer.problems.append(
            Problem(
                S_FORMULA,
                answer.workbook,
                view.tab,
                view.cell(item.ours_row, item.column),
                view.numbers[item.ours_row],
                item.column,
                facts={"erp": _shown(item.theirs) or "∅"},
            )
        )


def _tell_gone(answer: TabPlan) -> None:
    """Rows that are gone, where the tab has no column to say so."""
    gone = [key for key in answer.view.keys if key in answer.theirs.gone]
    marked = any(answer.view.sheet.by_title[title].fill == STATUS for title in answer.view.positions)
    if gone and not marked:
        facts = {"found": len(gone), "keys": _listed(gone)}
        answer.problems.append(Problem(S_GONE, answer.workbook, answer.view.tab, facts=facts))


def _volumes(answer: TabPlan) -> list[Volume]:
    """Cells that held something and would change, per owner."""
    changed: dict[str, int] = {}
    for change in answer.changes:
        if change.kind in ("cell", "computed") and change.before is not None:
            owner = str(answer.view.sheet.by_title[change.column].owner)
            changed[owner] = changed.get(owner, 0) + 1
    totals: dict[str, int] = {}
    for title in answer.view.positions:
        owner = str(answer.view.sheet.by_title[title].owner)
        totals[owner] = totals.get(owner, 0) + len(answer.view.table)
    return [Volume(owner, count, totals[owner]) for owner, count in changed.items() if owner == Owner.ERP]
