"""The SOP's own numbers: those of the packaged configuration, which was checked against the SOP's lines.

A team may change every number; what it changed shows, with both numbers.
"""

from __future__ import annotations

from datetime import date
from functools import cache
from typing import Any, NamedTuple

from rules.policy.dated import Dated, dated_below
from rules.policy.loader import packaged
from rules.policy.shown import in_a_line


class Own(NamedTuple):
    """What the packaged configuration says in a number's place on a day.

    `departs` where another value is in force than the SOP's; where the SOP names none (its lines are
    empty) the two only differ. A value of None: the SOP says nothing on that day.
    """

    value: Any = None
    unit: str = ""
    differs: bool = False
    departs: bool = False

    def say(self, lang: str = "zh") -> str:
        """The value for people."""
        return in_a_line(self.value, self.unit, lang)


SAME = Own()
"""The number in force is the SOP's own."""


def own_of(number: Dated[Any], day: date) -> Own:
    """The SOP's own number where the one in force on a day is another one.

    >>> own_of(packaged().rules.turnover.domestic_days, date(2025, 6, 1)).differs
    False
    >>> later = Dated[float](value=9, unit="天")
    >>> vars(later)["key"] = "rules.turnover.domestic_days"
    >>> own_of(later, date(2025, 6, 1)).say(), own_of(later, date(2024, 12, 31)).say("en")
    ('7 天', 'not regulated')
    """
    own = _numbers().get(number.key)
    if own is number:
        return SAME
    value = own.on(day) if own else None
    if value == number.on(day):
        return SAME
    return Own(value, number.unit, differs=True, departs=bool(own.sop if own else True))


def own_of_missing(key: str, day: date) -> Own:
    """The SOP's own number of a key that the configuration in force lacks.

    >>> own_of_missing("rules.turnover.lanes.空运.norm_days", date(2025, 6, 1)).say()
    '12 天'
    """
    own = _numbers().get(key)
    value = own.on(day) if own else None
    return Own(value, own.unit, differs=True, departs=bool(own.sop)) if own and value is not None else SAME


def reading_of(number: Dated[Any], own: Own) -> str:
    """How a number reads the SOP: its own words, or ours where a file writes the same number without them."""
    if number.reading or own.differs or number.key not in _numbers():
        return number.reading
    return _numbers()[number.key].reading


@cache
def _numbers() -> dict[str, Dated[Any]]:
    return dict(dated_below(packaged().rules, "rules"))
