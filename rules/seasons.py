"""The SOP's two seasons: of the platform's stock (L130) and of shipping (L398, L483); both stand. Seasonal goods."""

from __future__ import annotations

from datetime import date

from rules.answer import Ledger, Silent
from rules.contradictions import SEASONAL_GOODS, SEASONS
from rules.policy.models import Rules

SEASONAL = "季节性"


def contradicts_season(book: Ledger, policy: Rules, day: date) -> None:
    """Marks an answer for a month that is low season in one place of the SOP and high in the other."""
    low, high = policy.turnover.low_months.on(book.day), policy.routes.high_months.on(book.day)
    if low is not None and high is not None and (day.month in low) == (day.month in high):
        book.contradict(SEASONS)


def applies_in_season(book: Ledger, policy: Rules, day: date) -> None:
    """What stands under the high-season route applies on a day; raises `Silent` where config keeps it there.

    In the other months the answer rests on a reading: R30–R32 are written under that route (L397–480).
    """
    if day.month in book.require(policy.routes.high_months):
        return
    if not book.take(policy.routes.deadlines_all_year):
        raise Silent(
            f"{day.month} 月是发货的淡季:约仓的期限只写在旺季路线下(L397–480)",
            f"month {day.month} is low season: the deadlines stand under the high-season route only (L397–480)",
        )


def contradicts_seasonal_plan(book: Ledger, policy: Rules, kind: str) -> None:
    """Marks seasonal goods: they run on approved plans (L98) and by the stocking plan's months (L116) at once."""
    counted = policy.targets.counted_kinds.on(book.day) or ()
    approved = policy.targets.approved_kinds.on(book.day) or ()
    if kind == SEASONAL and kind in counted and kind in approved:
        book.contradict(SEASONAL_GOODS)
