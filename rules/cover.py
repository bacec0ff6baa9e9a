"""R21: days of cover and weighted daily sales (L322)."""

from __future__ import annotations

from rules.answer import Ledger, Word, not_negative, rule
from rules.policy.models import Rules

NO_SALES = "无销量"


def lasting_days(stock: float, daily: float) -> float | str:
    """The arithmetic of `cover_days`, for whole columns.

    >>> lasting_days(100, 8)
    12.5
    """
    not_negative("库存", stock)
    not_negative("日均", daily)
    return stock / daily if daily else NO_SALES


@rule("R21")
def cover_days(book: Ledger, policy: Rules, stock: float, daily: float) -> float | str:
    """Days that stock lasts at the given daily sales; without sales the text ``无销量``.

    Not rounded. A reading: these are no turnover days of R20. Raises F-201 (#NUM!) for a negative stock
    or sales.

    >>> from datetime import date
    >>> from rules.policy.loader import packaged
    >>> policy, day = packaged().rules, date(2025, 4, 3)
    >>> cover_days(day, policy, 100, 8).value, cover_days(day, policy, 100, 0).value
    (12.5, '无销量')
    """
    book.take(policy.cover.sheet_total)
    return lasting_days(stock, daily)


@rule("R21")
def daily_sales(
    book: Ledger, policy: Rules, avg7: float | None, avg14: float | None, avg30: float | None
) -> float | None:
    """Weighted daily sales of the 7/14/30-day averages; the weights are shared by those given.

    A blank average is left out, which is not the same as 0; all blank is blank. A burst, or a week
    without stock by the look of it, is marked 需确认 and changes nothing.

    >>> from datetime import date
    >>> from rules.policy.loader import packaged
    >>> policy, day = packaged().rules, date(2025, 4, 3)
    >>> daily_sales(day, policy, 10, 10, 10).value, daily_sales(day, policy, 14, None, 7).value
    (10.0, 12.0)
    """
    given = {window: value for window, value in ((7, avg7), (14, avg14), (30, avg30)) if value is not None}
    for window, value in given.items():
        not_negative(f"{window}天日均", value)
    if not given:
        return None
    weights = book.take(policy.cover.weights)
    total = sum(weights[window] for window in given)
    for window, value in given.items():
        share = weights[window] / total if total else 1 / len(given)
        book.part(f"{window}天日均 {value:g} 的权重", f"weight of the {window}-day average {value:g}", round(share, 6))
    _flag(book, policy, avg7, avg30)
    if not total:
        return sum(given.values()) / len(given)
    return round(sum(weights[window] * value for window, value in given.items()) / total, 10)


def _flag(book: Ledger, policy: Rules, week: float | None, month: float | None) -> None:
    if week is None or not month:
        return
    burst, drop = book.take(policy.cover.burst_factor), book.take(policy.cover.drop_factor)
    if week >= burst * month:
        book.mark(
            Word.TO_CONFIRM, f"近7天日均 {week:g} 突增(30天 {month:g})", f"burst: {week:g} in 7 days, {month:g} in 30"
        )
    elif week < drop * month:
        book.mark(
            Word.TO_CONFIRM,
            f"近7天日均 {week:g} 骤降(30天 {month:g}),可能断货",
            f"drop: {week:g} in 7 days, {month:g} in 30; out of stock?",
        )
