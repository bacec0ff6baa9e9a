"""R61–R67 on the rows of a table: what the rule book's checklists (config) allow and ask for on their tabs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from addin.commands.columns import Columns, Gaps, says_something
from addin.commands.row_checks import said
from rules.answer import Ledger
from rules.checklists import row_findings
from rules.errors import Text
from rules.findings import Finding
from sheets_schema.cells import CellError
from sheets_schema.problems import Problem


def checklist_problems(columns: Columns, gaps: Gaps) -> Iterator[Problem]:
    """Values that a column does not take, and blanks that must be filled in their state; equal rows once.

    What a missing column would have to hold is a gap. Cells that show an error or no result yet say nothing.
    """
    table = columns.table
    sheet = columns.policy.checklists.sheets.get(table.known.name)
    if sheet is None:
        return
    places = {title: table.place(title) for title in sheet.columns}
    for title in {*sheet.allowed, *sheet.needs} - {title for title, at in places.items() if at is not None}:
        gaps.note(title, Text("各状态要填的列", "what each state asks for"))
    words = {title: columns.words(title) for title, at in places.items() if at is not None}
    known: dict[tuple[str, ...], list[Finding]] = {}
    book = Ledger(sheet.rule, columns.today)
    for number, line in enumerate(table.lines):
        cells = tuple(column[number] for column in words.values() if column is not None)
        if cells not in known:
            row: dict[str, Any] = dict(zip(words, cells, strict=True))
            known[cells] = list(row_findings(book, sheet, row))
        for finding in known[cells]:
            at = places[finding.where]
            if at is None:
                when = finding.facts.get("when") or ""
                gaps.note(
                    finding.where,
                    Text(f"{when} 时是否填了" if when else "是否填了", f"whether it is filled in {when}".strip()),
                )
                continue
            value = line.at(at)
            unknown = isinstance(value, CellError) or (not says_something(value) and table.has_formula(line.number, at))
            if not unknown:
                yield from said(table, line, at, [finding])
