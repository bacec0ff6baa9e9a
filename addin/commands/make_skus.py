"""生成SKU: fills the empty SKU cells of the selected rows (R01); what stands there is never overwritten."""

from __future__ import annotations

from dataclasses import replace

from addin.commands.command import ButtonReport, Command, Desk, Plan, Preview, ShownChange
from addin.commands.rows import RowFunction
from addin.commands.sku_collisions import listed
from addin.commands.tables import TabTable, read_table
from rules.answer import Fault
from rules.errors import Code, Text
from rules.policy.models import Rules
from rules.sku_collisions import Listed, collisions
from sheets_schema.grid.edits import CellEdit
from sheets_schema.problems import Problem

K_TAKEN = Code(
    "K-022",
    "按规则是 {made},但 {first} 也是这个 SKU({why})",
    "the rule gives {made}, which is also the SKU of {first} ({why})",
    "可用 {proposal}({how})",
    "{proposal} is free ({how})",
)


def run(desk: Desk) -> Preview:
    """The SKUs to fill in; rows that lack a part are counted, faults and collisions listed with their cell."""
    table = read_table(desk)
    (sku,) = table.need("sku")
    function = RowFunction.of("SKU", table)
    here = desk.here
    made: dict[int, str] = {}
    problems: list[Problem] = []
    lacking = kept = 0
    for line in table.lines:
        if not table.is_empty(line.number, sku):
            kept += 1
            continue
        answer = function.answer(line, here)
        if answer is None:
            lacking += function.is_begun(line)
        elif isinstance(answer, Fault):
            problems.append(function.problem(table, line, answer, sku))
        else:
            made[line.number] = str(answer.value)
    problems += _without_taken(table, desk.config.rules, made)
    problems.sort(key=lambda item: item.row or 0)
    edits = tuple(CellEdit(table.tab, number, sku, name, None) for number, name in made.items())
    details = []
    if kept:
        details.append(Text(f"{kept} 行已有 SKU,没有动", f"{kept} rows have a SKU and stay as they are"))
    if lacking:
        details.append(Text(f"{lacking} 行的品牌、品名或站点还没填", f"{lacking} rows lack brand, product or site"))
    title = Text(f"要填 {len(edits)} 个 SKU", f"{len(edits)} SKUs to fill in")
    changes = tuple(ShownChange(edit.name, None, edit.value) for edit in edits)
    return Preview(ButtonReport(title, changes, tuple(problems), tuple(details)), Plan(desk.store.version(), edits))


def _without_taken(table: TabTable, policy: Rules, made: dict[int, str]) -> list[Problem]:
    """Takes the SKUs out of `made` that a different product has; the one that stands there, or comes first, keeps it."""
    sku, rows = listed(table)
    numbered = list(zip(rows, (line.number for line in table.all_lines), strict=True))
    there = [row for row, number in numbered if number not in made]
    new = [(number, replace(row, sku=made[number])) for row, number in numbered if number in made]
    by_sku: dict[str, list[tuple[int, Listed]]] = {}
    for number, row in new:
        by_sku.setdefault(row.sku.casefold(), []).append((number, row))
    problems = []
    for clash in collisions([*there, *(row for _, row in new)], policy):
        first = clash.rows[0]
        for number, row in by_sku.get(clash.sku.casefold(), ()):
            proposal = clash.renamed[row]
            if proposal is not None:
                facts = {"first": f"{first.place} {first.product}", "why": clash.why}
                facts |= {"made": made.pop(number), "proposal": proposal.sku, "how": proposal.how}
                problems.append(table.problem(K_TAKEN, number, sku, None, **facts))
    return problems


COMMAND = Command("make_skus", run)
