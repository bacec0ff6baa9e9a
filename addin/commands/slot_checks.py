"""R30–R32, R36 and R37 on the rows of a table: booked slots, and whether what they need was told in time."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime

from addin.commands.columns import Columns, word, yes_or_no
from addin.commands.row_checks import At, day_of, moment_of, said
from addin.commands.tables import Line
from addin.registry.convert import argument
from addin.registry.entry import Arg, Kind
from rules.answer import Fault, Ledger, Silent
from rules.errors import Code
from rules.findings import Finding
from rules.instructions import F_MISSED, Deadline, slot_deadlines
from rules.slots import slot_findings
from sheets_schema.cells import CellError
from sheets_schema.model import Type
from sheets_schema.problems import Problem

K_TOLD_LATE = Code(
    "K-093",
    "{what}({rule})到 {expected} 为止,{found} 才提交",
    "{what} ({rule}) was due by {expected} and came at {found}",
    "和物流部沟通紧急安排,或另约时间",
    "ask logistics for an urgent arrangement, or book another slot",
)
K_NO_HOUR = Code(
    "K-094",
    "提醒:截止当天({expected})提交,没写时刻,看不出是否来得及",
    "note: told on the day of the deadline ({expected}) without an hour",
    "写上时刻,如 2025-04-09 13:30",
    "write the hour too, as in 2025-04-09 13:30",
)
K_NOT_OFFERED = Code(
    "K-095",
    "{found} 不在物流反馈的可约时间里:{expected}",
    "{found} is none of the times that logistics offers: {expected}",
    "选一个物流反馈的时间,或先和物流确认",
    "take one that is offered, or ask logistics first",
)

DIRECT, TO_OVERSEAS = "货代直送", "海外仓送仓"
_SLOT, _BOXES = Arg("预约时间", Kind.MOMENT, "", ""), Arg("箱数", Kind.INTEGER, "", "")
_BETWEEN = re.compile(r"[、,，;；\n/|]|或|和")


def slot_problems(columns: Columns, at: At) -> Iterator[Problem]:
    """R32: booked slots with their boxes; where the SOP has no hours nothing is said.

    A row that goes another way than through the overseas warehouse books no such slot.
    """
    table = columns.table
    known: dict[tuple[date | datetime, int], list[Finding]] = {}
    for line in table.lines:
        cells = (line.at(at["slot"]), line.at(at["boxes"]))
        if any(isinstance(cell, CellError) for cell in cells) or _order(line, at) not in ("", TO_OVERSEAS):
            continue
        place = at["slot"]
        try:
            slot = argument(cells[0], _SLOT)
            place = at["boxes"]
            boxes = argument(cells[1], _BOXES)
            if slot is not None and boxes is not None:
                if (slot, boxes) not in known:
                    book = Ledger("R32", slot.date() if isinstance(slot, datetime) else slot)
                    known[slot, boxes] = slot_findings(book, columns.policy, slot, boxes)
                yield from said(table, line, at["slot"], known[slot, boxes])
        except Fault as fault:
            yield table.problem(fault.code, line.number, place, line.at(place), **fault.facts)
        except Silent:
            continue


def deadline_problems(columns: Columns, at: At) -> Iterator[Problem]:
    """R30, R31 and R37 against the moment at which the instruction was given; 货代直送 has no deadline (L499–505).

    A row that does not say whether goods are relabelled has the later deadline, so what is told is late in any case.
    """
    table = columns.table
    known: dict[tuple[date, bool], tuple[Deadline, ...]] = {}
    for line in table.lines:
        slot, given = day_of(line.at(at["slot"])), moment_of(line.at(at["given"]))
        if slot is None or given is None or _order(line, at) not in ("", TO_OVERSEAS):
            continue
        relabel = bool(yes_or_no(line.at(at["relabel"]))) if at["relabel"] is not None else False
        try:
            if (slot, relabel) not in known:
                known[slot, relabel] = slot_deadlines(slot, columns.policy, slot, relabel).value
        except Fault as fault:
            yield table.problem(fault.code, line.number, at["slot"], line.at(at["slot"]), **fault.facts)
            continue
        for deadline in known[slot, relabel]:
            is_instruction = deadline.rule == "R30"
            sharp = is_instruction and bool(columns.policy.instructions.sharp_is_late.on(slot))
            code = _late(given, deadline.moment, sharp=sharp)
            if code is None:
                continue
            facts = {
                "found": _shown(given),
                "expected": _shown(deadline.moment),
                "what": deadline.what,
                "rule": deadline.rule,
            }
            if code is K_TOLD_LATE and is_instruction:
                code = F_MISSED
            problem = table.problem(code, line.number, at["given"], line.at(at["given"]), **facts)
            yield replace(problem, is_note=code is K_NO_HOUR)


def _late(given: date | datetime, moment: datetime, *, sharp: bool) -> Code | None:
    if not isinstance(given, datetime):
        return K_TOLD_LATE if given > moment.date() else K_NO_HOUR if given == moment.date() else None
    return K_TOLD_LATE if given > moment or (sharp and given == moment) else None


def offer_problems(columns: Columns, at: At) -> Iterator[Problem]:
    """R36: with 货代直送 the slot is one that logistics offers; an offer that can't be read is not compared."""
    table = columns.table
    for line in table.lines:
        slot = moment_of(line.at(at["slot"]))
        if slot is None or _order(line, at) != DIRECT:
            continue
        offers = _offers(line.at(at["offered"]))
        if offers and not any(_same(slot, offer) for offer in offers):
            facts = {"found": _shown(slot), "expected": "、".join(map(_shown, offers))}
            yield table.problem(K_NOT_OFFERED, line.number, at["slot"], line.at(at["slot"]), **facts)


def _offers(cell: object) -> list[date | datetime]:
    """The moments of a cell; none when one of them can't be read."""
    whole = moment_of(cell)
    if whole is not None:
        return [whole]
    parts = [part for part in _BETWEEN.split(str(cell or "")) if part.strip()]
    found = [moment for part in parts if (moment := moment_of(part)) is not None]
    return found if len(found) == len(parts) else []


def _same(slot: date | datetime, offer: date | datetime) -> bool:
    if isinstance(slot, datetime) and isinstance(offer, datetime):
        return slot == offer
    return day_of(slot) == day_of(offer)


def _shown(moment: date | datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M}" if isinstance(moment, datetime) else str(moment)


def _order(line: Line, at: At) -> str:
    return word(line.at(at["order"]), Type.TEXT)
