"""R02 on the rows of a table: shipment notes, and the three parts of one where they stand in columns of their own."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from addin.commands.columns import Columns
from addin.commands.row_checks import At, Check, said, texts, too_long
from rules.answer import Ledger
from rules.findings import Finding
from rules.policy.models import Rules
from rules.shipment_note import REFERENCE, SHIPMENT, WAREHOUSE, examine
from sheets_schema.problems import Problem


def note_problems(columns: Columns, at: At) -> Iterator[Problem]:
    """Every mistake of every shipment note; equal notes are examined once."""
    table = columns.table
    known: dict[str, list[Finding]] = {}
    for line, note in texts(table, at["note"]):
        if problem := too_long(table, line, at["note"], note):
            yield problem
            continue
        if note not in known:
            known[note] = examine(Ledger("R02", columns.today), columns.policy, note)[1]
        yield from said(table, line, at["note"], known[note])


def remark_problems(columns: Columns, at: At) -> Iterator[Problem]:
    """The remarks of overseas stocking orders are shipment notes (L359); elsewhere a remark is free."""
    yield from note_problems(columns, {"note": at["remark"]})


def part(field: str, role: str) -> Check:
    """The check of one part of a note in a column of its own: letter case, width and blanks don't matter."""

    def run(columns: Columns, at: At) -> Iterator[Problem]:
        table = columns.table
        known: dict[str, list[Finding]] = {}
        for line, written in texts(table, at[field]):
            if problem := too_long(table, line, at[field], written):
                yield problem
                continue
            if written not in known:
                note = _note_with(columns.policy, columns.today, role, written.replace("-", "_"))
                found = examine(Ledger("R02", columns.today), columns.policy, note)[1]
                known[written] = [finding for finding in found if finding.where == role]
            yield from said(table, line, at[field], known[written])

    return run


def _note_with(policy: Rules, day: date, role: str, written: str) -> str:
    """A note that is good but for the part that is looked at."""
    numbers = policy.shipment_notes
    prefix, lengths = numbers.shipment_prefix.on(day), numbers.shipment_lengths.on(day)
    warehouses, length = numbers.warehouses.on(day), numbers.reference_length.on(day)
    good = {
        SHIPMENT: f"{prefix}{'0' * lengths[0]}" if lengths else "",
        WAREHOUSE: warehouses[0] if warehouses else "",
        REFERENCE: "0" * (length or 0),
    }
    return "-".join((good | {role: written}).values())
