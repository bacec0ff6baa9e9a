"""R20 and R21: turnover and cover."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import AfterValidator, model_validator

from rules.policy.dated import Dated, Frozen
from rules.policy.kinds import Channel, Months, NotNegative, Number, whole


class Lane(Frozen):
    """R20: what is normal on one lane, counted from dispatch."""

    norm_days: Number
    tolerance_days: Number


class Turnover(Frozen):
    """R20."""

    domestic_days: Number
    lanes: dict[Channel, Lane]
    overseas_days: Number
    overseas_max_days: Number
    platform_low_days: Number
    platform_high_days: Number
    low_months: Months
    total_limit_days: Number


class Cover(Frozen):
    """R21."""

    weights: Dated[Annotated[dict[int, NotNegative], AfterValidator(whole)]]
    """Window in days (7, 14, 30) -> weight."""
    sheet_total: Dated[str]
    """What 可售合计 of 库存数据 is."""
    burst_factor: Number
    drop_factor: Number

    @model_validator(mode="after")
    def _windows(self) -> Self:
        for weights in self.weights.every:
            if set(weights) != {7, 14, 30}:
                raise ValueError("weights 要有 7、14、30 三个窗口 / weights need the windows 7, 14 and 30")
        return self
