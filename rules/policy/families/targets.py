"""R22, R23, R40–R43: tests of products, targets and budgets."""

from __future__ import annotations

from datetime import date
from itertools import pairwise
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from rules.policy.dated import Dated, Frozen
from rules.policy.kinds import Count, Share, Spellings, Words


class ProductTests(Frozen):
    """R22 and R23."""

    selling_days: Count
    stages: Spellings
    dropped: Words
    """Stages in which a product can't be stocked again."""

    @model_validator(mode="after")
    def _known_stages(self) -> Self:
        _known("dropped", self.dropped, self.stages)
        return self


class Targets(Frozen):
    """R40, R41 and R43."""

    kinds: Spellings
    counted_kinds: Words
    """Kinds of plans that make up the target; the others are tracked apart."""
    approved_kinds: Words
    """Kinds that run on approved plans."""
    carried_share: Share
    excess_lowers: Dated[bool]
    """Whether what was sold above a month's target lowers the next one."""
    margin_choice: Dated[Literal["最高", "最低"]]
    """Which one counts of several margins of one product and month."""

    @model_validator(mode="after")
    def _known_kinds(self) -> Self:
        _known("counted_kinds", self.counted_kinds, self.kinds)
        _known("approved_kinds", self.approved_kinds, self.kinds)
        return self


class Cap(Frozen):
    """R42: how much advertising old products may cost in one period."""

    through: date | None = None
    """Last day of the period; None until the next cap begins."""
    over_months: Annotated[int, Field(ge=0)]
    """A product is old once it has been sold for more than so many months."""
    share: Annotated[float, Field(ge=0, le=1)]
    base: Literal["销售额", "净毛利额"]
    scope: Literal["全部老品", "单个产品"]


class AdBudget(Frozen):
    """R42."""

    clock: Dated[Literal["上架", "下单"]]
    """Which day of the return order the months are counted from."""
    new_months: Count
    new_through: Dated[date]
    """The last day of which the SOP says that new products have no cap."""
    caps: Dated[Cap]

    @model_validator(mode="after")
    def _periods(self) -> Self:
        for begun, following in pairwise([*sorted(self.caps.values), date.max]):
            last = self.caps.values[begun].through or begun
            if not begun <= last < following:
                raise ValueError(f"caps {begun}: through {last} 不在这一期里 / lies outside its period")
        for cap in self.caps.every:
            if cap.over_months < max(self.new_months.every):
                raise ValueError("caps: over_months 小于 new_months,新品也成了老品 / a new product would be old")
        return self


def _known(name: str, words: Words, spellings: dict[str, tuple[str, ...]]) -> None:
    if strange := {word for part in words.every for word in part} - set(spellings):
        raise ValueError(f"{name}: 没有 {sorted(strange)} 的写法 / unknown word")
