"""R40, R41 and R43: monthly sales targets, gross margin targets, approved plans (L95–98, L111–119).

A month's target is what the stocking plan names for it and what was left of the month before.
Ordinary, approved and seasonal plans count; strategic stock does not, and is tracked beside them.
Each month goes by the numbers in force on its last day, so that a past month can be worked out
again as it was.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from rules.answer import SILENT, Fault, Ledger, Silent, not_negative, rule
from rules.errors import Code
from rules.money import percent_text
from rules.months import last_day
from rules.policy.kinds import named
from rules.policy.models import Rules
from rules.seasons import contradicts_seasonal_plan

F_KIND = Code(
    "F-511",
    "没有备货类别“{found}”",
    "no kind of plan “{found}”",
    "可用:{expected};普通的可以不写",
    "use one of {expected}; leave it blank for an ordinary one",
)
F_MARGIN = Code(
    "F-512",
    "毛利率 {found} 超出 ±100%",
    "a gross margin of {found} is beyond ±100%",
    "写成 35% 或 0.35",
    "write 35% or 0.35",
)


@dataclass(frozen=True)
class TargetPlan:
    """Units of the stocking plan for one month (目标销售月); any day of the month names it."""

    month: date
    quantity: float
    kind: str = ""


@dataclass(frozen=True)
class Sale:
    """Units sold in one month; the kind tells strategic stock from what counts."""

    month: date
    quantity: float
    kind: str = ""


@dataclass(frozen=True)
class MonthTarget:
    """One month. `unmet` is the target minus what was sold, negative for more than the target.

    `carry`, `target` and `unmet` are None where they rest on sales that are not known yet, and the
    text ``SOP未规定`` before targets were regulated. `tracked_left` is strategic stock planned so
    far and not sold.
    """

    month: date
    planned: float
    carry: float | str | None
    target: float | str | None
    sold: float | None
    unmet: float | str | None
    tracked_planned: float = 0
    tracked_sold: float = 0
    tracked_left: float = 0


@dataclass(frozen=True)
class ApprovedMonth:
    """What finance is told of one kind of approved plan in one month."""

    month: date
    kind: str
    planned: float
    sold: float | None


@dataclass(frozen=True)
class Margin:
    """A gross margin that a stocking plan names for a product and month."""

    product: str
    month: date
    margin: float


def kind_named(written: str, policy: Rules) -> str:
    """The kind of plan that a text means; blank stays blank, an ordinary one. Raises F-511 (#N/A)."""
    if not written.strip():
        return ""
    kind = named(written, policy.targets.kinds)
    if kind is None:
        raise Fault("#N/A", F_KIND, found=written, expected=", ".join(policy.targets.kinds))
    return kind


@rule("R40")
def counts_in_targets(book: Ledger, policy: Rules, kind: str) -> bool:
    """Whether plans of a kind make up the sales target; a blank kind does (L113–117).

    >>> from rules.policy.loader import packaged
    >>> [counts_in_targets(date(2025, 1, 1), packaged().rules, kind).value for kind in ("批复", "季节性", "战略性")]
    [True, True, False]
    """
    return _counts(book, policy, kind)


def _counts(book: Ledger, policy: Rules, kind: str) -> bool:
    named_kind = kind_named(kind, policy)
    counted = book.take(policy.targets.counted_kinds)
    contradicts_seasonal_plan(book, policy, named_kind)
    return not named_kind or named_kind in counted


@rule("R43")
def runs_on_approved_plan(book: Ledger, policy: Rules, kind: str) -> bool:
    """Whether goods of a kind run on an approved plan and are reported by it (L96–98).

    >>> from rules.policy.loader import packaged
    >>> [runs_on_approved_plan(date(2025, 4, 3), packaged().rules, kind).value for kind in ("滞销", "季节性", "正常")]
    [True, True, False]
    """
    named_kind = kind_named(kind, policy)
    contradicts_seasonal_plan(book, policy, named_kind)
    return named_kind in book.take(policy.targets.approved_kinds)


def _carried(book: Ledger, policy: Rules, unmet: float) -> float:
    if unmet < 0 and not book.take(policy.targets.excess_lowers):
        book.remark(f"上月超额 {-unmet:g},不减本月目标", f"{-unmet:g} sold above last month's target lower nothing")
        return 0
    return book.take(policy.targets.carried_share) * unmet


@rule("R40")
def sales_target(book: Ledger, policy: Rules, planned: float, unmet: float) -> float:
    """A month's target: the planned quantity and what was not reached last month (L113–114).

    What was sold above last month's target (a negative `unmet`) counts as 0. Raises F-201 (#NUM!)
    for a negative plan.

    >>> from rules.policy.loader import packaged
    >>> sales_target(date(2025, 4, 3), packaged().rules, 50000, 10000).value  # the SOP's example
    60000.0
    >>> sales_target(date(2024, 12, 31), packaged().rules, 50000, 10000).value
    'SOP未规定'
    """
    not_negative("计划数量", planned)
    carried = _carried(book, policy, unmet)
    book.part("本月计划", "planned", planned)
    book.part("上月未完成", "carried over", carried)
    return max(0, planned + carried)


@rule("R40")
def monthly_targets(
    book: Ledger, policy: Rules, plans: Sequence[TargetPlan], sales: Sequence[Sale]
) -> tuple[MonthTarget, ...]:
    """Targets of every month from the first plan or sale to the last one (L111–117, from 2025-01).

    What is passed together is carried together: one product, one team. A month without a row of
    sales is not known yet, which is not the same as 0 sold; nothing is known of the months behind
    it, unless its target was 0. Months before the rule answer ``SOP未规定`` and carry nothing over.
    Raises F-511 (#N/A) for an unknown kind, F-201 (#NUM!) for a negative quantity.

    >>> from rules.policy.loader import packaged
    >>> plans = [TargetPlan(date(2025, 3, 1), 40000), TargetPlan(date(2025, 4, 1), 50000)]
    >>> told = monthly_targets(date(2025, 4, 3), packaged().rules, plans, [Sale(date(2025, 3, 1), 30000)]).value
    >>> [(row.target, row.unmet) for row in told]
    [(40000.0, 10000.0), (60000.0, None)]
    """
    given: list[TargetPlan | Sale] = [*plans, *sales]
    for item in given:
        not_negative("数量", item.quantity)
        kind_named(item.kind, policy)
    rows: list[MonthTarget] = []
    for month in _months([item.month for item in given]):
        before = rows[-1] if rows else None
        mine = [plan for plan in plans if last_day(plan.month) == month]
        sold = [sale for sale in sales if last_day(sale.month) == month]
        try:
            with book.beside(month) as monthly:
                rows.append(_month_target(monthly, policy, before, mine, sold))
        except Silent as silent:
            book.remark(silent.why.zh, silent.why.en)
            planned = sum(plan.quantity for plan in mine)
            rows.append(MonthTarget(month.replace(day=1), planned, SILENT, SILENT, _total(sold), SILENT))
    return tuple(rows)


def _months(days: list[date]) -> list[date]:
    """The last days of the months from the earliest to the latest."""
    if not days:
        return []
    months, end = [last_day(min(days))], last_day(max(days))
    while months[-1] < end:
        months.append(last_day(months[-1] + timedelta(days=1)))
    return months


def _month_target(
    book: Ledger, policy: Rules, before: MonthTarget | None, plans: list[TargetPlan], sales: list[Sale]
) -> MonthTarget:
    counted = [plan for plan in plans if _counts(book, policy, plan.kind)]
    planned = sum(plan.quantity for plan in counted)
    tracked = sum(plan.quantity for plan in plans) - planned
    sold = _total([sale for sale in sales if _counts(book, policy, sale.kind)])
    tracked_sold = sum(sale.quantity for sale in sales) - (sold or 0)
    left = (before.tracked_left if before else 0) + tracked - tracked_sold
    unmet = before.unmet if before else 0
    carry = None if unmet is None else _carried(book, policy, 0 if isinstance(unmet, str) else unmet)
    target = None if carry is None else max(0, planned + carry)
    missed: float | None = None
    if target is not None and sold is not None:
        missed = target - sold
    elif target == 0:
        missed = 0
    return MonthTarget(book.day.replace(day=1), planned, carry, target, sold, missed, tracked, tracked_sold, left)


def _total(sales: list[Sale]) -> float | None:
    return sum(sale.quantity for sale in sales) if sales else None


@rule("R43")
def approved_plans(
    book: Ledger, policy: Rules, plans: Sequence[TargetPlan], sales: Sequence[Sale]
) -> tuple[ApprovedMonth, ...]:
    """Slow movers and seasonal goods by month and kind, as finance gets them (L96–98).

    `sold` is None where no sale of that kind and month is given. Raises F-511 (#N/A) for an unknown
    kind, F-201 (#NUM!) for a negative quantity.
    """
    approved = book.take(policy.targets.approved_kinds)
    planned: dict[tuple[date, str], float] = defaultdict(float)
    sold: dict[tuple[date, str], float] = defaultdict(float)
    for rows, sums in ((plans, planned), (sales, sold)):
        for row in rows:
            not_negative("数量", row.quantity)
            kind = kind_named(row.kind, policy)
            contradicts_seasonal_plan(book, policy, kind)
            sums[row.month.replace(day=1), kind] += row.quantity
    keys = sorted(key for key in {*planned, *sold} if key[1] in approved)
    return tuple(ApprovedMonth(*key, planned.get(key, 0), sold.get(key)) for key in keys)


def _chosen(book: Ledger, policy: Rules, margins: Sequence[float]) -> float:
    for margin in margins:
        if abs(margin) > 1:
            raise Fault("#NUM!", F_MARGIN, found=percent_text(margin))
    pick = max if book.take(policy.targets.margin_choice) == "最高" else min
    return pick(margins)


@rule("R41")
def margin_target(book: Ledger, policy: Rules, margins: Sequence[float | None]) -> float | None:
    """The gross margin that counts of those named for one product and month: the highest (L119).

    Shares (0.35 for 35 %); a margin may be negative. Blanks are left out; none is blank. Raises
    F-512 (#NUM!) beyond ±100 %: 35 is no margin.

    >>> from rules.policy.loader import packaged
    >>> margin_target(date(2025, 4, 3), packaged().rules, [0.3, None, 0.35]).value
    0.35
    """
    given = [margin for margin in margins if margin is not None]
    if not given:
        return None
    if len(set(given)) > 1:
        book.remark(f"有 {len(set(given))} 个不同的毛利率", f"{len(set(given))} different margins")
    return _chosen(book, policy, given)


@rule("R41")
def margin_targets(book: Ledger, policy: Rules, margins: Sequence[Margin]) -> tuple[Margin, ...]:
    """One gross margin per product and month, by the number in force on the month's last day (L119).

    Months before the rule (2025-01) are left out. Sorted by product and month.
    """
    grouped: dict[tuple[str, date], list[float]] = defaultdict(list)
    for row in margins:
        grouped[row.product, last_day(row.month)].append(row.margin)
    told = []
    for (product, month), given in sorted(grouped.items()):
        try:
            with book.beside(month) as monthly:
                told.append(Margin(product, month.replace(day=1), _chosen(monthly, policy, given)))
        except Silent as silent:
            book.remark(silent.why.zh, silent.why.en)
    return tuple(told)
