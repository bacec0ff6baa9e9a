"""R50–R53: restocking, stocking rows and stacked discounts."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, model_validator

from rules.policy.dated import Dated, Frozen
from rules.policy.kinds import Channel, NotNegative, Number, Spellings, Words


def _every_year(written: str) -> str:
    try:
        date.fromisoformat(f"2025-{written}")
    except ValueError as error:
        raise ValueError("要写成 MM-DD,不能是 02-29 / write MM-DD, not 02-29") from error
    return written


MonthDay = Annotated[str, AfterValidator(_every_year)]
End = Dated[Literal["min", "expected", "max"]]
"""Which end of a lead time counts."""


class Event(Frozen):
    """R50: a time of the year in which more or less is sold. Both days belong to it."""

    name: str
    categories: tuple[str, ...] = ()
    """Empty for all."""
    first: MonthDay
    last: MonthDay
    """Before `first` when the event lies over New Year."""
    factor: NotNegative


class Replenishment(Frozen):
    """R50 and R52."""

    review_days: Number
    safety_days: Number
    lanes: Dated[tuple[Channel, ...]]
    """From the usual one to the fastest."""
    lead_end: End
    order_day_end: End
    events: Dated[tuple[Event, ...]]
    summary_rows: tuple[str, ...]
    """How an export marks the row that speaks for shared stock."""
    shared_rows: tuple[str, ...]
    """How it marks the rows that repeat shared stock."""


class StockingRows(Frozen):
    """R51."""

    target_month: Dated[bool]
    margin: Dated[bool]
    strategic_listed: Dated[bool]
    strategic_words: tuple[str, ...]
    averages: Dated[bool]
    average_tolerance: Number
    attachments: Words
    warranty_attachments: Words
    attachment_words: dict[str, tuple[str, ...]]
    approvals: Spellings
    """What the lead can say of a row -> every other way of writing it."""
    chain: Words
    chain_spellings: dict[str, tuple[str, ...]]
    plan_states: Spellings
    """The ERP's state of a whole plan."""
    approver_states: Spellings
    """What the ERP's state says beside an approver's name."""

    @model_validator(mode="after")
    def _known_words(self) -> Self:
        needed = {
            "approvals": {"通过", "不通过"},
            "plan_states": {"已提交", "审批完成", "退回修改"},
            "approver_states": {"待审批", "已通过"},
        }
        for name, words in needed.items():
            if set(getattr(self, name)) != words:
                raise ValueError(f"{name} 要有 {'、'.join(sorted(words))} / needs exactly these")
        return self


class Discounts(Frozen):
    """R53."""

    kinds: Spellings
    deal_kinds: Words
    """Kinds that make the deal price, which the percentages of the others are taken of."""
    apart: Dated[tuple[tuple[str, str], ...]]
    """Pairs of kinds that never lower the same price; every other pair does."""

    @model_validator(mode="after")
    def _known_kinds(self) -> Self:
        named = {word for words in self.deal_kinds.every for word in words}
        named |= {word for pairs in self.apart.every for pair in pairs for word in pair}
        if strange := named - set(self.kinds):
            raise ValueError(f"没有 {sorted(strange)} 的写法 / unknown kind")
        return self
