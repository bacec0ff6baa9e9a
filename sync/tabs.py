"""One tab of a round: the three-way plan, a person's choices, new rows, marks, computed cells, guards.

Pure: takes what was read and remembered, answers what would be written and remembered.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import replace

from rules.errors import Code, Refused
from rules.policy.loader import Config
from sheets_schema.cells import Value
from sheets_schema.model import Column, Owner
from sheets_schema.problems import Problem
from sync import guards
from sync.adopt import Adoption
from sync.apply import cell_value
from sync.choices import contact_again, settle
from sync.fill import STATUS, mark_and_fill
from sync.guards import Volume, check_volume
from sync.ingest.theirs import TheirsOfTab
from sync.plan.three_way import Plan, Rules, plan
from sync.report import ColumnAdoption
from sync.sheet import SheetView
from sync.state.pins import ALWAYS, Pin
from sync.tab_plan import Memory, TabPlan, write_cell

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
    agreed = memory.base.table if memory.base else None
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
    _write_cells(answer)
    settle(answer, adopt or (Adoption() if first else None))
    _append_rows(answer)
    _find_formulas(answer)
    _tell_gone(answer)
    mark_and_fill(answer, config.rules)
    if adopt is None and not first:
        marks = sum(change.kind == "mark" for change in answer.changes)
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


def _matters(outcome: Plan) -> bool:
    return bool(outcome.writes or outcome.conflicts or len(outcome.new_rows))


def _adoption(tab: str, outcome: Plan) -> list[ColumnAdoption]:
    fills = Counter(item.column for item in outcome.writes if item.before is None)
    differs = {title: len(at) for title, at in outcome.clashing.items()}
    titles = [title for title in outcome.rules.owners if fills.get(title) or differs.get(title)]
    return [ColumnAdoption(tab, title, fills.get(title, 0), differs.get(title, 0)) for title in titles]


def _write_cells(answer: TabPlan) -> None:
    for item in answer.plan.writes:
        write_cell(answer, item.ours_row, item.column, item.after, "cell", item.theirs_row)


def _append_rows(answer: TabPlan) -> None:
    rows = answer.plan.appends
    view = answer.view
    if rows and view.below is not None:
        titles = sorted(view.positions, key=view.positions.__getitem__)
        answer.paste = ["\t".join(_shown(item.values.get(title)) for title in titles) for item in rows]
        first = " / ".join(map(str, rows[0].key))
        place = {"file": answer.workbook, "tab": view.tab}
        answer.refused.append(Refused(guards.G_BELOW, **place, row=view.below, found=len(rows), first=first))
        return
    answer.appended = rows


def _shown(value: Value) -> str:
    shown = cell_value(value)
    return "" if shown is None else str(shown)


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
        shown = "、".join("/".join(map(str, key)) for key in gone[:10]) + (" …" if len(gone) > 10 else "")
        facts = {"found": len(gone), "keys": shown}
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
