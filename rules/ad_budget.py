"""R42: how much advertising may cost, by the age of the product and the period (L99–106).

Months are calendar months from the listing of the return order; exactly n months is still n. The
day whose numbers count is the day that is asked about, a month's last one for a month. A new product
has no cap at any time; after June 2025, when budgets may be adjusted (L104), that is to be confirmed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from rules.answer import Ledger, Silent, Word, not_negative, rule
from rules.contradictions import AD_CLOCK
from rules.money import amount_text, exact, percent_text
from rules.months import months_later
from rules.policy.families.targets import Cap
from rules.policy.models import Rules

NO_CAP = "无上限,需批准"
TO_APPROVE = "需批准"
NO_SALES = "无销售额"


@dataclass(frozen=True)
class AdRow:
    """One product in one month: day of the return order's listing, sales, ad cost incl. tax."""

    relisted: date | None
    sales: float | None
    ad_cost: float | None


@rule("R42")
def clock_day(book: Ledger, policy: Rules, reordered: date | None, relisted: date | None) -> date | None:
    """The day that the months are counted from: the return order's listing, or the order itself.

    >>> from rules.policy.loader import packaged
    >>> clock_day(date(2025, 4, 3), packaged().rules, date(2024, 12, 1), date(2025, 1, 15)).value
    datetime.date(2025, 1, 15)
    """
    return relisted if _clock(book, policy) == "上架" else reordered


def _clock(book: Ledger, policy: Rules) -> str:
    book.contradict(AD_CLOCK)
    return book.take(policy.ad_budget.clock)


def _cap(book: Ledger, policy: Rules) -> Cap:
    """The cap in force on the ledger's day; raises `Silent` before the first and after a period's end."""
    cap = book.take(policy.ad_budget.caps)
    if cap.through and book.day > cap.through:
        raise Silent(
            f"{cap.through} 以后的广告费上限 SOP 没有规定(视情况调整)",
            f"the SOP has no cap after {cap.through} (to be adjusted)",
        )
    return cap


def _is_new(book: Ledger, policy: Rules, begun: date) -> bool:
    """Whether a product is still new; raises `Silent` before its return order was listed."""
    clock = _clock(book, policy)
    if book.day < begun:
        raise Silent(f"二次返单{clock}({begun})之前没有规定", f"nothing is said before the return order ({begun})")
    until = months_later(begun, book.take(policy.ad_budget.new_months))
    book.part(f"二次返单{clock}", "return order", begun)
    book.part("新品到", "new until", until)
    return book.day <= until


def _old_cap(book: Ledger, policy: Rules, begun: date) -> Cap:
    """The cap of a product that is new no more; raises `Silent` while it is not old enough."""
    cap = _cap(book, policy)
    since = months_later(begun, cap.over_months)
    if book.day <= since:
        raise Silent(
            f"不是新品,又没有超过 {cap.over_months} 个月({since}),SOP 没有规定",
            f"no longer new, but not over {cap.over_months} months ({since}): the SOP says nothing",
        )
    book.part("上限占比", "cap", cap.share)
    book.part("基数", "share of", cap.base)
    if cap.scope == "全部老品":
        book.remark(
            "上限按全部老品合计:广告费合计 ÷ 销售额合计;这里只算这一行",
            "the cap is on all old products together; this is one row of it",
        )
    return cap


def _noted_as_new(book: Ledger, policy: Rules) -> None:
    """Says what a new product needs; marked 需确认 once budgets may have been adjusted (L104)."""
    number = policy.ad_budget.new_through
    if number.on(book.day) is not None and book.day > (last := book.take(number)):
        book.mark(
            Word.TO_CONFIRM,
            f"新品的规定没有截止日(L105–106),但 {last} 以后广告预算视情况调整(L104),请确认仍然有效",
            f"the rule of new products has no end (L105–106), but after {last} budgets are adjusted (L104): confirm it",
        )
    book.remark("新品的广告预算和销售目标要事先批准", "a new product needs an approved budget and sales target")


def _base(cap: Cap, sales: float | None, profit: float | None) -> float | None:
    not_negative("销售额", sales)
    return sales if cap.base == "销售额" else profit


