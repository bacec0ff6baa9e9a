"""R24, R30–R33, R35–R37: days, moments and slots."""

from __future__ import annotations

from datetime import time
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from rules.policy.dated import Dated, Frozen
from rules.policy.kinds import Clock, Count, Months, Time, Weekday, Weekdays, Words


def _forward(hours: tuple[time, time]) -> tuple[time, time]:
    if hours[0] >= hours[1]:
        raise ValueError("开始时刻要早于结束时刻 / the start must come before the end")
    return hours


Hours = Dated[Annotated[tuple[Clock, Clock], AfterValidator(_forward)]]
"""From when until when, on one day."""
WorkingCalendar = Dated[Literal["CN", "MX", "WAREHOUSE"]]


class Appointments(Frozen):
    """R32: days and hours in which the warehouse is delivered to."""

    weekdays: Weekdays
    """ISO weekdays, Monday = 1."""
    skip_holidays: Dated[bool]
    large_limit: Count
    """Boxes above which a delivery is a large one."""
    limit_is_large: Dated[bool]
    large_hours: dict[Annotated[int, Field(ge=1, le=7)], Hours]
    """ISO weekday -> hours of a large delivery."""
    small_hours: Hours
    end_counts: Dated[bool]
    """Whether a window's last moment still belongs to it."""


class Storage(Frozen):
    """R24."""

    free_days: Count


class Instructions(Frozen):
    """R30, R31 and R37."""

    relabel_workdays: Count
    plain_workdays: Count
    before: Time
    sharp_is_late: Dated[bool]
    counted_on: WorkingCalendar
    moved_back_on: WorkingCalendar
    clock: Dated[str]
    """Whose clock the moments are read on."""
    handling_hours: Hours
    info_days: Count
    info_high_days: Count
    end_of_work: Time
    confirmed_weekdays: Weekdays
    """Slots on these weekdays are confirmed with the overseas warehouse."""
    confirm_weekday: Weekday
    ask_weekday: Weekday
    clash_duty: str
    """The directory's duty whose holder settles a clash of times."""


class Cutoff(Frozen):
    """R33: one weekly cut-off and the day on which its orders are shipped."""

    weekday: Weekday
    before: Time
    ships_on: Weekday
    """The first such day after the cut-off."""


class StockingOrders(Frozen):
    """R33."""

    cutoffs: Annotated[dict[str, Cutoff], Field(min_length=1)]
    creation_stops_on: Weekday
    creation_stops_at: Time
    sharp_is_late: Dated[bool]
    approval_days: Count
    handling_weekday: Weekday
    sorting_weekday: Weekday


class Routes(Frozen):
    """R35 and R36."""

    high_months: Months
    deadlines_all_year: Dated[bool]
    """Whether R30–R32 and R37, written under the high-season route, hold in the other months."""
    high_route: Dated[str]
    high_steps: Dated[str]
    low_route: Dated[str]
    label_states: dict[str, tuple[str, ...]]
    """State of the outer box label -> every other way of writing it."""
    low_steps: dict[str, Dated[str]]
    """State of the outer box label -> what to do."""
    domestic_handover: Words
    warranty_handover: Dated[str]
    warranty_columns: Words
    direct_steps: Words
    direct_needs_letter: Dated[bool]

    @model_validator(mode="after")
    def _every_state_has_steps(self) -> Self:
        if self.label_states.keys() != self.low_steps.keys():
            raise ValueError("label_states 和 low_steps 的状态要一样 / the same states in both")
        return self
