"""R53: the lowest price a buyer can reach when discounts stack, and the margin that it leaves (L15).

Deals make the deal price; the percentages of everything else add up on it, amounts are taken off.
Which kinds never apply together is a table of the configuration; the worst case counts.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import combinations

from rules.answer import Fault, Ledger, not_negative, rule
from rules.errors import Code
from rules.findings import Finding, told
from rules.money import amount_text, exact, percent_text
from rules.policy.kinds import named
from rules.policy.models import Rules

F_DISCOUNT_KIND = Code(
    "F-531",
    "没有折扣种类“{found}”",
    "no kind of discount “{found}”",
    "可用:{expected}",
    "use one of {expected}",
)
F_DISCOUNT_SHARE = Code(
    "F-532",
    "{found} 的折扣超过 100%",
    "a discount of {found} is above 100%",
    "百分比写 20% 或 0.2,金额写 5 或 $0.5",
    "write a percentage as 20% or 0.2, an amount as 5 or $0.5",
)
F_LOSS = Code(
    "F-533",
    "叠加后到手价 {found},低于成本 {expected},每件亏 {loss}",
    "discounts stack to {found}, below the cost of {expected}: a loss of {loss} each",
    "停掉或错开其中的折扣",
    "stop or stagger one of the discounts",
)


@dataclass(frozen=True)
class Discount:
    """One active discount: a share of the price (0.2 for 20 %), or an amount."""

    kind: str
    share: float = 0
    amount: float = 0


@dataclass(frozen=True)
class StackedMargin:
    """What the lowest price leaves; `rate` is None at a price of 0, `alert` empty without a loss."""

    price: float
    margin: float
    rate: float | None
    alert: str


def _active(policy: Rules, discounts: Sequence[Discount]) -> dict[str, list[Discount]]:
    """Discounts by the own name of their kind."""
    kinds = policy.discounts.kinds
    active: dict[str, list[Discount]] = {}
    for discount in discounts:
        kind = named(discount.kind, kinds)
        if kind is None:
            raise Fault("#N/A", F_DISCOUNT_KIND, found=discount.kind, expected=", ".join(kinds))
        not_negative(kind, discount.share)
        not_negative(kind, discount.amount)
        if discount.share > 1:
            raise Fault("#NUM!", F_DISCOUNT_SHARE, found=percent_text(discount.share))
        active.setdefault(kind, []).append(discount)
    return active


def _together(kinds: Sequence[str], apart: set[frozenset[str]]) -> Iterator[tuple[str, ...]]:
    """Every choice of kinds that may lower the same price."""
    for count in range(len(kinds) + 1):
        for chosen in combinations(kinds, count):
            if not any(frozenset(pair) in apart for pair in combinations(chosen, 2)):
                yield chosen


def _saving(discounts: list[Discount], price: Decimal, *, one_only: bool) -> Decimal:
    """What the discounts of one kind take off a price."""
    saved = [exact(discount.share) * price + exact(discount.amount) for discount in discounts]
    return max(saved) if one_only else sum(saved, Decimal())


def _lowest(book: Ledger, policy: Rules, price: float, discounts: Sequence[Discount]) -> float:
    not_negative("价格", price)
    deals = book.take(policy.discounts.deal_kinds)
    apart = {frozenset(pair) for pair in book.take(policy.discounts.apart)}
    active = _active(policy, discounts)
    ways: list[tuple[Decimal, Decimal, dict[str, Decimal]]] = []
    for chosen in _together(list(active), apart):
        saved, left = {}, exact(price)
        deal = left
        for kind in sorted(chosen, key=lambda kind: kind not in deals):
            base = exact(price) if kind in deals else deal
            saved[kind] = _saving(active[kind], base, one_only=frozenset([kind]) in apart)
            left = max(Decimal(), left - saved[kind])
            deal = left if kind in deals else deal
        ways.append((left, deal, saved))
    reached, deal, saved = min(ways, key=lambda way: way[0])
    book.part("活动价", "deal price", float(deal))
    for kind, amount in saved.items():
        book.part(f"{kind}减", f"{kind} takes off", float(amount))
    if sum(saved.values()) > exact(price):
        book.remark("折扣超过价格,到手价按 0", "the discounts exceed the price: 0")
    return float(reached)


@rule("R53")
def stacked_price(book: Ledger, policy: Rules, price: float, discounts: Sequence[Discount]) -> float:
    """The lowest price that a buyer can reach with the discounts active; never below 0 (L15).

    Not rounded. Without discounts the price itself. Raises F-531 (#N/A) for an unknown kind, F-532
    (#NUM!) for a share above 100 %, F-201 (#NUM!) for a negative price or discount.

    >>> from datetime import date
    >>> from rules.policy.loader import packaged
    >>> active = [Discount("coupon", share=0.1), Discount("折扣码", share=0.2), Discount("秒杀", amount=20)]
    >>> stacked_price(date(2025, 4, 3), packaged().rules, 100, active).value  # 80 less 30 %
    56.0
    """
    return _lowest(book, policy, price, discounts)


@rule("R53")
def stacked_margin(
    book: Ledger, policy: Rules, price: float, discounts: Sequence[Discount], cost: float
) -> StackedMargin:
    """What is left of the lowest price after all costs of one unit; a loss is an alert (F-533).

    `cost` is in the price's currency and holds everything a unit costs, fees included. Errors as
    `stacked_price`; a negative cost raises F-201 (#NUM!).

    >>> from datetime import date
    >>> from rules.policy.loader import packaged
    >>> told = stacked_margin(date(2025, 4, 3), packaged().rules, 100, [Discount("coupon", share=0.5)], 40).value
    >>> told.price, told.margin, told.rate
    (50.0, 10.0, 0.2)
    """
    not_negative("成本", cost)
    reached = _lowest(book, policy, price, discounts)
    margin = exact(reached) - exact(cost)
    facts = {"found": amount_text(reached), "expected": amount_text(cost), "loss": amount_text(-margin)}
    alert = told(book, [Finding(F_LOSS, facts)] if margin < 0 else [])
    return StackedMargin(reached, float(margin), float(margin / exact(reached)) if reached else None, alert)
