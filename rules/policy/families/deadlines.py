"""R24, R30–R33, R35–R37 and the calendars: days, moments and slots."""

from __future__ import annotations

from typing import Annotated

from pydantic import StringConstraints

from rules.policy.dated import Dated, Frozen
from rules.policy.kinds import Weekdays


class Calendars(Frozen):
    """The working calendars CN, MX and WAREHOUSE."""

    spellings: dict[str, tuple[str, ...]]
    mx_workdays: Weekdays
    warehouse_easter_offsets: Dated[tuple[int, ...]]
    """Days from Easter Sunday on which the warehouse rests."""
    warehouse_dates: Dated[tuple[Annotated[str, StringConstraints(pattern=r"^\d\d-\d\d$")], ...]]
    """MM-DD on which the warehouse rests."""


class Appointments(Frozen):
    """R32 as far as lead times need it: days on which the warehouse is delivered to."""

    weekdays: Weekdays
    """ISO weekdays, Monday = 1."""
    skip_holidays: Dated[bool]


class Storage(Frozen):
    """R24."""


class Instructions(Frozen):
    """R30, R31 and R37."""


class StockingOrders(Frozen):
    """R33."""


class Routes(Frozen):
    """R35 and R36."""
