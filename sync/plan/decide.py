"""Who wins a cell: the one rule of `sync.plan`, on whole columns at once.

Asked only where the sheet and the ERP differ; where they agree there is nothing to decide.
"""

from __future__ import annotations

from enum import StrEnum

from sheets_schema.model import Column, Owner
from sheets_schema.table import Array
from sync.plan.compare import BoolArray, differ


class Rule(StrEnum):
    """How a column is merged."""

    ERP = "erp"
    """The ERP's value goes in where nobody typed since the last agreement; else a conflict."""
    PUT_BACK = "put_back"
    """The ERP's value always goes in; what a person typed stays in the history."""
    PREFILL = "prefill"
    """As ERP, but what a person typed (or cleared) stays, without a question."""
    PEOPLE = "people"
    """Never written."""
    EITHER = "either"
    """Plain tables: the side that changed wins; a conflict where both did, differently."""


def rule_of(column: Column) -> Rule:
    """The rule of a sheet's column; computed columns are not planned here, so never written.

    >>> from sheets_schema.model import Type
    >>> rule_of(Column("单价", Type.MONEY, Owner.PEOPLE, prefill=True))
    <Rule.PREFILL: 'prefill'>
    """
    if column.owner is Owner.ERP:
        return Rule.PUT_BACK if column.put_back else Rule.ERP
    return Rule.PREFILL if column.owner is Owner.PEOPLE and column.prefill else Rule.PEOPLE


def decide(rule: Rule, kept: BoolArray, theirs_kept: BoolArray) -> tuple[BoolArray, BoolArray]:
    """Which of the differing cells take the ERP's value, and which are conflicts.

    `kept` says where the sheet's cell still means what both last agreed on, `theirs_kept` the same of
    the ERP's. A cell in neither answer stays as it is.
    """
    nowhere = kept & False
    if rule is Rule.PUT_BACK:
        return ~nowhere, nowhere
    if rule is Rule.ERP:
        return kept, ~kept
    if rule is Rule.PREFILL:
        return kept, nowhere
    if rule is Rule.EITHER:
        return kept, ~kept & ~theirs_kept
    return nowhere, nowhere


def kept(now: Array, agreed: Array | None) -> BoolArray:
    """Where `now` still means what both agreed on; nowhere when that is not known (None)."""
    return ~differ(now, agreed) if agreed is not None else differ(now, now)
