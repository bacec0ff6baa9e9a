"""R01 and R05 on the rows of a table: how SKUs are written, whether two products share one, ASINs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from addin.commands.columns import Columns
from addin.commands.row_checks import At, day_of, said, texts, too_long
from addin.commands.sku_collisions import collision_problems
from rules.case_text import F_ASIN
from rules.findings import Finding
from rules.sku_check import F_OLD, check
from sheets_schema.problems import Problem


def sku_problems(columns: Columns, at: At) -> Iterator[Problem]:
    """Every mistake of every SKU; one that is older than the rule is none (its row's day says so)."""
    table = columns.table
    made_at = at["made"] if at["made"] is not None else at["listed"]
    known: dict[tuple[str, date | None, date | None], tuple[Finding, ...]] = {}
    for line, sku in texts(table, at["sku"]):
        if problem := too_long(table, line, at["sku"], sku):
            yield problem
            continue
        key = (sku, day_of(line.at(made_at)), day_of(line.at(at["restocked"])))
        if key not in known:
            found = check(sku, columns.policy, columns.today, made=key[1], restocked=key[2]).findings
            known[key] = tuple(finding for finding in found if finding.code is not F_OLD)
        yield from said(table, line, at["sku"], known[key])


def clash_problems(columns: Columns, _at: At) -> Iterator[Problem]:
    """Different products under one SKU, told in the rows that are meant."""
    meant = {line.number for line in columns.table.lines}
    for problem in collision_problems(columns.table, columns.policy)[1]:
        if problem.row in meant:
            yield problem


def id_problems(columns: Columns, at: At) -> Iterator[Problem]:
    """ASINs that are none: B0 and eight letters or digits."""
    table, numbers = columns.table, columns.policy.remarks
    prefix, count = numbers.asin_prefix.on(columns.today), numbers.asin_length.on(columns.today)
    shape = re.compile(rf"{re.escape(str(prefix))}[A-Z0-9]{{{count}}}")
    for place in (at["asin"], at["old_asin"]):
        if place is None:
            continue
        for line, written in texts(table, place):
            if shape.fullmatch("".join(written.upper().split())) is None:
                yield table.problem(
                    F_ASIN, line.number, place, line.at(place), found=written, asin=prefix, asin_count=count
                )
