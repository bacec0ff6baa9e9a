"""What the rule book says of a tab's rows, where it has the columns: SKUs, shipment notes, delivery slots."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, datetime
from typing import Any

from addin.commands.sku_collisions import collision_problems
from addin.commands.tables import Line, TabTable, is_blank
from addin.registry.convert import argument
from addin.registry.entry import Arg, Kind
from rules.answer import Fault, Ledger, Silent
from rules.findings import Finding
from rules.policy.models import Rules
from rules.shipment_note import examine
from rules.sku_check import F_OLD, check
from rules.slots import slot_findings
from sheets_schema.cells import CellError, meaning
from sheets_schema.model import Type
from sheets_schema.problems import Problem

_SLOT = Arg("预约时间", Kind.MOMENT, "", "")
_BOXES = Arg("箱数", Kind.INTEGER, "", "")

Check = Callable[[TabTable, Rules, date], Iterator[Problem]]


def sku_problems(table: TabTable, policy: Rules, _today: date) -> Iterator[Problem]:
    """R01: every mistake of every SKU; one that is older than the rule is none. Collisions where 品名 is there."""
    at = table.column("sku")
    if at is None:
        return
    made_at = next((found for name in ("made", "listed") if (found := table.column(name)) is not None), None)
    restocked_at = table.column("restocked")
    known: dict[tuple[Any, ...], tuple[Finding, ...]] = {}
    for line in table.lines:
        sku = line.at(at)
        if is_blank(sku) or isinstance(sku, CellError):
            continue
        key = (str(meaning(sku, Type.ID)), day_of(line.at(made_at)), day_of(line.at(restocked_at)))
        if key not in known:
            known[key] = check(key[0], policy, made=key[1], restocked=key[2]).findings
        yield from said(table, line, at, (finding for finding in known[key] if finding.code is not F_OLD))
    if table.column("product") is not None:
        meant = {line.number for line in table.lines}
        yield from (problem for problem in collision_problems(table, policy)[1] if problem.row in meant)


def note_problems(table: TabTable, policy: Rules, today: date) -> Iterator[Problem]:
    """R02: every mistake of every shipment note."""
    at = table.column("note")
    for line in table.lines if at is not None else ():
        note = line.at(at)
        if isinstance(note, str) and not is_blank(note) and not isinstance(note, CellError):
            yield from said(table, line, at, examine(Ledger("R02", today), policy, note)[1])


def slot_problems(table: TabTable, policy: Rules, _today: date) -> Iterator[Problem]:
    """R32: booked slots with their boxes; where the SOP has no hours nothing is said."""
    slot_at, boxes_at = table.column("slot"), table.column("boxes")
    if slot_at is None or boxes_at is None:
        return
    for line in table.lines:
        if any(isinstance(line.at(at), CellError) for at in (slot_at, boxes_at)):
            continue
        at = slot_at
        try:
            slot = argument(line.at(slot_at), _SLOT)
            at = boxes_at
            boxes = argument(line.at(boxes_at), _BOXES)
            if slot is not None and boxes is not None:
                day = slot.date() if isinstance(slot, datetime) else slot
                yield from said(table, line, slot_at, slot_findings(Ledger("R32", day), policy, slot, boxes))
        except Fault as fault:
            yield table.problem(fault.code, line.number, at, line.at(at), **fault.facts)
        except Silent:
            continue


def said(table: TabTable, line: Line, at: int | None, findings: Iterator[Finding] | list[Finding]) -> Iterator[Problem]:
    """Findings as problems at one cell."""
    for finding in findings:
        yield table.problem(finding.code, line.number, at, line.at(at), **finding.facts)


def day_of(value: Any) -> date | None:
    """A cell as a day; None when it is none."""
    typed = meaning(value, Type.DATE)
    return typed.date() if isinstance(typed, datetime) else typed if isinstance(typed, date) else None
