"""R11: the expected arrival that an ERP purchase plan states, and whole cartons only (L326).

海运 45 days, 空运 14, plus safety days where extra stock is ordered. R20 gives air 12 days: both
stand, and the answer says so.
"""

from __future__ import annotations

import math
from datetime import date

from rules.answer import Fault, Ledger, not_negative, rule
from rules.calendars import days_later
from rules.contradictions import SAME_ORDER, SEA_LANES, two_figures
from rules.errors import Code
from rules.findings import Finding, told
from rules.plain_text import bare
from rules.policy.families.lead_times import Mode
from rules.policy.kinds import Channel
from rules.policy.models import Rules

F_MODE = Code(
    "F-481",
    "没有运输方式“{found}”",
    "no way of transport “{found}”",
    "可用:{expected}",
    "use one of {expected}",
)
F_CARTON = Code(
    "F-482",
    "每箱 {found} 件,算不出箱数",
    "{found} units to a carton: cartons can't be counted",
    "填一个大于 0 的整数",
    "give a whole number above 0",
)
F_PART_CARTON = Code(
    "F-483",
    "采购数量 {found} 不是整箱(每箱 {expected})",
    "{found} units are no whole cartons ({expected} to a carton)",
    "改成 {choices}",
    "make it {choices}",
)


def mode_named(written: str, policy: Rules) -> str:
    """海运 or 空运, as a text or any lane's spelling means it. Raises F-481 (#N/A).

    >>> from rules.policy.loader import packaged
    >>> [mode_named(word, packaged().rules) for word in ("海运", "慢线", "AIR", "空派")]
    ['海运', '海运', '空运', '空运']
    """
    folded = bare(written).casefold()
    for name, mode in policy.arrivals.modes.items():
        lanes = (word for lane in mode.lanes for word in (lane, *policy.channels.spellings.get(lane, ())))
        if folded in {word.casefold() for word in (name, *mode.spellings, *lanes)}:
            return name
    raise Fault("#N/A", F_MODE, found=written, expected="、".join(policy.arrivals.modes))


@rule("R11")
def expected_arrival(book: Ledger, policy: Rules, planned: date, mode: str, safety_days: float | None = None) -> date:
    """The day of arrival to write into a purchase plan: calendar days from the plan's day.

    `mode` is 海运 or 空运 (`mode_named`). Safety days are added, part days rounded up; negative ones
    raise F-201 (#NUM!). Weekends and holidays don't matter. Marked SOP自相矛盾: R10 gives the same
    order other days, L125 and L313 give some sea lanes others, and R20 gives air another norm (L126).

    >>> from rules.policy.loader import packaged
    >>> day, policy = date(2025, 4, 3), packaged().rules
    >>> str(expected_arrival(day, policy, day, "海运").value), str(expected_arrival(day, policy, day, "空运", 7).value)
    ('2025-05-18', '2025-04-24')
    """
    not_negative("安全库存天数", safety_days)
    way = policy.arrivals.modes[mode]
    days = book.take(way.days)
    book.part(f"{mode}天数", f"days by {mode}", days)
    if safety_days:
        book.part("安全库存天数", "safety days", safety_days)
    book.contradict(SAME_ORDER)
    if len(way.lanes) > 1:
        book.contradict(SEA_LANES)
    _against_the_norm(book, policy, way)
    return days_later(planned, math.ceil(days + (safety_days or 0)))


def _against_the_norm(book: Ledger, policy: Rules, way: Mode) -> None:
    """Marks an answer for a way whose days here are others than its norm in R20."""
    lane = policy.turnover.lanes.get(way.same_as or "")
    days, norm = way.days.on(book.day), lane.norm_days.on(book.day) if lane else None
    if lane and norm is not None and days is not None and norm != days:
        book.contradict(
            two_figures(
                f"采购计划按 {days:g} 天,周转标准({way.same_as})是 {norm:g} 天",
                f"{days:g} days in the purchase plan, {norm:g} in the norm of turnover ({way.same_as})",
                (*way.days.sop, *lane.norm_days.sop[:1]),
            )
        )


def contradicts_arrival(book: Ledger, policy: Rules, channel: Channel) -> None:
    """Marks an answer for a lane on which R11 gives the same way other days."""
    for way in policy.arrivals.modes.values():
        if way.same_as == channel:
            _against_the_norm(book, policy, way)


def carton_findings(quantity: float, carton: float) -> tuple[Finding, ...]:
    """What is wrong with a purchase quantity that must be whole cartons; nothing when it is good.

    0 is no carton at all and good. Raises F-482 (#NUM!) for a carton that holds no whole number of
    units above 0, F-201 (#NUM!) for a negative quantity.

    >>> carton_findings(240, 24), [finding.facts["choices"] for finding in carton_findings(250, 24)]
    ((), ['240 / 264'])
    """
    not_negative("采购数量", quantity)
    if carton <= 0 or carton % 1:
        raise Fault("#NUM!", F_CARTON, found=f"{carton:g}")
    if not quantity % carton:
        return ()
    below = quantity // carton * carton
    choices = [f"{number:g}" for number in (below, below + carton) if number]
    facts = {"found": f"{quantity:g}", "expected": f"{carton:g}", "choices": " / ".join(choices)}
    return (Finding(F_PART_CARTON, facts, "采购数量"),)


@rule("R11")
def whole_cartons(book: Ledger, quantity: float, carton: float) -> str:
    """What is wrong with a purchase quantity, as text; empty when it is whole cartons (L326).

    >>> whole_cartons(date(2025, 4, 3), 240, 24).value
    ''
    """
    return told(book, carton_findings(quantity, carton))