@rule("R42")
def ad_cap(book: Ledger, policy: Rules, begun: date, sales: float | None, profit: float | None) -> float | str | None:
    """What advertising (incl. tax) may cost: an amount, or ``无上限,需批准`` for a new product.

    `begun` is the day the months are counted from; sales or net gross profit are those of the
    period, the one that is not asked for may be blank. A profit of 0 or less allows 0. Between new
    and old, before the return order, and an old product outside every period: ``SOP未规定``. A new
    product after 2025-06-30 is marked 需确认. Raises F-201 (#NUM!) for negative sales.

    >>> from rules.policy.loader import packaged
    >>> def on(day): return ad_cap(day, packaged().rules, date(2024, 9, 30), 60000, 10000).value
    >>> on(date(2024, 12, 30)), on(date(2024, 12, 31)), on(date(2025, 3, 31)), on(date(2025, 7, 1))
    ('无上限,需批准', 3000.0, 3000.0, 'SOP未规定')
    """
    if _is_new(book, policy, begun):
        _noted_as_new(book, policy)
        return NO_CAP
    cap = _old_cap(book, policy, begun)
    base = _base(cap, sales, profit)
    return None if base is None else float(_allowed(book, cap, base))


def _allowed(book: Ledger, cap: Cap, base: float) -> Decimal:
    if base <= 0:
        book.remark(f"{cap.base} {base:g},不能有广告费", "no sales or profit to advertise from")
    return exact(cap.share) * exact(max(base, 0))


@rule("R42")
def ad_state(
    book: Ledger,
    policy: Rules,
    begun: date,
    sales: float | None,
    profit: float | None,
    cost: float,
    budget: float | None = None,
) -> str | None:
    """正常 or 超标 with the share that advertising (incl. tax) takes, and by how much it is over.

    A new product is judged by its approved budget: 正常, 超预算, or 需批准 without one. A cost on a
    profit of 0 or less is 超标. Exactly at the cap or budget is 正常. Silent and blank as `ad_cap`.
    Raises F-201 (#NUM!) for negative sales, costs or budgets.

    >>> from rules.policy.loader import packaged
    >>> def on(cost, profit): return ad_state(day, packaged().rules, date(2024, 9, 1), None, profit, cost).value
    >>> day = date(2025, 4, 30)
    >>> on(3000, 10000), on(3500, 10000), on(10, 0)
    ('正常 30%(上限30%)', '超标 35%(上限30%,超500)', '超标 净毛利额≤0(上限30%,超10)')
    """
    not_negative("广告费", cost)
    not_negative("批准的预算", budget)
    if _is_new(book, policy, begun):
        _noted_as_new(book, policy)
        return _against_budget(cost, budget)
    cap = _old_cap(book, policy, begun)
    base = _base(cap, sales, profit)
    if base is None:
        return None
    over = exact(cost) - _allowed(book, cap, base)
    share = percent_text(exact(cost) / exact(base)) if base > 0 else f"{cap.base}≤0"
    limit = f"上限{percent_text(cap.share)}"
    return f"超标 {share}({limit},超{amount_text(over)})" if over > 0 else f"正常 {share}({limit})"


def _against_budget(cost: float, budget: float | None) -> str:
    if budget is None:
        return TO_APPROVE
    over = exact(cost) - exact(budget)
    share = f"占预算{percent_text(exact(cost) / exact(budget))}" if budget else "预算0"
    return f"超预算 {share}(超{amount_text(over)})" if over > 0 else f"正常 {share}"


@rule("R42")
def old_products_share(book: Ledger, policy: Rules, rows: Sequence[AdRow]) -> float | str | None:
    """Ad cost of all old products together over their sales, where the cap is on all (L102).

    Products that are not old on the ledger's day, or without a day, are left out; a blank amount
    adds nothing. No old product is blank, no sales ``无销售额``. Where the cap is on each product:
    ``SOP未规定``. Raises F-201 (#NUM!) for negative amounts.

    >>> from rules.policy.loader import packaged
    >>> rows = [AdRow(date(2024, 6, 1), 6000, 400), AdRow(date(2024, 7, 1), 4000, 100), AdRow(date(2024, 11, 5), 10, 10)]
    >>> old_products_share(date(2024, 12, 31), packaged().rules, rows).value
    0.05
    """
    for row in rows:
        not_negative("销售额", row.sales)
        not_negative("广告费", row.ad_cost)
    cap = _cap(book, policy)
    if cap.scope != "全部老品":
        raise Silent("这一期的上限按单个产品,不合计", "in this period the cap is on each product")
    _clock(book, policy)
    old = [row for row in rows if row.relisted and book.day > months_later(row.relisted, cap.over_months)]
    if not old:
        return None
    sales = sum((exact(row.sales or 0) for row in old), Decimal())
    cost = sum((exact(row.ad_cost or 0) for row in old), Decimal())
    book.part("广告费合计", "ad cost", float(cost))
    book.part("销售额合计", "sales", float(sales))
    if not sales:
        return NO_SALES
    share = cost / sales
    if share > exact(cap.share):
        book.remark(
            f"{percent_text(share)},超过上限 {percent_text(cap.share)}",
            f"{percent_text(share)}, above the cap of {percent_text(cap.share)}",
        )
    return float(share)
